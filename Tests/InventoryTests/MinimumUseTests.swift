import Inventory
import Numerics
import Testing

@Suite struct MinimumUseTests {
    @Test func `what was sold below the minimum was drawn from it`() throws {
        let use = try #require(MinimumUse(minimum: 5, stock: [12, 9, 2, 7, 11]))
        #expect(use.days == 5 && use.firstDay == 0 && use.lowest == 2)
        #expect(use.drawn == 3 && use.undrawn == 2 && use.daysSaved == 1)
    }

    @Test func `an empty shelf has used it up, and is no day saved`() throws {
        let use = try #require(MinimumUse(minimum: 5, stock: [12, 4, 0, -3, 11]))
        #expect(use.lowest == 0 && use.drawn == 5 && use.undrawn == 0 && use.daysSaved == 1)
    }

    @Test func `it counts from the first day on which it was there`() throws {
        let use = try #require(MinimumUse(minimum: 5, stock: [1, 4, 20, 6, 6]))
        #expect(use.days == 3 && use.firstDay == 2 && use.drawn == 0 && use.undrawn == 5 && use.daysSaved == 0)
        let never = try #require(MinimumUse(minimum: 5, stock: [1, 4]))
        #expect(never.days == 0 && never.firstDay == nil && never.lowest == nil)
        #expect(never.drawn == 0 && never.undrawn == 0 && never.daysSaved == 0)
        #expect(try #require(MinimumUse(minimum: 5, stock: [])).days == 0)
    }

    @Test func `it is what the shelf would have held without it`() throws {
        var random = SplitMix64(seed: 9)
        for _ in 0..<200 {
            let minimum = Int64(random.next() % 12)
            let stock = [minimum] + (0..<30).map { _ in Int64(random.next() % 25) - 2 }
            let use = try #require(MinimumUse(minimum: minimum, stock: stock))
            let without = stock.map { $0 - minimum }
            #expect(use.drawn + use.undrawn == minimum)
            // Nothing below an empty shelf can be drawn.
            #expect(use.drawn == max(0, min(minimum, -(without.min() ?? 0))))
            #expect(use.daysSaved == zip(stock, without).count { $0 > 0 && $1 <= 0 })
        }
    }

    @Test func `nothing kept saves nothing, and less than nothing cannot be kept`() throws {
        let use = try #require(MinimumUse(minimum: 0, stock: [0, 3, -1]))
        #expect(use.drawn == 0 && use.undrawn == 0 && use.daysSaved == 0)
        #expect(MinimumUse(minimum: -1, stock: [1]) == nil)
        let huge = try #require(MinimumUse(minimum: .max, stock: [.max, .min]))
        #expect(huge.drawn == .max && huge.undrawn == 0)
    }
}
