import Domain
import FoundationEssentials

/// How well a model forecasts a file: the scores of a rolling-origin back-test over all its series.
///
/// Only periods that were in stock throughout are scored. A score is nil where nothing defines it.
public struct ForecastEvaluation: Sendable, Equatable, Codable {
    /// The scores of one quantile level.
    public struct Level: Sendable, Equatable, Codable {
        /// The level, 0…1.
        public var level: Double
        /// Pinball loss over the mean absolute step of each series' history, mean over series.
        public var scaledPinball: Double?
        /// Share of periods whose demand was below the quantile; for counts, calibrated is at most `level`.
        public var below: Double
        /// Share of periods whose demand was at or below the quantile; calibrated is at least `level`.
        public var atOrBelow: Double
    }

    /// Series of the file.
    public var series: Int
    /// Series that could be scored.
    public var scored: Int
    /// Periods scored, all series together.
    public var periods: Int
    /// Weighted absolute percentage error, Σ|y − ŷ| ÷ Σy over everything.
    public var wape: Double?
    /// Σ(ŷ − y) ÷ Σy over everything: positive when forecasts are too high.
    public var bias: Double?
    /// Root mean squared scaled error, mean over series.
    public var rmsse: Double?
    /// Scaled pinball loss, mean over series and levels.
    public var scaledPinball: Double?
    /// The scores of each level, in the order asked for.
    public var levels: [Level]

    init(_ scores: [SeriesScores], of series: Int, levels: [QuantileLevel]) {
        self.series = series
        scored = scores.count
        periods = scores.reduce(0) { $0 + $1.periods }
        let actual = scores.reduce(0) { $0 + $1.actual }
        wape = actual > 0 ? scores.reduce(0) { $0 + $1.absolute } / actual : nil
        bias = actual > 0 ? scores.reduce(0) { $0 + $1.signed } / actual : nil
        rmsse = ForecastEvaluation.mean(scores.compactMap(\.rmsse))
        let losses = scores.compactMap(\.pinball)
        let cells = Double(max(1, periods))
        self.levels = levels.indices.map { index in
            Level(
                level: levels[index].value, scaledPinball: ForecastEvaluation.mean(losses.map { $0[index] }),
                below: Double(scores.reduce(0) { $0 + $1.below[index] }) / cells,
                atOrBelow: Double(scores.reduce(0) { $0 + $1.atOrBelow[index] }) / cells)
        }
        scaledPinball = ForecastEvaluation.mean(self.levels.compactMap(\.scaledPinball))
    }

    /// One JSON document, keys in camelCase, a score that is not defined left out.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Only numbers that are not finite could fail, and the scores have none.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? "{}\n"
    }

    /// The scores for people, one a line.
    public var table: String {
        var lines = [
            row("series scored", "\(scored) of \(series)"), row("periods scored", "\(periods)"),
            row("WAPE", text(wape)), row("bias", text(bias)), row("RMSSE", text(rmsse)),
            row("scaled pinball", text(scaledPinball)), "", "level     scaled pinball  below      at or below",
        ]
        for level in levels {
            lines.append(
                padded("\(level.level)", 10) + padded(text(level.scaledPinball), 16) + padded(text(level.below), 11)
                    + text(level.atOrBelow))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ name: String, _ value: String) -> String { padded(name, 16) + value }

    private func text(_ score: Double?) -> String {
        guard let score, abs(score) < 1e12 else { return "-" }
        return FixedPoint.text(Int64((score * 10_000).rounded()), decimals: 4, keep: 4)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
