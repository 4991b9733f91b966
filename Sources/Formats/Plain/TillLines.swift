import Domain

/// Reads what tills sold, a row a line: `receipt,line,sold_at,place,till,sku,title,quantity,price,discount,customer,`
/// `currency,void,grade`. The rows of one receipt must stand together and make one order document.
///
/// - Number: the receipt's, with the till's before it where the file names it (`T1/1001`), since tills count from 1 each
///   of their own. Channel: `till`. Time: `sold_at` of the first row, ISO 8601, by the wall clock of the zone where it
///   has no offset. Later rows may leave time, place, customer and currency blank; where they name place, customer or
///   currency they must agree with the first.
/// - A negative `quantity` is a return; its discount is taken off its price, so that what was paid comes back. Lines of
///   0 units are left out, and so are rows whose `void` is true; a receipt of nothing but such rows was called off, and
///   takes the place of what was told of it before.
/// - `grade` says of what came back whether it is sellable or damaged; it may be blank.
/// - A row without SKU is no product: a bag, a deposit, a voucher. It needs a title.
/// - `price` is that of one unit before `discount`, which is on the whole row; neither is negative. Whether tax is
///   inside is not asked here. A blank `currency` means the shop's. `customer` is personal data.
///
/// A receipt one of whose rows is bad is refused as a whole, since half a receipt would look like what was sold.
public struct TillLinesReader: RecordReader {
    /// Most rows of one receipt.
    public static let rowLimit = 10_000
    /// Most bytes of one receipt.
    public static let byteLimit = 16 << 20
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let shopCurrency: Currency
    private let receipt, line, soldAt, place, till, sku, title, quantity, price, discount: Column
    private let customer, currency, void, grade: Column
    private var moments: MomentReader
    /// The reader stands on a row that belongs to the next reading.
    /// Rows of the receipt that are void.
    private var voided = 0
    private var holdsRow = false
    /// The receipt whose beginning was refused for its length: what is left of it is no receipt either.
    private var overlong: [UInt8]?
    /// The row before could not even be told to belong to a receipt.
    private var followsUnreadable = false

