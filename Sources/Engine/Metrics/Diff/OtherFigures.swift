import Domain
import Formats

/// The figures of another system, as its file gives them: one for each order, or each SKU.
struct OtherFigures {
    /// What the file says of one order or SKU, its lines added up; numbers in millionths.
    struct Entry {
        var name: String
        var value: Int64
        var day: Day?
        var currency: String?
        /// Amounts of other columns that may explain a difference: `tax`, `shipping`…
        var others: [String: Int64]
        var rows: Int
    }

    /// The columns to read, where they are not found by their usual names.
    struct Columns: Sendable {
        var document: String?
        var amount: String?
        var date: String?
        var currency: String?
    }

    /// By name, in small letters.
    private(set) var entries: [String: Entry] = [:]
    /// Whether they are of SKUs, not of orders.
    let isBySKU: Bool
    /// Which columns were read, for the report.
    let read: (document: String, amount: String, date: String?)
    /// Rows that could not be read, with their line.
    private(set) var unreadable: [(line: Int, why: String)] = []

    private static let documents = [
        "order", "order_id", "order id", "order_number", "order number", "name", "document", "document_id", "invoice",
        "invoice_no", "invoiceno", "invoice number", "transaction_id", "number", "doc", "id",
    ]
    private static let skus = [
        "sku", "item_code", "item", "default_code", "product", "product_code", "code", "lineitem sku", "variant sku",
    ]
    private static let amounts = [
        "net_revenue", "net revenue", "net", "net_amount", "net amount", "net sales", "net_sales", "revenue",
        "subtotal",
        "amount", "total", "value", "sum", "quantity", "units", "qty", "on_hand", "on hand", "stock", "available",
    ]
    private static let dates = [
        "date", "day", "created at", "created_at", "ordered_at", "order_date", "order date", "processed_at",
        "invoice_date",
        "invoicedate", "posting_date", "at",
    ]
    /// Columns whose amounts may stand between two figures.
    private static let explaining: [(name: String, columns: [String])] = [
        ("tax", ["tax", "taxes", "total_tax", "vat", "tax_amount"]),
        ("shipping", ["shipping", "postage", "shipping_amount", "freight", "delivery"]),
        ("discount", ["discount", "discount amount", "discounts", "discount_amount", "total_discounts"]),
        ("refund", ["refund", "refunds", "refunded amount", "refunded_amount", "returns"]),
        ("gift card", ["gift_card", "gift card", "giftcard"]), ("tip", ["tip", "tips", "gratuity"]),
        ("duties", ["duties", "duty"]), ("fee", ["fee", "fees"]),
    ]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - metric: the metric's name, which a column may have.
    ///   - wantsSKU: whether the metric is told by SKU alone.
    /// - Throws: `EngineError(.usage)` where a column cannot be found, `FormatError`.
    init(_ source: ByteSource, _ wanted: Columns, metric: String, wantsSKU: Bool) throws {
        let csv = try CSVReader(source)
        func find(_ given: String?, _ usual: [String], _ option: String, _ what: String) throws -> Int? {
            let header = csv.header.map { $0.lowercased() }
            if let given {
                guard let index = header.firstIndex(of: given.lowercased()) else {
                    throw EngineError(
                        .usage,
                        "\(source.name) has no column '\(given.printable)'; it has \(csv.header.joined(separator: ", "))"
                    )
                }
                return index
            }
            let found = usual.lazy.compactMap { header.firstIndex(of: $0) }.first
            guard found == nil, !what.isEmpty else { return found }
            throw EngineError(
                .usage,
                "\(source.name) has no column that says \(what): name it with \(option); it has "
                    + csv.header.joined(separator: ", "))
        }
        var isBySKU = wantsSKU
        var document = wantsSKU ? nil : try find(wanted.document, OtherFigures.documents, "--document", "")
        if document == nil {
            document = try find(
                wanted.document, OtherFigures.skus, "--document", wantsSKU ? "which SKU" : "which order, or which SKU")
            isBySKU = true
        }
        let amount = try find(wanted.amount, [metric] + OtherFigures.amounts, "--amount", "how much")
        guard let document, let amount else { throw EngineError(.usage, "\(source.name) has no column of amounts") }
        let date = try find(wanted.date, OtherFigures.dates, "--date", "")
        let currency = try find(wanted.currency, ["currency"], "--currency", "")
        let others = try OtherFigures.explaining.compactMap { name, columns in
            try find(nil, columns, "", "").flatMap { $0 == amount ? nil : (name, $0) }
        }
        self.isBySKU = isBySKU
        read = (csv.header[document], csv.header[amount], date.map { csv.header[$0] })
        func text(_ index: Int?) -> String {
            guard let index, index < csv.fieldCount else { return "" }
            return String(String(decoding: csv.field(index), as: UTF8.self).trimmed)
        }
        while try csv.next() {
            if let problem = csv.problem {
                unreadable.append((csv.line, problem.message))
                continue
            }
            let name = text(document)
            guard !name.isEmpty else {
                if !text(amount).isEmpty { unreadable.append((csv.line, "\(read.document) is blank")) }
                continue
            }
            // Shopify's export writes an order's amounts on its first row alone.
            let written = text(amount)
            guard let value = written.isEmpty ? 0 : OtherFigures.millionths(written) else {
                unreadable.append((csv.line, "'\(written.prefix(40).printable)' is no amount"))
                continue
            }
            var entry =
                entries[name.lowercased()] ?? Entry(name: name, value: 0, day: nil, currency: nil, others: [:], rows: 0)
            let (sum, overflow) = entry.value.addingReportingOverflow(value)
            guard !overflow else {
                unreadable.append((csv.line, "the amounts of \(name) are too large"))
                continue
            }
            entry.value = sum
            entry.rows += 1
            entry.day = entry.day ?? OtherFigures.day(text(date))
            let code = text(currency).uppercased()
            if !code.isEmpty { entry.currency = entry.currency ?? code }
            for (other, index) in others {
                if let value = OtherFigures.millionths(text(index)), value != 0 {
                    entry.others[other, default: 0] &+= value
                }
            }
            entries[name.lowercased()] = entry
        }
    }

    /// Reads `1,234.50`, `£12`, `-3`, `(3.00)`; nil for what is no number.
    static func millionths(_ text: String) -> Int64? {
        var digits = text
        var sign: Int64 = 1
        if digits.hasPrefix("("), digits.hasSuffix(")") {
            digits = String(digits.dropFirst().dropLast())
            sign = -1
        }
        for mark in ["£", "$", "€", "¥", "\u{A0}"] { digits = digits.replacing(mark, with: "") }
        guard case .success(let value) = FixedPoint.parse(digits, decimals: 6, group: UInt8(ascii: ",")) else {
            return nil
        }
        return sign * value
    }

    /// The day that a text begins with; nil where it begins with none.
    private static func day(_ text: String) -> Day? {
        if let day = Day(text.prefix(10)) { return day }
        return DaysInText.days(Array(text.prefix(10).utf8)).first
    }
}
