import Domain
import Engine
import Terminal

// What an operator is asked before anything is decided.

extension State {
    // MARK: Why not

    var whyNotDecide: String? {
        guard let order = targets.first else { return "no order is selected" }
        if let reason = whyNotAllowed { return reason }
        guard order.action.state.isPending else { return "it is \(order.action.state.rawValue) already" }
        return nil
    }

    var whyNotReject: String? {
        targets.count > 1 ? "one order at a time has a reason of its own; U picks none" : whyNotDecide
    }

    var whyNotMend: String? {
        guard let row = quarantined else { return "no row is selected" }
        let bytes = row.mended ?? row.raw
        // Half a row, or one with other characters, must not take its place.
        guard bytes.count <= TextField.limit, String(validating: bytes, as: UTF8.self) != nil else {
            return "it is too long or not UTF-8: penstock quarantine fix \(row.id) mends it"
        }
        return nil
    }

    var whyNotOpen: String? {
        switch focus {
        case .facts, .data(.feeds): "there is nothing behind this row"
        default: table.selected == nil ? "no row is selected" : nil
        }
    }

    private var whyNotAllowed: String? {
        guard let standing = snapshot?.standing else { return "the shop has not been read yet" }
        return standing.mayDecide ? nil : "\(standing.actor) may not decide; see approvers in policy.toml"
    }

    var whyNotSnooze: String? {
        whyNotDecide ?? (order?.action.state == .held ? "it is held by a guardrail" : nil)
    }

    var whyNotUndo: String? {
        guard let order else { return "no order is selected" }
        return whyNotAllowed ?? (order.action.state == .approved ? nil : "only an approved order can be taken back")
    }

    var whyNotResolve: String? {
        guard let order else { return "no order is selected" }
        return whyNotAllowed
            ?? (order.action.state == .unknown ? nil : "its outcome is known: \(order.action.state.rawValue)")
    }

    var whyNotSupply: String? {
        guard let risk else { return "no product is selected" }
        return risk.missing.first.map { MissingField($0, risk) == nil ? $0.cure : nil } ?? "nothing is missing"
    }

    // MARK: Orders

    /// The orders that a decision is about: those picked that still wait, else the one at hand.
    private var targets: [OrderRow] {
        guard case .order = place else {
            let picked = table.marked.compactMap { Int64($0).flatMap(order) }
                .filter { $0.action.state.isPending }.sorted { $0.id < $1.id }
            return picked.isEmpty ? order.map { [$0] } ?? [] : picked
        }
        return order.map { [$0] } ?? []
    }

    /// Lines picked of the open order; nil for all of it.
    private var pickedLines: Set<SKU>? {
        guard case .order = place, !table.marked.isEmpty else { return nil }
        return Set(table.marked.compactMap { SKU($0) })
    }

    mutating func askToApprove() -> [Effect] {
        guard let standing = snapshot?.standing, let cash = snapshot?.cash else { return [] }
        table.hold()
        let (orders, lines) = (targets, pickedLines)
        var text: [CellText] = []
        var total: Int64 = 0
        for order in orders {
            let currency = order.action.header.currency
            let value = order.value(of: lines)
            if currency == standing.currency { total += value }
            let money = Money(minor: value, currency: currency)
            text.append(
                CellText(
                    "\(order.action.header.supplier)  \(lines?.count ?? order.action.order.lines.count) lines  \(money)"
                ))
            text += order.flags.map { CellText("  ! \($0)", .warning) }
        }
        if orders.count > 1 {
            text.insert(
                CellText(
                    "\(orders.count) orders, \(Money(minor: total, currency: standing.currency)) together", .heading),
                at: 0)
        }
        let after = cash.today + total
        let others = Set(orders.map(\.action.header.currency)).subtracting([standing.currency])
        if !others.isEmpty {
            let names = others.map(\.code).sorted().joined(separator: ", ")
            text.append(CellText("\(names): limits of their own, checked when approved", .muted))
        }
        if orders.contains(where: { $0.action.header.currency == standing.currency }) {
            text.append(
                CellText(
                    "approved today \(Money(minor: cash.today, currency: standing.currency).amount)"
                        + ", then \(Money(minor: after, currency: standing.currency).amount)"
                        + " of \(Money(minor: cash.dayLimit, currency: standing.currency))",
                    after > cash.dayLimit ? .danger : .muted))
        }
        if standing.runner == nil { text.append(CellText("no runner: it waits until one is started (W)", .warning)) }
        if let hold = standing.hold { text.append(CellText("held by \(hold.actor): it waits", .warning)) }
        guard let key = Key("y") else { return [] }
        overlays.append(
            .confirm(
                Confirmation(
                    title: orders.count > 1
                        ? "Approve \(orders.count) orders?"
                        : lines == nil
                            ? "Approve this order?" : "Approve these lines? The others are proposed again later.",
                    lines: text, verb: "Approve", key: key,
                    effects: [
                        .approve(orders.map { Effect.Approval(id: $0.id, hash: $0.action.hash, lines: lines) })
                    ], word: orders.count > 5 ? "approve" : nil)))
        return []
    }

    mutating func askForQuantity() -> [Effect] {
        guard let order, let line = line else { return [] }
        table.hold()
        let known = line.evidence
        overlays.append(
            .ask(
                Question(
                    purpose: .quantity(action: order.id, sku: line.draft.sku),
                    title: "\(line.draft.sku) \(line.draft.name)",
                    hint: "proposed \(line.draft.quantity); packs of \(known.pack), at least \(known.minimum)",
                    field: TextField(String(line.quantity)))))
        return [.openProduct(RiskRow.ID(sku: line.draft.sku, place: order.action.header.shipTo))]
    }

