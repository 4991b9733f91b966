import Forecasting
import Testing

/// Expected values: R's `forecast` 8.20 (`thetaf`, `decompose`) and the tests of statsforecast 2.1.1 ("same as R").
@Suite("Theta")
struct ThetaTests {
    static let passengers = PublishedSeries.airPassengers

    @Test("the classical method agrees with R's thetaf")
    func classical() throws {
        let fifteen = try #require(Theta.classical(PublishedSeries.fifteen))
        #expect(abs(try #require(fifteen.parameter("alpha")) - 0.8434755946) < 1e-3)
        #expect(abs(try #require(fifteen.parameter("drift")) - 3.0339285714) < 1e-8)
        try ExponentialSmoothingTests.expect(fifteen, [89.23941183, 92.27334040, 95.30726897], within: 0.01)
        try ExponentialSmoothingTests.expect(
            Theta.classical(PublishedSeries.nile), [799.8119962, 798.4548435, 797.0976908, 795.7405381], within: 0.05)
        try ExponentialSmoothingTests.expect(
            Theta.classical(Self.passengers, season: 12),
            [
                440.0781911, 428.3842806, 489.7070987, 475.7046277, 479.6703887, 545.3662722, 602.7520018,
                601.1007631, 523.9514922, 456.6271449, 397.9537347, 447.6449087,
            ], within: 0.2)
    }

    @Test("the standard and the dynamic model with given parameters agree with published values")
    func given() throws {
        let standard = try #require(Theta.model(Self.passengers, level: 56, alpha: 0.5, theta: 2))
        for (t, wanted) in [(0, 101.1550), (1, 107.9061), (143, 449.1692)] {
            #expect(abs(try #require(standard.fitted[t]) - wanted) < 1e-4)
        }
        try ExponentialSmoothingTests.expect(
            standard, [441.9132, 443.2418, 444.5704, 445.8990, 447.2276], within: 1e-4)
        let dynamic = Theta.model(Self.passengers, level: 56, alpha: 0.5, theta: 2, isDynamic: true)
        try ExponentialSmoothingTests.expect(
            dynamic, [441.9132, 443.2330, 444.5484, 445.8594, 447.1659], within: 1e-4)
    }

    @Test(
        "the optimised model's squared error is no larger than any on a grid of its parameters",
        arguments: [false, true])
    func optimised(isDynamic: Bool) throws {
        let units = Array(Self.passengers.prefix(60))
        func squares(_ fit: LocalFit) -> Double {
            zip(units, fit.fitted).reduce(0) { $0 + ($1.0 - ($1.1 ?? 0)) * ($1.0 - ($1.1 ?? 0)) }
        }
        let best = squares(try #require(Theta.optimised(units, isDynamic: isDynamic)))
        for level in stride(from: 40.0, through: 160, by: 30) {
            for alpha in [0.1, 0.5, 0.9] {
                for theta in [1.0, 2, 6] {
                    let fit = Theta.model(units, level: level, alpha: alpha, theta: theta, isDynamic: isDynamic)
                    #expect(best <= squares(try #require(fit)) * (1 + 1e-9))
                }
            }
        }
    }

    @Test("a straight line is continued", arguments: [false, true])
    func line(isDynamic: Bool) throws {
        let units = (0..<30).map { 5 + 3 * Double($0) }
        let forecast = try #require(Theta.optimised(units, isDynamic: isDynamic)).forecast(3)
        #expect(abs(forecast[0] - 95) < 0.05)
        #expect(abs(forecast[2] - 101) < 0.2)
    }

    @Test("seasonal indices agree with R's decompose")
    func indices() throws {
        let additive: [Double] = [-5.09375, 2.53125, -7.802083333, 10.364583333]
        let ratios: [Double] = [0.79657112, 1.1003313364, 0.6227924122, 1.4803051314]
        let sums = try #require(SeasonalIndices.classical(PublishedSeries.sixteen, season: 4, kind: .additive))
        let factors = try #require(SeasonalIndices.classical(PublishedSeries.sixteen, season: 4, kind: .multiplicative))
        for place in 0..<4 {
            #expect(abs(sums[place] - additive[place]) < 1e-8)
            #expect(abs(factors[place] - ratios[place]) < 1e-8)
        }
    }

    @Test("passengers have a season, the Nile and a constant have none")
    func seasonal() {
        #expect(SeasonalIndices.isSeasonal(Self.passengers, season: 12))
        #expect(!SeasonalIndices.isSeasonal(PublishedSeries.nile, season: 7))
        #expect(!SeasonalIndices.isSeasonal([Double](repeating: 4, count: 50), season: 7))
        #expect(!SeasonalIndices.isSeasonal(Self.passengers, season: .max))
    }

    @Test("too little, nonsense and infinities have no answer; gaps have one")
    func refused() throws {
        for bad in [[], [1], [.nan, 1], [1, 2, .infinity, 3, 4]] as [[Double]] {
            #expect(Theta.classical(bad, season: 2) == nil)
            #expect(Theta.optimised(bad) == nil)
            #expect(Theta.model(bad, level: 1, alpha: 0.5, theta: 2) == nil || bad.count > 2)
        }
        #expect(Theta.model([1, 2, 3], level: 1, alpha: 0, theta: 2) == nil)
        #expect(Theta.model([1, 2, 3], level: 1, alpha: 0.5, theta: 0.5) == nil)
        let gappy = (0..<40).map { (t: Int) -> Double in t % 5 == 3 ? .nan : 5 + 3 * Double(t) }
        #expect(abs(try #require(Theta.optimised(gappy)).rate - 125) < 6)
    }
}
