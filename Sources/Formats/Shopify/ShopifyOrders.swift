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
/// - `Discount Amount` is shared out over the products by value, to the minor unit; where lines have discounts of their
///   own, `Subtotal` tells whether it holds them too. What `Subtotal` says is compared with what the lines come to.
/// - `Refunded Amount` is money given back without units: of it the products have the share that they have of `Total`.
///   The export does not say when: it is dated when the order was fulfilled, else paid, else placed, and marked so. Of
///   a cancelled order all is given back with its lines.
/// - Channel: `Source`. Wholesale: one of the `Tags` says so.
/// - `Cancelled at` adds to each line its opposite: a cancellation, or a return where the line had been fulfilled, at
///   the price after discount, so that the money adds up to nothing.
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
    private let orderDiscount, subtotal, total, refunded, paidAt, channel, tags: Column
    private let quantity, title, price, discount, sku, requiresShipping, lineStatus: Column
    private var timestamps: TimestampFormat
    /// The reader stands on a row that belongs to the next reading.
    private var holdsRow = false

    /// What the first row says of the whole order.
    private struct Head {
        var document: OrderDocument
        var isCancelled: Bool
        var isFulfilled: Bool
        var fulfilledAt, paidAt: Instant?
        /// In minor units.
        var discount, total, refunded: Int64?
    }

    /// A line, and whether it has left the shop.
    private struct Taken {
        var line: OrderLine
        var isFulfilled: Bool
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
        orderDiscount = columns.optional("Discount Amount")
        subtotal = columns.optional("Subtotal")
        total = columns.optional("Total")
        refunded = columns.optional("Refunded Amount")
        paidAt = columns.optional("Paid at")
        channel = columns.optional("Source")
        tags = columns.optional("Tags")
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
        var lines: [Taken] = []
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
        let outcome = order.flatMap { head in
            Result { () throws(FormatError) in try document(head, lines, line: start.line, offset: start.offset) }
        }
        return Reading(rows: rows, line: start.line, offset: start.offset, raw: raw, outcome: outcome)
    }

    /// Appends what the current row says, unless the order is refused already.
    private func append(to lines: inout [Taken], of order: inout Result<Head, FormatError>) {
        guard case .success(let head) = order else { return }
        switch csv.outcome({ () throws(FormatError) in try self.line(of: head) }) {
        case .success(let more): if let more { lines.append(more) }
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
        let money = try csv.currency(currency)
        var document = OrderDocument(
            number: number, orderedAt: ordered, currency: money, place: try csv.optionalName(place),
            customer: csv.text(email)?.lowercased())
        document.channel = csv.text(channel)
        document.isWholesale = (csv.text(tags) ?? "").split(separator: ",").contains {
            CustomerGroup($0) == .wholesale
        }
        document.stated.subtotal = try csv.minorUnits(subtotal, money)
        var head = Head(
            document: document, isCancelled: csv.text(cancelledAt) != nil,
            isFulfilled: csv.text(orderStatus)?.lowercased() == "fulfilled")
        head.fulfilledAt = try moment(fulfilledAt)
        head.paidAt = try moment(paidAt)
        head.discount = try csv.minorUnits(orderDiscount, money)
        head.total = try csv.minorUnits(total, money)
        head.refunded = try csv.minorUnits(refunded, money)
        for (amount, column) in [(head.discount, orderDiscount), (head.refunded, refunded)] where amount ?? 0 < 0 {
            throw csv.error(.outOfRange, "is negative; it must be 0 or more", column)
        }
        return head
    }

    /// The line of the current row; nil for one that was edited away.
    private func line(of order: Head) throws(FormatError) -> Taken? {
        let units = try csv.requiredInteger(quantity, 0...Limits.quantity)
        guard units > 0 else { return nil }
        guard let unitPrice = try csv.price(price) else {
            throw csv.error(.missingValue, "is blank; write 0 for what was given away", price)
        }
        guard unitPrice.micros >= 0 else {
            throw csv.error(.outOfRange, "is negative; what is taken off is a discount", price)
        }
        let discount = try csv.minorUnits(discount, order.document.currency) ?? 0
        let words = csv.text(title) ?? ""
        let ships = csv.text(requiresShipping)?.lowercased() != "false"
        let name = words.lowercased()
        let isProduct = csv.text(sku) == nil ? ships && name != "tip" : ships || !name.hasPrefix("gift card")
        let isFulfilled = csv.text(lineStatus).map { $0.lowercased() == "fulfilled" } ?? order.isFulfilled
        let code: SKU? = isProduct ? try csv.name(csv.text(sku) == nil ? title : sku) : nil
        return Taken(
            line: OrderLine(
                sku: code, title: words, quantity: units, unitPrice: unitPrice, discount: discount,
                kind: isProduct ? .sale : .notProduct, shippedAt: isFulfilled ? order.fulfilledAt : nil),
            isFulfilled: isFulfilled)
    }

    /// The whole order: its lines with their share of the order's discount, and what was taken back of them.
    private func document(
        _ head: Head, _ taken: [Taken], line: Int, offset: Int64
    ) throws(FormatError) -> OrderDocument {
        var (document, taken) = (head.document, taken)
        let sales = taken.indices.filter { taken[$0].line.kind == .sale }
        func values() throws(FormatError) -> [Int64] {
            var values: [Int64] = []
            for index in sales {
                let line = taken[index].line
                guard let gross = line.unitPrice.total(line.quantity, currency: document.currency),
                    gross.magnitude <= 100_000_000_000_000
                else { throw csv.error(.outOfRange, "times the quantity is too large to be stored", price) }
                values.append(max(0, gross &- line.discount))
            }
            return values
        }
        let before = try values()
        let more = discount(head, of: before.reduce(0, +), lines: sales.map { taken[$0].line.discount })
        for (index, part) in zip(sales, FixedPoint.shared(more, by: before)) { taken[index].line.discount &+= part }
        document.lines = taken.map(\.line)
        guard !head.isCancelled else {
            document.lines = []
            for one in taken {
                var opposite = one.line
                opposite.quantity = -one.line.quantity
                opposite.unitPrice = try paid(one.line, document.currency)
                opposite.discount = 0
                opposite.kind = one.line.kind == .notProduct ? .notProduct : one.isFulfilled ? .return : .cancellation
                opposite.shippedAt = nil
                document.lines += [one.line, opposite]
            }
            return document
        }
        guard let refunded = head.refunded, refunded > 0 else { return document }
        document.isRefundUndated = true
        let values = try values()
        let all = values.reduce(0, +)
        // Tax and postage have their shares of the total as the products have theirs.
        let share = head.total.map {
            $0 > all ? ShopifyOrder.rounded(Int128(refunded) * Int128(all), Int128($0)) : refunded
        }
        for (index, part) in zip(sales, FixedPoint.shared(share ?? refunded, by: values)) where part != 0 {
            document.lines.append(
                OrderLine(
                    sku: taken[index].line.sku, title: taken[index].line.title, quantity: 0,
                    unitPrice: UnitPrice(micros: 0), discount: part, kind: .return,
                    at: head.fulfilledAt ?? head.paidAt))
        }
        return document
    }

    /// What of the order's discount its lines do not hold yet.
    private func discount(_ head: Head, of value: Int64, lines: [Int64]) -> Int64 {
        guard let discount = head.discount, discount > 0 else { return 0 }
        let held = lines.reduce(0, &+)
        if head.document.stated.subtotal == value &- discount || held == 0 { return discount }
        return max(0, discount &- held)
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
