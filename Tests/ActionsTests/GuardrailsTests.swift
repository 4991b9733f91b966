import Actions
import Domain
import Store
import Testing

@Suite struct GuardrailsTests {
    private func verdict(
        _ quantities: [String: Int64] = ["A": 50], auto: Bool = true, supplier: Int64 = 0, total: Int64 = 0,
        evidence: (inout LineEvidence) -> Void = { _ in }, policy change: (inout Policy) -> Void = { _ in },
        around alter: (inout Guardrails.Surroundings) -> Void = { _ in },
        order edit: (inout DraftOrder) -> Void = { _ in }
    ) throws -> Verdict {
        var policy = Policy(currency: Shop.gbp)
        policy.reorder.mode = auto ? .auto : .ask
        change(&policy)
        let proposal = try Shop.proposal(quantities, change: evidence)
        var order = proposal.order
        edit(&order)
        var around = Guardrails.Surroundings(
            now: Shop.start, newestBatch: 5, reserved: Decisions.Reserved(supplier: supplier, total: total))
        alter(&around)
        return Guardrails.verdict(
            kind: .reorder, order: order, evidence: proposal.evidence, policy: policy, around: around)
    }

    private func failed(_ verdict: Verdict) -> [String] { verdict.checks.filter { !$0.passed }.map(\.name) }

    @Test func thePolicyDecidesOnlyWhereNothingIsMissing() throws {
        #expect(try verdict().decision == .auto)
        #expect(try verdict(auto: false).decision == .ask)
        #expect(try failed(verdict(evidence: { $0.costMicros = 0 })) == ["cost"])
        #expect(try failed(verdict(order: { $0.lines[0].cost = UnitPrice(micros: 0) })) == ["cost"])
        #expect(try failed(verdict(evidence: { $0.leadTimeAssumed = true })) == ["lead time"])
        #expect(try failed(verdict(evidence: { $0.countedAt = nil })) == ["stock count"])
        #expect(try failed(verdict(evidence: { $0.batch = 4 })) == ["evidence"])
        #expect(try failed(verdict(around: { $0.hold = "flood in the warehouse" })) == ["hold"])
        #expect(try failed(verdict(around: { $0.failedBefore = true })) == ["earlier failure"])
        #expect(try failed(verdict(around: { $0.takenInHand = true })) == ["in hand"])
        for odd in [try verdict(evidence: { $0.countedAt = nil }), try verdict(around: { $0.takenInHand = true })] {
            #expect(odd.decision == .ask && !odd.reason.isEmpty)
        }
    }

    @Test func aCountIsFreshUpToItsLimit() throws {
        #expect(try verdict(evidence: { $0.countedAt = Shop.start.hours(-72) }).decision == .auto)
        let old = try verdict(evidence: { $0.countedAt = Shop.start.hours(-73) })
        #expect(old.decision == .ask)
        #expect(old.checks.first { $0.name == "stock count" }?.margin == -1)
    }

