import Domain

extension PlainFormat {
    /// The fields that hold something.
    static func filled(_ values: [Field: PlainValue?]) -> [Field: PlainValue] { values.compactMapValues { $0 } }

    /// `values` with the product in its column: these files know a product by SKU or bar code. A code of another scheme
    /// stays out of both, so that the row is refused when it is read instead of meaning another product.
    static func filled(
        _ values: [Field: PlainValue?], _ product: ProductReference?, _ sku: Field, _ barcode: Field? = nil
    ) -> [Field: PlainValue] {
        var filled = filled(values)
        guard let product else { return filled }
        if product.scheme == "sku" { filled[sku] = .text(product.spelling) }
        if product.scheme == "barcode", let barcode { filled[barcode] = .text(product.spelling) }
        return filled
    }
}
