import Domain
import Engine
import Terminal

/// Draws a state: pure, so that a screen is tested without a terminal.
struct View {
    let state: State
    var frame: Frame
    var layout = Layout()

    var glyphs: Glyphs { state.glyphs }

    /// The frame of a state at a size, and where its parts lie.
    static func draw(_ state: State, size: Size) -> (frame: Frame, layout: Layout) {
        var view = View(state: state, frame: Frame(size))
        view.draw()
        return (view.frame, view.layout)
    }

    /// Below this a screen of orders is one card.
    static let smallest = Size(width: 56, height: 16)

    private var isSmall: Bool {
        frame.size.width < View.smallest.width || frame.size.height < View.smallest.height
    }

    private mutating func draw() {
        var rest = frame.bounds
        guard rest.width >= 24, rest.height >= 6 else {
            frame.write("needs 24x6; q quits", x: 0, y: 0)
            return
        }
        header(&rest)
        footer(rest.takeBottom(1))
        // What the engine has to say is read to its end.
        let words = state.note.map { wrapped($0.text.printable, width: rest.width - 2, lines: min(3, rest.height / 4)) }
        if let note = state.note, let words, words.count > 1 {
            lines(words.map { CellText($0, note.role) }, in: rest.takeBottom(words.count))
        } else {
            status(rest.takeBottom(1))
        }
        guard let snapshot = state.snapshot else {
            frame.write("reading the shop…", x: 1, y: rest.y, role: .muted)
            return overlay(frame.bounds)
        }
        switch state.place {
        case .shift where isSmall, .orders where isSmall, .order where isSmall: card(rest)
        case .shift: shift(snapshot, rest)
        case .orders: orders(rest)
        case .order(let id): order(id, rest)
        case .risk: risk(rest)
        case .product(let id): product(id, rest)
        case .data: data(snapshot, rest)
        case .journal: journal(rest)
        }
        overlay(frame.bounds)
    }

    // MARK: What is on every screen

    /// Who, where, when, and whether anything acts by itself: all of it at any width, on as many lines as it takes.
    private mutating func header(_ rest: inout Rect) {
        let parts = headerParts()
        let separator = " \(glyphs.vertical) "
        var lines: [[(text: String, role: Role)]] = [[]]
        var width = 1
        for part in parts {
            let wide = displayWidth(part.text) + 3
            if width + wide > rest.width + 2, !(lines.last?.isEmpty ?? true) {
                lines.append([])
                width = 1
            }
            lines[lines.count - 1].append(part)
            width += wide
        }
        // On a low screen the last lines of the header give way to what is decided.
        for line in lines.prefix(max(1, rest.height / 4)) {
            let row = rest.takeTop(1)
            frame.fill(row, role: .bar)
            var x = 1
            for (index, part) in line.enumerated() {
                if index > 0 { x += frame.write(separator, x: x, y: row.y, role: .bar) }
                x += frame.write(
                    part.text, x: x, y: row.y, width: max(0, row.right - x), ellipsis: glyphs.ellipsis, role: part.role)
            }
        }
        let row = rest.takeTop(1)
        tabs(row)
    }

    private func headerParts() -> [(text: String, role: Role)] {
        guard let snapshot = state.snapshot else { return [("Penstock", .bar)] }
        let standing = snapshot.standing
        var parts: [(String, Role)] = []
        let mode = state.rights.isDemo ? "DEMO" : standing.isFixed ? "FIXED" : "LIVE"
        parts.append((" \(mode) ", state.rights.isDemo || standing.isFixed ? .badgeWarning : .badge))
        parts.append((standing.name, .bar))
        parts.append((standing.actor + (state.rights.isReadOnly ? " READ-ONLY" : ""), .bar))
        if standing.hold != nil {
            parts.append((" HELD ", .badgeDanger))
        } else {
            parts.append(
                (standing.isAutomatic ? " AUTO " : "asks for all", standing.isAutomatic ? .badgeWarning : .bar))
        }
        parts.append(
            standing.runner.map { ("runner \($0)", .bar) } ?? ("NO RUNNER: approvals wait, W starts one", .badgeDanger))
        parts.append((Wording.moment(standing.now, standing.zone), .bar))
        if let feed = snapshot.feeds.first {
            parts.append(("oldest feed \(feed.layout) \(Wording.age(feed.at, now: standing.now))", .bar))
        } else {
            parts.append(("no feed yet", .bar))
        }
        if let cut = standing.nextCutOff {
            let left = Wording.span(milliseconds: cut.at.milliseconds - standing.now.milliseconds)
            parts.append(("cut-off \(cut.supplier) in \(left)", cut.hasOrder ? .badgeWarning : .bar))
        } else {
            parts.append(("no cut-off", .bar))
        }
        if standing.unknown > 0 { parts.append((" \(standing.unknown) UNKNOWN ", .badgeDanger)) }
        return parts
    }

