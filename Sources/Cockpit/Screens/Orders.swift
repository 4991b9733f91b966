import Domain
import Engine
import Terminal

// Draft purchase orders, and one of them with its lines.

extension Listing {
    /// Orders as the orders screen lists them.
    static func orders(_ rows: [OrderRow], _ standing: ShopStanding) -> Listing {
        Listing(rows, id: { String($0.id) }, words: words, columns: columns(standing, full: true))
    }

    /// Orders as the shift screen lists them: what to decide first.
    static func decisions(_ rows: [OrderRow], _ standing: ShopStanding) -> Listing {
        Listing(rows, id: { String($0.id) }, words: words, columns: columns(standing, full: false))
    }

    private static let words: @Sendable (OrderRow) -> String = { row in
        let header = row.action.header
        let lines = row.action.lines.map { "\($0.draft.sku) \($0.draft.name)" }.joined(separator: " ")
        return "\(row.id) \(header.supplier) \(header.shipTo) \(row.action.state.rawValue) "
            + row.flags.joined(separator: " ") + " " + lines
    }

    private static func columns(_ standing: ShopStanding, full: Bool) -> [TableColumn<OrderRow>] {
        let now = standing.now
        var columns: [TableColumn<OrderRow>] = [
            .by("No", 4, rank: 6, key: { .number($0.id) }, { CellText(String($0.id)) }),
            .by(
                "Cut-off", 9, number: false, key: { .instant($0.cutOff) },
                { row in
                    guard let cut = row.cutOff else { return CellText("none", .danger) }
                    let left = cut.milliseconds - now.milliseconds
                    if left < 0 { return CellText("passed", .danger) }
                    return CellText(Wording.span(milliseconds: left), left < 4 * 3_600_000 ? .warning : .text)
                }),
            .words("Supplier", 12, grows: true) { $0.action.header.supplier.text },
            .words("Ship to", 8, rank: 7) { $0.action.header.shipTo.text },
            .by(
                "Lines", 5, rank: 4, key: { .number(Int64($0.action.order.lines.count)) },
                {
                    CellText(String($0.action.order.lines.count))
                }),
            .by(
                "Value", 12, key: { .number($0.action.value) },
                {
                    let money = Money(minor: $0.action.value, currency: $0.action.header.currency)
                    return CellText(
                        $0.action.header.currency == standing.currency ? money.amount : money.description)
                }),
        ]
        if full {
            columns.append(
                .by(
                    "Minimum", 8, rank: 5, number: false, key: { .number($0.minimumShare) },
                    { row in
                        let least = row.action.header.minimumValue
                        if least <= 0 { return CellText("none") }
                        return row.action.value >= least
                            ? CellText("reached") : CellText("\(Int(row.minimumShare * 100)) %", .warning)
                    }))
        }
        columns += [
            .by(
                "Arrives", 10, rank: 3, number: false, key: { .day($0.action.header.arrives) },
                {
                    CellText(Wording.day($0.action.header.arrives))
                }),
            .by(
                "Saves", 10, rank: 1, key: { .number($0.action.severity) },
                {
                    CellText(Money(minor: $0.action.severity, currency: standing.currency).amount)
                }),
            .by(
                "State", 9, rank: 2, number: false, key: { .text($0.action.state.rawValue) },
                {
                    CellText($0.action.state.rawValue, $0.action.state.role)
                }),
            .by(
                "Flags", full ? 16 : 10, rank: full ? 8 : 2, number: false, grows: true,
                key: {
                    .number(Int64($0.flags.count))
                },
                { row in
                    // What blocks it stands in full beside the table.
                    let flags = row.flags.map { $0.hasPrefix("blocked:") ? "blocked" : $0 }
                    return CellText(flags.joined(separator: "; "), .warning)
                }),
        ]
        return columns
    }

