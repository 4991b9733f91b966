import Domain

/// Reads Shopify's export of inventory: one count a product and location.
///
/// Where the row says what is on hand, that is the count; else what is available. Rows whose cells say `not stocked` are
/// skipped. The export does not say when it was made, so the caller must.
public struct ShopifyInventoryReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    /// Rows passed over so far that hold no record.
    public private(set) var skippedRows = 0
    private let csv: CSVReader
    private let countedAt: Instant
    private let sku, place, handle: Column
    private let onHand: [Column]
    private let available: Column

    /// Reads the counts of a file.
    ///
    /// - Parameter countedAt: when the export was made.
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, countedAt: Instant) throws(FormatError) {
        self.csv = csv
        self.countedAt = countedAt
        var columns = Columns(csv)
        sku = try columns.required("SKU")
        place = try columns.required("Location")
        handle = columns.optional("Handle")
        // In exports with both, the new one is the cell to be edited and may be blank.
        onHand = [
            columns.optional("On hand (current)"), columns.optional("On hand"), columns.optional("On hand (new)"),
        ]
        let isOnHandThere = onHand.contains { $0.index != nil }
        available =
            isOnHandThere
            ? columns.optional("Available", "Available (not editable)")
            : try columns.required("Available", "Available (not editable)")
        ignoredColumns = columns.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<StockCount>? {
        while try csv.next() {
            if csv.problem == nil, isNotStocked {
                skippedRows += 1
                continue
            }
            let outcome = csv.outcome { () throws(FormatError) in try count() }
            return Reading(rows: 1, line: csv.line, offset: csv.offset, raw: Array(csv.raw), outcome: outcome)
        }
        return nil
    }

    private func isNotStocked(_ column: Column) -> Bool { csv.text(column)?.lowercased() == "not stocked" }

    /// Whether every cell that could hold a count is blank or says that the place does not stock it.
    private var isNotStocked: Bool {
        let cells = onHand + [available]
        return cells.contains(where: isNotStocked)
            && cells.allSatisfy { csv.bytes($0).isEmpty || isNotStocked($0) }
    }

    private func count() throws(FormatError) -> StockCount {
        guard csv.text(sku) != nil else {
            let product = csv.text(handle).map { " for '\($0.printable)'" } ?? ""
            throw csv.error(.missingValue, "is blank\(product); give the variant a SKU in Shopify", sku)
        }
        let limits = -Limits.quantity...Limits.quantity
        var quantity: Int64?
        var state = StockState.onHand
        for column in onHand where quantity == nil && !isNotStocked(column) {
            quantity = try csv.integer(column, limits)
        }
        if quantity == nil {
            quantity = try csv.integer(available, limits)
            state = .available
        }
        guard let quantity else {
            throw csv.error(.missingValue, "is blank, and so is what is on hand; there is no count", available)
        }
        return StockCount(
            product: ProductReference(try csv.name(sku)), place: try csv.name(place), quantity: quantity, state: state,
            countedAt: countedAt)
    }
}
