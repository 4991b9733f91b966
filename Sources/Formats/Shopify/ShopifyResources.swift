import Domain

/// Stock as Shopify's inventory levels and items tell of it.
public enum ShopifyStock {
    /// `inventory_levels/update`: units available of a stocked item at a location, known by their numbers.
    static func readLevel(_ row: JSONRow) throws(FormatError) -> StockCount {
        let id = try row.identifier("inventory_item_id")
        guard let product = ProductReference.inventoryItem(id) else {
            throw row.error(.notAName, "'\(id)' is no number of an item", "inventory_item_id")
        }
        return StockCount(
            product: product, place: try row.name("location_id"), quantity: try row.requiredInteger("available"),
            state: .available, countedAt: try row.requiredMoment("updated_at"))
    }

    /// `inventory_items/update`: a stocked item's code and cost; nil for one without a code.
    static func readItem(_ row: JSONRow) throws(FormatError) -> ProductDeclaration? {
        guard let sku: SKU = try row.optionalName("sku") else { return nil }
        var declaration = ProductDeclaration(sku: sku)
        declaration.cost = try row.price("cost")
        declaration.statedAt = try row.moment("updated_at")
        declaration.identifiers = [ProductReference.inventoryItem(try row.identifier("id"))].compactMap { $0 }
        return declaration
    }

    /// The body of `inventory_levels/update`.
    public static func json(_ count: StockCount) -> JSONValue {
        .object([
            ("inventory_item_id", whole(count.product.value)), ("location_id", whole(count.place.text)),
            ("available", .integer(count.quantity)), ("updated_at", .string(count.countedAt.description)),
        ])
    }
}

/// Products as Shopify tells of them: a declaration for each variant that has a code.
public enum ShopifyCatalogue {
    static func read(_ row: JSONRow) throws(FormatError) -> [ProductDeclaration] {
        let title = row.text("title")
        let statedAt = try row.moment("updated_at")
        var declarations: [ProductDeclaration] = []
        for variant in row.objects("variants") {
            guard let sku: SKU = try variant.optionalName("sku") else { continue }
            var declaration = ProductDeclaration(sku: sku)
            let words = variant.text("title").flatMap { $0 == "Default Title" ? nil : $0 }
            declaration.name = title.map { title in words.map { "\(title) - \($0)" } ?? title } ?? words
            declaration.statedAt = statedAt
            declaration.vendor = row.text("vendor")
            declaration.category = row.text("product_type")
            let digits = variant.text("barcode")
            declaration.barcode = digits.flatMap { ProductsReader.isBarcode($0) ? $0 : nil }
            declaration.price = try variant.price("price")
            declaration.cost = try variant.price("cost")
            declaration.lifecycle =
                switch row.text("status") {
                case "archived": .discontinued
                case "active": .active
                default: nil
                }
            declaration.identifiers = [
                try variant.optionalIdentifier("id").flatMap { ProductReference.variant($0) },
                try variant.optionalIdentifier("inventory_item_id").flatMap { ProductReference.inventoryItem($0) },
            ].compactMap { $0 }
            declarations.append(declaration)
        }
        return declarations
    }

    /// The body of `products/update`: a product of one variant.
    public static func json(_ declaration: ProductDeclaration, id: Int64) -> JSONValue {
        var variant: [(String, JSONValue)] = [
            ("title", .string("Default Title")), ("sku", .string(declaration.sku.text)), ("product_id", .integer(id)),
        ]
        for (name, scheme) in [("id", "variant"), ("inventory_item_id", "inventory-item")] {
            if let code = declaration.identifiers.first(where: { $0.scheme == scheme }) {
                variant.append((name, whole(code.value)))
            }
        }
        if let price = declaration.price { variant.append(("price", .string(price.description))) }
        if let cost = declaration.cost { variant.append(("cost", .string(cost.description))) }
        if let barcode = declaration.barcode { variant.append(("barcode", .string(barcode))) }
        let status: JSONValue =
            switch declaration.lifecycle {
            case .discontinued: .string("archived")
            case .active: .string("active")
            default: .string("draft")
            }
        return .object([
            ("id", .integer(id)), ("title", .optional(declaration.name) { .string($0) }),
            ("vendor", .optional(declaration.vendor) { .string($0) }),
            ("product_type", .optional(declaration.category) { .string($0) }), ("status", status),
            ("updated_at", .optional(declaration.statedAt) { .string($0.description) }),
            ("variants", .array([.object(variant)])),
        ])
    }
}

