import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Demand of periods that ran out of stock")
struct CensoredDemandTests {
    let units = [3.0, 5, 4, 2, 3, 4]
    let ranOut = [false, false, false, false, true, true]

    @Test("sales of a part of the period are scaled to the whole")
    func exposure() throws {
        #expect(abs(try #require(ExposureRate.rate(units: [5], share: [0.6])) - 8.3333333333) < 1e-9)
        #expect(try #require(ExposureRate.rate(units: [5, 99, 1], share: [0.5, 0, 0.5])) == 6)
        #expect(ExposureRate.rate(units: [5], share: [0]) == nil)
        #expect(ExposureRate.rate(units: [.nan], share: [1]) == nil)
        #expect(ExposureRate.rate(units: [1], share: []) == nil)
    }

    /// Worked example of the product-limit estimate with ties, an event before a censoring at the same value.
    @Test("the product limit with ties")
    func productLimit() throws {
        let estimate = try #require(KaplanMeier(units: units, isCensored: ranOut))
        #expect(estimate.values == [2, 3, 4, 5])
        for (found, expected) in zip(estimate.survival, [5.0 / 6, 2.0 / 3, 4.0 / 9, 0]) {
            #expect(abs(found - expected) < 1e-12)
        }
        #expect(estimate.survival(at: 1.9) == 1)
        #expect(abs(try #require(estimate.survival(at: 3.5)) - 2.0 / 3) < 1e-12)
        #expect(estimate.survival(at: 99) == 0)
        #expect(estimate.quantile(0.5) == 4)
        #expect(estimate.quantile(1) == 5)
        #expect(abs(estimate.restrictedMean - (2 + 5.0 / 6 + 2.0 / 3 + 4.0 / 9)) < 1e-12)
    }

    @Test("beyond the largest value that ran out the product limit says nothing")
    func undefinedBeyond() throws {
        let estimate = try #require(KaplanMeier(units: [1, 2, 9], isCensored: [false, false, true]))
        #expect(estimate.survival(at: 2) == estimate.survival[1])
        #expect(estimate.survival(at: 5) == nil)
        #expect(estimate.quantile(0.9) == nil)
        #expect(KaplanMeier(units: [1], isCensored: [true]) == nil)
        #expect(KaplanMeier(units: [], isCensored: []) == nil)
        #expect(KaplanMeier(units: [.infinity], isCensored: [false]) == nil)
    }

    @Test("without stock-outs the product limit is the share of what was seen")
    func complete() throws {
        var generator = SplitMix64(seed: 8)
        let drawn = (0..<200).map { _ in Double(generator.poisson(mean: 4) ?? 0) }
        let estimate = try #require(KaplanMeier(units: drawn, isCensored: drawn.map { _ in false }))
        for x in stride(from: 0.0, to: 12, by: 1) {
            let share = Double(drawn.count { $0 > x }) / 200
            #expect(abs(try #require(estimate.survival(at: x)) - share) < 1e-12)
        }
        #expect(abs(estimate.restrictedMean - drawn.reduce(0, +) / 200) < 1e-9)
    }

    @Test("the likeliest Poisson mean of the worked example")
    func poisson() throws {
        let found = try #require(CensoredPoisson.mean(units: units, isCensored: ranOut))
        #expect(abs(found - 4.030888744421597) < 1e-7)
        // Nothing ran out: the mean.
        #expect(abs(try #require(CensoredPoisson.mean(units: [3, 4], isCensored: [false, false])) - 3.5) < 1e-9)
        #expect(CensoredPoisson.mean(units: [0, 0], isCensored: [false, true]) == 0)
        #expect(CensoredPoisson.mean(units: [3], isCensored: [true]) == nil)
        #expect(CensoredPoisson.mean(units: [-1], isCensored: [false]) == nil)
        #expect(CensoredPoisson.mean(units: [1], isCensored: []) == nil)
        // A bound far beyond all else is a tail of 1e-1000 and more, and still no trouble.
        let far = try #require(CensoredPoisson.mean(units: [0, 0, 5000], isCensored: [false, false, true]))
        #expect(far > 1600 && far < 1800)
    }

