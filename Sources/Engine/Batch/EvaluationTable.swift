import Domain

extension ForecastEvaluation {
    /// The scores for people: all series and each class a line, then each level and each interval.
    public var table: String {
        var lines = [
            "series scored   \(all.series) of \(series)",
            "periods scored  \(all.periods): the last \(heldBack) of each series, forecast \(min(horizon, heldBack)) at a time",
        ]
        var scored = TextTable(
            [.init("class")]
                + ["series", "WAPE", "bias", "MASE", "RMSSE", "CRPS", "scaled pinball"].map { .init($0, number: true) })
        for (name, scores) in [("all", all)] + classes.map({ ($0.name, $0.scores) }) {
            scored.add([name, "\(scores.series)"] + scores.cells + [Readable.score(scores.scaledPinball)])
        }
        lines += ["", scored.text]
        if !all.levels.isEmpty {
            var table = TextTable(
                ["level", "pinball", "scaled", "below", "at or below"].map { .init($0, number: true) })
            for level in all.levels {
                table.add(
                    ["\(level.level)"]
                        + [level.pinball, level.scaledPinball, level.below, level.atOrBelow].map { Readable.score($0) })
            }
            lines += ["", table.text]
        }
        if !all.intervals.isEmpty {
            var table = TextTable(
                [.init("interval"), .init("all", number: true)] + classes.map { .init($0.name, number: true) })
            for (place, interval) in all.intervals.enumerated() {
                table.add(
                    ["\(interval.from)–\(interval.to)", Readable.score(interval.coverage)]
                        + classes.map { Readable.score($0.scores.intervals[place].coverage) })
            }
            lines += ["", "share of periods within", table.text]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ForecastEvaluation.Scores {
    /// WAPE, bias, MASE, RMSSE and CRPS for people.
    var cells: [String] { [wape, bias, mase, rmsse, crps].map { Readable.score($0) } }
}

extension Readable {
    /// Four decimals; `-` for what nothing defines, or is beyond anything to be read.
    static func score(_ value: Double?) -> String {
        guard let value, abs(value) < 1e12 else { return "-" }
        return FixedPoint.text(Int64((value * 10_000).rounded()), decimals: 4, keep: 4)
    }

    /// At most three decimals, none that are zeros at the end.
    static func brief(_ value: Double) -> String {
        guard abs(value) < 1e12 else { return "-" }
        return FixedPoint.text(Int64((value * 1000).rounded()), decimals: 3, keep: 0)
    }
}
