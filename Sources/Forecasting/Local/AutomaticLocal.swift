/// The automatic local model: for each series by itself, candidates are made to forecast its recent past from what came
/// before, and combined by how well they did.
///
/// Demand, where chance decides what a period brings (nothing below 0, and zeros or small whole numbers among the
/// periods), is followed by `DemandLevels`: levels of several memories under one seasonal profile. Everything else is
/// measured by exponential smoothing chosen by AICc, the dynamic theta model, the damped trend and the last value, days also
/// by smoothing under the month's swing. Which it is follows from the numbers alone.
///
/// The weights of a combination are the inverse powers of past errors: Bates & Granger, "The combination of forecasts",
/// ORQ 20 (1969).
public enum AutomaticLocal {
    /// One candidate, for the explanation.
    public struct Candidate: Sendable, Hashable {
        /// The model.
        public let model: String
        /// Root mean squared error of the total over the horizon (demand) or mean absolute error of single periods
        /// (everything else), units a period, forecast from several points of the past; nil where the past was too short.
        public let error: Double?
        /// Its share in the forecast. Shares add up to 1 unless a prior says otherwise.
        public let weight: Double
        /// What was estimated for it over the whole series: gains, level, trend.
        public let parameters: [LocalFit.Parameter]
    }

    /// The forecast of one series.
    public struct Forecast: Sendable, Hashable {
        /// Expected value of each future period; not below 0 where the series never was.
        public let mean: [Double]
        /// Standard deviation of what happens about the mean of each future period; nil where too little is known.
        public let deviation: [Double]?
        /// What was combined.
        public let candidates: [Candidate]
        /// Whether it was taken for demand.
        public let isDemand: Bool
        /// Chance-weighted share of its last level at which a product is expected that has sold nothing for longer than
        /// chance explains; nil where that is not the case.
        public let returning: Double?
    }

    /// Forecasts a series.
    ///
    /// Nil where the series holds nothing observed or an infinity, or where numbers are too large to add.
    ///
    /// - Parameters:
    ///   - units: the series, oldest first; NaN is not observed.
    ///   - horizon: future periods, 1…100,000; also what the candidates are judged over.
    ///   - season: periods in a season, 1 for none: 7 for days, 12 for months, 52 for weeks.
    ///   - prior: what was learned from many series of the kind; used for demand.
    public static func forecast(
        _ units: [Double], horizon: Int, season: Int = 1, prior: LocalPrior? = nil
    ) -> Forecast? {
        guard horizon >= 1, horizon <= 100_000, let kind = Kind(units) else { return nil }
        let season = season > 1 && season <= units.count / 2 ? season : 1
        if kind.isDemand {
            return DemandLevels(
                units, season: season, horizon: horizon, returns: prior?.returning ?? (season > 1 ? 1 : 0)
            )
            .flatMap { forecast($0, horizon: horizon, prior: prior) }
        }
        return MeasuredCandidates(units, season: season, horizon: horizon).forecast(isPositive: kind.least >= 0)
    }

    /// What the numbers of a series say of it.
    struct Kind {
        let least: Double
        let isDemand: Bool

        /// Nil where nothing was observed or a value is infinite.
        init?(_ units: [Double]) {
            var least = Double.infinity
            var sum = 0.0
            var seen = 0.0
            var zeros = 0.0
            var isWhole = true
            for value in units where !value.isNaN {
                guard !value.isInfinite else { return nil }
                least = min(least, value)
                sum += value
                seen += 1
                if value == 0 { zeros += 1 }
                if value != value.rounded() { isWhole = false }
            }
            guard seen > 0, sum.isFinite else { return nil }
            self.least = least
            // One period in a hundred without demand, or counts so small that their own scatter hides a trend.
            isDemand = least >= 0 && (zeros >= 0.01 * seen && zeros > 0 || isWhole && sum < 50 * seen)
        }
    }

    private static func forecast(_ levels: DemandLevels, horizon: Int, prior: LocalPrior?) -> Forecast? {
        let weights = prior?.weights ?? levels.weights
        var level = 0.0
        var gain = 0.0
        var share = 0.0
        for (lane, weight) in weights.enumerated() {
            level += weight * levels.expected[lane]
            gain += weight * DemandLevels.gains[lane]
            share += weight
        }
        guard level.isFinite else { return nil }
        let mean = (0..<horizon).map { level * levels.factor(ahead: $0) }
        let alpha = share > 0 ? gain / share : 0
        // Every period adds chance of its own; the level drifts by what of that it takes for news.
        let deviation = mean.indices.map {
            (levels.scatter * (mean[$0] + alpha * alpha * Double($0) * level)).squareRoot()
        }
        let candidates = weights.indices.map { lane in
            Candidate(
                model: "Pooled level, gain \(DemandLevels.gains[lane])", error: levels.error(lane),
                weight: weights[lane],
                parameters: [
                    .init(name: "gain", value: DemandLevels.gains[lane]),
                    .init(name: "level", value: levels.expected[lane]),
                ])
        }
        return Forecast(
            mean: mean, deviation: levels.hasErrors ? deviation : nil, candidates: candidates, isDemand: true,
            returning: levels.returning)
    }
}
