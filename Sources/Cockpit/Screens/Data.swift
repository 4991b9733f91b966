import Domain
import Engine
import Terminal

// What is on its way, where data comes from, and what was refused.

extension Listing {
    static func inbound(_ rows: [InboundRow]) -> Listing {
        Listing(
            rows, id: { $0.id },
            words: { "\($0.order) \($0.supplier?.text ?? "") \($0.sku) \($0.name) \($0.state.rawValue) \($0.says)" },
            columns: [
                TableColumn<InboundRow>.by(
                    "State", 9, number: false,
                    key: {
                        .number(Int64(InboundRow.State.allCases.firstIndex(of: $0.state) ?? 0))
                    },
                    { row in
                        CellText(row.state.rawValue, row.state.role)
                    }),
                .by(
                    "Late", 6, key: { .number(Int64($0.daysLate)) },
                    {
                        CellText($0.daysLate > 0 ? "\($0.daysLate) d" : "", .danger)
                    }),
                .words("Order", 14, rank: 2) { $0.order },
                .words("Supplier", 12, rank: 1, grows: true) { $0.supplier?.text ?? "not known" },
                .words("SKU", 10) { $0.sku.text },
                .words("Name", 12, rank: 4, grows: true) { $0.name },
                .by("Ordered", 8, rank: 5, key: { .number($0.ordered) }, { CellText(String($0.ordered)) }),
                .by("Received", 8, rank: 6, key: { .number($0.received) }, { CellText(String($0.received)) }),
                .by(
                    "Damaged", 7, rank: 8, key: { .number($0.damaged) },
                    { CellText($0.damaged > 0 ? String($0.damaged) : "", .warning) }),
                .by("Due", 7, key: { .number($0.due) }, { CellText(String($0.due)) }),
                .by(
                    "Expected", 10, rank: 3, number: false, key: { .day($0.expectedOn) },
                    {
                        CellText($0.expectedOn.map(Wording.day) ?? ($0.due > 0 ? "no date" : ""))
                    }),
                .words("How it stands", 24, rank: 7, grows: true) { $0.says },
            ])
    }

    static func feeds(_ rows: [FeedRow], _ standing: ShopStanding) -> Listing {
        let today = standing.zone.day(of: standing.now)
        return Listing(
            rows, id: { $0.id }, words: { "\($0.id) \($0.layout) \($0.file)" },
            columns: [
                TableColumn<FeedRow>.words("Source", 16, grows: true) { $0.system },
                .words("What", 22) { $0.layout },
                .by(
                    "State", 8, rank: 2, number: false,
                    key: { .text($0.state?.rawValue ?? "") },
                    { row in
                        CellText(row.state?.rawValue ?? "", row.wrong.isEmpty ? .good : .danger)
                    }),
                .by("Age", 10, key: { .instant($0.at) }, { CellText(Wording.age($0.at, now: standing.now)) }),
                .by(
                    "Told up to", 12, rank: 1, number: false, key: { .day($0.coveredTo) },
                    { row in
                        guard let day = row.coveredTo else { return CellText("", .muted) }
                        return CellText(Wording.day(day), day.distance(to: today) > 2 ? .warning : .text)
                    }),
                .by(
                    "Refused", 8, key: { .number(Int64($0.quarantined)) },
                    {
                        CellText($0.quarantined > 0 ? String($0.quarantined) : "", .warning)
                    }),
                .by(
                    "File", 14, rank: 3, number: false, grows: true,
                    key: { .text($0.wrong.first ?? $0.file) },
                    { row in
                        row.wrong.isEmpty ? CellText(row.file) : CellText(row.wrong.joined(separator: "; "), .danger)
                    }),
            ])
    }

    static func quarantine(_ rows: [QuarantinedRow]) -> Listing {
        Listing(
            rows, id: { String($0.id) }, words: { "\($0.file) \($0.reason) \($0.state.rawValue)" },
            columns: [
                TableColumn<QuarantinedRow>.by(
                    "No", 6, rank: 2, key: { .number($0.id) }, { CellText(String($0.id), .muted) }),
                .words("State", 8, rank: 3) { $0.state.rawValue },
                .words("File", 18, rank: 1, grows: true) { $0.file },
                .by("Line", 8, key: { .number(Int64($0.line)) }, { CellText(String($0.line)) }),
                .words("Reason", 24, grows: true, role: .warning) { $0.reason },
            ])
    }
}

extension InboundRow.State {
    var role: Role {
        switch self {
        case .late, .short: .danger
        case .damaged, .over, .unmatched, .unseen, .undated: .warning
        case .sent, .due: .text
        }
    }
}

extension View {
    mutating func data(_ snapshot: ShopSnapshot, _ area: Rect) {
        var rest = area
        let troubled = snapshot.inbound.filter { $0.state != .due && $0.state != .sent }.count
        tabRow(
            [
                ("orders", troubled, state.dataTab == .orders),
                ("feeds", snapshot.feeds.count, state.dataTab == .feeds),
                ("quarantine", snapshot.quarantined + snapshot.parked, state.dataTab == .quarantine),
            ], rest.takeTop(1))
        switch state.dataTab {
        case .orders: table(.data(.orders), in: rest, empty: "nothing is on order")
        case .feeds: table(.data(.feeds), in: rest, empty: "nothing has been imported: penstock import FILE")
        case .quarantine:
            let below = rest.takeBottom(rest.height >= 10 ? 7 : 0)
            table(.data(.quarantine), in: rest, empty: "nothing is in quarantine")
            guard below.height > 0, let id = state.detail.flatMap(Int64.init),
                let row = snapshot.quarantine.first(where: { $0.id == id })
            else { return }
            let inner = panel(below, "\(row.file), line \(row.line), byte \(row.offset), batch \(row.batch)".printable)
            lines(
                [
                    CellText(row.reason, .warning),
                    CellText(String(decoding: row.header, as: UTF8.self), .muted),
                    CellText(String(decoding: row.mended ?? row.raw, as: UTF8.self)),
                    CellText("m mends it, t tries all again", .muted),
                ], in: inner)
        }
    }
}
