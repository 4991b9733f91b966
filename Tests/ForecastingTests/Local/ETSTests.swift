import Forecasting
import Numerics
import Testing

/// Expected values: R's `forecast` 8.20 (`ses`, `ets`), whose search ends near the optimum, not at it: a likelihood may be
/// better than R's but not worse.
@Suite("ETS")
struct ETSTests {
    static let passengers = PublishedSeries.airPassengers

    @Test("simple smoothing of the Nile agrees with R's ses")
    func nile() throws {
        let fit = try #require(ETS.fit(PublishedSeries.nile, form: .init(.additive, .none, .none)))
        #expect(abs(try #require(fit.parameter("alpha")) - 0.2456681537) < 1e-3)
        #expect(abs(try #require(fit.parameter("level")) - 1110.734097) < 1)
        #expect(abs(fit.rate - 805.3363293) < 0.1)
        #expect(abs(try #require(fit.logLikelihood) - -726.3905185) < 1e-4)
        #expect(abs(try #require(fit.aicc) - 1459.031037) < 1e-3)
        let half = try #require(fit.deviation(3)).map { $0 * 1.959963984540054 }
        for (h, wanted) in [282.6890476, 291.0946303, 299.2642575].enumerated() {
            #expect(abs(half[h] - wanted) < 0.3)
        }
    }