    /// The screens, then how one came to where one is.
    private mutating func tabs(_ row: Rect) {
        var x = 1
        let isNarrow = row.width < 76
        for (index, screen) in Place.screens.enumerated() {
            let isHere = state.path.first == screen.place
            let name = isNarrow && !isHere ? "" : " \(screen.name)"
            let start = x
            x += frame.write("\(index + 1)", x: x, y: row.y, role: isHere ? .focus : .key)
            x += frame.write(
                name, x: x, y: row.y, role: isHere ? .focus : .muted, attributes: isHere ? .bold : [])
            layout.targets.append((Rect(x: start, y: row.y, width: x - start, height: 1), .place(screen.place)))
            x += 2
        }
        for place in state.path.dropFirst() {
            x += frame.write("\(glyphs.right) ", x: x, y: row.y, role: .border)
            let start = x
            x += frame.write(
                place.name, x: x, y: row.y, width: max(0, row.right - x), ellipsis: glyphs.ellipsis, role: .focus)
            layout.targets.append((Rect(x: start, y: row.y, width: x - start, height: 1), .place(place)))
            x += 1
        }
    }

    /// What the table is doing, or the last word of the engine.
    private mutating func status(_ row: Rect) {
        let table = state.table
        var parts: [(String, Role)] = []
        if let note = state.note { parts.append((note.text, note.role)) }
        if let busy = state.busy { parts.append(("\(busy)…", .accent)) }
        if state.isPlaying { parts.append(("playing on; any key stops", .accent)) }
        if state.note == nil {
            if let hold = state.snapshot?.standing.hold {
                parts.append(("held by \(hold.actor): \(hold.reason)", .danger))
            }
            if let problem = state.snapshot?.standing.policyProblem { parts.append(("policy: \(problem)", .danger)) }
            if case .filter = state.overlays.last {
            } else if !table.filter.isEmpty {
                parts.append(("filter: \(table.filter)", .match))
            }
            if table.waiting > 0 { parts.append(("\(table.waiting) new, r to refresh", .changed)) }
            if !table.marked.isEmpty { parts.append(("\(table.marked.count) picked", .marked)) }
            if let position = table.position {
                let all = state.listing.ids.count
                parts.append(
                    (
                        "\(position + 1) of \(table.order.count)"
                            + (all > table.order.count ? ", \(all) in all" : ""), .muted
                    ))
            }
            if state.snapshot?.plan == nil, state.snapshot != nil {
                parts.append(("not planned yet: W starts the runner", .warning))
            } else if let snapshot = state.snapshot, snapshot.isPlanStale, let at = snapshot.plan?.at {
                parts.append(
                    ("plan of \(Wording.moment(at, snapshot.standing.zone)), older than the facts", .warning))
            }
        }
        if case .filter(let field) = state.overlays.last {
            let x = 1 + frame.write("/", x: 1, y: row.y, role: .key)
            typing(field, in: Rect(x: x, y: row.y, width: min(40, row.width - x), height: 1))
            frame.write(
                "\(table.order.count) of \(state.listing.ids.count)", x: min(x + 42, row.width), y: row.y, role: .muted)
            return
        }
        var x = 1
        for part in parts where x < row.right {
            x +=
                frame.write(
                    part.0.printable, x: x, y: row.y, width: max(0, row.right - x), ellipsis: glyphs.ellipsis,
                    role: part.1) + 3
        }
    }

