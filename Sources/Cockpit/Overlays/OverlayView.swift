import Domain
import Engine
import Terminal

// What lies over a screen.

extension View {
    /// Draws the topmost overlay; those below it wait unseen.
    mutating func overlay(_ area: Rect) {
        switch state.overlays.last {
        case .confirm(let asked): confirm(asked, area)
        case .choose(let choice): choose(choice, area)
        case .ask(let question): ask(question, area)
        case .palette(let palette): self.palette(palette, area)
        case .help(let first): help(from: first, area)
        case .filter, nil: break
        }
    }

    /// A box in the middle, cleared; returns its inside.
    private mutating func dialog(_ title: String, width: Int, height: Int, _ area: Rect) -> Rect {
        let size = Size(width: min(area.width, width + 4), height: min(area.height, height + 2))
        let box = Rect(
            x: area.x + (area.width - size.width) / 2, y: area.y + (area.height - size.height) / 2, width: size.width,
            height: size.height)
        frame.fill(box)
        frame.box(box, title: title.printable, glyphs: glyphs, role: .focus)
        return box.inset(horizontal: 2, vertical: 1)
    }

    private mutating func confirm(_ asked: Confirmation, _ area: Rect) {
        let width = max(44, (asked.lines.map { displayWidth($0.text) }.max() ?? 0), displayWidth(asked.title))
        let extra = asked.word == nil ? 2 : 4
        var inner = dialog("Sure?", width: min(width, 90), height: asked.lines.count + extra + 2, area)
        let buttons = inner.takeBottom(1)
        frame.write(
            asked.title, x: inner.x, y: inner.takeTop(1).y, width: inner.width, ellipsis: glyphs.ellipsis,
            role: .heading)
        _ = inner.takeTop(1)
        if let word = asked.word {
            let row = inner.takeBottom(1)
            let x = row.x + frame.write("type \(word): ", x: row.x, y: row.y, role: .warning)
            typing(asked.typed, in: Rect(x: x, y: row.y, width: min(12, row.right - x), height: 1))
            _ = inner.takeBottom(1)
        }
        // What does not fit is counted, never hidden in silence.
        let shown = asked.lines.count > inner.height ? max(0, inner.height - 1) : asked.lines.count
        for (index, line) in asked.lines.prefix(shown).enumerated() {
            frame.write(
                line.text.printable, x: inner.x, y: inner.y + index, width: inner.width, ellipsis: glyphs.ellipsis,
                role: line.role)
        }
        if shown < asked.lines.count {
            frame.write("and \(asked.lines.count - shown) lines more", x: inner.x, y: inner.y + shown, role: .muted)
        }
        let cancel = " Cancel (Esc) "
        let verb = " \(asked.verb)\(asked.word == nil ? " (\(asked.key))" : "") "
        button(cancel, 0, x: buttons.x, y: buttons.y, isFocused: !asked.isOnVerb)
        button(verb, 1, x: buttons.x + cancel.count + 3, y: buttons.y, isFocused: asked.isOnVerb)
    }

    private mutating func button(_ text: String, _ number: Int, x: Int, y: Int, isFocused: Bool) {
        let width = frame.write(
            (isFocused ? String(glyphs.right) : " ") + text, x: x, y: y, role: isFocused ? .selection : .text,
            attributes: isFocused ? .bold : [])
        layout.targets.append((Rect(x: x, y: y, width: width, height: 1), .button(number)))
        if isFocused, frame.cursor == nil { frame.cursor = Point(x: x, y: y) }
    }

    private mutating func choose(_ choice: Choice, _ area: Rect) {
        let width = max(40, (choice.lines.map { displayWidth($0.text) }.max() ?? 0), displayWidth(choice.title))
        var inner = dialog(
            choice.title, width: min(90, width), height: choice.lines.count + choice.options.count + 1, area)
        for line in choice.lines {
            frame.write(
                line.text, x: inner.x, y: inner.takeTop(1).y, width: inner.width, ellipsis: glyphs.ellipsis,
                role: line.role)
        }
        _ = inner.takeTop(1)
        for (index, option) in choice.options.enumerated() where index < inner.height {
            let y = inner.y + index
            frame.write(option.key.description, x: inner.x, y: y, role: .key)
            frame.write(option.title, x: inner.x + 3, y: y, width: inner.width - 3, ellipsis: glyphs.ellipsis)
            if index == choice.selected {
                frame.select(Rect(x: inner.x, y: y, width: inner.width, height: 1))
                frame.cursor = Point(x: inner.x, y: y)
            }
        }
    }

