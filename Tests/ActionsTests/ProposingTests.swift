import Actions
import Domain
import Store
import Testing

@Suite struct ProposingTests {
    private let now = Shop.start

    @Test func aNeedBecomesOneProposalWithItsEvidence() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["B": 20, "A": 50])]).opened.first)
        let record = try shop.desk.record(id)
        #expect(record.action.state == .proposed && record.action.version == 1)
        #expect(record.action.order.lines.map(\.sku.text) == ["A", "B"])
        #expect(record.action.value == 140_00 && record.action.hash.utf8.count == 64)
        #expect(record.action.evidence[try Shop.sku("A")] == Shop.known())
        #expect(record.verdict.decision == .ask)
        #expect(record.history.map(\.what) == ["proposed"])
        #expect(record.action.expiresAt == now.hours(48))
        #expect(try shop.decisions.read { try $0.openSignals(rule: "reorder") }[Shop.target]?.opening == 1)
    }

    @Test func theSamePlanTwiceWritesNothing() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        // One of each: decided, asked (no count), held (too dear).
        shop.policy.reorder.limits.order = 500_00
        let plan = [
            try Shop.proposal(["A": 50]), try Shop.proposal(["B": 10], supplier: "Beta") { $0.countedAt = nil },
            try Shop.proposal(["C": 900], supplier: "Gamma"),
        ]
        let first = try shop.propose(plan)
        #expect(first.opened.count == 3 && first.approved.count == 1)
        // What is decided is on order now, so the plan no longer asks for it.
        let rest = Array(plan.dropFirst())
        try shop.propose(rest)
        let before = try shop.content()
        #expect(try shop.propose(rest).isEmpty)
        #expect(try shop.propose(rest, at: now.minutes(30)).isEmpty)
        #expect(try shop.content() == before)
    }

    @Test func whatMovesWithinToleranceIsLeftUntouched() throws {
        let shop = try Shop()
        try shop.propose([try Shop.proposal(["A": 50])])
        let before = try shop.content()
        try shop.propose([
            try Shop.proposal(["A": 50], severity: 1100) {
                $0.onHand = 9
                $0.demand = 42
                $0.batch = 6
            }
        ])
        #expect(try shop.content() == before)
    }

    @Test func whatMovesMateriallyRevisesTheSameAction() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        var hashes = [try shop.action(id).hash]
        let plans = [
            try Shop.proposal(["A": 60]), try Shop.proposal(["A": 60, "B": 5]), try Shop.proposal(["B": 5]),
            try Shop.proposal(["B": 5]) { $0.onHand = 5 },
        ]
        for (index, plan) in plans.enumerated() {
            let result = try shop.propose([plan])
            #expect(result.revised == [id] && result.opened.isEmpty)
            let action = try shop.action(id)
            #expect(action.version == Int64(index + 2))
            #expect(action.order.lines.map(\.quantity) == plan.order.lines.sorted { $0.sku < $1.sku }.map(\.quantity))
            hashes.append(action.hash)
        }
        #expect(Set(hashes).count == hashes.count)
        // Every version that ever was is in the journal with its hash.
        let history = try shop.desk.record(id).history.map { String(decoding: $0.body, as: UTF8.self) }
        for hash in hashes { #expect(history.contains { $0.contains("\"hash\":\"\(hash)\"") }) }
    }

    @Test func aNeedThatIsGoneTakesItsProposalAlong() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        #expect(try shop.propose([]).superseded == [id])
        #expect(try shop.action(id).state == .superseded)
        #expect(try shop.decisions.read { try $0.openSignals(rule: "reorder") }.isEmpty)
        let before = try shop.content()
        #expect(try shop.propose([]).isEmpty)
        #expect(try shop.content() == before)
    }

    @Test func aFlappingNeedOpensOneActionAnOpening() throws {
        let shop = try Shop()
        for turn in 0..<10 {
            let at = now.minutes(Int64(turn))
            #expect(try shop.propose([try Shop.proposal(["A": 50])], at: at).opened.count == 1)
            #expect(try shop.propose([try Shop.proposal(["A": 50])], at: at).isEmpty)
            #expect(try shop.propose([], at: at).superseded.count == 1)
        }
        let all = try shop.desk.actions(in: Set(ActionState.allCases))
        #expect(all.map(\.opening).sorted() == Array(1...10))
        #expect(try shop.decisions.read { try $0.signals(since: now) }.count == 10)
    }

    @Test func whatWasDecidedWhileThePlanWasMadeIsNotOrderedTwice() throws {
        let shop = try Shop()
        let seen = try shop.desk.onOrder().entry
        let id = try shop.approvedOrder(["A": 50])
        // A plan that looked before the approval asks for A again, here from another supplier.
        let late = try shop.propose([try Shop.proposal(["A": 50, "B": 7], supplier: "Beta")], seen: seen)
        let other = try #require(late.opened.first)
        #expect(try shop.action(other).order.lines.map(\.sku.text) == ["B"])
        #expect(try shop.action(id).state == .approved)
        // One that looked after it may: it knows what is on order.
        #expect(try shop.propose([try Shop.proposal(["A": 50, "B": 7], supplier: "Beta")]).revised == [other])
    }

    @Test func aNewNeedBesideADecidedActionIsANewAction() throws {
        let shop = try Shop()
        let first = try shop.approvedOrder(["A": 50])
        let second = try #require(try shop.propose([try Shop.proposal(["B": 7])]).opened.first)
        #expect(try shop.action(second).opening == 2)
        #expect(try shop.action(first).order.lines.map(\.sku.text) == ["A"])
        // Taken back, the first stands beside the second; the next plan leaves one of them.
        try shop.desk.undo(first, now: now, actor: "mira")
        let merged = try shop.propose([try Shop.proposal(["A": 50, "B": 7])])
        #expect(merged.superseded == [first] && merged.revised == [second])
        #expect(try shop.desk.actions(in: [.proposed]).map(\.id) == [second])
    }

    @Test func aWorseningNeedSaysSoOnce() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50], severity: 1000)]).opened.first)
        try shop.propose([try Shop.proposal(["A": 50], severity: 1201)], at: now.minutes(1))
        let signal = try #require(try shop.decisions.read { try $0.openSignals(rule: "reorder") }[Shop.target])
        #expect(signal.severity == 1201 && signal.worsenedAt == now.minutes(1) && signal.openedAt == now)
        #expect(try shop.action(id).version == 1)
        let before = try shop.content()
        try shop.propose([try Shop.proposal(["A": 50], severity: 1300)], at: now.minutes(2))
        #expect(try shop.content() == before)
    }

    @Test func thePolicyDecidesInItsOwnNameWithinTheBudget() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        shop.policy.reorder.limits.day = 250_00
        let plan = try ["Acme Ltd", "Beta", "Gamma"].enumerated().map { index, supplier in
            try Shop.proposal(["P\(index)": 50], supplier: supplier)
        }
        let result = try shop.propose(plan)
        #expect(result.opened.count == 3 && result.approved == Array(result.opened.prefix(2)))
        let last = try shop.action(try #require(result.opened.last))
        #expect(last.state == .proposed && last.reason.contains("taken today"))
        #expect(try shop.action(result.approved[0]).decidedBy == "policy")
        // Tomorrow has its own budget.
        let tomorrow = try shop.propose([plan[2]], at: now.hours(24))
        #expect(tomorrow.approved == [last.id])
    }

    @Test func whatExceedsALimitIsHeldUntilThePolicyOrThePlanChanges() throws {
        let shop = try Shop()
        shop.policy.reorder.limits.order = 90_00
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        #expect(try shop.action(id).state == .held)
        #expect(try failure { try shop.approve(id) }.code == .refused)
        shop.policy.reorder.limits.order = 100_00
        try shop.propose([try Shop.proposal(["A": 50])])
        #expect(try shop.action(id).state == .proposed)
        try shop.propose([try Shop.proposal(["A": 51])])
        #expect(try shop.action(id).state == .held)
        try shop.propose([try Shop.proposal(["A": 40])])
        #expect(try shop.action(id).state == .proposed)
    }

    @Test func aFailedTargetIsAskedNextTime() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).approved.first)
        _ = try shop.claim(at: now.hours(1))
        try shop.desk.settle(
            id, .notDone(reason: "account closed", retryable: false), now: now.hours(1), actor: "runner")
        #expect(try shop.action(id).state == .failed)
        let next = try shop.propose([try Shop.proposal(["A": 50])], at: now.hours(2))
        #expect(next.opened.count == 1 && next.approved.isEmpty)
    }

    @Test func aProposalExpiresAndItsNeedIsProposedAnew() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        #expect(try shop.desk.expire(now: now.hours(48).adding(seconds: -1), actor: "runner").isEmpty)
        let again = try shop.propose([try Shop.proposal(["A": 50])], at: now.hours(48))
        #expect(try shop.action(id).state == .expired)
        #expect(try again.opened.map { try shop.action($0).opening } == [2])
    }

    @Test func aPlanThatContradictsItselfIsRefusedWhole() throws {
        let shop = try Shop()
        let before = try shop.content()
        let good = try Shop.proposal(["Z": 1], supplier: "Zeta")
        var bare = try Shop.proposal(["A": 50])
        bare.evidence = [:]
        var double = try Shop.proposal(["A": 50])
        double.order.lines += double.order.lines
        let vast = try Shop.proposal(["A": .max, "B": .max])
        let blurred = try Shop.proposal(["A": 50]) { $0.demand = .nan }
        for plan in [[good, bare], [good, double], [good, good], [good, vast], [good, blurred]] {
            #expect(try failure { try shop.propose(plan) }.code == .usage)
        }
        #expect(try shop.content() == before)
    }
}
