import Domain
import Engine
import Terminal

// What is out, what will be, what is too much, what cannot be planned.

extension Listing {
    static func risk(_ rows: [RiskRow], _ tab: RiskTab, today: Day) -> Listing {
        var columns: [TableColumn<RiskRow>] = [
            .words("SKU", 10) { $0.id.sku.text },
            .words("Name", 12, rank: 2, grows: true) { $0.name },
            .words("Place", 7, rank: 9) { $0.id.place.text },
            .by(
                "Sellable", 8, key: { .number($0.sellable) },
                {
                    CellText(Wording.units($0.sellable), ($0.sellable ?? 1) <= 0 ? .danger : .text)
                }),
            .by("Committed", 9, rank: 8, key: { .number($0.committed) }, { CellText(String($0.committed)) }),
            .by(
                "Next arrival", 13, rank: 5, number: false, key: { .day($0.arrivesOn) },
                { row in
                    guard let day = row.arrivesOn else { return CellText("none") }
                    return CellText("\(row.arriving) on \(day.civil.day)/\(day.civil.month)")
                }),
            .by(
                "Cover", 7, rank: 3, key: { .number($0.daysOfCover) },
                { row in
                    CellText(row.daysOfCover.map { "\(Readable.units($0)) d" } ?? "?")
                }),
            .by(
                "Chance", 7, rank: 3, key: { .number($0.stockOutChance) },
                { row in
                    CellText(
                        row.stockOutChance.map(Readable.chance) ?? "?",
                        (row.stockOutChance ?? 0) > 0.5 ? .danger : .text)
                }),
            .by(
                "Out on", 10, rank: 3, number: false, key: { .day($0.runsOutOn) },
                { row in
                    guard let day = row.runsOutOn else { return CellText("no") }
                    return CellText(day <= today ? "today" : Wording.day(day), day <= today ? .danger : .text)
                }),
            .by(
                "Avoidable", 10, rank: 1, key: { .number($0.avoidable) },
                { row in
                    CellText(row.avoidable.map { FixedPoint.text($0, decimals: 2, keep: 2) } ?? "?")
                }),
        ]
        switch tab {
        case .excess:
            columns.append(
                .by("Excess", 8, key: { .number($0.excess) }, { CellText("\($0.excess)", .warning) }))
            columns.append(.words("Cure", 12, rank: 6, grows: true) { _ in "markdown or return" })
        case .missing:
            columns.append(
                .words("Missing", 16, grows: true, role: .warning) {
                    $0.missing.map(\.rawValue).joined(separator: ", ")
                })
        case .outNow, .willBe: columns.append(.words("Cure", 14, rank: 6, grows: true) { $0.cure })
        }
        return Listing(
            rows, id: { $0.id.key }, words: { "\($0.id.sku) \($0.name) \($0.id.place) \($0.supplier?.text ?? "")" },
            columns: columns)
    }

    /// The newest order lines of a product.
    static func facts(_ rows: [SoldLine], zone: Zone) -> Listing {
        Listing(
            Array(rows.enumerated()), id: { "\($0.offset)" },
            words: { "\($0.element.document) \($0.element.kind.name)" },
            columns: [
                TableColumn<(offset: Int, element: SoldLine)>.by(
                    "When", 16, number: false, key: { .instant($0.element.at) },
                    {
                        CellText(Wording.moment($0.element.at, zone))
                    }),
                .words("Document", 14) { $0.element.document },
                .words("Kind", 12) { $0.element.kind.name },
                .by("Quantity", 8, key: { .number($0.element.quantity) }, { CellText(String($0.element.quantity)) }),
                .by("Price", 9, key: { .number($0.element.price.micros) }, { CellText($0.element.price.description) }),
                .by(
                    "Batch", 6, rank: 1, key: { .number($0.element.batch) },
                    { CellText(String($0.element.batch), .muted) }),
            ])
    }
}

extension RiskRow {
    /// What helps.
    var cure: String {
        if let first = missing.first { return "no \(first.rawValue)" }
        if lostUnlessOrdered > 0.05, orderQuantity > 0 { return "order \(orderQuantity)" }
        if lostUnlessExpedited > 0.05 { return "expedite" }
        if lostAnyway > 0.05 { return "lost already" }
        return reason
    }
}

extension View {
    /// Tabs, the table, and the projection of the selected product.
    mutating func risk(_ area: Rect) {
        var rest = area
        tabRow(
            RiskTab.allCases.map { tab in
                (tab.rawValue, state.listings[.risk(tab)]?.ids.count ?? 0, tab == state.riskTab)
            }, rest.takeTop(1))
        let empty =
            state.snapshot?.plan == nil
            ? "nothing has been planned yet: W starts the runner" : "none \(state.riskTab.rawValue)"
        let below = rest.takeBottom(rest.height >= 16 ? rest.height * 2 / 5 : 0)
        table(.risk(state.riskTab), in: rest, empty: empty)
        guard below.height > 3, let row = state.shownRisk else { return }
        projection(row.id, "\(row.id.sku) \(row.name)", in: below)
    }

    /// The tabs of a screen with their counts; Tab turns them.
    mutating func tabRow(_ tabs: [(name: String, count: Int, isHere: Bool)], _ row: Rect) {
        var x = row.x + 1
        for tab in tabs {
            x += frame.write(
                "\(tab.name) \(tab.count)", x: x, y: row.y, role: tab.isHere ? .focus : .muted,
                attributes: tab.isHere ? [.bold, .underline] : [])
            x += 3
        }
    }

    /// A product whole: projection, arithmetic, facts.
    mutating func product(_ id: RiskRow.ID, _ area: Rect) {
        var rest = area
        let row = state.risk
        if rest.height >= 12 {
            let share = rest.height >= 24 ? 3 : 2
            projection(id, "\(id.sku) \(row?.name ?? "") at \(id.place)", in: rest.takeTop(rest.height / share))
        }
        guard let page = state.products[id] else {
            frame.write("working it out…", x: rest.x + 1, y: rest.y, role: .muted)
            return
        }
        let below = rest.takeBottom(rest.height / 2)
        let inner = panel(rest, "why")
        lines(page.explanation.map { CellText($0) }, in: inner)
        table(.facts(id), in: panel(below, "order lines it rests on"), empty: "no order line names it")
    }
}
