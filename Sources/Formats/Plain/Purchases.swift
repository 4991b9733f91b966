import Domain

/// Reads lines of purchase orders: `order,line,supplier,sku,place,quantity,received,received_at,cost,currency,`
/// `ordered_on,expected_on,state,reference,invoiced,invoiced_amount`.
///
/// Blank `received` means 0, blank `state` open; cost, `received_at` (a moment, or a day for its midnight),
/// `expected_on` and `reference` may be blank, and so may `invoiced` (units that the supplier has invoiced) and
/// `invoiced_amount` (their value without tax), which then are not known. More may have been received than was ordered: it happens.
public struct PurchasesReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let order, line, supplier, sku, place, quantity, received, receivedAt: Column
    private let cost, currency, orderedOn, expectedOn, state, reference, invoiced, invoicedAmount: Column
    private var moments: MomentReader

    /// Reads the purchase lines of a file; times without an offset are in `zone`.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, zone: Zone) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        order = try columns.required("order")
        line = try columns.required("line")
        supplier = try columns.required("supplier")
        sku = try columns.required("sku")
        place = try columns.required("place")
        quantity = try columns.required("quantity")
        currency = try columns.required("currency")
        orderedOn = try columns.required("ordered_on")
        expectedOn = try columns.required("expected_on")
        received = columns.optional("received")
        receivedAt = columns.optional("received_at")
        cost = columns.optional("cost")
        state = columns.optional("state")
        reference = columns.optional("reference")
        invoiced = columns.optional("invoiced")
        invoicedAmount = columns.optional("invoiced_amount")
        ignoredColumns = columns.ignored
        moments = try MomentReader(zone: zone)
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<PurchaseLine>? {
        try csv.reading { () throws(FormatError) in try purchase() }
    }

    private mutating func purchase() throws(FormatError) -> PurchaseLine {
        guard let ordered = try csv.day(orderedOn) else {
            throw csv.error(.missingValue, "is blank; write the day of the order", orderedOn)
        }
        let money: Currency = try csv.currency(currency)
        return PurchaseLine(
            order: try csv.identifier(order), line: try csv.identifier(line), supplier: try csv.name(supplier),
            sku: try csv.name(sku), place: try csv.name(place),
            quantity: try csv.requiredInteger(quantity, 0...Limits.quantity),
            received: try csv.integer(received, 0...Limits.quantity) ?? 0,
            receivedAt: try moments.moment(receivedAt, of: csv, acceptsDay: true), cost: try csv.price(cost),
            currency: money, orderedOn: ordered, expectedOn: try csv.day(expectedOn),
            state: try csv.word(state) ?? .open,
            reference: csv.text(reference) == nil ? nil : try csv.identifier(reference),
            invoiced: try csv.integer(invoiced, 0...Limits.quantity),
            invoicedAmount: try csv.minorUnits(invoicedAmount, money))
    }

    /// The header of such a file.
    public static let header = [
        "order", "line", "supplier", "sku", "place", "quantity", "received", "received_at", "cost", "currency",
        "ordered_on", "expected_on", "state", "reference", "invoiced", "invoiced_amount",
    ]

    /// Writes purchase lines so that they read back the same; what is invoiced has columns where a line says it.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(_ lines: some Sequence<PurchaseLine>, to writer: CSVWriter) throws(FormatError) {
        let lines = Array(lines)
        let saysInvoiced = lines.contains { $0.invoiced != nil || $0.invoicedAmount != nil }
        try writer.record(saysInvoiced ? header : header.dropLast(2))
        for line in lines {
            let fields = [
                line.order, line.line, line.supplier.text, line.sku?.text ?? "", line.place.text, String(line.quantity),
                String(line.received), line.receivedAt?.description ?? "", line.cost?.description ?? "",
                line.currency.code, line.orderedOn.description, line.expectedOn?.description ?? "",
                line.state.rawValue, line.reference ?? "", line.invoiced.map { String($0) } ?? "",
                line.invoicedAmount.map { Money(minor: $0, currency: line.currency).amount } ?? "",
            ]
            try writer.record(saysInvoiced ? fields : fields.dropLast(2))
        }
    }
}
