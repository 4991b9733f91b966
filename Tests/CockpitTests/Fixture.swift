@testable import Actions
import Domain
@testable import Store
import Terminal

@testable import Cockpit
@testable import Engine

/// A shop as a screen sees it, made by hand so that no model moves it.
enum Fixture {
    static let start = Instant(iso8601: "2011-10-03T08:00:00+01:00") ?? Instant(milliseconds: 0)
    static let pounds = Currency("GBP") ?? Fixture.missing()
    static let main = PlaceName("main") ?? Fixture.missing()
    static let london = (try? Zone(identifier: "Europe/London")) ?? .utc
    static let today = london.day(of: start)

    static func missing<T>() -> T { preconditionFailure("a constant of the fixture is wrong") }
    static func sku(_ text: String) -> SKU { SKU(text) ?? missing() }
    static func supplier(_ text: String) -> SupplierName { SupplierName(text) ?? missing() }

    static func line(
        _ code: String, _ name: String, quantity: Int64, cost: Int64, onHand: Int64 = 4, isAssumed: Bool = false
    ) -> Decisions.Action.Line {
        Decisions.Action.Line(
            draft: DraftOrder.Line(
                sku: sku(code), name: name, quantity: quantity, cost: UnitPrice(micros: cost * 10_000)),
            evidence: LineEvidence(
                onHand: onHand, committed: 1, onOrder: 0, demand: 61.5, reorderPoint: 70, orderUpTo: 120,
                stockOutChance: 0.86, runsOutOn: today.advanced(by: 6), avoidableMargin: 2340, leadTimeDays: 12,
                leadTimeAssumed: isAssumed, costMicros: cost * 10_000,
                countedAt: start.adding(seconds: -50_000), batch: 3, pack: 6, minimum: 12),
            terms: "")
    }

    static func order(
        _ id: Int64, _ name: String, _ lines: [Decisions.Action.Line], state: ActionState = .proposed,
        saves: Int64, flags: [String] = [], cutOffHours: Int64 = 4, graceUntil: Instant? = nil
    ) -> OrderRow {
        let header = DraftOrder(
            supplier: supplier(name), shipTo: main, currency: pounds, orderBy: today, arrives: today.advanced(by: 14),
            minimumValue: 5000, lines: [])
        var action = Decisions.Action(
            kind: "reorder", rule: "reorder", target: name, opening: 1, state: state, reason: "", hash: "hash-\(id)",
            header: header,
            value: lines.reduce(0) { $0 + ($1.draft.cost.total($1.quantity, currency: pounds) ?? 0) }, severity: saves,
            proposedAt: start, expiresAt: start.adding(seconds: 172_800), verdict: [], lines: lines)
        action.id = id
        if !state.isPending { (action.decidedAt, action.decidedBy) = (start, "mira") }
        return OrderRow(
            action: action, flags: flags,
            findings: flags.isEmpty
                ? [] : [Check(name: "automation", passed: false, weight: .asks, finding: "the mode of reorder is ask")],
            cutOff: start.adding(seconds: cutOffHours * 3600), key: state.isPending ? nil : "PS-\(id)",
            graceUntil: graceUntil, approvedBy: [], lastCost: [:])
    }

    static func risk(
        _ code: String, _ name: String, sellable: Int64?, daily: Double, out: Int?, avoidable: Int64?,
        excess: Int64 = 0, lacks: [String] = []
    ) -> RiskRow {
        RiskRow(
            id: .init(sku: sku(code), place: main), name: name, sellable: sellable, committed: 1,
            countedAt: start, arrivesOn: nil, arriving: 0, onOrder: 0, dailyDemand: daily,
            stockOutChance: sellable == nil ? nil : out == nil ? 0.02 : 0.93,
            runsOutOn: out.map { today.advanced(by: $0) }, avoidable: avoidable, lostAnyway: 0,
            lostUnlessExpedited: 0, lostUnlessOrdered: out == nil ? 0 : 9, reorderPoint: 70, orderUpTo: 120,
            orderQuantity: out == nil ? 0 : 96, excess: excess, supplier: supplier("Acme Trading"),
            price: UnitPrice(micros: 4_000_000), cost: UnitPrice(micros: 2_000_000), revenueClass: "A",
            reason: "enough", lacks: lacks, leadTimeAssumed: false)
    }

    static func entry(_ number: Int64, _ actor: String, _ what: String, _ action: Int64?, _ body: String)
        -> Decisions.Entry
    {
        Decisions.Entry(
            sequence: number, at: start.adding(seconds: -number), actor: actor, what: what, action: action,
            body: Array(body.utf8), previous: "00", hash: "ab12cd34ab12cd34")
    }

