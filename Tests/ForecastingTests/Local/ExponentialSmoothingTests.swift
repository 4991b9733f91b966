import Forecasting
import Testing

/// Expected values: R's `forecast` 8.20 with `initial = "simple"`.
@Suite("Exponential smoothing with given gains")
struct ExponentialSmoothingTests {
    static func expect(_ fit: LocalFit?, _ expected: [Double], within: Double = 1e-6) throws {
        let forecast = try #require(fit).forecast(expected.count)
        for (value, wanted) in zip(forecast, expected) {
            #expect(abs(value - wanted) < within, "\(value), not \(wanted)")
        }
    }

    @Test("simple smoothing agrees with published values")
    func simple() throws {
        try Self.expect(ExponentialSmoothing.simple(PublishedSeries.airPassengers, alpha: 0.1), [460.3027725])
        try Self.expect(ExponentialSmoothing.simple(PublishedSeries.fifteen, alpha: 0.3), [68.03557785, 68.03557785])
    }

    @Test("Holt's trend agrees with published values")
    func holt() throws {
        try Self.expect(
            ExponentialSmoothing.holt(PublishedSeries.fifteen, alpha: 0.3, beta: 0.1),
            [82.63925216, 87.83508596, 93.03091976])
        try Self.expect(
            ExponentialSmoothing.holt(PublishedSeries.webUsage, alpha: 0.5, beta: 0.1),
            [230.4521705, 234.3940066, 238.3358427, 242.2776788])
    }

    @Test("Holt and Winters' seasons agree with published values")
    func holtWinters() throws {
        func winters(
            _ units: [Double], _ season: Int, _ kind: ExponentialSmoothing.SeasonKind, _ gains: [Double]
        ) -> LocalFit? {
            ExponentialSmoothing.holtWinters(
                units, season: season, kind: kind, alpha: gains[0], beta: gains[1], gamma: gains[2])
        }
        try Self.expect(
            winters(PublishedSeries.sixteen, 4, .additive, [0.2, 0.1, 0.3]),
            [37.44272186, 46.69923624, 37.36750494, 64.08670075])
        try Self.expect(
            winters(PublishedSeries.sixteen, 4, .multiplicative, [0.2, 0.1, 0.3]),
            [32.38565596, 46.70840080, 28.43067830, 74.64252237])
        try Self.expect(
            winters(PublishedSeries.airPassengers, 12, .multiplicative, [0.3, 0.05, 0.2]),
            [
                454.1290738, 438.8225829, 507.3561217, 511.5874589, 521.8792271, 594.1446486, 665.7792688,
                654.5181995, 552.8228766, 488.2760847, 424.9007546, 476.9098358,
            ])
        try Self.expect(
            winters(PublishedSeries.airPassengers, 12, .additive, [0.3, 0.05, 0.2]),
            [
                469.9670103, 460.9086438, 507.65246, 513.8339492, 523.1478243, 571.3685214, 617.6955581,
                603.4131101, 525.5184312, 483.8045719, 446.0179907, 489.0527133,
            ])
    }

    @Test("a damped trend is a simple one at φ 0 and Holt's at φ 1, and ends in a level between")
    func damped() throws {
        let units = PublishedSeries.webUsage
        let flat = try #require(ExponentialSmoothing.holt(units, alpha: 0.5, beta: 0.1, phi: 0)).forecast(9)
        #expect(flat[0] == flat[8])
        let steep = try #require(ExponentialSmoothing.holt(units, alpha: 0.5, beta: 0.1)).forecast(500)
        let fit = try #require(ExponentialSmoothing.holt(units, alpha: 0.5, beta: 0.1, phi: 0.9))
        let damped = fit.forecast(500)
        let limit = try #require(fit.parameter("level")) + (try #require(fit.parameter("trend"))) * 0.9 / 0.1
        #expect(abs(damped[499] - limit) < 1e-6)
        #expect(abs(damped[499] - damped[0]) < abs(steep[499] - steep[0]))
    }

    @Test("the variance of a trend agrees with the sum of its weights, written out")
    func variance() throws {
        let fit = try #require(ExponentialSmoothing.holt(PublishedSeries.webUsage, alpha: 0.5, beta: 0.1, phi: 0.9))
        let variance = try #require(fit.variance(5))
        for h in 1...5 {
            var sum = 1.0
            for j in 1..<max(h, 1) {
                var weight = 0.5
                for i in 1...j { weight += 0.05 * (0..<i).reduce(1) { power, _ in power * 0.9 } }
                sum += weight * weight
            }
            #expect(abs(variance[h - 1] / variance[0] - sum) < 1e-9)
        }
    }

    @Test("states are carried over what was not observed")
    func carried() throws {
        let units = PublishedSeries.webUsage
        let gappy = units + [.nan, .nan]
        let ahead = try #require(ExponentialSmoothing.holt(units, alpha: 0.5, beta: 0.1, phi: 0.9)).forecast(5)
        try Self.expect(
            ExponentialSmoothing.holt(gappy, alpha: 0.5, beta: 0.1, phi: 0.9), Array(ahead.suffix(3)), within: 1e-9)
        let seasonal: [Double] = [1, 3, 1, 3, .nan, .nan, .nan, 3]
        try Self.expect(
            ExponentialSmoothing.holtWinters(
                seasonal, season: 2, kind: .additive, alpha: 0.2, beta: 0.1, gamma: 0.1), [1, 3])
    }

    @Test("a shift of the series shifts the forecast, a factor multiplies it")
    func equivariant() throws {
        let units = PublishedSeries.sixteen
        func additive(_ units: [Double]) -> [Double] {
            ExponentialSmoothing.holtWinters(
                units, season: 4, kind: .additive, alpha: 0.2, beta: 0.1, gamma: 0.3)?.forecast(8) ?? []
        }
        let plain = additive(units)
        for (left, right) in zip(additive(units.map { $0 + 1000 }), plain) { #expect(abs(left - right - 1000) < 1e-8) }
        for (left, right) in zip(additive(units.map { $0 * -7 }), plain) { #expect(abs(left + 7 * right) < 1e-8) }
    }

    @Test("too little, nonsense gains and infinities have no answer")
    func refused() {
        #expect(ExponentialSmoothing.simple([], alpha: 0.1) == nil)
        #expect(ExponentialSmoothing.simple([1], alpha: 1.1) == nil)
        #expect(ExponentialSmoothing.simple([1, .infinity], alpha: 0.1) == nil)
        #expect(ExponentialSmoothing.holt([1], alpha: 0.1, beta: 0.1) == nil)
        #expect(ExponentialSmoothing.holt([1, 2], alpha: 0.1, beta: .nan) == nil)
        for season in [-1, 0, 1, 3, .max] {
            #expect(
                ExponentialSmoothing.holtWinters(
                    [1, 2, 3, 4, 5], season: season, kind: .additive, alpha: 0.1, beta: 0.1, gamma: 0.1) == nil)
        }
        #expect(
            ExponentialSmoothing.holtWinters(
                [0, 0, 0, 0], season: 2, kind: .multiplicative, alpha: 0.1, beta: 0.1, gamma: 0.1) == nil)
    }
}
