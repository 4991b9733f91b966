import Domain

extension ForecastEvaluation {
    /// The scores for people: all series and each class a line, then each level and each interval.
    public var table: String {
        var lines = [
            "series scored   \(all.series) of \(series)",
            "periods scored  \(all.periods): the last \(heldBack) of each series, forecast \(min(horizon, heldBack)) at a time",
            "",
            TextTable.line(
                ["class", "series", "WAPE", "bias", "MASE", "RMSSE", "CRPS", "scaled pinball"],
                ForecastEvaluation.widths),
        ]
        lines.append(line("all", all))
        for found in classes { lines.append(line(found.name, found.scores)) }
        if !all.levels.isEmpty {
            lines += [
                "", TextTable.line(["level", "pinball", "scaled", "below", "at or below"], [14, 10, 10, 10, 13]),
            ]
        }
        for level in all.levels {
            let cells = [
                "\(level.level)", TextTable.number(level.pinball), TextTable.number(level.scaledPinball),
                TextTable.number(level.below), TextTable.number(level.atOrBelow),
            ]
            lines.append(TextTable.line(cells, [14, 10, 10, 10, 13]))
        }
        if !all.intervals.isEmpty {
            lines += ["", TextTable.line(["interval", "coverage"], [14, 10]) + "  by class"]
        }
        for (place, interval) in all.intervals.enumerated() {
            let own = classes.map { "\($0.name) " + TextTable.number($0.scores.intervals[place].coverage) }
            lines.append(
                TextTable.line(["\(interval.from)–\(interval.to)", TextTable.number(interval.coverage)], [14, 10])
                    + "  " + own.joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let widths = [14, 10, 10, 10, 10, 10, 10, 15]

    private func line(_ name: String, _ scores: Scores) -> String {
        TextTable.line(
            [name, "\(scores.series)"]
                + [scores.wape, scores.bias, scores.mase, scores.rmsse, scores.crps, scores.scaledPinball]
                .map { TextTable.number($0) }, ForecastEvaluation.widths)
    }
}

/// Lines of cells under each other, for reports of the stateless commands.
enum TextTable {
    /// The first cell to the left, numbers to the right of their width.
    static func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, (cell, width)) in zip(cells, widths).enumerated() {
            let blank = String(repeating: " ", count: max(index == 0 ? 1 : 0, width - cell.count))
            text += index == 0 ? cell + blank : blank + cell
        }
        return text
    }

    /// A number with so many decimals; `-` where there is none, or it is beyond anything to be read.
    static func number(_ value: Double?, decimals: Int = 4) -> String {
        guard let value, abs(value) < 1e12 else { return "-" }
        let scaled = Int64((value * Double(FixedPoint.powers[decimals])).rounded())
        return FixedPoint.text(scaled, decimals: decimals, keep: decimals)
    }
}
