import Domain
import Forecasting

extension ForecastExplanation {
    /// The explanation for people.
    public var text: String {
        (["\(series.printable): forecast by \(model)"] + found + [""] + combined + acrossLines + [""] + scored + [""]
            + ahead).joined(separator: "\n") + "\n"
    }

    private var found: [String] {
        let f = findings
        var lines = [
            "  history       \(f.periods) periods, \(f.first) to \(f.last); mean \(brief(f.mean)), deviation \(brief(f.deviation))",
            "  kind          \(f.demandClass == .none ? "no demand" : f.demandClass.rawValue); \(f.zeros) periods without demand",
        ]
        if f.unobserved > 0 {
            lines.append("  not observed  \(f.unobserved) periods: gaps, or out of stock throughout")
        }
        if f.cut > 0 { lines.append("  cut           \(f.cut) periods out of stock for part of their time") }
        if f.beforeLaunch > 0 { lines.append("  launch        after \(f.beforeLaunch) periods without demand") }
        if !f.seasons.isEmpty {
            lines.append("  season        \(f.seasons.map(String.init).joined(separator: " and ")) periods")
        }
        if !f.profile.isEmpty, f.profile.count <= 31 {
            lines.append("  profile       " + f.profile.map { brief($0) }.joined(separator: " "))
        }
        if f.shifts.isEmpty { lines.append("  level shifts  none found") }
        for shift in f.shifts {
            lines.append(
                "  level shift   \(shift.period): \(brief(shift.before)) to \(brief(shift.after)) a period "
                    + "(strength \(brief(shift.strength)))")
        }
        if f.outsize.isEmpty { lines.append("  outsize       none found") }
        for period in f.outsize.prefix(12) {
            lines.append(
                "  outsize       \(period.period): \(brief(period.units)), \(brief(period.timesTypical)) times what is usual"
            )
        }
        if f.outsize.count > 12 { lines.append("  outsize       \(f.outsize.count) periods in all") }
        return lines
    }

    private var combined: [String] {
        if let counts {
            return [
                "model of counts",
                "  level \(brief(counts.level)) a period, weight of the newest period \(brief(counts.smoothing))",
                "  spread: single periods \(brief(counts.phi)) times chance, the level may be off by "
                    + "\(brief(100 * counts.kappa)) %",
                "  learned from \(counts.periodsUsed) periods, \(counts.censoredPeriods) of them cut by want of stock",
            ]
        }
        guard !candidates.isEmpty else { return ["candidates: none has an answer"] }
        var table = TextTable([
            .init("candidate"), .init("weight", number: true), .init("error", number: true), .init("estimated"),
        ])
        for candidate in candidates {
            let parameters = candidate.parameters.prefix(8).map { "\($0.name) \(brief($0.value))" }
            table.add([
                candidate.model, Readable.score(candidate.weight), Readable.score(candidate.error),
                parameters.joined(separator: ", "),
            ])
        }
        return [table.text]
    }

    private var acrossLines: [String] {
        guard let across else { return [] }
        var lines = ["", "model across series; means over the horizon"]
        lines.append("  own level and season            \(brief(mean(across.own)))")
        lines.append("  the calendar of its group       times \(range(across.calendar)), within it")
        lines.append("  the trees' correction           times \(range(across.trees))")
        if let local = across.local {
            lines.append(
                "  local forecast                  \(brief(mean(local))), with a share of \(brief(across.localShare))")
        }
        lines.append("  alignment with its groups       times \(range(across.alignment))")
        lines.append("  expected                        \(brief(mean(across.means)))")
        for driver in across.drivers {
            lines.append(
                "  driver \(driver.name.printable): "
                    + (driver.isCalendar
                        ? "part of the calendar of its group" : "times \(range(driver.factors)) against not knowing it")
            )
        }
        if across.drivers.isEmpty { lines.append("  no drivers") }
        lines.append(
            "  the trees look at "
                + across.uses.map { "\($0.feature.printable) \(brief(100 * $0.share)) %" }
                .joined(separator: ", "))
        return lines
    }

    private var scored: [String] {
        guard !rivals.isEmpty else { return ["too short to be scored"] }
        var table = TextTable(
            [.init("model")] + ["WAPE", "bias", "MASE", "RMSSE", "CRPS"].map { .init($0, number: true) } + [.init("")])
        for rival in rivals {
            table.add([rival.model] + rival.scores.cells + [rival.model == model ? "in use" : ""])
        }
        var lines = [
            "scored on the last \(heldBack) periods, each forecast from what lies before its origin", table.text,
        ]
        if let own = rivals.first(where: { $0.model == model }) {
            let levels = own.scores.levels.map {
                "q\($0.level): \(brief(100 * $0.below)) to \(brief(100 * $0.atOrBelow)) %"
            }
            if !levels.isEmpty {
                lines.append("of what happened, so much was below, or at or below: " + levels.joined(separator: ", "))
            }
        }
        return lines
    }

    private var ahead: [String] {
        guard !forecast.isEmpty else { return ["no forecast: the model has no answer; use auto"] }
        var table = TextTable(
            [.init("period"), .init("mean", number: true)] + levels.map { .init("q\($0)", number: true) })
        for period in forecast.prefix(28) {
            table.add([period.period, brief(period.mean)] + period.quantiles.map { brief($0) })
        }
        return [table.text] + (forecast.count > 28 ? ["… \(forecast.count) periods in all"] : [])
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    /// The mean of factors, and how far they reach.
    private func range(_ factors: [Double]) -> String {
        "\(brief(mean(factors))) (\(brief(factors.min() ?? 1)) to \(brief(factors.max() ?? 1)))"
    }

    private func brief(_ value: Double) -> String { Readable.brief(value) }
}
