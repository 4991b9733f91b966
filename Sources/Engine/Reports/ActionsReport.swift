import Actions
import Domain
import FoundationEssentials
import Formats
import Store

/// Actions in a list, the most avoidable money first.
public struct ActionsReport: Report {
    let actions: [Decisions.Action]
    let flags: [Int64: [String]]
    let zone: Zone
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        .array(actions.map { $0.json(zone: zone, currency: currency, flags: flags[$0.id] ?? []) })
    }

    /// As `Report` says.
    public var text: String {
        guard !actions.isEmpty else { return "no such actions" }
        var table = TextTable([
            .init("ID", number: true), .init("STATE"), .init("SUPPLIER"), .init("SHIP TO"),
            .init("LINES", number: true),
            .init("VALUE", number: true), .init("SAVES", number: true), .init("ORDER BY"), .init("ARRIVES"),
            .init("FLAGS"),
        ])
        for action in actions {
            table.add([
                String(action.id), action.state.rawValue, action.header.supplier.text, action.header.shipTo.text,
                String(action.order.lines.count),
                Money(minor: action.value, currency: action.header.currency).description,
                Money(minor: action.severity, currency: currency).amount, action.header.orderBy.description,
                action.header.arrives.description, (flags[action.id] ?? []).joined(separator: "; "),
            ])
        }
        return table.text
    }
}

/// One action whole: what is ordered, on which evidence, what the guardrails said, what happened to it.
public struct ActionReport: Report {
    let record: ActionRecord
    let flags: [String]
    let zone: Zone
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        guard case .object(var members) = record.action.json(zone: zone, currency: currency, flags: flags) else {
            return .null
        }
        func add(_ key: String, _ value: JSONValue) { members.append((key, value)) }
        add("lines", .array(record.action.lines.map(line)))
        add(
            "checks",
            .array(
                record.verdict.checks.map {
                    .object([
                        ("name", .string($0.name)), ("passed", .bool($0.passed)), ("finding", .string($0.finding)),
                    ])
                }))
        add("key", .text(record.effect?.key))
        add("notBefore", .text(record.effect?.notBefore.iso8601(in: zone)))
        add("receipt", .text(record.effect?.receipt))
        add(
            "history",
            .array(
                record.history.map {
                    .object([
                        ("sequence", .integer($0.sequence)), ("at", .string($0.at.iso8601(in: zone))),
                        ("actor", .string($0.actor)), ("what", .string($0.what)), ("hash", .string($0.hash)),
                    ])
                }))
        return .object(members)
    }

    /// As `Report` says.
    public var text: String {
        let action = record.action
        var text = [
            "Action \(action.id), \(action.state.rawValue)\(action.reason.isEmpty ? "" : ": \(action.reason)")",
            "order from \(action.header.supplier) to \(action.header.shipTo), \(Money(minor: action.value, currency: action.header.currency)),"
                + " saves \(Money(minor: action.severity, currency: currency))",
            "order by \(action.header.orderBy), arrives \(action.header.arrives), decide until \(action.expiresAt.iso8601(in: zone))",
            "version \(action.version), hash \(action.hash)",
        ].map(\.printable)
        if let effect = record.effect {
            text.append("our reference \(effect.key)\(effect.receipt.map { ", \($0)" } ?? "")")
        }
        for flag in flags { text.append("! \(flag)") }
        text.append("")
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("ON HAND", number: true), .init("COMMITTED", number: true),
            .init("DUE", number: true), .init("DEMAND", number: true), .init("S", number: true),
            .init("UP TO", number: true),
            .init("QTY", number: true), .init("PACK", number: true), .init("MIN", number: true),
            .init("COST", number: true), .init("OUT", number: true), .init("RUNS OUT"),
            .init(""),
        ])
        for line in action.lines {
            let known = line.evidence
            table.add([
                line.draft.sku.text, Readable.cut(line.draft.name, 30), String(known.onHand), String(known.committed),
                String(known.onOrder), Readable.units(known.demand), String(known.reorderPoint),
                String(known.orderUpTo),
                line.edited.map { "\($0) (was \(line.draft.quantity))" } ?? String(line.draft.quantity),
                String(known.pack), String(known.minimum), line.draft.cost.description,
                Readable.chance(known.stockOutChance), known.runsOutOn?.description ?? "–",
                [
                    line.standing == .included ? "" : line.standing.rawValue,
                    known.leadTimeAssumed ? "lead time assumed" : "",
                ]
                .filter { !$0.isEmpty }.joined(separator: ", "),
            ])
        }
        text.append(table.text)
        text.append("")
        for check in record.verdict.checks where !check.passed {
            text.append("\(check.weight == .blocks ? "blocked" : "ask"): \(check.name): \(check.finding)".printable)
        }
        for entry in record.history {
            text.append("\(entry.at.iso8601(in: zone))  \(entry.actor)  \(entry.what)".printable)
        }
        return text.joined(separator: "\n")
    }

    private func line(_ line: Decisions.Action.Line) -> JSONValue {
        let known = line.evidence
        return .object([
            ("sku", .string(line.draft.sku.text)), ("name", .string(line.draft.name)),
            ("quantity", .integer(line.quantity)), ("proposed", .integer(line.draft.quantity)),
            ("unitCostMicros", .integer(line.draft.cost.micros)), ("standing", .string(line.standing.rawValue)),
            ("onHand", .integer(known.onHand)), ("committed", .integer(known.committed)),
            ("onOrder", .integer(known.onOrder)), ("demand", .number(known.demand)),
            ("reorderPoint", .integer(known.reorderPoint)), ("orderUpTo", .integer(known.orderUpTo)),
            ("stockOutChance", .number(known.stockOutChance)), ("runsOutOn", .text(known.runsOutOn)),
            ("avoidableMargin", .money(known.avoidableMargin, currency)), ("leadTimeDays", .number(known.leadTimeDays)),
            ("leadTimeAssumed", .bool(known.leadTimeAssumed)), ("countedAt", .text(known.countedAt)),
            ("batch", .integer(known.batch)),
            (
                "purchase",
                line.matched.map { .object([("order", .string($0.order)), ("line", .string($0.line))]) } ?? .null
            ),
        ])
    }
}