    private mutating func ask(_ question: Question, _ area: Rect) {
        let effect = effect(of: question)
        let width = max(62, displayWidth(question.title), min(100, displayWidth(question.hint)))
        var inner = dialog(question.title, width: width, height: 5 + effect.count, area)
        frame.write(
            question.hint.printable, x: inner.x, y: inner.takeTop(1).y, width: inner.width, ellipsis: glyphs.ellipsis,
            role: .muted)
        let field = inner.takeTop(1)
        let keys = inner.takeBottom(1)
        if let complaint = question.complaint {
            frame.write(
                complaint, x: inner.x, y: inner.takeTop(1).y, width: inner.width, ellipsis: glyphs.ellipsis,
                role: .danger)
        }
        lines(effect, in: Rect(x: inner.x - 1, y: inner.y, width: inner.width + 2, height: inner.height))
        frame.write("Enter takes it, Esc leaves", x: keys.x, y: keys.y, role: .muted)
        typing(question.field, in: field)
    }

    /// What a typed quantity would do to risk and cash, beside what was proposed.
    private func effect(of question: Question) -> [CellText] {
        guard case .quantity(let action, let sku) = question.purpose, let order = state.order(action),
            let line = order.action.lines.first(where: { $0.draft.sku == sku })
        else { return [] }
        let typed = Int64(question.field.text.trimmed)
        let currency = order.action.header.currency
        func cost(_ quantity: Int64) -> String {
            line.draft.cost.total(quantity, currency: currency).map { Money(minor: $0, currency: currency).amount }
                ?? "?"
        }
        let projection = state.products[RiskRow.ID(sku: sku, place: order.action.header.shipTo)]?.projection
        func chance(_ quantity: Int64) -> String {
            projection.map { Readable.chance($0.chanceOfRunningOut(ordering: quantity)) } ?? glyphs.ellipsis
        }
        var rows = [
            CellText("            quantity   cost in \(currency)   chance of running out", .heading),
            CellText(View.row("proposed", line.draft.quantity, cost(line.draft.quantity), chance(line.draft.quantity))),
        ]
        if let typed, typed >= 0, typed <= 1_000_000_000 {
            rows.append(CellText(View.row("typed", typed, cost(typed), chance(typed)), .changed))
        }
        rows.append(CellText(View.row("nothing", 0, cost(0), chance(0)), .muted))
        return rows
    }

    private static func row(_ name: String, _ quantity: Int64, _ cost: String, _ chance: String) -> String {
        func pad(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return name + String(repeating: " ", count: max(0, 12 - name.count)) + pad(String(quantity), 8) + pad(cost, 14)
            + pad(chance, 25)
    }

    private mutating func palette(_ palette: Palette, _ area: Rect) {
        let entries = palette.entries(state)
        var inner = dialog("Palette", width: 70, height: min(area.height - 4, 20), area)
        typing(palette.field, in: inner.takeTop(1))
        let cursor = frame.cursor
        _ = inner.takeTop(1)
        let first = max(0, min(palette.selected - inner.height / 2, entries.count - inner.height))
        for (index, entry) in entries.enumerated().dropFirst(first).prefix(inner.height) {
            let y = inner.y + index - first
            let width = min(36, inner.width)
            frame.write(
                entry.title.printable, x: inner.x, y: y, width: width, ellipsis: glyphs.ellipsis,
                role: entry.whyNot == nil ? .text : .disabled)
            frame.write(
                (entry.whyNot ?? entry.note).printable, x: inner.x + width + 1, y: y,
                width: max(0, inner.width - width - 1), ellipsis: glyphs.ellipsis, role: .muted)
            if index == palette.selected { frame.select(Rect(x: inner.x, y: y, width: inner.width, height: 1)) }
        }
        if entries.isEmpty { frame.write("nothing of that name", x: inner.x, y: inner.y, role: .muted) }
        frame.cursor = cursor
    }

    private mutating func help(from first: Int, _ area: Rect) {
        let commands = Command.active(state)
        // Where help does not fit beside its title it stands below.
        let isWide = area.width >= 110
        let rows = isWide ? 1 : 2
        let inner = dialog(
            "Keys here: \(state.place.name); arrows scroll", width: 110,
            height: min(area.height - 2, commands.count * rows),
            area)
        let top = min(first, max(0, commands.count - inner.height / rows))
        for (index, command) in commands.dropFirst(top).prefix(inner.height / rows).enumerated() {
            let y = inner.y + index * rows
            let keys = command.keys.map(\.description).joined(separator: " ")
            let whyNot = command.whyNot(state)
            frame.write(keys, x: inner.x, y: y, width: 16, ellipsis: glyphs.ellipsis, role: .key)
            frame.write(
                command.title, x: inner.x + 17, y: y, width: 25, ellipsis: glyphs.ellipsis,
                role: whyNot == nil ? .text : .disabled)
            let help = whyNot.map { "not now: \($0)" } ?? command.help
            let x = inner.x + (isWide ? 43 : 17)
            frame.write(
                help.printable, x: x, y: isWide ? y : y + 1, width: max(0, inner.right - x), ellipsis: glyphs.ellipsis,
                role: .muted)
        }
    }
}
