import Actions
import Domain
import Store
import Testing

@Suite struct DecidingTests {
    private let now = Shop.start

    private func proposed(
        _ shop: Shop, _ quantities: [String: Int64] = ["A": 50, "B": 10], terms: [String: String] = [:]
    ) throws -> Decisions.Action {
        let id = try #require(try shop.propose([try Shop.proposal(quantities, terms: terms)]).opened.first)
        return try shop.action(id)
    }

    @Test func anApprovalQueuesExactlyWhatWasShown() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        guard case .queued(let key, let notBefore) = try shop.approve(shown.id) else {
            Issue.record("not queued")
            return
        }
        #expect(key.hasPrefix("PO-acme-ltd-1-") && key.utf8.count == "PO-acme-ltd-1-".utf8.count + 8)
        #expect(notBefore == now.minutes(5))
        guard case .send(let order) = try shop.claim(at: now.minutes(5)) else {
            Issue.record("not sent")
            return
        }
        #expect(order.order == shown.order && order.key == key && order.approvedBy == "mira")
    }

    @Test func anApprovalOfWhatIsNoLongerShownIsStale() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        try shop.propose([try Shop.proposal(["A": 60, "B": 10])])
        let before = try shop.content()
        let error = try failure {
            try shop.desk.approve(
                shown.id, expecting: shown.hash, evidence: Shop.current(), now: now, actor: "mira")
        }
        #expect(error.code == .stale && error.place == "action \(shown.id)")
        #expect(error.message == "it has changed since it was shown; look at version 2 and decide again")
        let stranger = try failure {
            try shop.desk.approve(
                shown.id, expecting: String(shown.hash.reversed()), evidence: Shop.current(), now: now, actor: "mira")
        }
        #expect(stranger.code == .stale)
        #expect(stranger.message == "that is not the hash of any version of this action; look at version 2")
        #expect(try shop.content() == before)
        try shop.approve(shown.id)
    }

    @Test func approvingTwiceIsRefusedAsDecided() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        try shop.approve(shown.id)
        let error = try failure {
            try shop.desk.approve(
                shown.id, expecting: shown.hash, evidence: Shop.current(), now: now, actor: "tom")
        }
        #expect(error.code == .alreadyDecided)
        #expect(
            try failure { try shop.desk.approve(99, expecting: "", evidence: Shop.current(), now: now, actor: "mira") }
                .code == .notFound)
    }

    @Test func movedEvidenceVoidsTheApprovalAndIsShown() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        let error = try failure {
            try shop.desk.approve(
                shown.id, expecting: shown.hash,
                evidence: Shop.current {
                    $0.costMicros = 2_500_000
                    $0.onHand = 9
                }, now: now, actor: "mira")
        }
        #expect(error.code == .stale)
        #expect(error.moved.map(\.field) == [.cost, .cost])
        #expect(error.message.contains("A: unit cost was 2.00, is 2.50"))
        let revised = try shop.action(shown.id)
        #expect(revised.state == .proposed && revised.version == 2 && revised.hash != shown.hash)
        #expect(revised.value == 150_00 && revised.reason.contains("2.50"))
        // What was asked again can be approved as it is shown now.
        _ = try shop.desk.approve(
            shown.id, expecting: revised.hash, evidence: Shop.current { $0.costMicros = 2_500_000 }, now: now,
            actor: "mira")
        #expect(try shop.action(shown.id).state == .approved)
    }

    @Test func aProductThatCannotBeAssessedAnyMoreVoidsTheApproval() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        let error = try failure {
            try shop.desk.approve(
                shown.id, expecting: shown.hash, evidence: { _, _ in [try Shop.sku("A"): Shop.known()] }, now: now,
                actor: "mira")
        }
        #expect(error.moved.map(\.field) == [.missing] && error.moved.map(\.sku.text) == ["B"])
    }

    @Test func anApprovalOfWhatHasArrivedOnOrderMeanwhileIsStale() throws {
        let shop = try Shop()
        let shown = try proposed(shop, ["A": 50])
        let current = Shop.current { $0.onOrder = 5000 }
        let error = try failure {
            try shop.desk.approve(shown.id, expecting: shown.hash, evidence: current, now: now, actor: "mira")
        }
        #expect(error.code == .stale && error.moved.map(\.field) == [.onOrder, .unneeded])
        #expect(error.message.contains("A: on order was 0, is 5000"))
        // 10 on hand − 2 promised + 5000 on order.
        #expect(error.message.contains("A: no longer needed: position 5008 is not below reorder point 30"))
        // Who has seen that may still want it.
        let revised = try shop.action(shown.id)
        _ = try shop.desk.approve(shown.id, expecting: revised.hash, evidence: current, now: now, actor: "mira")
        #expect(try shop.action(shown.id).state == .approved)
    }

    @Test func anExpiredProposalCannotBeApproved() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        #expect(try failure { try shop.approve(shown.id, at: now.hours(48)) }.code == .stale)
        #expect(try shop.action(shown.id).state == .expired)
    }

    @Test func anEditedQuantityIsKeptBesideTheProposedOne() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        let sku = try Shop.sku("A")
        _ = try shop.desk.approve(
            shown.id, expecting: shown.hash, edits: [sku: 33], evidence: Shop.current(), now: now, actor: "mira")
        let line = try #require(try shop.action(shown.id).lines.first { $0.draft.sku == sku })
        #expect(line.edited == 33 && line.draft.quantity == 50)
        #expect(try shop.desk.onOrder().lines.map(\.quantity) == [33, 10])
        #expect(try shop.action(shown.id).value == 86_00)
    }

    @Test func whatAPersonEditedSurvivesARevision() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        let sku = try Shop.sku("A")
        let hash = try shop.desk.edit(shown.id, expecting: shown.hash, quantities: [sku: 33], now: now, actor: "mira")
        #expect(hash != shown.hash)
        // Only the plan's own wish for the edited line moved: nothing that would be ordered changes.
        #expect(try shop.propose([try Shop.proposal(["A": 70, "B": 10])]).isEmpty)
        #expect(try shop.propose([try Shop.proposal(["A": 70, "B": 12])]).revised == [shown.id])
        #expect(try shop.action(shown.id).order.lines.map(\.quantity) == [33, 12])
        #expect(
            try failure {
                try shop.desk.edit(shown.id, expecting: hash, quantities: [sku: 1], now: now, actor: "mira")
            }.code == .stale)
    }

    @Test func senselessEditsAreRefused() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        let before = try shop.content()
        func approve(lines: Set<SKU>? = nil, edits: [SKU: Int64] = [:]) throws -> ActionError.Code {
            try failure {
                try shop.desk.approve(
                    shown.id, expecting: shown.hash, lines: lines, edits: edits, evidence: Shop.current(), now: now,
                    actor: "mira")
            }.code
        }
        let (a, b, stranger) = (try Shop.sku("A"), try Shop.sku("B"), try Shop.sku("X"))
        #expect(try approve(edits: [a: 0]) == .usage)
        #expect(try approve(edits: [a: -1]) == .usage)
        #expect(try approve(edits: [stranger: 1]) == .usage)
        #expect(try approve(lines: []) == .usage)
        #expect(try approve(lines: [stranger]) == .usage)
        #expect(try approve(lines: [b], edits: [a: 1]) == .usage)
        #expect(try approve(edits: [a: 10_001]) == .refused)
        #expect(try approve(edits: [a: .max]) == .usage)
        #expect(try shop.content() == before)
    }

    @Test(arguments: [
        (1, 24, "order 24"), (23, 24, "order 24"), (25, 24, "order 24 or 36"), (59, 24, "order 48 or 60"),
        (13, 1, "order 12 or 24"), (11, 1, "order 12"), (26, 25, "order 36"), (.max, 24, "9223372036854775800"),
    ])
    func aQuantityThatTheSupplierDoesNotSellIsRefused(quantity: Int64, minimum: Int64, choice: String) throws {
        let shop = try Shop()
        let sku = try Shop.sku("A")
        let plan = try Shop.proposal(["A": 60]) { ($0.pack, $0.minimum) = (12, minimum) }
        let id = try #require(try shop.propose([plan]).opened.first)
        let shown = try shop.action(id)
        let error = try failure {
            try shop.desk.edit(id, expecting: shown.hash, quantities: [sku: quantity], now: now, actor: "mira")
        }
        #expect(error.code == .usage && error.message.hasSuffix(choice), "\(error.message)")
        #expect(try shop.action(id) == shown)
        _ = try shop.desk.edit(id, expecting: shown.hash, quantities: [sku: 36], now: now, actor: "mira")
        #expect(try shop.action(id).lines.map(\.edited) == [36])
    }

    @Test func whatIsOrderedInPartIsNotProposedAgainAtOnce() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        _ = try shop.desk.approve(
            shown.id, expecting: shown.hash, edits: [try Shop.sku("A"): 33, try Shop.sku("B"): 12],
            evidence: Shop.current(), now: now, actor: "mira")
        let rest = try #require(try shop.desk.record(shown.id).history.first { $0.what == "rest-closed" })
        let body = String(decoding: rest.body, as: UTF8.self)
        #expect(body.contains("A: 33 of 50") && !body.contains("B: "))
        let plan = try Shop.proposal(["A": 17])
        #expect(try shop.propose([plan], at: now.hours(14 * 24 - 1)).isEmpty)
        #expect(try shop.propose([plan], at: now.hours(14 * 24)).opened.count == 1)
    }

    @Test func theRestOfWhatIsTakenBackIsOpenAgain() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        _ = try shop.desk.approve(
            shown.id, expecting: shown.hash, edits: [try Shop.sku("A"): 33], evidence: Shop.current(), now: now,
            actor: "mira")
        try shop.desk.undo(shown.id, now: now, actor: "mira")
        #expect(try shop.propose([try Shop.proposal(["A": 50, "B": 10])]).isEmpty)
        #expect(try shop.action(shown.id).order.lines.map(\.quantity) == [33, 10])
    }

    @Test func linesThatAreLeftOutAreProposedAgain() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        _ = try shop.desk.approve(
            shown.id, expecting: shown.hash, lines: [try Shop.sku("A")], evidence: Shop.current(), now: now,
            actor: "mira")
        #expect(try shop.desk.onOrder().lines.map(\.sku.text) == ["A"])
        let next = try #require(try shop.propose([try Shop.proposal(["B": 10])]).opened.first)
        #expect(try shop.action(next).order.lines.map(\.sku.text) == ["B"])
    }

    @Test func aRejectedNeedStaysClosedUntilItsDate() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        try shop.desk.reject(shown.id, reason: "supplier is on strike", now: now, actor: "mira")
        #expect(try shop.action(shown.id).state == .rejected)
        let plan = try Shop.proposal(["A": 50, "B": 10], severity: 99_999)
        for hour in [0, 1, 14 * 24 - 1] { #expect(try shop.propose([plan], at: now.hours(Int64(hour))).isEmpty) }
        // A new need of the same supplier is not closed with it.
        let other = try shop.propose([try Shop.proposal(["A": 50, "C": 5])], at: now.hours(1))
        #expect(try shop.action(try #require(other.opened.first)).order.lines.map(\.sku.text) == ["C"])
        _ = try shop.propose([], at: now.hours(1))
        #expect(try shop.propose([plan], at: now.hours(14 * 24)).opened.count == 1)
    }

    @Test func aRejectedNeedStaysClosedUntilTheTermsChange() throws {
        let shop = try Shop()
        let shown = try proposed(shop, ["A": 50], terms: ["A": "offer-1"])
        try shop.desk.reject(shown.id, reason: "too dear", reopening: .whenTermsChange, now: now, actor: "mira")
        #expect(try shop.propose([try Shop.proposal(["A": 50], terms: ["A": "offer-1"])], at: now.hours(9999)).isEmpty)
        let cheaper = try Shop.proposal(["A": 50], terms: ["A": "offer-2"])
        #expect(try shop.propose([cheaper], at: now.hours(9999)).opened.count == 1)
    }

    @Test func aRejectedLineStaysOutWhileTheRestLivesOn() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        try shop.desk.reject(shown.id, lines: [try Shop.sku("B")], reason: "no room", now: now, actor: "mira")
        let action = try shop.action(shown.id)
        #expect(action.state == .proposed && action.version == 2 && action.order.lines.map(\.sku.text) == ["A"])
        #expect(try shop.propose([try Shop.proposal(["A": 50, "B": 10])]).isEmpty)
        try shop.desk.reject(shown.id, lines: [try Shop.sku("A")], reason: "no room", now: now, actor: "mira")
        #expect(try shop.action(shown.id).state == .rejected)
        #expect(try failure { try shop.desk.reject(shown.id, reason: " ", now: now, actor: "mira") }.code == .usage)
        #expect(
            try failure { try shop.desk.reject(shown.id, reason: "x", now: now, actor: "mira") }.code == .alreadyDecided
        )
    }

    @Test func aSnoozedActionWakesAtItsTime() throws {
        let shop = try Shop()
        let shown = try proposed(shop)
        try shop.desk.snooze(shown.id, until: now.hours(60), now: now, actor: "mira")
        #expect(try shop.action(shown.id).state == .snoozed)
        #expect(try shop.desk.expire(now: now.hours(59), actor: "runner").isEmpty)
        #expect(try shop.action(shown.id).state == .snoozed)
        #expect(try shop.desk.expire(now: now.hours(60), actor: "runner").isEmpty)
        #expect(try shop.action(shown.id).state == .proposed)
        #expect(try shop.desk.expire(now: now.hours(108), actor: "runner") == [shown.id])
        #expect(try failure { try shop.desk.snooze(shown.id, until: now, now: now, actor: "mira") }.code == .usage)
    }

    @Test func anApprovalCanBeTakenBackUntilItIsSent() throws {
        let shop = try Shop()
        shop.policy.reorder.mode = .auto
        let id = try #require(try shop.propose([try Shop.proposal(["A": 50])]).approved.first)
        try shop.desk.undo(id, now: now.minutes(4), actor: "mira")
        #expect(try shop.action(id).state == .proposed)
        #expect(try shop.claim(at: now.hours(1)) == nil)
        #expect(try shop.desk.onOrder().lines.isEmpty)
        // The policy does not decide again what a person has taken back.
        #expect(try shop.propose([try Shop.proposal(["A": 50])], at: now.minutes(5)).approved.isEmpty)
        try shop.approve(id, at: now.minutes(6))
        _ = try shop.claim(at: now.hours(1))
        #expect(try failure { try shop.desk.undo(id, now: now.hours(1), actor: "mira") }.code == .alreadyDecided)
    }

    @Test func onlyApproversDecide() throws {
        let shop = try Shop()
        shop.policy.approvers = ["mira"]
        let shown = try proposed(shop)
        #expect(try failure { try shop.approve(shown.id, actor: "eve") }.code == .notAllowed)
        #expect(try failure { try shop.desk.reject(shown.id, reason: "x", now: now, actor: "eve") }.code == .notAllowed)
        #expect(try failure { try shop.approve(shown.id, actor: "policy") }.code == .notAllowed)
        try shop.desk.hold(reason: "anyone may", now: now, actor: "eve")
        #expect(try failure { try shop.desk.release(reason: "but not", now: now, actor: "eve") }.code == .notAllowed)
        #expect(try failure { try shop.desk.hold(reason: "x", now: now, actor: "a\u{1B}[2J") }.code == .usage)
        try shop.approve(shown.id, actor: "mira")
    }

    @Test func aLargeOrderNeedsTwoPeopleForTheSamePayload() throws {
        let shop = try Shop()
        shop.policy.fourEyesAbove = 119_99
        let shown = try proposed(shop)
        #expect(try shop.approve(shown.id, actor: "mira") == .awaitsSecond(hash: shown.hash))
        #expect(try failure { try shop.approve(shown.id, actor: "mira") }.code == .notAllowed)
        #expect(try shop.claim(at: now.hours(1)) == nil)
        // A new version needs both again.
        try shop.propose([try Shop.proposal(["A": 60, "B": 10])])
        let revised = try shop.action(shown.id)
        #expect(try shop.approve(shown.id, actor: "tom") == .awaitsSecond(hash: revised.hash))
        guard case .queued = try shop.approve(shown.id, actor: "mira") else {
            Issue.record("two people did not suffice")
            return
        }
        // What was taken back needs both again, too.
        try shop.desk.undo(shown.id, now: now, actor: "mira")
        #expect(try shop.approve(shown.id, actor: "mira") == .awaitsSecond(hash: revised.hash))
        // At the threshold one person is enough.
        shop.policy.fourEyesAbove = 140_00
        guard case .queued = try shop.approve(shown.id, actor: "tom") else {
            Issue.record("one person did not suffice")
            return
        }
    }

    @Test func theDaysBudgetHoldsForPeopleToo() throws {
        let shop = try Shop()
        shop.policy.reorder.limits.supplierDay = 150_00
        let first = try shop.approvedOrder(["A": 50])
        let second = try #require(try shop.propose([try Shop.proposal(["B": 30])]).opened.first)
        let error = try failure { try shop.approve(second) }
        #expect(error.code == .overBudget && error.message.contains("50.00 GBP are left"))
        #expect(try shop.action(second).state == .proposed)
        try shop.approve(second, at: now.hours(24))
        // What is taken back gives its share back.
        let third = try #require(try shop.propose([try Shop.proposal(["C": 50])]).opened.first)
        #expect(try failure { try shop.approve(third) }.code == .overBudget)
        try shop.desk.undo(first, now: now, actor: "mira")
        try shop.approve(third)
    }

    @Test func theBudgetsOfAnotherCurrencyBindByThemselves() throws {
        let shop = try Shop()
        let eur = try #require(Currency("EUR"))
        var limits = Policy.Limits(currency: eur)
        limits.day = 150_00
        shop.policy.reorder.otherLimits[eur] = limits
        func proposal(_ name: String) throws -> Proposal {
            var proposal = try Shop.proposal([name: 50], supplier: name)
            proposal.order.currency = eur
            proposal.target = "\(name)|main|EUR"
            return proposal
        }
        let ids = try shop.propose([proposal("X"), proposal("Y"), Shop.proposal(["A": 50])]).opened
        try shop.approve(ids[0])
        let error = try failure { try shop.approve(ids[1]) }
        #expect(error.code == .overBudget && error.message.contains("50.00 EUR are left"))
        // What is reserved in euros takes nothing from the pounds.
        shop.policy.reorder.limits.day = 100_00
        try shop.approve(ids[2])
        // Without limits nothing leaves in that currency, whatever was decided before.
        shop.policy.reorder.otherLimits = [:]
        guard case .askedAgain(ids[0], let reason) = try shop.claim(at: now.minutes(5)) else {
            Issue.record("sent without limits")
            return
        }
        #expect(reason.contains("no limits are set for EUR"))
        #expect(try shop.action(ids[0]).state == .held)
    }

    @Test func twoApproversTogetherNeverExceedTheBudget() async throws {
        let shop = try Shop()
        shop.policy.reorder.limits.day = 1000_00
        // Forty orders of 2.00 to 80.00 ask for 1640.00 together.
        let plan = try (1...40).map { try Shop.proposal(["P\($0)": Int64($0)], supplier: "Supplier \($0)") }
        let ids = try shop.propose(plan).opened
        let desks = [try shop.another(), try shop.another()]
        let decided = await withTaskGroup(of: Int.self) { group in
            for (number, desk) in desks.enumerated() {
                group.addTask {
                    var decided = 0
                    for id in number == 0 ? ids : ids.reversed() {
                        let hash = (try? desk.record(id).action.hash) ?? ""
                        let result = try? desk.approve(
                            id, expecting: hash, evidence: Shop.current(), now: Shop.start, actor: "person\(number)")
                        if result != nil { decided += 1 }
                    }
                    return decided
                }
            }
            return await group.reduce(0, +)
        }
        let approved = try shop.desk.actions(in: [.approved])
        #expect(approved.count == decided && decided > 0 && decided < ids.count)
        #expect(approved.map(\.value).reduce(0, +) <= 1000_00)
        // Nothing that would still fit was refused: the smallest of the rest is too much.
        let rest = try shop.desk.actions(in: [.proposed]).map(\.value)
        #expect(approved.map(\.value).reduce(0, +) + (rest.min() ?? 0) > 1000_00)
        guard case .intact = try Journal.verify(shop.decisions) else {
            Issue.record("the journal broke")
            return
        }
    }
}