    /// The lines of one order.
    static func lines(_ order: OrderRow) -> Listing {
        typealias Line = Decisions.Action.Line
        let currency = order.action.header.currency
        let lastCost = order.lastCost
        return Listing(
            order.action.lines, id: { $0.draft.sku.text }, words: { "\($0.draft.sku) \($0.draft.name)" },
            columns: [
                TableColumn<Line>.words("SKU", 10) { $0.draft.sku.text },
                .words("Name", 12, rank: 3, grows: true) { $0.draft.name },
                .by(
                    "On hand", 7, rank: 2, key: { .number($0.evidence.onHand) },
                    { CellText(String($0.evidence.onHand)) }),
                .by(
                    "Committed", 9, rank: 7, key: { .number($0.evidence.committed) },
                    {
                        CellText(String($0.evidence.committed))
                    }),
                .by(
                    "Due", 5, rank: 6, key: { .number($0.evidence.onOrder) }, { CellText(String($0.evidence.onOrder)) }),
                .by(
                    "Forecast", 8, rank: 5, key: { .number($0.evidence.demand) },
                    {
                        CellText(Readable.units($0.evidence.demand))
                    }),
                .by(
                    "Quantity", 13, key: { .number($0.quantity) },
                    { line in
                        if line.standing != .included { return CellText(line.standing.rawValue, .disabled) }
                        guard line.edited != nil else { return CellText(String(line.quantity)) }
                        return CellText("\(line.quantity) was \(line.draft.quantity)", .changed)
                    }),
                .by(
                    "Cost", 9, rank: 10, key: { .number($0.draft.cost.micros) }, { CellText($0.draft.cost.description) }
                ),
                .by(
                    "Last price", 10, rank: 8, key: { line in .number(lastCost[line.draft.sku]?.micros) },
                    { line in
                        guard let last = lastCost[line.draft.sku] else { return CellText("none", .muted) }
                        return CellText(last.description, last < line.draft.cost ? .warning : .text)
                    }),
                .by(
                    "Value", 10, rank: 4, key: { .number($0.draft.cost.total($0.quantity, currency: currency)) },
                    {
                        CellText(
                            $0.draft.cost.total($0.quantity, currency: currency).map {
                                Money(minor: $0, currency: currency).amount
                            } ?? "?")
                    }),
                .by(
                    "Risk", 6, rank: 1, key: { .number($0.evidence.stockOutChance) },
                    {
                        CellText(
                            Readable.chance($0.evidence.stockOutChance),
                            $0.evidence.stockOutChance > 0.5 ? .danger : .text)
                    }),
                .by(
                    "Why", 14, rank: 2, number: false, grows: true, key: { .day($0.evidence.runsOutOn) },
                    { line in
                        let out =
                            line.evidence.runsOutOn.map { "out \(Wording.day($0))" }
                            ?? "below \(line.evidence.reorderPoint)"
                        return CellText(out + (line.evidence.leadTimeAssumed ? ", lead time assumed" : ""))
                    }),
            ])
    }
}

extension ActionState {
    /// How a state looks; the word is always beside it.
    var role: Role {
        switch self {
        case .proposed: .text
        case .approved, .sent: .good
        case .confirmed, .measured: .good
        case .held, .failed, .unknown: .danger
        case .snoozed, .rejected, .expired, .superseded: .muted
        }
    }
}

extension OrderRow {
    /// Value as a share of the supplier's minimum, at most 9.99; 1 without one.
    var minimumShare: Double {
        let least = action.header.minimumValue
        return least > 0 ? min(9.99, Double(action.value) / Double(least)) : 1
    }
}

extension View {
    /// All orders, and beside or below them the lines of the selected one.
    mutating func orders(_ area: Rect) {
        var rest = area
        let empty = "no orders: nothing has to be bought, or nothing has been planned yet"
        guard area.height >= 16, let order = state.detail.flatMap(Int64.init).flatMap(state.order) else {
            return table(.orders, in: rest, empty: empty)
        }
        if area.width >= 200 {
            let right = rest.takeRight(area.width / 2)
            table(.orders, in: rest, empty: empty)
            preview(order, in: right)
        } else {
            let below = rest.takeBottom(area.height * 11 / 20)
            table(.orders, in: rest, empty: empty)
            preview(order, in: below)
        }
    }

    /// The lines of an order that is selected and not opened.
    private mutating func preview(_ order: OrderRow, in area: Rect) {
        var inner = panel(area, "order \(order.id) from \(order.action.header.supplier): Enter opens it")
        let facts = inner.takeBottom(min(2, max(0, inner.height - 4)))
        if facts.height > 0 { lines(View.particulars(order, state).suffix(facts.height), in: facts) }
        let id = TableID.lines(order.id)
        guard state.listings[id] == nil else { return table(id, in: inner, empty: "") }
        let listing = Listing.lines(order)
        var rows = TableState()
        rows.refresh(listing)
        var other = state
        other.listings[id] = listing
        other.tables[id] = rows
        var view = View(state: other, frame: frame)
        view.table(id, in: inner, empty: "")
        frame = view.frame
    }

    /// One order with its lines.
    mutating func order(_ id: Int64, _ area: Rect) {
        guard let order = state.order(id) else {
            frame.write("order \(id) is not shown any more; Esc goes back", x: area.x + 1, y: area.y, role: .muted)
            return
        }
        var rest = area
        let text = View.particulars(order, state)
        let head = rest.takeTop(min(text.count, max(1, area.height / 3)))
        lines(text, in: head)
        let below = rest.takeBottom(rest.height >= 14 ? 6 : 0)
        table(.lines(id), in: rest, empty: "no lines")
        guard below.height > 0, let line = order.action.lines.first(where: { $0.draft.sku.text == state.detail })
        else { return }
        let inner = panel(below, "\(line.draft.sku) \(line.draft.name)".printable)
        lines(View.why(line, order), in: inner)
    }

