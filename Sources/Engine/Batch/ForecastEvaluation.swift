import Domain
import Forecasting
import FoundationEssentials
import Inventory

/// How well a model forecasts a file: the scores of a rolling-origin back-test over all its series, and class by class.
///
/// Only periods that were in stock throughout are scored: what could not be sold says nothing of what was asked for. A
/// score is nil where nothing defines it.
public struct ForecastEvaluation: Sendable, Equatable, Codable {
    /// The scores of one quantile level.
    public struct Level: Sendable, Equatable, Codable {
        /// The level, 0…1.
        public var level: Double
        /// Mean pinball loss of a period, units.
        public var pinball: Double
        /// Pinball loss over the mean absolute step of each series' history, mean over series.
        public var scaledPinball: Double?
        /// Share of periods whose demand was below the quantile; for counts, calibrated is at most `level`.
        public var below: Double
        /// Share of periods whose demand was at or below the quantile; calibrated is at least `level`.
        public var atOrBelow: Double
    }

    /// The coverage of one central interval, between two of the levels asked for.
    public struct Interval: Sendable, Equatable, Codable {
        /// The level of its lower end.
        public var from: Double
        /// The level of its upper end.
        public var to: Double
        /// Share of periods whose demand was within, ends included; calibrated is at least `to` − `from`.
        public var coverage: Double
    }

    /// The scores of some series together.
    public struct Scores: Sendable, Equatable, Codable {
        /// Series scored.
        public var series: Int
        /// Periods scored, all series together.
        public var periods: Int
        /// Weighted absolute percentage error, Σ|y − ŷ| ÷ Σy over everything.
        public var wape: Double?
        /// Σ(ŷ − y) ÷ Σy over everything: positive when forecasts are too high.
        public var bias: Double?
        /// Mean absolute scaled error, mean over series: over the mean absolute step of the history at a season's distance
        /// (Hyndman & Koehler, IJF 22, 2006). Series whose history has no such step are left out.
        public var mase: Double?
        /// Root mean squared scaled error, mean over series: over the mean squared step of the history from its first demand
        /// on. Series whose history never moves are left out.
        public var rmsse: Double?
        /// Continuous ranked probability score, Σ CRPS ÷ Σy over everything: WAPE's like for distributions.
        public var crps: Double?
        /// Scaled pinball loss, mean over series and levels.
        public var scaledPinball: Double?
        /// The scores of each level, in the order asked for.
        public var levels: [Level]
        /// The central intervals between levels, in the order of their lower ends.
        public var intervals: [Interval]
    }

    /// The scores of one class of series.
    public struct Class: Sendable, Equatable, Codable {
        /// `demand` for the kind of demand (Syntetos, Boylan & Croston), `volume` for A, B and C: the series that sold the
        /// first 80 per cent of all units, the next 15 and the rest. Both are those of the history before the first origin.
        public var kind: String
        /// The class.
        public var name: String
        /// Its scores.
        public var scores: Scores
    }

    /// Series of the file.
    public var series: Int
    /// Last periods of each series that were held back.
    public var heldBack: Int
    /// Periods from one origin to the next, and forecast from each.
    public var horizon: Int
    /// The scores of all series that could be scored.
    public var all: Scores
    /// The scores of the classes that have any.
    public var classes: [Class]

    init(_ scores: [SeriesScores], of series: Int, heldBack: Int, horizon: Int, levels: [QuantileLevel]) {
        self.series = series
        self.heldBack = heldBack
        self.horizon = horizon
        all = Scores(scores, levels: levels)
        let letters = AbcXyz.classes(values: scores.map(\.volume))
        var classes: [Class] = []
        for demand in DemandClass.allCases {
            let found = scores.filter { $0.demandClass == demand }
            let name = demand == .none ? "no demand" : demand.rawValue
            if !found.isEmpty {
                classes.append(Class(kind: "demand", name: name, scores: Scores(found, levels: levels)))
            }
        }
        for letter in AbcXyz.Value.allCases {
            let found = zip(scores, letters).filter { $1 == letter }.map(\.0)
            if !found.isEmpty {
                classes.append(Class(kind: "volume", name: letter.rawValue, scores: Scores(found, levels: levels)))
            }
        }
        self.classes = classes
    }

    /// One JSON document, keys in camelCase, a score that is not defined left out.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Only numbers that are not finite could fail, and the scores have none.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "{}\n"
    }
}

extension ForecastEvaluation.Scores {
    init(_ scores: [SeriesScores], levels: [QuantileLevel]) {
        series = scores.count
        periods = scores.reduce(0) { $0 + $1.periods }
        let cells = Double(max(1, periods))
        let actual = scores.reduce(0) { $0 + $1.actual }
        func share(_ sum: (SeriesScores) -> Double) -> Double? {
            let ratio = scores.reduce(0) { $0 + sum($1) } / actual
            return actual > 0 && ratio.isFinite ? ratio : nil
        }
        wape = share(\.absolute)
        bias = share(\.signed)
        crps = share(\.crps)
        mase = mean(scores.compactMap(\.mase))
        rmsse = mean(scores.compactMap(\.rmsse))
        self.levels = levels.indices.map { index in
            ForecastEvaluation.Level(
                level: levels[index].value, pinball: scores.reduce(0) { $0 + $1.pinball[index] } / cells,
                scaledPinball: mean(
                    scores.compactMap { series in
                        series.step.map { series.pinball[index] / Double(series.periods) / $0 }
                    }),
                below: Double(scores.reduce(0) { $0 + $1.below[index] }) / cells,
                atOrBelow: Double(scores.reduce(0) { $0 + $1.atOrBelow[index] }) / cells)
        }
        scaledPinball = mean(self.levels.compactMap(\.scaledPinball))
        intervals = SeriesScores.intervals(levels).enumerated().map { place, interval in
            ForecastEvaluation.Interval(
                from: levels[interval.low].value, to: levels[interval.high].value,
                coverage: Double(scores.reduce(0) { $0 + $1.within[place] }) / cells)
        }
    }
}

private func mean(_ values: [Double]) -> Double? {
    let mean = values.reduce(0, +) / Double(values.count)
    return mean.isFinite ? mean : nil
}
