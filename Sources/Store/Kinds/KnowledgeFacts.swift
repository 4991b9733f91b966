import Domain
import GRDB

// What people know ahead: promotions, firm orders, what is special about days, and what they set against the models.

extension Facts {
    static let statementKeys = ["source", "number", "line"]

    private static let promotions = StatementTable(
        "promotion", tally: "promotions", keys: statementKeys,
        values: [
            "status", "scheme", "value", "category", "channel", "place", "first", "last", "lift", "price", "discount",
            "name",
        ])

    static func take(_ facts: Facts, _ database: Database, _ promotion: Promotion, _ batch: Batch) throws -> Arrival {
        var product: ProductReference?
        var category: String?
        switch promotion.scope {
        case .everything: break
        case .category(let name): category = name
        case .product(let reference):
            guard try find(database, reference) != nil else { return unknown(reference) }
            product = reference
        }
        return try promotions.keep(
            .promotion(promotion), [batch.source, promotion.id, promotion.row],
            [
                promotion.status.rawValue, product?.scheme, product?.value, category, promotion.channel,
                promotion.place?.text, promotion.from.number, promotion.to.number, promotion.lift,
                promotion.price?.micros, promotion.discount, promotion.name,
            ], version: promotion.updatedAt, of: batch, database)
    }

    private static let firmOrders = StatementTable(
        "firm_order", tally: "firmOrders", keys: statementKeys,
        values: ["status", "scheme", "value", "place", "quantity", "due", "customer"])

    static func take(_ facts: Facts, _ database: Database, _ order: FirmOrder, _ batch: Batch) throws -> Arrival {
        guard try find(database, order.product) != nil else { return unknown(order.product) }
        return try firmOrders.keep(
            .firmOrder(order), [batch.source, order.order, order.row],
            [
                order.status.rawValue, order.product.scheme, order.product.value, order.place?.text, order.quantity,
                order.due.number, order.customer,
            ], version: order.updatedAt, of: batch, database)
    }

    private static let occasions = FactTable(
        "occasion", tally: "occasions", keys: ["day", "kind", "name", "place", "region"],
        values: ["status", "value", "source"])

    static func take(_ facts: Facts, _ database: Database, _ occasion: Occasion, _ batch: Batch) throws -> Arrival {
        try occasions.keep(
            [
                occasion.day.number, occasion.kind.rawValue, occasion.name, occasion.place?.text ?? "",
                occasion.region ?? "",
            ], [occasion.status.rawValue, occasion.value, batch.source], of: batch, database)
    }

    private static let overrides = StatementTable(
        "override", tally: "overrides", keys: ["source", "number"],
        values: [
            "status", "scheme", "value", "place", "unit", "figure", "first", "last", "expires", "owner", "reason",
        ])

    static func take(_ facts: Facts, _ database: Database, _ override: Override, _ batch: Batch) throws -> Arrival {
        guard try find(database, override.product) != nil else { return unknown(override.product) }
        return try overrides.keep(
            .override(override), [batch.source, override.id],
            [
                override.status.rawValue, override.product.scheme, override.product.value, override.place?.text,
                override.word.unit.rawValue, override.word.value, override.from?.number, override.to?.number,
                override.expires.number, override.owner, override.reason,
            ], version: override.updatedAt, of: batch, database)
    }
}
