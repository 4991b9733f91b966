import Domain

/// What is sold on better terms, and when:
/// `id,line,name,sku,category,channel,place,from,to,lift,price,discount,status,updated_at`.
///
/// A promotion is for the product in `sku`, for the `category`, or, where both are blank or `*`, for everything; blank
/// `channel` and `place` are all of them. `from` and `to` are its first and last day. `lift` is what demand is expected
/// to be multiplied by (`1.4`, `x1.4`, `+40 %`), blank where that is to be learned; `price` is in the shop's currency;
/// `discount` is `0.2` or `20 %`. `status` is `planned` (or blank) or `cancelled`.
///
/// A row is known by id and `line`, without a line by id, product or category, channel and place: of a promotion of
/// several products each has a row. Of two versions that with the later `updated_at` holds, ISO 8601; blank is the
/// moment of the import.
public enum PromotionsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id, line, name, sku, category, channel, place, from, to, lift, price, discount, status
        case updatedAt = "updated_at"
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.id, .from, .to]

    /// The promotion of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Promotion {
        Promotion(
            id: try row.identifier(.id), line: try row.optionalIdentifier(.line), name: try row.words(.name),
            scope: try scope(row), channel: try row.optionalIdentifier(.channel), place: try row.optionalName(.place),
            from: try row.requiredDay(.from), to: try row.requiredDay(.to), lift: try row.factor(.lift),
            price: try row.price(.price), discount: try row.share(.discount),
            status: try row.word(.status) ?? .planned, updatedAt: try row.moment(.updatedAt))
    }

    private static func scope(_ row: PlainRow<Field>) throws(FormatError) -> Promotion.Scope {
        let sku: SKU? = try row.optionalName(.sku)
        let category = try row.optionalIdentifier(.category)
        switch (sku.flatMap { $0.text == "*" ? nil : $0 }, category.flatMap { $0 == "*" ? nil : $0 }) {
        case (nil, nil): return .everything
        case (let sku?, nil): return .product(ProductReference(sku))
        case (nil, let category?): return .category(category)
        case (_?, _?):
            throw row.error(
                .notAName, "is filled in beside sku; name a product or a category, and the other in a row of its own",
                .category)
        }
    }

    /// The fields of a promotion.
    public static func written(_ promotion: Promotion) -> [Field: PlainValue] {
        var product: ProductReference?
        var values: [Field: PlainValue?] = [
            .id: .text(promotion.id), .line: .of(promotion.line), .name: .of(promotion.name),
            .channel: .of(promotion.channel), .place: .of(promotion.place), .from: .of(promotion.from),
            .to: .of(promotion.to), .lift: promotion.lift.map { .number($0) },
            .price: promotion.price.map { .price($0) }, .discount: promotion.discount.map { .number($0) },
            .status: .text(promotion.status.rawValue), .updatedAt: .of(promotion.updatedAt),
        ]
        switch promotion.scope {
        case .everything: values[.sku] = .text("*")
        case .category(let name): values[.category] = .text(name)
        case .product(let reference): product = reference
        }
        return filled(values, product, .sku)
    }
}
