extension Theta {
    /// The theta model with parameters that are given, from a starting level on.
    ///
    /// Nil where `alpha` is outside 0…1 or 0, `theta` below 1, or the series has fewer than two values observed.
    ///
    /// - Parameters:
    ///   - units: the series without season.
    ///   - level: ℓ₀, the level before the first period.
    ///   - alpha: gain of the level, above 0 and at most 1.
    ///   - theta: how many times the curvature of the series the smoothed line has, ≥ 1; 2 is the standard model.
    ///   - isDynamic: whether the straight line is that of the past alone, and learned again every period.
    public static func model(
        _ units: [Double], level: Double, alpha: Double, theta: Double, isDynamic: Bool = false
    ) -> LocalFit? {
        guard alpha > 0, alpha <= 1, theta >= 1, level.isFinite, let line = line(units) else { return nil }
        return run(
            Deseasonalised(units, season: 1), level: level, alpha: alpha, weight: 1 - 1 / theta,
            line: isDynamic ? ThetaLine() : ThetaLine(intercept: line.intercept, slope: line.slope),
            isDynamic: isDynamic)
    }

    /// The optimised theta model: ℓ₀, α and θ of the least squared error one period ahead.
    ///
    /// For any α the forecasts are linear in ℓ₀ and 1 − 1/θ, so those are solved for and only α is searched. The season is
    /// treated as by `classical`. Nil as there, and for fewer than four values observed.
    ///
    /// - Parameters:
    ///   - units: the series.
    ///   - season: periods in a season, 1 for none.
    ///   - isDynamic: whether the straight line is that of the past alone, and learned again every period.
    public static func optimised(_ units: [Double], season: Int = 1, isDynamic: Bool = false) -> LocalFit? {
        let series = Deseasonalised(units, season: season)
        guard let line = line(series.units), let search = Search(series.units, line: line, isDynamic: isDynamic)
        else { return nil }
        let best = search.best()
        return run(
            series, level: best.level, alpha: best.alpha, weight: best.weight,
            line: isDynamic ? ThetaLine() : ThetaLine(intercept: line.intercept, slope: line.slope),
            isDynamic: isDynamic)
    }

    private static func run(
        _ series: Deseasonalised, level: Double, alpha: Double, weight: Double, line: ThetaLine, isDynamic: Bool
    ) -> LocalFit? {
        guard var past = PastForecasts(series.units) else { return nil }
        var state = DynamicThetaState(
            level: level, alpha: alpha, weight: weight, line: line, isDynamic: isDynamic, season: series.ahead)
        for (t, value) in series.units.enumerated() {
            past.take(value * series.index(t), forecast: state.expected * series.index(t))
            state.learn(value)
        }
        // The spread is that of the smoothed line; σ² is taken from the errors with the season in.
        return past.fit(
            isDynamic ? "Dynamic theta" : "Optimised theta",
            [("level", level), ("alpha", alpha), ("theta", weight < 1 ? 1 / (1 - weight) : .infinity)],
            .theta(state), used: 3
        ) { ErrorGrowth(variance: $0, alpha: alpha) }
    }

    /// Squared errors of eight gains at once, each with its best ℓ₀ and ω.
    private struct Search {
        typealias Lanes = SIMD8<Double>
        private let units: [Double]
        /// A and B known before each period.
        private var intercepts: [Double] = []
        private var slopes: [Double] = []

        init?(_ units: [Double], line: (intercept: Double, slope: Double), isDynamic: Bool) {
            guard units.count(where: { !$0.isNaN }) >= 4, units.allSatisfy({ !$0.isInfinite }) else { return nil }
            self.units = units
            var running = ThetaLine()
            for value in units {
                intercepts.append(isDynamic ? running.intercept : line.intercept)
                slopes.append(isDynamic ? running.slope : line.slope)
                if isDynamic { running.take(value) }
            }
        }

        func best() -> (level: Double, alpha: Double, weight: Double) {
            var low = 0.01
            var high = 0.99
            var answer = (level: 0.0, alpha: 0.5, weight: 0.5)
            var least = Double.infinity
            for _ in 0..<9 {
                let step = (high - low) / 7
                var alphas = Lanes(repeating: low)
                for lane in 0..<8 { alphas[lane] = min(0.999, low + step * Double(lane)) }
                let (errors, levels, weights) = squares(alphas)
                for lane in 0..<8 where errors[lane] < least {
                    least = errors[lane]
                    answer = (levels[lane], alphas[lane], weights[lane])
                }
                low = max(0.001, answer.alpha - step)
                high = min(0.999, answer.alpha + step)
            }
            return answer
        }

        /// With y − p = ℓ₀·q + ω·c at every period, p being the level that ℓ₀ = 0 gives and q what is left of ℓ₀: least
        /// squares over two unknowns, ω held within 0…1.
        private func squares(_ alpha: Lanes) -> (errors: Lanes, levels: Lanes, weights: Lanes) {
            var p = Lanes.zero
            var q = Lanes(repeating: 1)
            var kept = Lanes(repeating: 1)
            var (rr, rq, rc, qq, qc, cc) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            let fade = 1 - alpha
            let inverse = 1 / alpha
            for t in units.indices {
                let c = kept * intercepts[t] + (1 - kept * fade) * inverse * slopes[t]
                kept *= fade
                guard !units[t].isNaN else { continue }
                let r = units[t] - p
                rr += r * r
                rq += r * q
                rc += r * c
                qq += q * q
                qc += q * c
                cc += c * c
                p += alpha * r
                q *= fade
            }
            var (errors, levels, weights) = (Lanes.zero, Lanes.zero, Lanes.zero)
            for lane in 0..<8 {
                let determinant = qq[lane] * cc[lane] - qc[lane] * qc[lane]
                var weight = (rc[lane] * qq[lane] - rq[lane] * qc[lane]) / determinant
                weight = weight.isFinite ? min(max(weight, 0), 1 - 1e-6) : 0
                let level = (rq[lane] - weight * qc[lane]) / qq[lane]
                let error =
                    rr[lane] + level * level * qq[lane] + weight * weight * cc[lane]
                    - 2 * (level * rq[lane] + weight * rc[lane] - level * weight * qc[lane])
                errors[lane] = error.isFinite ? error : .infinity
                levels[lane] = level
                weights[lane] = weight
            }
            return (errors, levels, weights)
        }
    }
}
