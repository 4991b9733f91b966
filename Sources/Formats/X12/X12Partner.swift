import Domain

/// What one trading partner means by its codes: X12 leaves to each pair of partners what a quantity, a product code or
/// a place is called.
///
/// The defaults are what most guides of release 4010 say. Lists are in the order in which they are preferred, and the
/// first of each is what is written.
public struct X12Partner: Hashable, Sendable {
    /// `QTY01` of what is on the shelf, promised or not (data element 673).
    public var onHandQualifiers = ["17"]
    /// `QTY01` of what can still be promised.
    public var availableQualifiers = ["33"]
    /// `DTM01` of the moment of a count (data element 374).
    public var countedAtQualifiers = ["405"]
    /// Product qualifiers (data element 235) of the shop's own code.
    public var skuQualifiers = ["BP", "IN", "SK"]
    /// Product qualifiers of bar codes.
    public var barcodeQualifiers = ["UP", "EN", "UK"]
    /// Product qualifiers of the supplier's own code.
    public var supplierCodeQualifiers = ["VN", "VP"]
    /// `N101` (data element 98) of the place that a count is of.
    public var placeQualifiers = ["WH"]
    /// `N101` of the place that an order is to be sent to.
    public var shipToQualifiers = ["ST"]
    /// `N101` of the supplier.
    public var supplierQualifiers = ["SU", "VN"]
    /// Our places by the partner's code of them (`N104`). A code that is not here stands for itself, unless a name
    /// (`N102`) is beside it.
    public var places: [String: PlaceName] = [:]
    /// Suppliers by their code (`N104`), as `places`.
    public var suppliers: [String: SupplierName] = [:]
    /// The place where a message names none.
    public var place: PlaceName?
    /// Who the partner is, of counts and ship notices; of purchase orders, the supplier where they name none.
    public var supplier: SupplierName?
    /// What prices are in where a message does not say.
    public var currency: Currency?
    /// Zone of times without a time code.
    public var zone = Zone.utc
    /// When on its day a count was made that gives a day alone; nil refuses such counts.
    public var timeOfCount: TimeOfDay?
    /// Base units in one of the partner's units (data element 355), ≥ 1; any other unit is refused.
    public var units: [String: Int64] = ["EA": 1, "PC": 1, "UN": 1, "DZ": 12]
    /// Whether interchanges that are marked as tests (`ISA15` is T) are read as if they were meant.
    public var takesTests = false

    /// A partner that keeps to the defaults.
    public init() {}

    /// The product of some pairs of qualifier and value: the shop's own code before a bar code before a supplier's.
    func product(
        _ segment: X12Segment, from first: Int, supplier: SupplierName?
    ) throws(FormatError) -> ProductReference {
        let pairs = segment.pairs(from: first)
        func found(_ qualifiers: [String]) -> (qualifier: String, value: String, index: Int)? {
            for qualifier in qualifiers {
                if let pair = pairs.first(where: { $0.qualifier == qualifier }) { return pair }
            }
            return nil
        }
        if let pair = found(skuQualifiers) {
            let sku: SKU? = try segment.optionalName(pair.index)
            if let sku { return ProductReference(sku) }
        }
        if let pair = found(barcodeQualifiers) {
            guard let reference = ProductReference(barcode: pair.value) else {
                throw segment.error(
                    .notAName,
                    "'\(pair.value.prefix(60).printable)' is no bar code: 8, 12, 13 or 14 digits, the last of which "
                        + "fits", pair.index)
            }
            return reference
        }
        if let pair = found(supplierCodeQualifiers) {
            guard let supplier else {
                throw segment.error(
                    .missingValue, "is a supplier's code, but nobody says whose; name this partner's supplier",
                    pair.index)
            }
            guard let reference = ProductReference.code(pair.value, of: supplier) else {
                throw segment.error(
                    .notAName,
                    "'\(pair.value.prefix(60).printable)' is no code: at most 200 bytes, no control "
                        + "characters", pair.index)
            }
            return reference
        }
        let there = pairs.map(\.qualifier).joined(separator: ", ").prefix(60).printable
        throw segment.error(
            .missingValue,
            "names no product: its qualifiers are \(there.isEmpty ? "none" : there), and none of them is among those "
                + "of this partner (\(allProductQualifiers.joined(separator: ", ")))", first)
    }

    private var allProductQualifiers: [String] { skuQualifiers + barcodeQualifiers + supplierCodeQualifiers }

    /// Qualifier and value of a product as it is written; nil where this partner has no word for such a code.
    func pair(of product: ProductReference) -> (qualifier: String, value: String)? {
        let qualifier: String? =
            switch product.scheme {
            case "sku": skuQualifiers.first
            case "barcode": barcodeQualifiers.first
            case let scheme:
                supplier.map { "supplier:\($0.text)" } == scheme ? supplierCodeQualifiers.first : nil
            }
        return qualifier.map { ($0, product.spelling) }
    }

    /// Base units in one of the unit that an element names; a blank element is a base unit.
    func unitSize(_ segment: X12Segment, _ index: Int) throws(FormatError) -> Int64 {
        guard let unit = segment.text(index) else { return 1 }
        guard let size = units[unit], size >= 1 else {
            throw segment.error(
                .unknownWord,
                "'\(unit.prefix(60).printable)' is a unit whose size nobody gave; say how many pieces it is of, in "
                    + "this partner's units", index)
        }
        return size
    }

    /// The number of base units in an element whose unit is in another.
    func quantity(
        _ segment: X12Segment, _ index: Int, unit: Int, _ range: ClosedRange<Int64>
    ) throws(FormatError) -> Int64 {
        let count = try segment.integer(index, range)
        let (units, overflow) = count.multipliedReportingOverflow(by: try unitSize(segment, unit))
        guard !overflow, range.contains(units) else {
            throw segment.error(.outOfRange, "is beyond what can be meant, in pieces", index)
        }
        return units
    }

    /// The party of an N1 segment: by its code, else by its name, else the code itself.
    func party<Of>(_ segment: X12Segment, _ known: [String: Name<Of>]) throws(FormatError) -> Name<Of> {
        if let code = segment.text(4), let name = known[code] { return name }
        if let name: Name<Of> = try segment.optionalName(2) { return name }
        if let name: Name<Of> = try segment.optionalName(4) { return name }
        throw segment.error(.missingValue, "gives neither name nor code", 2)
    }
}
