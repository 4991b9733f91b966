import Actions
import Domain
import Store
import Testing

/// A target that really orders each time it is asked to, so that a repeated effect shows.
private final class CountingTarget {
    var orders: [String: Int] = [:]

    func perform(_ order: Outbound) { orders[order.key, default: 0] += 1 }
    func lookUp(_ order: Outbound) -> Outcome {
        orders[order.key] == nil ? .notDone(reason: "never came", retryable: true) : .done(receipt: "found")
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same sequence everywhere.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Plans, people, a runner and crashes in random order, against what must hold whatever the order.
@Suite struct InterleavingTests {
    private static let dayLimit: Int64 = 600_00

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func whateverHappensNoOrderIsLostDoubledOrBeyondTheBudget(seed: UInt64) throws {
        let shop = try Shop()
        shop.policy.reorder.mode = seed % 2 == 0 ? .auto : .ask
        shop.policy.reorder.limits.day = InterleavingTests.dayLimit
        let target = CountingTarget()
        var random = Seeded(state: seed)
        var now = Shop.start
        var everApproved: Set<Int64> = []
        var crashes = 0

        for _ in 0..<180 {
            now = now.adding(seconds: Int64.random(in: 0...900, using: &random))
            let everything = try shop.desk.actions(in: Set(ActionState.allCases)).sorted { $0.id < $1.id }
            // Mostly what is still alive, so that something happens; sometimes anything.
            let alive = everything.filter { $0.state.isPending || $0.state == .approved || $0.state == .unknown }
            let pick = (Int.random(in: 0..<5, using: &random) > 0 ? alive : everything).randomElement(using: &random)
            // A person may ask for anything at any time; what is not allowed must be refused without a trace.
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1: try plan(shop, now, &random)
            case 2, 3, 4: if let pick { refusable { try shop.approve(pick.id, at: now) } }
            case 5: if let pick { refusable { try shop.desk.undo(pick.id, now: now, actor: "mira") } }
            case 6:
                if let pick, Bool.random(using: &random) {
                    refusable { try shop.desk.reject(pick.id, reason: "no", now: now, actor: "tom") }
                }
            case 7:
                if let pick {
                    // People look before they speak.
                    let truth = try shop.desk.record(pick.id).effect.map { target.orders[$0.key] != nil } ?? false
                    refusable { try shop.desk.resolve(pick.id, done: truth, now: now, actor: "mira") }
                }
            case 8:
                if try shop.desk.standingHold() == nil {
                    if Int.random(in: 0..<4, using: &random) == 0 {
                        try shop.desk.hold(reason: "drill", now: now, actor: "tom")
                    }
                } else {
                    try shop.desk.release(reason: "over", now: now, actor: "mira")
                }
            default:
                if try !run(shop, target, now, fate: Int.random(in: 0..<8, using: &random)) {
                    crashes += 1
                    try shop.reopen()
                    _ = try shop.desk.recover(now: now, actor: "runner", lookUp: target.lookUp)
                }
            }
            everApproved.formUnion(try shop.desk.actions(in: [.approved]).map(\.id))
            try checkBudget(shop)
            #expect(target.orders.values.allSatisfy { $0 == 1 })
        }

        // Let everything come to its end.
        if try shop.desk.standingHold() != nil { try shop.desk.release(reason: "end", now: now, actor: "mira") }
        now = now.hours(1)
        while try !shop.desk.actions(in: [.approved]).isEmpty { _ = try run(shop, target, now, fate: 7) }
        let ends: Set<ActionState> = [
            .confirmed, .failed, .unknown, .proposed, .held, .rejected, .superseded, .expired,
        ]
        for id in everApproved {
            let record = try shop.desk.record(id)
            #expect(ends.contains(record.action.state), "\(record.action.state)")
            let reached = record.effect.map { target.orders[$0.key] != nil } ?? false
            switch record.action.state {
            case .confirmed: #expect(reached)
            case .unknown: break
            default: #expect(!reached)
            }
        }
        #expect(target.orders.values.allSatisfy { $0 == 1 })
        guard case .intact(let head) = try Journal.verify(shop.decisions) else {
            Issue.record("the journal broke")
            return
        }
        #expect(head.sequence > 100 && crashes > 0 && target.orders.count > 3)
        #expect(try shop.decisions.integrityProblems().isEmpty)
    }

    private func refusable<T>(_ body: () throws -> T) {
        do {
            _ = try body()
        } catch {
            #expect(error is ActionError, "\(error)")
        }
    }

    private func plan(_ shop: Shop, _ now: Instant, _ random: inout Seeded) throws {
        // What is on order is no longer needed, as a planner would have it.
        let covered = Set(try shop.desk.onOrder().lines.map(\.sku.text))
        var proposals: [Proposal] = []
        for supplier in ["Acme Ltd", "Beta", "Gamma", "Delta"] where Int.random(in: 0..<4, using: &random) > 0 {
            var quantities: [String: Int64] = [:]
            for product in 1...3 where Bool.random(using: &random) {
                let name = "\(supplier) \(product) \(Int.random(in: 0..<20, using: &random))"
                if !covered.contains(name) { quantities[name] = Int64.random(in: 1...80, using: &random) }
            }
            if quantities.isEmpty { continue }
            let onHand = Int64.random(in: 8...14, using: &random)
            proposals.append(try Shop.proposal(quantities, supplier: supplier) { $0.onHand = onHand })
        }
        try shop.propose(proposals, at: now)
    }

    /// One round of a runner that meets a fate from 0 to 7; false where it died on the way.
    private func run(_ shop: Shop, _ target: CountingTarget, _ now: Instant, fate: Int) throws -> Bool {
        let known: Desk.CurrentEvidence = { order, _ in
            // Sometimes the world has moved.
            let shown = try shop.desk.actions(in: [.approved]).first { $0.order == order }?.evidence ?? [:]
            return shown.mapValues { evidence in
                var evidence = evidence
                if fate == 6 { evidence.demand *= 2 }
                return evidence
            }
        }
        guard
            case .send(let order)? = try shop.desk.claim(now: now, actor: "runner", evidence: known, prepare: { _ in })
        else { return true }
        switch fate {
        case 0: return false  // died before it asked the target
        case 1:
            target.perform(order)
            return false  // died before it could say so
        case 2:
            try shop.desk.settle(order.action, .notDone(reason: "closed", retryable: true), now: now, actor: "runner")
        case 3:
            try shop.desk.settle(order.action, .notDone(reason: "never", retryable: false), now: now, actor: "runner")
        case 4:
            target.perform(order)
            try shop.desk.settle(order.action, .unknown(reason: "line dead"), now: now, actor: "runner")
        case 5: try shop.desk.settle(order.action, .unknown(reason: "line dead"), now: now, actor: "runner")
        default:
            target.perform(order)
            try shop.desk.settle(order.action, .done(receipt: "ok"), now: now, actor: "runner")
        }
        return true
    }

    /// Computed from the actions themselves, not from what was reserved.
    private func checkBudget(_ shop: Shop) throws {
        var spent: [Day: Int64] = [:]
        for action in try shop.desk.actions(in: [.approved, .sent, .confirmed, .unknown]) {
            let decided = try #require(action.decidedAt)
            spent[Zone.utc.day(of: decided), default: 0] += action.value
        }
        for (day, value) in spent { #expect(value <= InterleavingTests.dayLimit, "\(day)") }
    }
}
