import Domain
import Engine
import Terminal

// The morning in one screen.

extension View {
    mutating func shift(_ snapshot: ShopSnapshot, _ area: Rect) {
        var rest = area
        let text = [yesterday(snapshot), cash(snapshot), byItself(snapshot), notes(snapshot)]
        if area.width >= 100, area.height >= 20 {
            var top = rest.takeTop(max(9, min(area.height / 2, 13)))
            let right = top.takeRight(50)
            let inner = panel(top, "decide first: the most avoidable money")
            table(.decisions, in: inner, empty: "nothing waits for a decision")
            stack([("yesterday", text[0]), ("cash", text[1])], in: right)
            stack([("ran by itself since you last looked", text[2]), ("notes handed over", text[3])], in: rest)
        } else {
            let rows = state.tables[.decisions]?.order.count ?? 0
            let inner = panel(
                rest.takeTop(max(4, min(area.height / 2, rows + 3))), "decide first: the most avoidable money")
            table(.decisions, in: inner, empty: "nothing waits for a decision")
            let short = wrapped(brief(snapshot), width: area.width - 13, lines: 2).map { CellText($0) }
            stack(
                [("yesterday", short), ("cash", text[1]), ("by itself", text[2]), ("notes", text[3])], in: rest)
        }
    }

    /// Panels under one another, each with a share of the room and at least one line.
    private mutating func stack(_ panels: [(title: String, lines: [CellText])], in area: Rect) {
        var rest = area
        for (index, panel) in panels.enumerated() {
            let left = panels.count - index
            let wanted = index == panels.count - 1 ? rest.height : min(panel.lines.count + 1, rest.height / left)
            var part = rest.takeTop(wanted)
            // Where a title would take the room of what it is about, it stands before the first line.
            if part.height < min(4, panel.lines.count + 1) {
                var told = panel.lines
                if !told.isEmpty { told[0].text = "\(panel.title): \(told[0].text)" }
                lines(told, in: part)
                continue
            }
            let row = part.takeTop(1)
            frame.line(from: row.origin, columns: row.width, glyphs: glyphs)
            frame.write(" \(panel.title) ", x: row.x + 1, y: row.y, width: row.width - 2, role: .heading)
            let shown = panel.lines.count > part.height ? Array(panel.lines.prefix(part.height - 1)) : panel.lines
            lines(shown, in: part)
            if shown.count < panel.lines.count {
                frame.write(
                    "and \(panel.lines.count - shown.count) more: 5 shows the journal", x: part.x + 1,
                    y: part.y + shown.count, role: .muted)
            }
        }
    }

    private func yesterday(_ snapshot: ShopSnapshot) -> [CellText] {
        let (result, currency) = (snapshot.yesterday, snapshot.standing.currency)
        func money(_ minor: Int64) -> String { Money(minor: minor, currency: currency).amount }
        func compared(_ name: String, _ value: Double, _ text: String, _ expected: Double?, _ written: String)
            -> CellText
        {
            guard let expected, expected != 0 else { return CellText("\(name) \(text)") }
            let share = Int((value / expected * 100).rounded())
            return CellText("\(name) \(text), \(share) % of \(written) forecast", share < 80 ? .warning : .text)
        }
        var lines: [CellText] = []
        if !result.isCovered {
            // What nobody has told of is not known; it is not nothing.
            lines.append(CellText("\(Wording.day(result.day)): not every source has told of it yet", .warning))
            if result.units == 0, result.net == 0 { return lines }
        }
        let expected = result.forecast
        lines.append(
            compared(
                "units", Double(result.units), String(result.units), expected?.units,
                Readable.units(expected?.units ?? 0)))
        lines.append(
            compared(
                "net", Double(result.net), money(result.net), expected.map { Double($0.net) }, money(expected?.net ?? 0)
            ))
        lines.append(
            compared(
                "margin", Double(result.margin), money(result.margin), expected.map { Double($0.margin) },
                money(expected?.margin ?? 0)))
        if expected == nil { lines.append(CellText("no plan was made on that day to compare with", .muted)) }
        if result.unitsWithoutCost > 0 {
            lines.append(CellText("margin leaves out \(result.unitsWithoutCost) units without a cost", .muted))
        }
        return lines
    }

    /// Yesterday where there is little room: shares are of the forecast.
    private func brief(_ snapshot: ShopSnapshot) -> String {
        let (result, currency) = (snapshot.yesterday, snapshot.standing.currency)
        if !result.isCovered, result.units == 0, result.net == 0 {
            return "not known: not every source has told of it yet"
        }
        func told(_ name: String, _ text: String, _ value: Double, _ expected: Double?) -> String {
            guard let expected, expected != 0 else { return "\(name) \(text)" }
            return "\(name) \(text) (\(Int((value / expected * 100).rounded())) %)"
        }
        func money(_ name: String, _ minor: Int64, _ expected: Int64?) -> String {
            told(name, Money(minor: minor, currency: currency).amount, Double(minor), expected.map(Double.init))
        }
        return [
            told("units", String(result.units), Double(result.units), result.forecast?.units),
            money("net", result.net, result.forecast?.net), money("margin", result.margin, result.forecast?.margin),
        ].joined(separator: ", ") + (result.forecast == nil ? "; no forecast" : " of forecast")
    }

    private func cash(_ snapshot: ShopSnapshot) -> [CellText] {
        let (cash, currency) = (snapshot.cash, snapshot.standing.currency)
        func money(_ minor: Int64) -> String { Money(minor: minor, currency: currency).amount }
        let share = cash.dayLimit > 0 ? Double(cash.today) / Double(cash.dayLimit) : 0
        var lines = [
            CellText(
                "today \(money(cash.today)) of \(money(cash.dayLimit)) \(currency) \(glyphs.bar(share, width: 8))",
                share > 0.9 ? .warning : .text),
            CellText("on order \(money(cash.open)), waiting \(money(cash.waiting))"),
        ]
        if cash.otherCurrencies > 0 {
            lines.append(CellText("orders in other currencies, not counted: \(cash.otherCurrencies)", .muted))
        }
        return lines
    }

    private func byItself(_ snapshot: ShopSnapshot) -> [CellText] {
        let telling: Set<String> = ["confirm", "confirmed", "fail", "failed", "expired", "superseded", "unknown"]
        let entries = snapshot.journal.filter { entry in
            entry.sequence > state.seen && entry.what != "note"
                && (entry.actor == Desk.policyName || telling.contains(entry.what))
        }
        guard !entries.isEmpty else { return [CellText("nothing", .muted)] }
        return entries.map { entry in
            let order = entry.action.flatMap { state.order($0) }
            let what =
                order.map { "order \($0.id) from \($0.action.header.supplier)" }
                ?? entry.action.map { "action \($0)" } ?? ""
            return CellText("\(Wording.moment(entry.at, snapshot.standing.zone))  \(entry.what)  \(what)")
        }
    }

    private func notes(_ snapshot: ShopSnapshot) -> [CellText] {
        let entries = snapshot.journal.filter { $0.what == "note" }.prefix(5)
        guard !entries.isEmpty else { return [CellText("none; N writes one", .muted)] }
        return entries.map { entry in
            let text = JournalText(entry).reason ?? ""
            return CellText("\(entry.actor), \(Wording.moment(entry.at, snapshot.standing.zone)): \(text)")
        }
    }
}
