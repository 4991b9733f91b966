import Domain
import Formats
import Inventory
import Store

/// What a kit is made of, and how many can be put together now.
public struct KitStanding: Sendable {
    /// A component and what of it can be sold.
    public struct Component: Sendable {
        /// The component.
        public var sku: SKU
        /// Units of it in one kit.
        public var quantity: Int64
        /// Units that can be sold; nil where nobody counted them.
        public var available: Int64?
    }

    /// What one kit holds.
    public var components: [Component]
    /// Kits that can be put together; nil where a component was never counted.
    public var makeable: Int64?
    /// The components that keep it from being more.
    public var limitedBy: [SKU]

    func json(onShelf: Int64) -> JSONValue {
        let parts = components.map { part -> JSONValue in
            .object([
                ("sku", .string(part.sku.text)), ("quantity", .integer(part.quantity)),
                ("available", .integer(part.available)),
            ])
        }
        let all: Int64? = makeable.map { $0 + onShelf }
        return .object([
            ("canBeMade", .integer(makeable)), ("available", .integer(all)),
            ("limitedBy", .array(limitedBy.map { JSONValue.string($0.text) })), ("components", .array(parts)),
        ])
    }

    /// How many can be made, in words.
    var words: String {
        guard let makeable else {
            let unknown = components.filter { $0.available == nil }.map(\.sku.text)
            return "nobody counted \(unknown.joined(separator: ", "))"
        }
        return "\(makeable) can be made"
            + (limitedBy.isEmpty ? "" : ", limited by \(limitedBy.map(\.text).joined(separator: ", "))")
    }
}

/// The kits of a shop and what is there of their parts, pool by pool.
struct KitShelf {
    private let kits: [Int64: [(component: Int64, quantity: Int64)]]
    private let skus: [Int64: SKU]
    private let available: [Int64: [Int64: Int64]]

    /// - Parameter products: those whose kits are asked for; all where nil.
    init(_ facts: Facts, asOf: Instant, levels: [StockLevel], product: Product?) throws {
        let all = try facts.kits()
        var levels = levels
        if let product {
            // One product was asked for: its own parts are looked up, and no more.
            guard all[product.id] != nil else {
                (kits, skus, available) = ([:], [:], [:])
                return
            }
            var wanted = [product.id]
            var seen = Set(wanted)
            while let next = wanted.popLast() {
                for part in all[next] ?? [] where seen.insert(part.component).inserted {
                    wanted.append(part.component)
                    levels += try facts.stockLevels(asOf: asOf, product: part.component)
                }
            }
        }
        kits = all
        skus =
            all.isEmpty
            ? [:]
            : Dictionary(try facts.products().map { ($0.id, $0.sku) }, uniquingKeysWith: { first, _ in first })
        var available: [Int64: [Int64: Int64]] = [:]
        for level in levels { available[level.pool, default: [:]][level.product] = level.onHand - level.committed }
        self.available = available
    }

    /// How a kit stands in a pool; nil for what is no kit.
    func standing(of product: Int64, in pool: Int64) -> KitStanding? {
        guard let parts = kits[product] else { return nil }
        let there = available[pool] ?? [:]
        let stock = KitStock(components: kits, available: there)
        return KitStanding(
            components: parts.compactMap { part in
                skus[part.component].map {
                    KitStanding.Component(
                        sku: $0, quantity: part.quantity,
                        available: there[part.component] ?? stock.makeable(part.component))
                }
            }, makeable: stock.makeable(product), limitedBy: stock.limits(product).compactMap { skus[$0] }.sorted())
    }

    /// The pools in which parts of a kit are counted: there it can be sold, whoever asked for it until now.
    func pools(of kit: Int64) -> [Int64] {
        guard let parts = kits[kit] else { return [] }
        return available.filter { pool in parts.contains { pool.value[$0.component] != nil } }.keys.sorted()
    }
}