    /// The commands of this place, as many as there is room for.
    private mutating func footer(_ row: Rect) {
        frame.fill(row, role: .bar)
        var commands = Command.active(state).filter { $0.footer != nil }.sorted { ($0.footer ?? 0) < ($1.footer ?? 0) }
        if isSmall, Command.Context.order.holds(state) {
            let isPending = state.order?.action.state.isPending ?? true
            let vital: [CommandID] = (isPending ? [.approve, .reject] : [.undo]) + [.down, .help, .quit]
            commands = vital.compactMap { id in Command.active(state).first { $0.id == id } }
        }
        let kept = commands.filter { [.help, .quit].contains($0.id) }
        let tail = kept.reduce(0) { $0 + hint($1).count + 2 }
        var x = 1
        for command in commands {
            let hint = hint(command)
            let isKept = kept.contains { $0.id == command.id }
            guard x + hint.count + (isKept ? 0 : tail) <= row.width else { continue }
            let start = x
            let key = keyName(command)
            let isOff = command.whyNot(state) != nil
            x += frame.write(key, x: x, y: row.y, role: .bar, attributes: isOff ? .dim : [.bold, .underline])
            x += frame.write(" \(View.short(command))", x: x, y: row.y, role: .bar, attributes: isOff ? .dim : [])
            layout.targets.append((Rect(x: start, y: row.y, width: x - start, height: 1), .command(command.id)))
            x += 2
        }
    }

    private func hint(_ command: Command) -> String { "\(keyName(command)) \(View.short(command))" }

    private func keyName(_ command: Command) -> String {
        command.id == .down ? String(glyphs.down) : command.keys.first?.description ?? ""
    }

    private static func short(_ command: Command) -> String {
        switch command.id {
        case .sort: "Sort"
        case .edit: "Edit"
        case .supply: "Type"
        case .retry: "Try all"
        case .hold: "Hold"
        case .nextTab: "Turn"
        case .down: "Next"
        default: command.title
        }
    }

    // MARK: Parts

    /// A table of the state with its head; the room of a frame is the caller's.
    mutating func table(_ id: TableID, in area: Rect, empty: String) {
        guard let listing = state.listings[id], let table = state.tables[id], area.height > 0 else { return }
        var rest = area
        let head = rest.takeTop(1)
        layout.heights[id] = rest.height
        guard !table.order.isEmpty else {
            let isReading = state.snapshot?.isBrief ?? true && id != .orders && id != .decisions
            frame.write(
                isReading ? "reading…" : empty, x: area.x + 1, y: rest.y, width: area.width - 2,
                ellipsis: glyphs.ellipsis, role: .muted)
            return
        }
        let columns = fitting(listing.columns, width: area.width - 2)
        for column in columns {
            let isSorted = table.sortColumn == column.index
            let sign = isSorted ? String(table.isDescending ? glyphs.down : glyphs.up) : ""
            frame.write(
                listing.columns[column.index].title + sign, x: area.x + column.x, y: head.y, width: column.width,
                alignment: column.isNumber ? .trailing : .leading, ellipsis: glyphs.ellipsis,
                role: isSorted ? .focus : .heading)
            layout.targets.append(
                (
                    Rect(x: area.x + column.x, y: head.y, width: column.width, height: 1), .column(id, column.index)
                ))
        }
        let window = table.window(height: rest.height)
        for place in window {
            let (y, row) = (rest.y + place - window.lowerBound, table.order[place])
            draw(row, listing, columns, at: y, area, isMarked: table.marked.contains(row))
            if row == table.selected {
                frame.select(Rect(x: area.x, y: y, width: area.width, height: 1))
                if id == state.focus {
                    frame.write(String(glyphs.right), x: area.x, y: y, attributes: .selected)
                    if state.overlays.isEmpty { frame.cursor = Point(x: area.x, y: y) }
                }
            }
            layout.targets.append((Rect(x: area.x, y: y, width: area.width, height: 1), .row(id, row)))
        }
        scrollMark(rest, window, of: table.order.count)
    }

