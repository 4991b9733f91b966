import Actions
import Domain
import Store
import Testing

@Suite struct OutboxTests {
    private let now = Shop.start
    private var due: Instant { now.minutes(5) }

    private func claimed(_ shop: Shop) throws -> Int64 {
        let id = try shop.approvedOrder()
        guard case .send = try shop.claim(at: due) else { throw ActionError(.usage, "nothing to send") }
        return id
    }

    @Test func nothingIsSentWithinItsGracePeriod() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        #expect(try shop.claim(at: due.adding(seconds: -1)) == nil)
        guard case .send(let order) = try shop.claim(at: due) else {
            Issue.record("not sent")
            return
        }
        #expect(order.action == id)
        #expect(try shop.claim(at: due) == nil)
        #expect(try shop.action(id).state == .sent)
    }

    @Test func aStandingShopClockDoesNotStopTheGracePeriod() throws {
        let shop = try Shop()
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).opened.first)
        let wall = Instant(seconds: 2_000_000_000)
        _ = try shop.desk.approve(
            id, expecting: try shop.action(id).hash, evidence: Shop.current(), now: now, wall: wall, actor: "mira")
        func claim(_ wall: Instant) throws -> Claim? {
            try shop.desk.claim(now: now, wall: wall, actor: "runner", evidence: Shop.current(), prepare: { _ in })
        }
        #expect(try claim(wall.minutes(4)) == nil)
        #expect(try claim(wall.minutes(5)) != nil)
    }

    @Test func theReceiptConfirmsOnce() throws {
        let shop = try Shop()
        let id = try claimed(shop)
        try shop.desk.settle(id, .done(receipt: "ERP 4711"), now: due, actor: "runner")
        let record = try shop.desk.record(id)
        #expect(record.action.state == .confirmed && record.action.confirmedAt == due)
        #expect(record.effect?.receipt == "ERP 4711")
        #expect(record.history.map(\.what) == ["proposed", "approved", "sent", "confirmed"])
        #expect(
            try failure { try shop.desk.settle(id, .done(receipt: "again"), now: due, actor: "runner") }.code
                == .alreadyDecided)
    }

    @Test func whatIsNotDoneIsTriedWithGrowingPatience() throws {
        let shop = try Shop()
        let id = try claimed(shop)
        var at = due
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
            try shop.desk.settle(id, .notDone(reason: "closed for lunch", retryable: true), now: at, actor: "runner")
            #expect(try shop.action(id).state == .approved)
            #expect(try shop.claim(at: at.adding(seconds: wait - 1)) == nil)
            try shop.reopen()
            at = at.adding(seconds: wait)
            #expect(try shop.claim(at: at) != nil)
        }
        try shop.desk.settle(id, .notDone(reason: "closed for ever", retryable: true), now: at, actor: "runner")
        #expect(try shop.action(id).state == .failed)
        #expect(try shop.action(id).reason == "closed for ever")
        #expect(try shop.claim(at: at.hours(9)) == nil)
        #expect(try shop.desk.onOrder().lines.isEmpty)
    }

    @Test func whatCannotBePreparedIsDeferredAndThenFails() throws {
        struct Full: Error {}
        let shop = try Shop()
        let id = try shop.approvedOrder()
        for attempt in 1...Desk.maximumAttempts {
            let claim = try shop.claim(at: due.hours(Int64(attempt))) { _ in throw Full() }
            #expect(claim == .deferred(action: id, reason: "Full()"))
        }
        #expect(try shop.action(id).state == .failed)
    }

    @Test func movedEvidenceIsAskedAgainInsteadOfSent() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        let before = try shop.action(id)
        var prepared = 0
        let claim = try shop.desk.claim(
            now: due, actor: "runner", evidence: Shop.current { $0.demand = 90 }, prepare: { _ in prepared += 1 })
        #expect(claim == .askedAgain(action: id, reason: "A: expected demand was 40, is 90"))
        let action = try shop.action(id)
        #expect(prepared == 0 && action.state == .proposed && action.version == before.version + 1)
        #expect(action.reason == "asked again: A: expected demand was 40, is 90")
        #expect(try shop.desk.onOrder().lines.isEmpty)
        // Its key stays the same when it is approved after all.
        let key = try shop.decisions.read { try $0.effect(of: id)?.key }
        #expect(key == nil)
        _ = try shop.desk.approve(
            id, expecting: action.hash, evidence: Shop.current { $0.demand = 90 }, now: due, actor: "mira")
        #expect(try shop.desk.record(id).effect?.key.hasPrefix("PO-acme-ltd-1-") == true)
    }

    @Test func whatHasArrivedOnOrderMeanwhileIsAskedAgainInsteadOfSent() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        var asked: [Int64] = []
        let claim = try shop.desk.claim(
            now: due, actor: "runner",
            evidence: { order, action in
                asked.append(action)
                return try Shop.current { $0.onOrder = 5000 }(order, action)
            }, prepare: { _ in })
        guard case .askedAgain(id, let reason) = claim else {
            Issue.record("sent although it is not needed")
            return
        }
        #expect(asked == [id] && reason.contains("on order was 0, is 5000") && reason.contains("no longer needed"))
        #expect(try shop.action(id).state == .proposed)
    }

    @Test func aPolicyTightenedMeanwhileIsHeeded() throws {
        let shop = try Shop()
        let asked = try shop.approvedOrder()
        shop.policy.reorder.limits.order = 99_99
        guard case .askedAgain(asked, _) = try shop.claim(at: due) else {
            Issue.record("sent beyond the limit")
            return
        }
        #expect(try shop.action(asked).state == .held)
    }

    @Test func whatThePolicyDecidedIsAskedOnceItMayNotDecideAnyMore() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).approved.first)
        shop.policy.reorder.mode = .ask
        guard case .askedAgain(id, _) = try shop.claim(at: due) else {
            Issue.record("sent without being asked")
            return
        }
        // What a person decided is not affected.
        try shop.approve(id, at: due)
        guard case .send = try shop.claim(at: due.hours(1)) else {
            Issue.record("a person's decision was not sent")
            return
        }
    }

    @Test func nothingLeavesWhileEverythingIsOnHold() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        try shop.desk.hold(reason: "prices look wrong", now: now, actor: "tom")
        try shop.desk.hold(reason: "once more", now: now, actor: "tom")
        #expect(try shop.claim(at: due) == nil)
        try shop.reopen()
        #expect(try shop.claim(at: due.hours(1)) == nil)
        #expect(try shop.desk.standingHold()?.reason == "prices look wrong")
        #expect(try shop.action(id).state == .approved)
        try shop.desk.release(reason: "prices are right", now: due.hours(1), actor: "mira")
        #expect(try shop.claim(at: due.hours(1)) != nil)
    }

    @Test func aHoldThatComesWhilePreparingIsHeeded() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        let claim = try shop.claim(at: due) { _ in
            try shop.desk.hold(reason: "stop", now: due, actor: "tom")
        }
        #expect(claim == nil)
        #expect(try shop.action(id).state == .approved)
    }

    @Test func anUndoThatComesWhilePreparingIsHeeded() throws {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        let claim = try shop.claim(at: due) { _ in try shop.desk.undo(id, now: due, actor: "mira") }
        #expect(claim == nil)
        #expect(try shop.action(id).state == .proposed)
    }

    @Test func thePolicyDoesNotDecideWhileEverythingIsOnHold() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        try shop.desk.hold(reason: "stop", now: now, actor: "tom")
        #expect(try shop.propose([try Shop.proposal(["A": 50])]).approved.isEmpty)
    }

    @Test func twoRunnersNeverGetTheSameEffect() async throws {
        let shop = try Shop()
        let plan = try (1...30).map { try Shop.proposal(["P\($0)": 5], supplier: "Supplier \($0)") }
        let ids = try shop.propose(plan).opened
        for id in ids { try shop.approve(id) }
        let desks = [try shop.another(), try shop.another()]
        let sent = await withTaskGroup(of: [Int64].self) { group in
            for desk in desks {
                group.addTask {
                    var sent: [Int64] = []
                    while case .send(let order)? = try? desk.claim(
                        now: Shop.start.minutes(5), actor: "runner", evidence: Shop.current(), prepare: { _ in })
                    {
                        sent.append(order.action)
                    }
                    return sent
                }
            }
            return await group.reduce([], +)
        }
        #expect(sent.sorted() == ids)
    }

    @Test func anOrphanIsLookedUpAtItsTarget() throws {
        let shop = try Shop()
        let plan = try (1...3).map { try Shop.proposal(["P\($0)": 5], supplier: "Supplier \($0)") }
        let ids = try shop.propose(plan).opened
        for id in ids {
            try shop.approve(id)
            _ = try shop.claim(at: due)
        }
        try shop.reopen()
        var asked: [Int64] = []
        let settled = try shop.desk.recover(now: due, actor: "runner") { order in
            asked.append(order.action)
            switch order.action {
            case ids[0]: return .done(receipt: "found")
            case ids[1]: return .notDone(reason: "never came", retryable: true)
            default: return .unknown(reason: "no answer")
            }
        }
        #expect(asked == ids && settled == ids)
        #expect(try ids.map { try shop.action($0).state } == [.confirmed, .approved, .unknown])
        #expect(try shop.desk.recover(now: due, actor: "runner") { _ in .unknown(reason: "") }.isEmpty)
    }

    @Test func aPersonResolvesWhatNobodyKnows() throws {
        let shop = try Shop()
        let id = try claimed(shop)
        try shop.desk.settle(id, .unknown(reason: "line went dead"), now: due, actor: "runner")
        #expect(try shop.action(id).state == .unknown)
        #expect(try shop.claim(at: due.hours(5)) == nil)
        #expect(try shop.desk.onOrder().lines.count == 1)
        let key = try shop.desk.record(id).effect?.key
        try shop.desk.resolve(id, done: false, now: due, actor: "mira")
        #expect(try shop.claim(at: due.minutes(4)) == nil)
        guard case .send(let order) = try shop.claim(at: due.minutes(5)) else {
            Issue.record("not sent again")
            return
        }
        #expect(order.key == key)
        try shop.desk.settle(id, .unknown(reason: "dead again"), now: due, actor: "runner")
        try shop.desk.resolve(id, done: true, now: due, actor: "mira")
        #expect(try shop.action(id).state == .confirmed)
        #expect(try failure { try shop.desk.resolve(id, done: true, now: due, actor: "mira") }.code == .alreadyDecided)
    }
}