extension Decisions.Action {
    fileprivate func json(zone: Zone, currency: Currency, flags: [String]) -> JSONValue {
        .object([
            ("id", .integer(id)), ("kind", .string(kind)), ("state", .string(state.rawValue)),
            ("version", .integer(version)), ("hash", .string(hash)), ("target", .string(target)),
            ("supplier", .string(header.supplier.text)), ("shipTo", .string(header.shipTo.text)),
            ("lineCount", .integer(Int64(order.lines.count))), ("value", .money(value, header.currency)),
            ("saves", .money(severity, currency)), ("orderBy", .text(header.orderBy)),
            ("arrives", .text(header.arrives)),
            ("expires", .string(expiresAt.iso8601(in: zone))), ("reason", .string(reason)),
            ("decidedBy", .text(decidedBy)), ("flags", .array(flags.map { .string($0) })),
        ])
    }
}

extension Engine {
    /// Actions in these states.
    public func actions(in states: Set<ActionState>, actor: String) throws -> ActionsReport {
        let desk = try desk(actor: actor)
        let actions = try desk.actions(in: states)
        var flags: [Int64: [String]] = [:]
        let now = try now()
        let silence = try silentDays(now)
        for action in actions { flags[action.id] = try self.flags(action, desk, now: now, silence: silence) }
        return ActionsReport(actions: actions, flags: flags, zone: settings.zone, currency: settings.currency)
    }

    /// One action whole.
    public func action(_ id: Int64, actor: String) throws -> ActionReport {
        let desk = try desk(actor: actor)
        let record = try desk.record(id)
        let now = try now()
        return ActionReport(
            record: record, flags: try flags(record.action, desk, now: now, silence: silentDays(now)),
            zone: settings.zone, currency: settings.currency)
    }

    /// What an operator should see before deciding, or before relying on what was decided.
    ///
    /// - Parameter silence: the last day that orders are known of, and the days since, where those are many.
    func flags(
        _ action: Decisions.Action, _ desk: Desk, now: Instant, silence: (last: Day, days: Int)?
    ) throws -> [String] {
        var flags: [String] = []
        if action.state == .held { flags.append("blocked: \(action.reason)") }
        if action.value < action.header.minimumValue {
            let minimum = Money(minor: action.header.minimumValue, currency: action.header.currency)
            flags.append("below the supplier's minimum of \(minimum)")
        }
        let assumed = action.lines.filter { $0.standing == .included && $0.evidence.leadTimeAssumed }.count
        if assumed > 0 { flags.append("lead time assumed for \(assumed)") }
        if action.lines.contains(where: { $0.edited != nil }) { flags.append("edited") }
        if desk.isUnseen(action, now: now) { flags.append("not seen in the purchase system") }
        guard action.state.isPending else { return flags }
        if let oldest = action.lines.filter({ $0.standing == .included }).compactMap(\.evidence.countedAt).min() {
            let days = (now.milliseconds - oldest.milliseconds) / 86_400_000
            if days * 24 >= desk.policy.reorder.maxCountAgeHours { flags.append("counted \(days) days ago") }
        }
        if let silence { flags.append("orders end \(silence.last), \(silence.days) days are unknown") }
        return flags
    }

    /// The last day that orders are known of, where more than yesterday is missing.
    func silentDays(_ now: Instant) throws -> (last: Day, days: Int)? {
        guard let last = try facts.coveredDays().last?.upperBound else { return nil }
        let days = last.distance(to: settings.zone.day(of: now)) - 1
        return days > 1 ? (last, days) : nil
    }
}
