/// How many of a kit can be had: those that stand on the shelf, and those that can be put together from what does.
///
/// Kits within kits are taken apart as far as needed, and a unit that two of them need is used once.
public struct KitStock: Sendable {
    /// A product's key.
    public typealias Product = Int64

    private let components: [Product: [(component: Product, quantity: Int64)]]
    private let available: [Product: Int64]

    /// - Parameters:
    ///   - components: what each kit is made of; no kit is in itself, however deep.
    ///   - available: units of each product that can be sold; what is not there was never counted.
    public init(components: [Product: [(component: Product, quantity: Int64)]], available: [Product: Int64]) {
        self.components = components
        self.available = available
    }

    /// Units of a kit that can be put together; nil where something that it needs was never counted.
    public func makeable(_ kit: Product) -> Int64? {
        let parts = components[kit] ?? []
        let order = order(of: kit)
        guard !parts.isEmpty, order.allSatisfy({ available[$0] != nil || components[$0] != nil }) else { return nil }
        func canMake(_ units: Int64) -> Bool { isThere(parts, times: units, order) }
        guard canMake(1) else { return 0 }
        var (low, high) = (Int64(1), Int64(2))
        while high < 1_000_000_000, canMake(high) { (low, high) = (high, high * 2) }
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if canMake(middle) { low = middle } else { high = middle }
        }
        return low
    }

    /// The components without which no further one can be put together.
    public func limits(_ kit: Product) -> [Product] {
        guard let made = makeable(kit) else { return [] }
        let order = order(of: kit)
        return (components[kit] ?? []).filter { !isThere([$0], times: made + 1, order) }.map(\.component)
    }

    /// All that is in a kit, each before what it is made of: what several kits need of a product is added up before it
    /// is taken apart, so that the work grows with the kits and not with the ways through them.
    private func order(of kit: Product) -> [Product] {
        var seen: Set<Product> = []
        var order: [Product] = []
        func visit(_ product: Product) {
            guard seen.insert(product).inserted else { return }
            for part in components[product] ?? [] { visit(part.component) }
            order.append(product)
        }
        visit(kit)
        return Array(order.dropLast().reversed())
    }

    private func isThere(
        _ parts: [(component: Product, quantity: Int64)], times units: Int64, _ order: [Product]
    ) -> Bool {
        var needed: [Product: Int64] = [:]
        func need(_ parts: [(component: Product, quantity: Int64)], times units: Int64) -> Bool {
            for part in parts {
                let (wanted, overflow) = part.quantity.multipliedReportingOverflow(by: units)
                guard !overflow, wanted < 1 << 60 else { return false }
                needed[part.component, default: 0] += wanted
            }
            return true
        }
        guard need(parts, times: units) else { return false }
        for product in order {
            let missing = (needed[product] ?? 0) - max(0, available[product] ?? 0)
            guard missing > 0 else { continue }
            guard let inner = components[product], need(inner, times: missing) else { return false }
        }
        return true
    }
}
