import Testing

@testable import Inventory

@Suite("The price of capital")
struct CapitalPriceTests {
    @Test("a single product gets the fill rate itself", arguments: [0.5, 0.9, 0.99, 0.9999])
    func single(share: Double) throws {
        let price = try #require(
            CapitalPrice.perDay(fillRate: share, gap: 7, products: [.init(revenue: 30, costShare: 0.6)]))
        // Critical ratio: short for held ÷ (1 + held), held being what a unit of price costs in stock over the gap.
        let held = price * 0.6 * 7
        #expect(abs(held / (1 + held) - (1 - share)) < 1e-9)
    }

    @Test("shares of several, weighed by revenue, come to the fill rate, and what earns more for its cost gets more")
    func several() throws {
        let products = [
            CapitalPrice.Product(revenue: 100, costShare: 0.3), .init(revenue: 20, costShare: 0.9),
            .init(revenue: 55, costShare: 0.6),
        ]
        let price = try #require(CapitalPrice.perDay(fillRate: 0.93, gap: 14, products: products))
        let short = products.map { price * $0.costShare * 14 / (1 + price * $0.costShare * 14) }
        let sum = zip(products, short).reduce(0) { $0 + $1.0.revenue * $1.1 }
        #expect(abs(sum / 175 - 0.07) < 1e-9)
        #expect(short[0] < short[2] && short[2] < short[1])
        #expect(CapitalPrice.perDay(fillRate: 0.93, gap: 14, products: products.reversed()) != nil)
    }

    @Test("a higher fill rate makes capital cheaper to tie up")
    func monotone() throws {
        let products = [CapitalPrice.Product(revenue: 1, costShare: 0.5), .init(revenue: 9, costShare: 0.8)]
        let prices = try [0.2, 0.5, 0.9, 0.99, 0.999].map {
            try #require(CapitalPrice.perDay(fillRate: $0, gap: 1, products: products))
        }
        #expect(prices == prices.sorted(by: >) && Set(prices).count == prices.count)
    }

    @Test("what makes no sense has no price")
    func refusals() {
        let product = [CapitalPrice.Product(revenue: 1, costShare: 0.5)]
        for share in [0, 1, -1, Double.nan] {
            #expect(CapitalPrice.perDay(fillRate: share, gap: 7, products: product) == nil)
        }
        #expect(CapitalPrice.perDay(fillRate: 0.9, gap: 0, products: product) == nil)
        #expect(CapitalPrice.perDay(fillRate: 0.9, gap: 7, products: []) == nil)
        let odd = [
            CapitalPrice.Product(revenue: .nan, costShare: 1), .init(revenue: 1, costShare: 0),
            .init(revenue: .infinity, costShare: 1),
        ]
        #expect(CapitalPrice.perDay(fillRate: 0.9, gap: 7, products: odd) == nil)
        #expect(
            CapitalPrice.perDay(fillRate: 0.9, gap: 7, products: odd + product)
                == CapitalPrice.perDay(fillRate: 0.9, gap: 7, products: product))
    }
}
