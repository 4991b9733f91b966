import Domain

/// Reads Shopify's export of products: one reading a variant.
///
/// What belongs to the product as a whole stands on the first row of its `Handle`; rows with a blank or the same handle
/// continue it. Rows that hold nothing but a further picture are skipped. A variant without SKU is refused with its
/// handle named: nothing could be ordered under it.
///
/// The name is the title and the variant's options (`Mug - Red / Large`). `Status` archived means discontinued, active
/// means active; a draft says nothing of the product's life. A barcode that is not all digits, or has more than 18, is left out.
public struct ShopifyProductsReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    /// Rows passed over so far that hold no record.
    public private(set) var skippedRows = 0
    private let csv: CSVReader
    private let handle, title, vendor, type, category, status, sku, price, cost, barcode: Column
    private let options: [Column]
    private var product = Product()

    /// What the first row of a handle says for all its variants.
    private struct Product {
        var handle = ""
        var title, vendor, category, status: String?
    }

    /// Reads the products of a file.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader) throws(FormatError) {
        self.csv = csv
        var columns = Columns(csv)
        handle = try columns.required("Handle", "URL handle")
        title = try columns.required("Title")
        sku = try columns.required("Variant SKU", "SKU")
        price = columns.optional("Variant Price", "Price")
        cost = columns.optional("Cost per item")
        barcode = columns.optional("Variant Barcode", "Barcode")
        vendor = columns.optional("Vendor")
        type = columns.optional("Type", "Custom Product Type")
        category = columns.optional("Product Category", "Standard Product Type")
        status = columns.optional("Status")
        options = [
            columns.optional("Option1 Value"), columns.optional("Option2 Value"), columns.optional("Option3 Value"),
        ]
        ignoredColumns = columns.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<ProductDeclaration>? {
        while try csv.next() {
            takeProduct()
            if csv.problem == nil, !product.handle.isEmpty, isPictureOnly {
                skippedRows += 1
                continue
            }
            let outcome = csv.outcome { () throws(FormatError) in try variant() }
            return Reading(rows: 1, line: csv.line, offset: csv.offset, raw: Array(csv.raw), outcome: outcome)
        }
        return nil
    }

    private mutating func takeProduct() {
        let name = csv.text(handle) ?? ""
        if csv.problem != nil {
            // What a bad first row says is not known; its variants must not become those of the product before.
            if name != product.handle { product = Product(handle: name) }
            return
        }
        let isNew = !name.isEmpty && name != product.handle
        guard isNew || csv.text(title) != nil else { return }
        product = Product(
            handle: isNew ? name : product.handle, title: csv.text(title), vendor: csv.text(vendor),
            category: csv.text(type) ?? csv.text(category), status: csv.text(status)?.lowercased())
    }

    private var isPictureOnly: Bool {
        ([title, sku, price, cost, barcode] + options).allSatisfy { csv.bytes($0).isEmpty }
    }

    private func variant() throws(FormatError) -> ProductDeclaration {
        guard !product.handle.isEmpty else {
            throw csv.error(.missingValue, "is blank, and no product stands above it", handle)
        }
        guard csv.text(sku) != nil else {
            throw csv.error(
                .missingValue, "is blank for a variant of '\(product.handle.printable)'; give it a SKU in Shopify", sku)
        }
        var declaration = ProductDeclaration(sku: try csv.name(sku))
        let values = options.compactMap { csv.text($0) }.filter { $0 != "Default Title" }.joined(separator: " / ")
        declaration.name = product.title.map { values.isEmpty ? $0 : "\($0) - \(values)" }
        declaration.vendor = product.vendor
        declaration.category = product.category
        // Spreadsheets keep leading zeros only behind an apostrophe.
        let digits = csv.text(barcode).map { $0.hasPrefix("'") ? String($0.dropFirst()) : $0 }
        declaration.barcode = digits.flatMap { ProductsReader.isBarcode($0) ? $0 : nil }
        declaration.price = try csv.price(price)
        declaration.cost = try csv.price(cost)
        declaration.lifecycle =
            switch product.status {
            case "archived": .discontinued
            case "active": .active
            default: nil
            }
        return declaration
    }
}