    /// The selected line of the open order.
    var line: Decisions.Action.Line? {
        guard case .order(let id) = place, let selected = table.selected else { return nil }
        return order(id)?.action.lines.first { $0.draft.sku.text == selected }
    }

    mutating func askWhyNot() -> [Effect] {
        guard let order = targets.first else { return [] }
        table.hold()
        let lines = pickedLines
        let hash = order.action.hash
        func ask(_ kind: RejectKind, _ title: String, _ hint: String) -> Choice.Answer {
            .ask(
                Question(
                    purpose: .reject(order.id, hash: hash, lines: lines, kind), title: title, hint: hint))
        }
        let options: [(String, String, Choice.Answer)] = [
            ("l", "The lead time is wrong", ask(.wrongLeadTime, "Its true lead time", "days from order to shelf")),
            (
                "c", "The cost is wrong",
                ask(.wrongCost, "Its true cost", "of one unit, in \(order.action.header.currency)")
            ),
            (
                "b", "Do not buy any more",
                .effects([.reject(order.id, hash: hash, lines: lines, because: .doNotBuy)])
            ),
            (
                "o", "Already ordered elsewhere",
                ask(
                    .alreadyOrdered, "Where it was ordered",
                    "number of the order and the day it arrives: PO-17 2011-10-20")
            ),
            ("k", "The stock is wrong", ask(.wrongStock, "What was counted", "units on the shelf")),
            ("e", "Too early", ask(.tooEarly, "Until when", "a day: 2011-10-20, or days: 5")),
            ("r", "Another reason", ask(.other, "Why", "in your words")),
        ]
        overlays.append(
            .choose(
                Choice(
                    title: lines.map { "Reject \($0.count) lines: why?" }
                        ?? "Reject the order from \(order.action.header.supplier): why?",
                    lines: [CellText("The reason changes what is known, so that it is not proposed again.", .muted)],
                    options: options.compactMap { key, title, answer in
                        Key(key).map { Choice.Option(key: $0, title: title, answer: answer) }
                    })))
        return []
    }

    mutating func askWhatBecame() -> [Effect] {
        guard let order else { return [] }
        table.hold()
        let options = [("d", "Its supplier has it", true), ("n", "It does not: it may be sent again", false)]
        overlays.append(
            .choose(
                Choice(
                    title: "Order \(order.id) from \(order.action.header.supplier)", verb: "Settle",
                    lines: [CellText("Ask the supplier first, naming \(order.key ?? "our reference").", .muted)],
                    options: options.compactMap { key, title, isDone in
                        Key(key).map {
                            Choice.Option(key: $0, title: title, answer: .effects([.resolve(order.id, done: isDone)]))
                        }
                    })))
        return []
    }

    mutating func askUntilWhen() -> [Effect] {
        table.hold()
        let ids = targets.map(\.id)
        overlays.append(
            .ask(
                Question(
                    purpose: .snooze(ids), title: ids.count > 1 ? "Put \(ids.count) orders off" : "Put this order off",
                    hint: "hours: 4h, days: 2d, or a day: 2011-10-05", field: TextField("4h"))))
        return []
    }

    // MARK: The rest

    mutating func askForMissing() -> [Effect] {
        guard let risk, let missing = risk.missing.first, let field = MissingField(missing, risk) else { return [] }
        table.hold()
        overlays.append(
            .ask(
                Question(
                    purpose: .missing(risk.id, missing, supplier: risk.supplier),
                    title: "\(missing.rawValue) of \(risk.id.sku) \(risk.name)", hint: field.hint)))
        return []
    }

    mutating func askForRow() -> [Effect] {
        guard let row = quarantined else { return [] }
        table.hold()
        overlays.append(
            .ask(
                Question(
                    purpose: .mend(row.id), title: "Mend line \(row.line) of \(row.file)",
                    hint: String(decoding: row.header, as: UTF8.self),
                    field: TextField(String(decoding: row.mended ?? row.raw, as: UTF8.self)))))
        return []
    }

    mutating func askToHold() -> [Effect] {
        let isHeld = snapshot?.standing.hold != nil
        overlays.append(
            .ask(
                Question(
                    purpose: isHeld ? .release : .hold, title: isHeld ? "Let everything go on" : "Hold everything",
                    hint: isHeld ? "why it may" : "why: no order leaves until it is released")))
        return []
    }
}

/// A missing value that can be typed.
struct MissingField {
    let hint: String

    init?(_ missing: MissingInput, _ row: RiskRow) {
        switch missing {
        case .count: hint = "units on the shelf at \(row.id.place)"
        case .leadTime: hint = "days from order to shelf\(row.supplier.map { ", \($0)" } ?? "")"
        case .cost: hint = "of one unit\(row.supplier.map { ", \($0)" } ?? "")"
        case .offer: hint = "supplier, cost of one unit, days from order to shelf: Acme, 2.40, 14"
        case .orderDay, .history: return nil
        }
    }
}

extension OrderRow {
    /// What the order costs, or some of its lines, minor units of its currency.
    func value(of lines: Set<SKU>?) -> Int64 {
        guard let lines else { return action.value }
        return action.lines.filter { lines.contains($0.draft.sku) }.reduce(Int64(0)) {
            $0 + ($1.draft.cost.total($1.quantity, currency: action.header.currency) ?? 0)
        }
    }
}
