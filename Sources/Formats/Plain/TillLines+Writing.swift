import Domain

extension TillLinesReader {
    /// The header of such a file.
    public static let header = [
        "receipt", "line", "sold_at", "place", "till", "sku", "title", "quantity", "price", "discount", "customer",
        "currency", "void", "grade",
    ]

    /// Writes till receipts so that they read back the same: the number stands whole in `receipt`, and a receipt
    /// without lines is one row of no units, or void where
    /// it was called off.
    ///
    /// What a till cannot say is not written: versions, keys, stated totals, times of shipping other than the sale's.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(_ documents: some Sequence<OrderDocument>, to writer: CSVWriter) throws(FormatError) {
        try writer.record(header)
        for document in documents {
            for line in document.lines {
                try writer.record(
                    row(
                        document,
                        [
                            line.line ?? "", line.sku?.text ?? "", line.title, String(line.quantity),
                            line.unitPrice.description,
                            line.discount == 0
                                ? "" : Money(minor: line.discount, currency: document.currency).amount,
                        ], isVoid: false, grade: line.isSellable.map { $0 ? .sellable : .damaged }))
            }
            if document.lines.isEmpty {
                try writer.record(row(document, ["", "", "nothing", "0", "0", ""], isVoid: document.isTest))
            }
        }
    }

    /// A row of line, SKU, title, quantity, price and discount.
    private static func row(
        _ document: OrderDocument, _ line: [String], isVoid: Bool, grade: ReturnGrade? = nil
    ) -> [String] {
        [document.number] + line.prefix(1)
            + [document.orderedAt.description, document.place?.text ?? "", ""] + line.dropFirst()
            + [document.customer ?? "", document.currency.code, isVoid ? "true" : "", grade?.rawValue ?? ""]
    }
}