    @Test("no other mean is likelier", arguments: [UInt64(1), 2, 3])
    func poissonGreatest(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let demand = (0..<60).map { _ in Double(generator.poisson(mean: 7) ?? 0) }
        let stock = (0..<60).map { _ in Double(generator.poisson(mean: 8) ?? 0) }
        let sold = zip(demand, stock).map { min($0, $1) }
        let ranOut = zip(demand, stock).map { $0 >= $1 }
        let found = try #require(CensoredPoisson.mean(units: sold, isCensored: ranOut))
        func likelihood(_ mean: Double) -> Double {
            var chances = [exp(-mean)]
            for k in 1..<200 { chances.append(chances[k - 1] * mean / Double(k)) }
            return zip(sold, ranOut).reduce(0) { sum, period in
                sum
                    + log(
                        period.1
                            ? chances[Int(period.0)...].reduce(0, +)
                            : chances[Int(period.0)])
            }
        }
        for step in [-0.1, -0.001, 0.001, 0.1] { #expect(likelihood(found) >= likelihood(found + step)) }
        #expect(abs(found - 7) < 1.2)
    }

    @Test("the likeliest negative binomial, against a slow search")
    func negativeBinomial() throws {
        var generator = SplitMix64(seed: 11)
        let demand = (0..<150).map { _ in Double(generator.negativeBinomial(mean: 6, variance: 18) ?? 0) }
        let stock = (0..<150).map { _ in Double(generator.poisson(mean: 9) ?? 0) }
        let sold = zip(demand, stock).map { min($0, $1) }
        let ranOut = zip(demand, stock).map { $0 >= $1 }
        let found = try #require(CensoredNegativeBinomial(units: sold, isCensored: ranOut))
        func likelihood(_ mean: Double, _ variance: Double) -> Double {
            let shape = mean * mean / (variance - mean)
            let q = mean / (mean + shape)
            var chances = [pow(1 - q, shape)]
            for k in 1..<2000 { chances.append(chances[k - 1] * (Double(k) - 1 + shape) / Double(k) * q) }
            return zip(sold, ranOut).reduce(0) { sum, period in
                sum + log(period.1 ? chances[Int(period.0)...].reduce(0, +) : chances[Int(period.0)])
            }
        }
        let best = likelihood(found.mean, found.variance)
        #expect(abs(best - found.logLikelihood) < 1e-6)
        for mean in [-0.3, -0.01, 0, 0.01, 0.3] {
            for spread in [-2.0, -0.05, 0, 0.05, 2] {
                #expect(likelihood(found.mean + mean, found.variance + spread) <= best + 1e-6)
            }
        }
        #expect(abs(found.mean - 6) < 1.2)
        #expect(found.variance > 10 && found.variance < 32)
    }

    @Test("a negative binomial of even demand is Poisson; what cannot be fitted is refused")
    func negativeBinomialEdges() throws {
        let even = try #require(
            CensoredNegativeBinomial(units: [4, 4, 5, 4, 4], isCensored: .init(repeating: false, count: 5)))
        #expect(abs(even.mean - 4.2) < 1e-9)
        #expect(abs(even.variance - even.mean) < 0.01)
        let poisson = try #require(CensoredNegativeBinomial(units: units, isCensored: ranOut))
        #expect(abs(poisson.mean - 4.0308887) < 0.01)
        #expect(CensoredNegativeBinomial(units: [0, 0], isCensored: [false, false])?.mean == 0)
        #expect(CensoredNegativeBinomial(units: [2], isCensored: [true]) == nil)
        #expect(CensoredNegativeBinomial(units: [.nan], isCensored: [false]) == nil)
        #expect(CensoredNegativeBinomial(units: [0.5], isCensored: [false]) == nil)
    }

    @Test("the likeliest normal of the worked example")
    func tobit() throws {
        let sold = [12.0, 9, 15, 11, 10, 14]
        let fit = try #require(NormalTobit(units: sold, isCensored: ranOut))
        #expect(abs(fit.mean - 12.636473913315394) < 1e-6)
        #expect(abs(fit.deviation - 2.457559981265764) < 1e-6)
        // Shifted and scaled data give the shifted and scaled fit.
        let moved = try #require(NormalTobit(units: sold.map { 1000 + 50 * $0 }, isCensored: ranOut))
        #expect(abs(moved.mean - (1000 + 50 * fit.mean)) < 1e-5)
        #expect(abs(moved.deviation - 50 * fit.deviation) < 1e-5)
        // Without stock-outs: mean and deviation of the data.
        let whole = try #require(NormalTobit(units: [1, 3], isCensored: [false, false]))
        #expect(abs(whole.mean - 2) < 1e-9 && abs(whole.deviation - 1) < 1e-9)
        #expect(NormalTobit(units: [3, 3, 9], isCensored: [false, false, true]) == nil)
        #expect(NormalTobit(units: [3, .nan], isCensored: [false, false]) == nil)
        #expect(NormalTobit(units: [], isCensored: []) == nil)
        // A stock-out fifty deviations out still ends with numbers.
        let far = try #require(NormalTobit(units: [1, 2, 3, 200], isCensored: [false, false, false, true]))
        #expect(far.mean > 2 && far.deviation > 1)
    }
}