    @Test func whatIsBeyondALimitOfTheOrderIsHeld() throws {
        // 50 units at 2.00 are 100.00.
        let exact = try verdict(policy: { $0.reorder.limits.order = 100_00 })
        #expect(exact.decision == .auto)
        #expect(exact.checks.first { $0.name == "order value" }?.margin == 0)
        let over = try verdict(policy: { $0.reorder.limits.order = 99_99 })
        #expect(over.decision == .refuse && failed(over) == ["order value"])
        #expect(over.reason.contains("100.00 GBP") && over.reason.contains("99.99 GBP"))
        #expect(try failed(verdict(policy: { $0.reorder.maxLineUnits = 49 })) == ["line units"])
        #expect(try verdict(policy: { $0.reorder.mode = .off }).decision == .refuse)
        #expect(try verdict(["A": 0]).decision == .refuse)
        #expect(try verdict(["A": -5]).decision == .refuse)
        #expect(try verdict(order: { $0.lines = [] }).decision == .refuse)
        #expect(try verdict(order: { $0.lines[0].cost = UnitPrice(micros: -1) }).decision == .refuse)
        #expect(
            try verdict(["A": .max, "B": .max], policy: { $0.reorder.maxLineUnits = .max }).decision == .refuse)
    }

    @Test func anOrderInAnotherCurrencyIsHeldUntilThatHasLimits() throws {
        let eur = try #require(Currency("EUR"))
        let held = try verdict(order: { $0.currency = eur })
        #expect(held.decision == .refuse && failed(held) == ["currency"])
        #expect(held.reason == "no limits are set for EUR: add [reorder.currency.EUR] to policy.toml")
        // 50 units at 2.00 are 100.00.
        func limited(_ order: Int64, supplierDay: Int64 = 200_00, taken: Int64 = 0) throws -> Verdict {
            try verdict(
                supplier: taken, total: taken,
                policy: {
                    var limits = Policy.Limits(currency: eur)
                    (limits.order, limits.supplierDay) = (order, supplierDay)
                    $0.reorder.otherLimits[eur] = limits
                }, order: { $0.currency = eur })
        }
        #expect(try limited(100_00).decision == .auto)
        let over = try limited(99_99)
        #expect(over.decision == .refuse && over.reason.contains("100.00 EUR, the limit is 99.99 EUR"))
        #expect(try limited(100_00, taken: 100_00).decision == .auto)
        #expect(try failed(limited(100_00, taken: 100_01)) == ["supplier today"])
    }

    @Test func whatIsBeyondTheDaysBudgetIsAsked() throws {
        let limits: (inout Policy) -> Void = {
            $0.reorder.limits.supplierDay = 300_00
            $0.reorder.limits.day = 500_00
        }
        #expect(try verdict(supplier: 200_00, total: 400_00, policy: limits).decision == .auto)
        let supplier = try verdict(supplier: 200_01, total: 400_00, policy: limits)
        #expect(supplier.decision == .ask && failed(supplier) == ["supplier today"])
        #expect(supplier.checks.first { $0.name == "supplier today" }?.margin == -1)
        #expect(try failed(verdict(supplier: 0, total: 400_01, policy: limits)) == ["day total"])
    }

    @Test func evidenceMayMoveOnlyWithinItsTolerance() throws {
        let sku = try Shop.sku("A")
        let tolerance = EvidenceTolerance()
        func fields(_ change: (inout LineEvidence) -> Void) -> [EvidenceMove.Field] {
            tolerance.moves(from: [sku: Shop.known()], to: [sku: Shop.known(change)]).map(\.field)
        }
        #expect(fields { _ in } == [])
        #expect(fields { $0.onHand = 8 } == [] && fields { $0.onHand = 7 } == [.onHand])
        #expect(fields { $0.onHand = 12 } == [] && fields { $0.onHand = 13 } == [.onHand])
        #expect(fields { $0.demand = 48 } == [] && fields { $0.demand = 48.1 } == [.demand])
        #expect(fields { $0.demand = .nan } == [.demand])
        #expect(fields { $0.costMicros += 1 } == [.cost])
        #expect(fields { $0.leadTimeDays = 7.01 } == [.leadTime])
        #expect(fields { $0.reorderPoint = 99 } == [])
        // A fifth of the order-up-to level of 60.
        #expect(fields { $0.onOrder = 12 } == [] && fields { $0.onOrder = 13 } == [.onOrder])
        #expect(fields { $0.committed = 14 } == [] && fields { $0.committed = 15 } == [.committed])
        #expect(fields { $0.onOrder = .max } == [.onOrder, .unneeded])
        // 12 − 2 + 12 units are not below 22, and nothing else has moved beyond its tolerance.
        #expect(
            fields {
                ($0.onHand, $0.onOrder, $0.reorderPoint) = (12, 12, 22)
            } == [.unneeded])
        let filler = Shop.known { $0.reorderPoint = 5 }
        #expect(tolerance.moves(from: [sku: filler], to: [sku: filler]).isEmpty)
        #expect(tolerance.moves(from: [sku: Shop.known()], to: [:]).map(\.field) == [.missing])
    }
}
