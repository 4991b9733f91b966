import Domain

/// Reads stock counts: `sku,place,quantity,state,counted_at,lot,expires_on`.
///
/// `quantity` is whole units, negative where a system oversold; `state` is `on-hand` or `available`; `counted_at` is
/// ISO 8601, by the wall clock of the zone where it has no offset. A date alone is refused: before or after the day's
/// sales is the difference that matters. Rows with a lot, or the last day on which it may be sold, are of that lot alone
/// and add up; `lot` and `expires_on` may be missing or blank.
public struct CountsReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let sku, place, quantity, state, countedAt, lot, expiresOn: Column
    private var moments: MomentReader

    /// Reads the counts of a file.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, zone: Zone) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        sku = try columns.required("sku")
        place = try columns.required("place")
        quantity = try columns.required("quantity")
        state = try columns.required("state")
        countedAt = try columns.required("counted_at")
        lot = columns.optional("lot")
        expiresOn = columns.optional("expires_on")
        ignoredColumns = columns.ignored
        moments = try MomentReader(zone: zone)
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<StockCount>? {
        try csv.reading { () throws(FormatError) in try count() }
    }

    private mutating func count() throws(FormatError) -> StockCount {
        guard let state: StockState = try csv.word(state) else {
            throw csv.error(.missingValue, "is blank; write on-hand or available", state)
        }
        guard let moment = try moments.moment(countedAt, of: csv, acceptsDay: false) else {
            throw csv.error(.missingValue, "is blank; write when it was counted", countedAt)
        }
        return StockCount(
            product: ProductReference(try csv.name(sku)), place: try csv.name(place),
            quantity: try csv.requiredInteger(quantity, -Limits.quantity...Limits.quantity), state: state,
            countedAt: moment, lot: csv.text(lot) == nil ? nil : try csv.identifier(lot),
            expiresOn: try csv.day(expiresOn))
    }

    /// The header of such a file.
    public static let header = ["sku", "place", "quantity", "state", "counted_at"]

    /// Writes counts so that they read back the same.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(_ counts: some Sequence<StockCount>, to writer: CSVWriter) throws(FormatError) {
        let counts = Array(counts)
        let hasLots = counts.contains { $0.lot != nil || $0.expiresOn != nil }
        try writer.record(header + (hasLots ? ["lot", "expires_on"] : []))
        for count in counts {
            let row = [
                count.product.spelling, count.place.text, String(count.quantity), count.state.rawValue,
                count.countedAt.description,
            ]
            try writer.record(row + (hasLots ? [count.lot ?? "", count.expiresOn?.description ?? ""] : []))
        }
    }
}
