import Domain
import Store

/// What we have ordered and the purchase system has not shown yet.
public struct OnOrder: Hashable, Sendable {
    /// Line by line, the earliest decision first.
    public var lines: [Decisions.OrderedLine]
    /// The newest journal entry that is counted in: `Desk.propose` takes it as `seen`.
    public var entry: Int64
}

/// One of our lines and the line of the purchase system that it came back as.
public struct PurchaseMatch: Hashable, Sendable {
    /// The action.
    public var action: Int64
    /// The product.
    public var sku: SKU
    /// Order and line in the purchase system.
    public var purchase: Decisions.Action.Line.Match
}

extension Desk {
    /// Quantities that are on order by our word alone: decided, and not yet matched to a purchase line, which counts
    /// instead from then on. Each with the day on which it should arrive.
    public func onOrder() throws -> OnOrder {
        try decisions.read { reader in
            OnOrder(
                lines: try reader.unmatchedLines(in: Set(ActionState.allCases.filter(\.countsAsOnOrder))),
                entry: try Journal.head(reader).sequence)
        }
    }

    /// Matches imported purchase lines to what we ordered: by our reference and SKU, else by supplier, SKU and quantity
    /// where it was ordered within `windowDays` of our decision, the same place and the nearest day first. Every line
    /// of either side is matched at most once.
    ///
    /// A reference of ours that the purchase system shows also proves that the order arrived there: an action of
    /// unknown outcome is then confirmed.
    ///
    /// - Parameters:
    ///   - purchases: what was imported, in any order; matched ones may come again.
    ///   - windowDays: days between our decision and the day the purchase system gives, ≥ 0.
    ///   - now: shop time.
    ///   - actor: who imported.
    /// - Returns: the new matches.
    public func match(
        _ purchases: [PurchaseLine], windowDays: Int = 7, now: Instant, actor: String
    ) throws -> [PurchaseMatch] {
        let open = try decisions.read { try $0.unmatchedLines(in: Desk.matchable) }
        if open.isEmpty || purchases.isEmpty { return [] }
        return try turn(now: now, actor: actor) { turn in
            var open = try turn.read.unmatchedLines(in: Desk.matchable)
            var matches: [PurchaseMatch] = []
            func take(_ index: Int, _ purchase: PurchaseLine) throws {
                let line = open.remove(at: index)
                let found = Decisions.Action.Line.Match(order: purchase.order, line: purchase.line)
                try turn.writer.match(action: line.action, sku: line.sku, to: found)
                matches.append(PurchaseMatch(action: line.action, sku: line.sku, purchase: found))
            }
            var others: [PurchaseLine] = []
            for purchase in purchases.sorted(by: Desk.earlier) {
                let match = Decisions.Action.Line.Match(order: purchase.order, line: purchase.line)
                if try turn.read.isMatched(match) { continue }
                let ours = open.firstIndex { $0.key == purchase.reference && $0.sku.key == purchase.sku?.key }
                if let ours {
                    try take(ours, purchase)
                } else if try purchase.reference.map({ try !turn.read.isOurs(key: $0) }) ?? true {
                    others.append(purchase)
                }
            }
            for purchase in others {
                let near = open.indices.filter { index in
                    let line = open[index]
                    return line.supplier == purchase.supplier && line.sku.key == purchase.sku?.key
                        && line.quantity == purchase.quantity && distance(line, purchase) <= windowDays
                }
                let best = near.min { (rank(open[$0], purchase), $0) < (rank(open[$1], purchase), $1) }
                if let best { try take(best, purchase) }
            }
            for id in Set(matches.map(\.action)).sorted() {
                var action = try turn.load(id)
                var body = Particulars()
                body.lines = matches.filter { $0.action == id }.map(\.sku)
                body.receipt = matches.filter { $0.action == id }.map { "\($0.purchase.order)/\($0.purchase.line)" }
                    .joined(separator: " ")
                try turn.note("matched", action, body)
                let key = try turn.read.effect(of: id)?.key
                if action.state == .unknown, purchases.contains(where: { $0.reference == key && key != nil }) {
                    try turn.move(&action, .confirm, reason: "the purchase system shows it", body: body)
                }
            }
            return matches
        }
    }

    /// Whether a confirmed order has not come back from the purchase system although a working day (Monday to Friday)
    /// has passed since.
    public func isUnseen(_ action: Decisions.Action, now: Instant) -> Bool {
        guard action.state == .confirmed || action.state == .measured, let confirmed = action.confirmedAt,
            action.lines.contains(where: { $0.standing == .included && $0.matched == nil })
        else { return false }
        var workingDay = zone.day(of: confirmed).advanced(by: 1)
        while workingDay.weekday == .saturday || workingDay.weekday == .sunday {
            workingDay = workingDay.advanced(by: 1)
        }
        return zone.day(of: now) > workingDay
    }

    // What is approved but not sent cannot have come back.
    private static let matchable: Set<ActionState> = [.sent, .confirmed, .measured, .unknown]

    private static func earlier(_ left: PurchaseLine, _ right: PurchaseLine) -> Bool {
        (left.orderedOn, left.order, left.line) < (right.orderedOn, right.order, right.line)
    }

    private func distance(_ line: Decisions.OrderedLine, _ purchase: PurchaseLine) -> Int {
        abs(zone.day(of: line.decidedAt).distance(to: purchase.orderedOn))
    }

    private func rank(_ line: Decisions.OrderedLine, _ purchase: PurchaseLine) -> Int {
        distance(line, purchase) + (line.place == purchase.place ? 0 : 100_000)
    }
}