    @Test("accidental deaths are ETS(A,N,A), as R has it")
    func deaths() throws {
        let fit = try #require(ETS.choose(PublishedSeries.accidentalDeaths, season: 12, isThorough: true))
        #expect(fit.model == "ETS(A,N,A)")
        #expect(try #require(fit.logLikelihood) > -555.072335 - 1e-2)
        #expect(abs(try #require(fit.parameter("alpha")) - 0.5945898908) < 0.02)
        let published = [8397.496909, 7599.220613, 8396.594687, 8646.509703, 9443.411945, 9893.064727]
        for (value, wanted) in zip(fit.forecast(6), published) { #expect(abs(value / wanted - 1) < 0.01) }
    }

    @Test("airline passengers by ETS(M,Ad,M) are as likely as in R, and forecast alike")
    func airline() throws {
        let fit = try #require(
            ETS.fit(Self.passengers, season: 12, form: .init(.multiplicative, .damped, .multiplicative)))
        #expect(try #require(fit.logLikelihood) > -679.58321623 - 1e-2)
        #expect(fit.estimated == 18)
        for (value, wanted) in zip(fit.forecast(3), [441.8018473, 434.1186201, 496.6300468]) {
            #expect(abs(value / wanted - 1) < 0.02)
        }
        let trend = try #require(
            ETS.fit(Self.passengers, season: 12, form: .init(.multiplicative, .additive, .multiplicative)))
        #expect(try #require(trend.logLikelihood) > -682.4036191 - 1e-2)
        #expect(try #require(trend.aicc) < 1403.6643810 + 2e-2)
    }

    @Test("the chosen model is the one with the least AICc of all that are fitted one by one")
    func chosen() throws {
        for (units, season) in [
            (Self.passengers, 12), (PublishedSeries.accidentalDeaths, 12), (PublishedSeries.webUsage, 1),
            (PublishedSeries.nile, 1), (PublishedSeries.fifteen, 1),
        ] {
            let one = ETS.Form.stable.compactMap { ETS.fit(units, season: season, form: $0)?.aicc }.min()
            let chosen = try #require(ETS.choose(units, season: season, isThorough: true)?.aicc)
            #expect(chosen < (try #require(one)) + 0.5)
            let quick = try #require(ETS.choose(units, season: season)?.aicc)
            #expect(quick < (try #require(one)) + 12)
        }
    }

    @Test("no gains on a grid, with the best starting level for each, are likelier than those found")
    func grid() throws {
        let units = PublishedSeries.webUsage
        let fit = try #require(ETS.fit(units, form: .init(.additive, .none, .none)))
        let errors = zip(units, fit.fitted).map { $0 - ($1 ?? 0) }
        let least = errors.reduce(0) { $0 + $1 * $1 }
        for step in 1..<40 {
            let alpha = Double(step) / 40
            for level in stride(from: 60.0, through: 140, by: 4) {
                var state = level
                var sum = 0.0
                for value in units {
                    sum += (value - state) * (value - state)
                    state += alpha * (value - state)
                }
                #expect(least <= sum * (1 + 1e-9))
            }
        }
    }

    @Test("fitted values and states of every form agree with the textbook's equations", arguments: ETS.Form.all)
    func equations(form: ETS.Form) throws {
        let units = Array(Self.passengers.prefix(72))
        let fit = try #require(ETS.fit(units, season: 12, form: form))
        let alpha = try #require(fit.parameter("alpha"))
        let beta = fit.parameter("beta") ?? 0
        let phi = form.trend == .none ? 0 : fit.parameter("phi") ?? 1
        // Without a season the states can be followed from the parameters alone.
        guard form.season == .none else {
            #expect(fit.fitted.allSatisfy { $0?.isFinite == true })
            #expect(fit.forecast(24).allSatisfy { $0 > 0 })
            #expect(try #require(fit.deviation(24)).allSatisfy { $0 > 0 })
            return
        }
        var level = try #require(fit.parameter("level"))
        var slope = fit.parameter("trend") ?? 0
        for (t, value) in units.enumerated() {
            let mean = level + phi * slope
            #expect(abs(try #require(fit.fitted[t]) - mean) < 1e-6)
            if form.error == .additive {
                level = mean + alpha * (value - mean)
                slope = phi * slope + beta * (value - mean)
            } else {
                let relative = (value - mean) / mean
                level = mean * (1 + alpha * relative)
                slope = phi * slope + beta * mean * relative
            }
        }
        #expect(abs(fit.rate - (level + phi * slope)) < 1e-6)
    }

    @Test("the variance of relative errors agrees with many simulated futures")
    func simulated() throws {
        let fit = try #require(
            ETS.fit(Self.passengers, season: 12, form: .init(.multiplicative, .additive, .none)))
        let alpha = try #require(fit.parameter("alpha"))
        let beta = try #require(fit.parameter("beta"))
        let means = fit.forecast(6)
        let variance = try #require(fit.variance(6))
        let sigma = (variance[0] / (means[0] * means[0])).squareRoot()
        var random = SplitMix64(seed: 11)
        var squares = 0.0
        let runs = 10_000
        for _ in 0..<runs {
            var level = means[0] - (means[1] - means[0])
            var slope = means[1] - means[0]
            var value = 0.0
            for _ in 0..<6 {
                let mean = level + slope
                let relative = sigma * random.normal()
                value = mean * (1 + relative)
                level = mean * (1 + alpha * relative)
                slope += beta * mean * relative
            }
            squares += (value - means[5]) * (value - means[5])
        }
        #expect(abs(squares / Double(runs) / variance[5] - 1) < 0.06)
    }

    @Test("scale changes nothing but the scale")
    func scaled() throws {
        let form = ETS.Form(.additive, .damped, .additive)
        let plain = try #require(ETS.fit(Self.passengers, season: 12, form: form))
        let large = try #require(ETS.fit(Self.passengers.map { $0 * 1e6 }, season: 12, form: form))
        for (left, right) in zip(plain.forecast(12), large.forecast(12)) { #expect(abs(right / left / 1e6 - 1) < 1e-6) }
    }

    @Test("gaps are passed over: a season with holes is continued")
    func gaps() throws {
        let pattern: [Double] = [10, 20, 30, 40, 25, 15, 5]
        var units: [Double] = []
        for t in 0..<84 {
            let noise = t % 2 == 0 ? 0.5 : -0.5
            units.append(t % 11 == 4 ? Double.nan : pattern[t % 7] + noise)
        }
        let forecast = try #require(ETS.choose(units, season: 7)).forecast(7)
        for (value, wanted) in zip(forecast, pattern) { #expect(abs(value - wanted) < 1.5) }
    }

    @Test("too little, infinite and hostile series never trap")
    func hostile() {
        for bad in [[], [1], [1, 2], [.nan, .nan], [1, 2, 3, .infinity, 5, 6, 7]] as [[Double]] {
            #expect(ETS.choose(bad, season: 7) == nil)
        }
        let rising = (0..<30).map { Double($0) }
        let nan = Double.nan
        let odd: [[Double]] = [
            [Double](repeating: 0, count: 30), [Double](repeating: 7, count: 30), rising, rising.map { -$0 },
            rising.map { $0 == 17 ? 1e12 : 1e-12 }, [Double](repeating: 1e300, count: 30),
            rising.map { $0 < 20 ? 1 : nan },
            [1, nan, nan, nan, 2, 3, 4, 5, 6, 7], [Double](repeating: 1e-300, count: 30),
        ]
        for units in odd {
            for season in [-3, 1, 7, .max] {
                for form in ETS.Form.all {
                    guard let fit = ETS.fit(units, season: season, form: form) else { continue }
                    #expect(fit.forecast(5).allSatisfy { !$0.isNaN })
                }
                _ = ETS.choose(units, season: season)
            }
        }
        #expect(abs((ETS.choose([Double](repeating: 7, count: 30))?.rate ?? 0) - 7) < 1e-9)
        #expect(abs((ETS.choose(rising)?.rate ?? 0) - 30) < 1e-3)
    }
}