    private mutating func draw(
        _ id: String, _ listing: Listing, _ columns: [Placed], at y: Int, _ area: Rect, isMarked: Bool
    ) {
        if isMarked { frame.write(String(glyphs.mark), x: area.x, y: y, role: .marked) }
        guard let row = listing.index(of: id) else {
            frame.write("no longer there", x: area.x + 1, y: y, width: area.width - 2, role: .disabled)
            return
        }
        for column in columns {
            let cell = listing.cell(row, column.index)
            frame.write(
                cell.text.printable, x: area.x + column.x, y: y, width: column.width,
                alignment: column.isNumber ? .trailing : .leading, ellipsis: glyphs.ellipsis, role: cell.role)
        }
    }

    private mutating func scrollMark(_ area: Rect, _ window: Range<Int>, of count: Int) {
        guard count > area.height, area.height > 1, area.width > 2 else { return }
        let share = Double(window.lowerBound) / Double(max(1, count - area.height))
        let y = area.y + Int((share * Double(area.height - 1)).rounded())
        frame.write(String(glyphs.vertical), x: area.right - 1, y: y, role: .marker)
    }

    /// A column with its place in the row.
    struct Placed {
        var index: Int
        var x: Int
        var width: Int
        var isNumber: Bool
    }

    /// The columns that fit, those of the lowest ranks left out; the growing one takes what is left.
    private func fitting(_ columns: [Listing.Column], width: Int) -> [Placed] {
        var kept = Array(columns.indices)
        func total() -> Int { kept.reduce(0) { $0 + columns[$1].width + 1 } - 1 }
        while total() > width, let worst = kept.max(by: { columns[$0].rank < columns[$1].rank }),
            columns[worst].rank > 0
        {
            kept.removeAll { $0 == worst }
        }
        let spare = max(0, width - total())
        let growing = kept.filter { columns[$0].grows }
        var x = 1
        return kept.map { index in
            var wide = columns[index].width
            if let position = growing.firstIndex(of: index) {
                wide += spare / growing.count + (position < spare % growing.count ? 1 : 0)
            }
            defer { x += wide + 1 }
            return Placed(
                index: index, x: x, width: min(wide, max(0, width - x + 1)), isNumber: columns[index].isNumber)
        }
    }

    /// A framed part with a title; returns its inside. Where there is little room the frame is one line above.
    mutating func panel(_ area: Rect, _ title: String) -> Rect {
        guard area.height > 2 else { return area }
        var inner = area
        let row = inner.takeTop(1)
        frame.line(from: row.origin, columns: row.width, glyphs: glyphs)
        frame.write(
            " \(title) ", x: row.x + 1, y: row.y, width: max(0, row.width - 2), ellipsis: glyphs.ellipsis,
            role: .heading)
        return inner
    }

    /// A text broken at blanks into at most so many lines.
    func wrapped(_ text: String, width: Int, lines most: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let longer = lines[lines.count - 1].isEmpty ? String(word) : "\(lines[lines.count - 1]) \(word)"
            if displayWidth(longer) <= width || lines[lines.count - 1].isEmpty || lines.count >= most {
                lines[lines.count - 1] = longer
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// Lines of text from the top of an area.
    mutating func lines(_ lines: [CellText], in area: Rect, from first: Int = 0) {
        for (index, line) in lines.dropFirst(first).prefix(max(0, area.height)).enumerated() {
            frame.write(
                line.text.printable, x: area.x + 1, y: area.y + index, width: area.width - 2, ellipsis: glyphs.ellipsis,
                role: line.role)
        }
    }

    /// A field that is typed in, the cursor always in sight.
    mutating func typing(_ field: TextField, in area: Rect) {
        guard area.width > 1 else { return }
        frame.fill(area, role: .input)
        let before = String(field.characters.prefix(field.cursor))
        let after = String(field.characters.dropFirst(field.cursor))
        var seen = before
        while displayWidth(seen) > area.width - 1 { seen.removeFirst() }
        let x = area.x + frame.write(seen, x: area.x, y: area.y, width: area.width, role: .input)
        frame.write(after, x: x, y: area.y, width: max(0, area.right - x), role: .input)
        frame.cursor = Point(x: min(x, area.right - 1), y: area.y)
    }
}
