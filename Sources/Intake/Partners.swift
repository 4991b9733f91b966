import Config
import Domain
import Formats

/// What partners in electronic data interchange mean by their codes: each may use the standard's qualifiers its own way.
///
///     [partners.ACMEINC]                # the sender's id in ISA06, without blanks
///     supplier = "Acme"
///     place = "main"
///     on_hand = ["17"]                  # QTY qualifiers of 846
///     available = ["33"]
///     sku = ["SK", "BP"]                # LIN and PO1 qualifiers
///     barcode = ["UP", "EN"]
///     supplier_code = ["VN"]
///     currency = "USD"
///     time_zone = "America/New_York"
///     tests = false                     # whether interchanges marked T are taken in
///     [partners.ACMEINC.places]         # N104 codes
///     "0012" = "Warehouse 2"
///     [partners.ACMEINC.units]          # pieces in a unit (element 355) besides EA, PC, UN and DZ
///     CA = 12
public struct Partners: Sendable {
    private var bySender: [String: @Sendable (inout X12Partner) -> Void] = [:]

    /// Everybody means what the standard says.
    public init() {}

    /// Reads `[partners]`.
    ///
    /// - Throws: `ConfigError` with the line.
    init(_ table: ConfigTable) throws(ConfigError) {
        for sender in table.keys {
            guard let own = try table.table(sender) else { continue }
            var changes: [@Sendable (inout X12Partner) -> Void] = []
            for (key, path) in [
                ("on_hand", \X12Partner.onHandQualifiers), ("available", \.availableQualifiers),
                ("counted_at", \.countedAtQualifiers), ("sku", \.skuQualifiers), ("barcode", \.barcodeQualifiers),
                ("supplier_code", \.supplierCodeQualifiers), ("place_codes", \.placeQualifiers),
                ("ship_to_codes", \.shipToQualifiers), ("supplier_codes", \.supplierQualifiers),
            ] as [(String, WritableKeyPath<X12Partner, [String]> & Sendable)] {
                if let list = try own.strings(key) { changes.append { $0[keyPath: path] = list } }
            }
            if let name = try own.string("supplier") {
                guard let supplier = SupplierName(name) else {
                    throw own.error("supplier", "this is no supplier's name")
                }
                changes.append { $0.supplier = supplier }
            }
            if let name = try own.string("place") {
                guard let place = PlaceName(name) else { throw own.error("place", "this is no place's name") }
                changes.append { $0.place = place }
            }
            if let code = try own.string("currency") {
                guard let currency = Currency(code) else {
                    throw own.error("currency", "currency must be three capital letters such as USD")
                }
                changes.append { $0.currency = currency }
            }
            if let name = try own.string("time_zone") {
                do throws(ZoneError) {
                    let zone = try Zone(identifier: name)
                    changes.append { $0.zone = zone }
                } catch {
                    throw own.error("time_zone", error.description)
                }
            }
            if let text = try own.string("time_of_count") {
                guard let time = TimeOfDay(text) else { throw own.error("time_of_count", "write a time such as 18:00") }
                changes.append { $0.timeOfCount = time }
            }
            if let tests = try own.boolean("tests") { changes.append { $0.takesTests = tests } }
            if let codes = try own.table("places") {
                var places: [String: PlaceName] = [:]
                for code in codes.keys {
                    guard let place = PlaceName(try codes.string(code) ?? "") else {
                        throw codes.error(code, "this is no place's name")
                    }
                    places[code] = place
                }
                let named = places
                changes.append { $0.places = named }
            }
            if let sizes = try own.table("units") {
                var units: [String: Int64] = [:]
                for unit in sizes.keys {
                    guard let size = try sizes.integer(unit).map(Int64.init), size >= 1 else {
                        throw sizes.error(unit, "write how many pieces a \(unit.printable) is of, 1 or more")
                    }
                    units[unit] = size
                }
                let sized = units
                changes.append { $0.units.merge(sized) { _, own in own } }
            }
            try own.end()
            let all = changes
            bySender[sender] = { partner in for change in all { change(&partner) } }
        }
    }

    /// What a sender means; times are in the shop's zone and money in its currency unless the sender's table says
    /// otherwise.
    func partner(_ sender: String, zone: Zone, currency: Currency) -> X12Partner {
        var partner = X12Partner()
        partner.zone = zone
        partner.currency = currency
        bySender[sender]?(&partner)
        return partner
    }
}
