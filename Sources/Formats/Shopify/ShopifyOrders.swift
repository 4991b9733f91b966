import Domain

/// Reads Shopify's export of orders: one document for the rows that share a `Name`.
///
/// What belongs to the order as a whole stands on its first row only, so the rows of an order must stand together; an
/// order that comes up again later in the file is a second reading.
///
/// - Number: `Name` (`#1001`), which exports of every age have. Time: `Created at` with its own offset. Place:
///   `Location`. The export has no time of update, so there is no version.
/// - Customer: `Email` in lower case. It is personal data.
/// - A line without SKU is known by its name, unless it needs no shipping: that is a tip, a gift card or a fee, and no
///   product. Lines of 0 units (edited away) are left out.
/// - `Cancelled at` adds to each line its opposite: a cancellation, or a return where the line had been fulfilled, at
///   the price after discount, so that the money adds up to nothing.
/// - Totals are not read: they follow from the lines, and an order-level discount that the export does not spread over
///   lines is not in them.
///
/// An order one of whose rows is bad is refused as a whole, since half an order would look like demand that was not.
public struct ShopifyOrdersReader: RecordReader {
    /// Most rows of one order.
    public static let rowLimit = 10_000
    /// Most bytes of one order.
    public static let byteLimit = 16 << 20
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let name, email, currency, createdAt, cancelledAt, fulfilledAt, orderStatus, place: Column
    private let quantity, title, price, discount, sku, requiresShipping, lineStatus: Column
    private var timestamps: TimestampFormat
    /// The reader stands on a row that belongs to the next reading.
    private var holdsRow = false

    /// What the first row says of the whole order.
    private struct Head {
        var document: OrderDocument
        var isCancelled: Bool
        var isFulfilled: Bool
        var fulfilledAt: Instant?
    }

    /// Reads the orders of a file.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        name = try columns.required("Name")
        currency = try columns.required("Currency")
        createdAt = try columns.required("Created at")
        quantity = try columns.required("Lineitem quantity")
        title = try columns.required("Lineitem name")
        price = try columns.required("Lineitem price")
        sku = try columns.required("Lineitem sku")
        email = columns.optional("Email")
        cancelledAt = columns.optional("Cancelled at")
        fulfilledAt = columns.optional("Fulfilled at")
        orderStatus = columns.optional("Fulfillment Status")
        place = columns.optional("Location")
        discount = columns.optional("Lineitem discount")
        requiresShipping = columns.optional("Lineitem requires shipping")
        lineStatus = columns.optional("Lineitem fulfillment status")
        ignoredColumns = columns.ignored
        timestamps = try TimestampFormat("yyyy-MM-dd HH:mm:ss Z")
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<OrderDocument>? {
        if !holdsRow { guard try csv.next() else { return nil } }
        holdsRow = false
        let key = Array(csv.bytes(name))
        let start = (line: csv.line, offset: csv.offset)
        var rows = 1
        var raw = Array(csv.raw)
        var order = csv.outcome { () throws(FormatError) in try head() }
        var lines: [OrderLine] = []
        append(to: &lines, of: &order)
        // A row whose name is blank or cannot be read stands alone; it is no order.
        var isOverlong = false
        while !key.isEmpty, try csv.next() {
            isOverlong = raw.count + csv.raw.count >= ShopifyOrdersReader.byteLimit
            guard csv.bytes(name).elementsEqual(key), rows < ShopifyOrdersReader.rowLimit, !isOverlong else {
                isOverlong = isOverlong && csv.bytes(name).elementsEqual(key)
                holdsRow = true
                break
            }
            rows += 1
            raw.append(0x0A)
            raw.append(contentsOf: csv.raw)
            append(to: &lines, of: &order)
        }
        if rows == ShopifyOrdersReader.rowLimit || isOverlong {
            order = .failure(
                FormatError(
                    .tooLong,
                    "an order of \(ShopifyOrdersReader.rowLimit) rows or \(ShopifyOrdersReader.byteLimit >> 20) MiB is "
                        + "none; is this the right column?",
                    file: csv.source.name, line: start.line, offset: start.offset, field: name.name))
        }
        let outcome = order.map { head in
            var document = head.document
            document.lines = lines
            return document
        }
        return Reading(rows: rows, line: start.line, offset: start.offset, raw: raw, outcome: outcome)
    }

