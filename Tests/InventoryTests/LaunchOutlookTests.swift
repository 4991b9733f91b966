import Numerics
import Testing

@testable import Inventory

@Suite("New products from like ones")
struct LaunchOutlookTests {
    static let like: [[Double]] = [
        [Double](repeating: 8, count: 40), [Double](repeating: 2, count: 40), [Double](repeating: 5, count: 40),
    ]

    @Test("before a sale it is the mean of its like, as uncertain as they differ")
    func prior() throws {
        let outlook = try #require(LaunchOutlook(likeProducts: Self.like))
        #expect(abs(outlook.mean(days: 0..<10) - 50) < 1e-9)
        // Multiples 1.6, 0.4, 1: variance 0.24, less the chance of some 200 sales each.
        let demand = outlook.demand(days: 0..<10)
        #expect(abs(demand.mean - 50) < 1e-6)
        #expect(abs(demand.variance - (50 + 2500 * (0.24 - 0.005))) < 1)
        #expect(abs(outlook.mean(days: 35..<60) - 125) < 1e-9)
    }

    /// With a gamma prior of mean 1 the posterior mean is (a + sold) ÷ (a + expected).
    @Test("its own first days move it as far as they weigh, and many decide")
    func own() throws {
        var last = 1.0
        for days in [1, 3, 10, 30, 300] {
            let outlook = try #require(
                LaunchOutlook(likeProducts: Self.like, own: [Double](repeating: 10, count: days)))
            let prior = 1 / 0.235
            #expect(abs(outlook.multiple - (prior + 10 * Double(days)) / (prior + 5 * Double(days))) < 1e-6)
            #expect(outlook.multiple > last && outlook.multiple < 2)
            last = outlook.multiple
        }
        #expect(last > 1.99)
        let silent = try #require(LaunchOutlook(likeProducts: Self.like, own: [.nan, .nan]))
        #expect(silent.multiple == 1)
    }

    /// 300 launches whose multiples are drawn from a gamma law: after ten days their next twenty lie below the quantile
    /// as often as it says.
    @Test("its quantiles hold over many launches")
    func calibrated() throws {
        var random = SplitMix64(seed: 21)
        let shape = [9.0, 8, 7, 6, 5, 4] + [Double](repeating: 3, count: 34)
        func series(_ days: Int, _ multiple: Double) -> [Double] {
            (0..<days).map { Double(random.poisson(mean: shape[$0] * multiple) ?? 0) }
        }
        func multiple() -> Double { random.gamma(shape: 4, scale: 0.25) ?? 1 }
        let like = (0..<40).map { _ in series(40, multiple()) }
        var (below, middle) = (0, 0)
        for _ in 0..<300 {
            let units = series(30, multiple())
            let outlook = try #require(LaunchOutlook(likeProducts: like, own: Array(units.prefix(10))))
            let sold = Int(units.dropFirst(10).reduce(0, +))
            let demand = outlook.demand(days: 0..<20)
            if sold <= demand.quantile(0.9) { below += 1 }
            if sold <= demand.quantile(0.5) { middle += 1 }
        }
        #expect(abs(Double(below) / 300 - 0.91) < 0.06)
        #expect(abs(Double(middle) / 300 - 0.52) < 0.09)
    }

    @Test("weights, scale and days out of stock count")
    func terms() throws {
        let first = try #require(LaunchOutlook(likeProducts: Self.like, weights: [1, 0, 0]))
        #expect(abs(first.mean(days: 0..<1) - 8) < 1e-9)
        let double = try #require(LaunchOutlook(likeProducts: Self.like, scale: 2))
        #expect(abs(double.mean(days: 0..<1) - 10) < 1e-9)
        let gaps = try #require(LaunchOutlook(likeProducts: [[4, .nan, .nan, .nan, 4, 4]]))
        #expect(abs(gaps.mean(days: 0..<6) - 24) < 1e-9)
        #expect(LaunchOutlook(likeProducts: []) == nil && LaunchOutlook(likeProducts: [[0, 0]]) == nil)
        #expect(LaunchOutlook(likeProducts: [[.nan]]) == nil && LaunchOutlook(likeProducts: [[1, -1]]) == nil)
        #expect(LaunchOutlook(likeProducts: Self.like, weights: [1]) == nil)
        #expect(LaunchOutlook(likeProducts: Self.like, scale: .nan) == nil)
    }

    @Test("longer runs never have less demand at any point")
    func ordered() throws {
        let outlook = try #require(LaunchOutlook(likeProducts: Self.like, own: [3, 9]))
        var last = CountDistribution.zero
        for days in 1...30 {
            let next = outlook.demand(days: 0..<days)
            for units in stride(from: 0.0, through: 300, by: 10) {
                #expect(next.cumulative(units) <= last.cumulative(units) + 1e-9)
            }
            last = next
        }
    }
}