    static func snapshot(
        hostile name: String = "LANTERN CREAM GAZEBO", runner: Int32? = 4711, hold: String? = nil
    ) -> ShopSnapshot {
        let orders = [
            order(
                7, "Acme Trading",
                [
                    line("22784", name, quantity: 96, cost: 240),
                    line("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", quantity: 48, cost: 129, isAssumed: true),
                ], saves: 33_929, flags: ["lead time assumed for 1"]),
            order(
                8, "Böhm & Söhne 日本", [line("21175", "GIN + TONIC DIET METAL SIGN", quantity: 24, cost: 99)],
                saves: 8210, cutOffHours: 30),
            order(
                5, "Northgate Tableware", [line("22360", "GLASS JAR", quantity: 12, cost: 151)], state: .approved,
                saves: 1200, graceUntil: Instant(milliseconds: 1000_240_000)),
        ]
        return ShopSnapshot(
            standing: ShopStanding(
                name: "gifts", path: "/shops/gifts", zone: london, currency: pounds, now: start, isFixed: true,
                actor: "mira", mayDecide: true, isAutomatic: false,
                hold: hold.map { Decisions.Hold(reason: $0, actor: "olga", at: start) }, runner: runner,
                policyProblem: nil, unfinishedImports: [],
                nextCutOff: .init(
                    supplier: supplier("Acme Trading"), at: start.adding(seconds: 14_400), hasOrder: true),
                unknown: 0),
            orders: orders,
            risk: [
                risk("22784", name, sellable: 1, daily: 4.2, out: 0, avoidable: 3229),
                risk("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", sellable: 60, daily: 11, out: 5, avoidable: 2100),
                risk(
                    "21175", "GIN + TONIC DIET METAL SIGN", sellable: 900, daily: 1, out: nil, avoidable: 0, excess: 700
                ),
                risk("90000", "NEVER COUNTED", sellable: nil, daily: 2, out: nil, avoidable: nil, lacks: ["count"]),
            ],
            plan: PlanStamp(at: start, revision: 3), isBrief: false, isPlanStale: false,
            inbound: [
                InboundRow(
                    id: "PO-1/1", order: "PO-1", action: nil, supplier: supplier("Acme Trading"), sku: sku("22784"),
                    name: name, place: main, ordered: 96, announced: 50, received: 40, damaged: 0, due: 56,
                    expectedOn: today.advanced(by: -3), daysLate: 3, state: .short,
                    says: "10 on the way in S1; 46 to come, 3 days late")
            ],
            feeds: [
                FeedRow(
                    id: "till orders", system: "till", layout: "orders", file: "orders.csv",
                    at: start.adding(seconds: -90_000), coveredTo: today.advanced(by: -1), quarantined: 1)
            ],
            quarantine: [
                QuarantinedRow(
                    id: 3, state: .refused, batch: 2, system: "till", layout: "orders", countedAt: start,
                    file: "orders.csv", line: 17, offset: 880, header: Array("Doc,Code,Qty".utf8),
                    raw: Array("9,\(name),many".utf8), mended: nil, code: "number", reason: "'many' is no number")
            ], quarantined: 1, parked: 0,
            journal: [
                entry(12, "olga", "note", nil, #"{"reason":"Acme is slow this week"}"#),
                entry(11, "policy", "approved", 5, #"{"hash":"aa","version":1}"#),
                entry(10, "mira", "proposed", 7, #"{"hash":"hash-7","version":1}"#),
            ],
            yesterday: DayResult(
                day: today.advanced(by: -1), isCovered: true, units: 1001, net: 138_799, margin: 72_663,
                unitsWithoutCost: 13, forecast: ExpectedDay(units: 1200, net: 150_000, margin: 80_000)),
            cash: CashCommitted(today: 1812, dayLimit: 500_000, open: 90_000, waiting: 31_000, otherCurrencies: 0))
    }

    /// A cockpit that has read it.
    static func state(_ snapshot: ShopSnapshot = snapshot(), glyphs: Glyphs = .unicode) -> State {
        var state = State()
        state.glyphs = glyphs
        state.machineTime = Instant(milliseconds: 1_000_000_000)
        _ = state.update(.read(snapshot))
        return state
    }
}

extension State {
    /// Presses keys one after the other; returns what they asked for.
    @discardableResult
    mutating func press(_ keys: String...) -> [Effect] {
        keys.flatMap { name in
            Key(name).map { key in update(.event(.key(key))) } ?? []
        }
    }

    /// Types a text.
    @discardableResult
    mutating func type(_ text: String) -> [Effect] {
        text.flatMap { update(.event(.key(Key(.character($0))))) }
    }
}