    /// Appends what the current row says, unless the order is refused already.
    private func append(to lines: inout [OrderLine], of order: inout Result<Head, FormatError>) {
        guard case .success(let head) = order else { return }
        switch csv.outcome({ () throws(FormatError) in try self.lines(of: head) }) {
        case .success(let more): lines += more
        case .failure(let error): order = .failure(error)
        }
    }

    private mutating func head() throws(FormatError) -> Head {
        let number = try csv.identifier(name)
        guard let ordered = try moment(createdAt) else {
            throw csv.error(
                .missingValue, "is blank; the rows of an order must stand together, the one with its date first",
                createdAt)
        }
        return Head(
            document: OrderDocument(
                number: number, orderedAt: ordered, currency: try csv.currency(currency),
                place: try csv.optionalName(place), customer: csv.text(email)?.lowercased()),
            isCancelled: csv.text(cancelledAt) != nil,
            isFulfilled: csv.text(orderStatus)?.lowercased() == "fulfilled", fulfilledAt: try moment(fulfilledAt))
    }

    /// The line of the current row, and its opposite where the order was cancelled.
    private func lines(of order: Head) throws(FormatError) -> [OrderLine] {
        let units = try csv.requiredInteger(quantity, 0...Limits.quantity)
        guard units > 0 else { return [] }
        guard let unitPrice = try csv.price(price) else {
            throw csv.error(.missingValue, "is blank; write 0 for what was given away", price)
        }
        let discount = try csv.minorUnits(discount, order.document.currency) ?? 0
        let words = csv.text(title) ?? ""
        let ships = csv.text(requiresShipping)?.lowercased() != "false"
        let name = words.lowercased()
        let isProduct = csv.text(sku) == nil ? ships && name != "tip" : ships || !name.hasPrefix("gift card")
        let isFulfilled = csv.text(lineStatus).map { $0.lowercased() == "fulfilled" } ?? order.isFulfilled
        let code: SKU? = isProduct ? try csv.name(csv.text(sku) == nil ? title : sku) : nil
        let line = OrderLine(
            sku: code, title: words, quantity: units, unitPrice: unitPrice, discount: discount,
            kind: isProduct ? .sale : .notProduct, shippedAt: isFulfilled ? order.fulfilledAt : nil)
        guard order.isCancelled else { return [line] }
        var opposite = line
        opposite.quantity = -units
        opposite.unitPrice = try paid(line, order.document.currency)
        opposite.discount = 0
        opposite.kind = !isProduct ? .notProduct : isFulfilled ? .return : .cancellation
        opposite.shippedAt = nil
        return [line, opposite]
    }

    /// What one unit of a line cost after its discount.
    private func paid(_ line: OrderLine, _ currency: Currency) throws(FormatError) -> UnitPrice {
        let scale = FixedPoint.powers[6 - currency.decimals]
        let (gross, grossOverflow) = line.unitPrice.micros.multipliedReportingOverflow(by: line.quantity)
        let (off, offOverflow) = line.discount.multipliedReportingOverflow(by: scale)
        let (net, netOverflow) = gross.subtractingReportingOverflow(off)
        guard !grossOverflow, !offOverflow, !netOverflow else {
            throw csv.error(.outOfRange, "times the quantity is too large to be stored", price)
        }
        return UnitPrice(micros: FixedPoint.rounded(net, dividedBy: line.quantity))
    }

    /// `2024-05-01 10:00:00 +0900`, or ISO 8601 as other programs rewrite it; nil where it is blank.
    private mutating func moment(_ column: Column) throws(FormatError) -> Instant? {
        let bytes = csv.bytes(column)
        guard !bytes.isEmpty else { return nil }
        if let instant = timestamps.parse(bytes, zone: .utc) { return instant }
        let text = String(decoding: bytes, as: UTF8.self)
        if let instant = Instant(stamp: text) { return instant }
        throw csv.error(
            .notATime,
            "'\(text.prefix(60).printable)' is no time with its offset; Shopify writes 2024-05-01 10:00:00 +0900 "
                + "(has a spreadsheet rewritten it?)", column)
    }
}