    /// Reads the receipts of a file.
    ///
    /// - Parameters:
    ///   - zone: of times without an offset.
    ///   - currency: the shop's, of rows that name none.
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, zone: Zone, currency: Currency) throws(FormatError) {
        self.csv = csv
        shopCurrency = currency
        var columns = Columns(csv)
        receipt = try columns.required("receipt")
        soldAt = try columns.required("sold_at")
        sku = try columns.required("sku")
        quantity = try columns.required("quantity")
        price = try columns.required("price")
        line = columns.optional("line")
        place = columns.optional("place")
        till = columns.optional("till")
        title = columns.optional("title")
        discount = columns.optional("discount")
        customer = columns.optional("customer")
        self.currency = columns.optional("currency")
        void = columns.optional("void")
        grade = columns.optional("grade")
        ignoredColumns = columns.ignored
        moments = try MomentReader(zone: zone)
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<OrderDocument>? {
        if !holdsRow { guard try csv.next() else { return nil } }
        holdsRow = false
        let key = rowKey
        let start = (line: csv.line, offset: csv.offset)
        var rows = 1
        voided = 0
        var raw = Array(csv.raw)
        var document = csv.outcome { () throws(FormatError) in try head() }
        append(to: &document)
        if let refusal = refusalByWhatCameBefore(key) { document = .failure(refusal) }
        followsUnreadable = isUnreadable
        // A row whose receipt is blank or cannot be read stands alone where it comes first, else it spoils the receipt
        // that it stands in: nobody can tell that it belongs to another.
        while !key.isEmpty, try csv.next() {
            guard rowKey == key || rowKey.isEmpty else {
                holdsRow = true
                break
            }
            guard rows < TillLinesReader.rowLimit, raw.count + csv.raw.count < TillLinesReader.byteLimit else {
                holdsRow = true
                overlong = key
                document = .failure(tooLong(line: start.line, offset: start.offset))
                break
            }
            rows += 1
            raw.append(0x0A)
            raw.append(contentsOf: csv.raw)
            append(to: &document)
            followsUnreadable = isUnreadable
        }
        if voided == rows {
            document = document.map { order in
                var order = order
                order.isTest = true
                return order
            }
        }
        return Reading(rows: rows, line: start.line, offset: start.offset, raw: raw, outcome: document)
    }

    /// Receipt and till of the current row; empty where it names no receipt.
    private var rowKey: [UInt8] {
        let number = csv.bytes(receipt)
        return number.isEmpty ? [] : Array(csv.bytes(till)) + [0] + Array(number)
    }

    private var isUnreadable: Bool { csv.problem != nil && rowKey.isEmpty }

    private func tooLong(line: Int, offset: Int64) -> FormatError {
        FormatError(
            .tooLong,
            "a receipt of more than \(TillLinesReader.rowLimit) rows or \(TillLinesReader.byteLimit >> 20) MiB is none; "
                + "is this the right column?", file: csv.source.name, line: line, offset: offset, field: receipt.name)
    }

    /// Why the receipt that starts at the current row cannot be trusted to be whole; nil where it can.
    private mutating func refusalByWhatCameBefore(_ key: [UInt8]) -> FormatError? {
        if let overlong {
            if overlong == key { return tooLong(line: csv.line, offset: csv.offset) }
            self.overlong = nil
        }
        guard followsUnreadable, !key.isEmpty else { return nil }
        return csv.error(
            .brokenQuoting, "follows a row that cannot be read and may be its first; mend that one, then take both",
            receipt)
    }

    /// What the first row says of the whole receipt.
    private mutating func head() throws(FormatError) -> OrderDocument {
        let number = try csv.identifier(receipt)
        guard let sold = try moments.moment(soldAt, of: csv, acceptsDay: false) else {
            throw csv.error(
                .missingValue, "is blank; the rows of a receipt must stand together, the one with its time first",
                soldAt)
        }
        let prefix = csv.text(till) == nil ? "" : try csv.identifier(till) + "/"
        guard let whole = Name<Never>(prefix + number) else {
            throw csv.error(.notAName, "is too long: till and receipt together have at most 200 bytes", receipt)
        }
        var document = OrderDocument(
            number: whole.text, orderedAt: sold,
            currency: csv.text(currency) == nil ? shopCurrency : try csv.currency(currency),
            place: try csv.optionalName(place), customer: csv.text(customer) == nil ? nil : try csv.identifier(customer)
        )
        document.channel = "till"
        return document
    }

    /// Appends the line of the current row, unless the receipt is refused already.
    private mutating func append(to document: inout Result<OrderDocument, FormatError>) {
        guard case .success(var known) = document else { return }
        let more = csv.outcome { () throws(FormatError) in try self.line(of: known) }
        switch more {
        case .success(let line):
            guard let line else { return }
            known.lines.append(line)
            document = .success(known)
        case .failure(let error): document = .failure(error)
        }
    }

    /// The line of the current row; nil where there is none.
    private mutating func line(of document: OrderDocument) throws(FormatError) -> OrderLine? {
        _ = try csv.identifier(receipt)
        if try isVoid() {
            voided += 1
            return nil
        }
        _ = try moments.moment(soldAt, of: csv, acceptsDay: false)
        try agree(document)
        let units = try csv.requiredInteger(quantity, -Limits.quantity...Limits.quantity)
        guard let unitPrice = try csv.price(price) else {
            throw csv.error(.missingValue, "is blank; write 0 for what was given away", price)
        }
        let off = try csv.minorUnits(discount, document.currency) ?? 0
        let code: SKU? = try csv.optionalName(sku)
        let words = csv.text(title) ?? ""
        guard words.utf8.count <= Limits.text else {
            throw csv.error(.tooLong, "has \(words.utf8.count) bytes; shorten it to \(Limits.text)", title)
        }
        guard code != nil || !words.isEmpty else {
            throw csv.error(.missingValue, "is blank, and so is the title; say what was sold", sku)
        }
        guard units != 0 else { return nil }
        let isSale = units > 0
        return OrderLine(
            line: csv.text(line) == nil ? nil : try csv.identifier(line), sku: code, title: words, quantity: units,
            unitPrice: isSale ? unitPrice : try paid(unitPrice, -units, off, document.currency),
            discount: isSale ? off : 0, kind: code == nil ? .notProduct : isSale ? .sale : .return,
            shippedAt: code != nil && isSale ? document.orderedAt : nil, isSellable: isSale ? nil : try isSellable())
    }

    /// Whether what came back can be sold again; nil where nobody said.
    private func isSellable() throws(FormatError) -> Bool? {
        guard let word = csv.text(grade) else { return nil }
        guard let found = ReturnGrade(word) else { throw csv.error(.unknownWord, ReturnGrade.wanted, grade) }
        return found == .sellable
    }

    /// Later rows repeat what the first one said, or say nothing.
    private func agree(_ document: OrderDocument) throws(FormatError) {
        let named: PlaceName? = try csv.optionalName(place)
        if let named, named != document.place { throw disagreement(place) }
        if csv.text(currency) != nil, try csv.currency(currency) != document.currency { throw disagreement(currency) }
        if csv.text(customer) != nil, try csv.identifier(customer) != document.customer { throw disagreement(customer) }
    }

    private func disagreement(_ column: Column) -> FormatError {
        csv.error(
            .rule, "differs from the receipt's first row; are these two receipts with one number?", column)
    }

    private func isVoid() throws(FormatError) -> Bool {
        switch csv.text(void)?.lowercased() {
        case nil, "false", "no", "0": return false
        case "true", "yes", "1": return true
        case let text?:
            throw csv.error(.unknownWord, "'\(text.prefix(60).printable)' is neither true nor false", void)
        }
    }

    /// What one of some returned units had cost after their discount, to the nearest millionth.
    private func paid(
        _ unitPrice: UnitPrice, _ units: Int64, _ discount: Int64, _ currency: Currency
    ) throws(FormatError) -> UnitPrice {
        guard discount > 0 else { return unitPrice }
        let (gross, grossOverflow) = unitPrice.micros.multipliedReportingOverflow(by: units)
        let (off, offOverflow) = discount.multipliedReportingOverflow(by: FixedPoint.powers[6 - currency.decimals])
        let (net, netOverflow) = gross.subtractingReportingOverflow(off)
        guard !grossOverflow, !offOverflow, !netOverflow else {
            throw csv.error(.outOfRange, "times the quantity is too large to be stored", price)
        }
        guard net >= 0 else {
            throw csv.error(
                .outOfRange, "is more than the price of what came back; correct discount or price", self.discount)
        }
        return UnitPrice(micros: FixedPoint.rounded(net, dividedBy: units))
    }
}