/// Checkouts, which become orders or are left.
public enum ShopifyCheckout {
    static func read(_ row: JSONRow) throws(FormatError) -> Cart {
        var lines: [Cart.Line] = []
        for item in row.objects("line_items") {
            let sku: SKU? = try item.optionalName("sku")
            let variant = try item.optionalIdentifier("variant_id").flatMap { ProductReference.variant($0) }
            guard
                let product = sku.map({ ProductReference($0) }) ?? variant
                    ?? SKU(item.text("title") ?? "").map({ ProductReference($0) })
            else { continue }
            lines.append(
                Cart.Line(
                    product: product, quantity: try item.requiredInteger("quantity", 0...Limits.quantity),
                    unitPrice: try item.requiredPrice("price")))
        }
        let link = row.text("abandoned_checkout_url").flatMap { $0.utf8.count <= 2000 && !$0.hasControls ? $0 : nil }
        let mail = row.text("email") ?? row.object("customer")?.text("email")
        return Cart(
            id: try row.identifier("token", "id"),
            createdAt: try row.requiredMoment("created_at"),
            updatedAt: try row.requiredMoment("updated_at", "created_at"),
            completedAt: try row.moment("completed_at"), customer: mail?.lowercased(),
            mayContact: row.bool("buyer_accepts_marketing") ?? false,
            currency: try row.currency("presentment_currency", "currency"), link: link,
            lines: lines)
    }

    /// The body of `checkouts/update`.
    public static func json(_ cart: Cart) -> JSONValue {
        .object([
            ("token", .string(cart.id)), ("created_at", .string(cart.createdAt.description)),
            ("updated_at", .string(cart.updatedAt.description)),
            ("completed_at", .optional(cart.completedAt) { .string($0.description) }),
            ("email", .optional(cart.customer) { .string($0) }), ("buyer_accepts_marketing", .bool(cart.mayContact)),
            ("currency", .string(cart.currency.code)),
            ("abandoned_checkout_url", .optional(cart.link) { .string($0) }),
            (
                "line_items",
                .array(
                    cart.lines.map { line in
                        let code: (String, JSONValue) =
                            line.product.scheme == "variant"
                            ? ("variant_id", whole(line.product.value)) : ("sku", .string(line.product.spelling))
                        return .object([
                            code, ("quantity", .integer(line.quantity)),
                            ("price", .string(line.unitPrice.description)),
                        ])
                    })
            ),
        ])
    }
}

/// Parcels, as Shopify calls them fulfillments.
public enum ShopifyFulfilment {
    static func read(_ row: JSONRow) throws(FormatError) -> Shipment {
        var lines: [Shipment.Line] = []
        for item in row.objects("line_items") {
            lines.append(
                Shipment.Line(
                    line: try item.identifier("id"),
                    quantity: try item.requiredInteger("quantity", 0...Limits.quantity)))
        }
        let state: Shipment.State =
            switch (row.text("status") ?? "success", row.text("shipment_status")) {
            case (_, "delivered"): .delivered
            case ("success", _): .shipped
            case ("cancelled", _): .cancelled
            case ("error", _), ("failure", _): .failed
            default: .pending
            }
        return Shipment(
            id: try row.identifier("id"), order: try row.identifier("order_id"),
            at: try row.requiredMoment("created_at"), version: try row.moment("updated_at"),
            place: try row.optionalName("location_id"), carrier: row.text("tracking_company"),
            tracking: row.text("tracking_number"), state: state, lines: lines)
    }

    /// The body of `fulfillments/create`.
    public static func json(_ shipment: Shipment) -> JSONValue {
        let status =
            switch shipment.state {
            case .shipped, .delivered: "success"
            case .cancelled: "cancelled"
            case .failed: "failure"
            case .pending: "pending"
            }
        return .object([
            ("id", whole(shipment.id)), ("order_id", whole(shipment.order)), ("status", .string(status)),
            ("created_at", .string(shipment.at.description)),
            ("updated_at", .optional(shipment.version) { .string($0.description) }),
            ("location_id", .optional(shipment.place) { whole($0.text) }),
            ("tracking_company", .optional(shipment.carrier) { .string($0) }),
            ("tracking_number", .optional(shipment.tracking) { .string($0) }),
            ("shipment_status", shipment.state == .delivered ? .string("delivered") : .null),
            (
                "line_items",
                .array(shipment.lines.map { .object([("id", whole($0.line)), ("quantity", .integer($0.quantity))]) })
            ),
        ])
    }
}

/// A number as the API writes it where it is one, else its text.
func whole(_ text: String) -> JSONValue {
    Int64(text).flatMap { String($0) == text ? JSONValue.integer($0) : nil } ?? .string(text)
}
