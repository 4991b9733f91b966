import Domain

/// Reads a catalogue: `sku,name,vendor,category,barcode,price,cost,lifecycle`.
///
/// Only `sku` must be filled in; a blank field leaves what is known. Prices and costs are in the shop's currency;
/// `lifecycle` is `active`, `new`, `phase-out`, `discontinued` or `do-not-buy`.
public struct ProductsReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let sku, name, vendor, category, barcode, price, cost, lifecycle: Column

    /// Reads the products of a file.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        sku = try columns.required("sku")
        name = columns.optional("name")
        vendor = columns.optional("vendor")
        category = columns.optional("category")
        barcode = columns.optional("barcode")
        price = columns.optional("price")
        cost = columns.optional("cost")
        lifecycle = columns.optional("lifecycle")
        ignoredColumns = columns.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<ProductDeclaration>? {
        try csv.reading { () throws(FormatError) in try product() }
    }

    private func product() throws(FormatError) -> ProductDeclaration {
        var product = ProductDeclaration(sku: try csv.name(sku))
        product.name = csv.text(name)
        product.vendor = csv.text(vendor)
        product.category = csv.text(category)
        product.barcode = csv.text(barcode)
        if let barcode = product.barcode, !ProductsReader.isBarcode(barcode) {
            throw csv.error(
                .notANumber,
                "'\(barcode.prefix(60).printable)' is no barcode; write its digits (has a spreadsheet rounded it?)",
                self.barcode)
        }
        product.price = try csv.price(price)
        product.cost = try csv.price(cost)
        product.lifecycle = try csv.word(lifecycle)
        return product
    }

    /// Whether a text is what catalogues keep as a bar code: 1 to 18 digits, of whatever meaning.
    static func isBarcode(_ text: String) -> Bool {
        (1...18).contains(text.utf8.count) && text.utf8.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// The header of such a file.
    public static let header = ["sku", "name", "vendor", "category", "barcode", "price", "cost", "lifecycle"]

    /// Writes products so that they read back the same.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(_ products: some Sequence<ProductDeclaration>, to writer: CSVWriter) throws(FormatError) {
        try writer.record(header)
        for product in products {
            try writer.record([
                product.sku.text, product.name ?? "", product.vendor ?? "", product.category ?? "",
                product.barcode ?? "", product.price?.description ?? "", product.cost?.description ?? "",
                product.lifecycle?.rawValue ?? "",
            ])
        }
    }
}
