import Domain

/// Reads suppliers' terms: `supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days,`
/// `expedite_days,valid_from,valid_to`.
///
/// `supplier`, `sku` and `currency` must be filled in. A blank cost or lead time means that it is not known; a blank
/// minimum or pack means 1, a blank spread 0, a blank `expedite_days` that the supplier cannot hurry, blank days of
/// validity always. Days may have decimals, 0 to 730. A column `name` is there for people's eyes.
public struct OffersReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let supplier, sku, cost, currency, minimumQuantity, pack, leadTime, spread, expedite, from, to: Column

    /// Reads the offers of a file.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        supplier = try columns.required("supplier")
        sku = try columns.required("sku")
        cost = try columns.required("cost")
        currency = try columns.required("currency")
        leadTime = try columns.required("lead_time_days")
        minimumQuantity = columns.optional("minimum_quantity")
        pack = columns.optional("pack")
        spread = columns.optional("lead_time_spread_days")
        expedite = columns.optional("expedite_days")
        from = columns.optional("valid_from")
        to = columns.optional("valid_to")
        _ = columns.optional("name")
        ignoredColumns = columns.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<Offer>? {
        try csv.reading { () throws(FormatError) in try offer() }
    }

    private func offer() throws(FormatError) -> Offer {
        let validFrom = try csv.day(from)
        let validTo = try csv.day(to)
        if let validFrom, let validTo, validTo < validFrom {
            throw csv.error(.outOfRange, "\(validTo) is before valid_from, \(validFrom)", to)
        }
        return Offer(
            supplier: try csv.name(supplier), sku: try csv.name(sku), cost: try csv.price(cost),
            currency: try csv.currency(currency),
            minimumQuantity: try csv.integer(minimumQuantity, 1...Limits.quantity) ?? 1,
            pack: try csv.integer(pack, 1...Limits.quantity) ?? 1,
            leadTimeDays: try csv.days(leadTime, atMost: Limits.leadTimeDays),
            leadTimeSpread: try csv.days(spread, atMost: Limits.leadTimeDays) ?? 0,
            expediteDays: try csv.days(expedite, atMost: Limits.leadTimeDays), validFrom: validFrom, validTo: validTo)
    }

    /// The header of such a file.
    public static let header = [
        "supplier", "sku", "cost", "currency", "minimum_quantity", "pack", "lead_time_days", "lead_time_spread_days",
        "expedite_days", "valid_from", "valid_to",
    ]

    /// Writes offers so that they read back the same.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(_ offers: some Sequence<Offer>, to writer: CSVWriter) throws(FormatError) {
        try writer.record(header)
        for offer in offers {
            try writer.record([
                offer.supplier.text, offer.sku.text, offer.cost?.description ?? "", offer.currency.code,
                String(offer.minimumQuantity), String(offer.pack), offer.leadTimeDays.map(positional) ?? "",
                positional(offer.leadTimeSpread), offer.expediteDays.map(positional) ?? "",
                offer.validFrom?.description ?? "", offer.validTo?.description ?? "",
            ])
        }
    }
}
