import Domain
import Formats

/// One order line of the UCI data set "Online Retail".
struct RetailLine {
    /// The code in capitals: the file spells some of them in both cases.
    var code: String
    /// The seller's words for it, trimmed.
    var title: String
    /// Units; negative for what was taken back or written off.
    var quantity: Int64
    /// Pounds sterling for a unit; not positive for adjustments.
    var price: UnitPrice
    /// Its day in Europe/London, which is how the file states times.
    var day: Day
    /// Whether somebody bought: no cancellation (an invoice with C) and no adjustment.
    var isSale: Bool
}

/// Reads that data set as CSV, line by line.
struct RetailLines {
    /// The reader, standing at the line that `next` returned.
    let csv: CSVReader
    private let invoice, code, title, quantity, date, price: Int

    /// Opens a file, plain or `.gz`.
    ///
    /// - Throws: `FormatError` where it cannot be read or lacks a column.
    init(path: String) throws(FormatError) {
        let csv = try CSVReader(ByteSource(path: path))
        func column(_ name: String) throws(FormatError) -> Int {
            guard let index = csv.column(name) else {
                throw FormatError(
                    .missingColumn, "there is no column '\(name)'; give the data set \"Online Retail\" as CSV",
                    file: path)
            }
            return index
        }
        self.csv = csv
        invoice = try column("InvoiceNo")
        code = try column("StockCode")
        title = try column("Description")
        quantity = try column("Quantity")
        date = try column("InvoiceDate")
        price = try column("UnitPrice")
    }

    /// The next line; nil at the end.
    ///
    /// - Throws: `FormatError` where a line is not as in the data set.
    mutating func next() throws(FormatError) -> RetailLine? {
        guard try csv.next() else { return nil }
        if let problem = csv.problem { throw problem }
        guard case .success(let quantity) = FixedPoint.parse(csv.field(quantity), decimals: 0),
            case .success(let price) = FixedPoint.parse(csv.field(price), decimals: 6),
            let day = Day(String(decoding: csv.field(date).prefix(10), as: UTF8.self))
        else {
            throw FormatError(
                .notANumber, "quantity, price or date are not as in the data set", file: csv.source.name, line: csv.line
            )
        }
        let isCancelled = csv.field(invoice).first == UInt8(ascii: "C")
        return RetailLine(
            code: text(code).uppercased(), title: text(title), quantity: quantity, price: UnitPrice(micros: price),
            day: day, isSale: quantity > 0 && price > 0 && !isCancelled)
    }

    private func text(_ index: Int) -> String {
        String(String(decoding: csv.field(index), as: UTF8.self).trimmed)
    }
}