    /// An order in a few lines, the most important first.
    static func particulars(_ order: OrderRow, _ state: State) -> [CellText] {
        guard let standing = state.snapshot?.standing else { return [] }
        let (action, header) = (order.action, order.action.header)
        var text: [CellText] = []
        let money = Money(minor: action.value, currency: header.currency)
        text.append(
            CellText(
                "\(header.supplier) to \(header.shipTo)  \(money)  saves \(Money(minor: action.severity, currency: standing.currency))"
                    + "  arrives \(Wording.day(header.arrives))", .heading))
        var second = "\(action.state.rawValue)  version \(action.version)"
        if action.state == .approved, let until = order.graceUntil {
            let left = until.milliseconds - state.machineTime.milliseconds
            second =
                left > 0
                ? "approved by \(action.decidedBy ?? "?"), leaves in \(Wording.span(milliseconds: left, seconds: true)): u takes it back"
                : "approved by \(action.decidedBy ?? "?"), leaves with the next round of the runner"
        } else if let key = order.key {
            second += "  reference \(key)"
        } else {
            second += "  decide until \(Wording.moment(action.expiresAt, standing.zone))"
        }
        if !action.reason.isEmpty, action.state != .held { second += "  \(action.reason)" }
        text.append(CellText(second, action.state.role))
        if !order.approvedBy.isEmpty, action.state.isPending {
            text.append(
                CellText("approved by \(order.approvedBy.joined(separator: ", ")); a second person must", .warning))
        }
        text += order.flags.filter { !$0.hasPrefix("blocked:") }.map { CellText("! \($0)", .warning) }
        text += order.findings.map {
            CellText(
                "\($0.weight == .blocks ? "blocked" : "asks"): \($0.name): \($0.finding)",
                $0.weight == .blocks ? .danger : .muted)
        }
        return text
    }

    /// The arithmetic of a line in words.
    private static func why(_ line: Decisions.Action.Line, _ order: OrderRow) -> [CellText] {
        let known = line.evidence
        let available = known.onHand - known.committed + known.onOrder
        var text = [
            CellText(
                "\(known.onHand) on hand - \(known.committed) committed + \(known.onOrder) due = \(available), "
                    + (available <= known.reorderPoint ? "at or below" : "not yet at")
                    + " the reorder point \(known.reorderPoint); ordered up to \(known.orderUpTo)"),
            CellText(
                "demand until the next order arrives \(Readable.units(known.demand)), lead time \(Readable.units(known.leadTimeDays)) days"
                    + (known.leadTimeAssumed ? " assumed" : "") + ", packs of \(known.pack), at least \(known.minimum)"),
        ]
        let saved =
            known.avoidableMargin.map { Money(minor: $0, currency: order.action.header.currency).amount } ?? "not known"
        text.append(
            CellText(
                "running out without it \(Readable.chance(known.stockOutChance)), margin saved \(saved);"
                    + " Enter shows the product and its facts", .muted))
        return text
    }

    /// One order as a card: what fits the smallest screen.
    mutating func card(_ area: Rect) {
        guard let order = state.order, let standing = state.snapshot?.standing else {
            frame.write("nothing to decide", x: area.x + 1, y: area.y, role: .muted)
            return
        }
        var rest = area
        if case .order = state.place {
            let head = rest.takeTop(min(3, rest.height / 2))
            lines(View.particulars(order, state), in: head)
            return table(.lines(order.id), in: rest, empty: "no lines")
        }
        let (action, header) = (order.action, order.action.header)
        let cut = order.cutOff.map { Wording.span(milliseconds: $0.milliseconds - standing.now.milliseconds) } ?? "none"
        var text = [
            CellText("Order \(order.id)  \(action.state.rawValue)", action.state.role),
            CellText("\(header.supplier) to \(header.shipTo)", .heading),
            CellText("\(Money(minor: action.value, currency: header.currency)), \(action.order.lines.count) lines"),
            CellText("saves \(Money(minor: action.severity, currency: standing.currency))", .accent),
            CellText("cut-off \(cut), arrives \(Wording.day(header.arrives))"),
        ]
        text += order.flags.map { CellText("! \($0)", .warning) }
        text += action.order.lines.map { CellText("\($0.quantity) \($0.sku) \($0.name)", .muted) }
        lines(text, in: rest)
        // The keys and the position follow the table that is not drawn.
        if let focus = state.focus { layout.heights[focus] = 1 }
    }
}
