import Actions
import Domain
import Executors
import FoundationEssentials
import Store
import Testing

/// From a proposal to a folder in the outbox, through desk and executor together.
@Suite struct DeliveryTests {
    private struct Scripted: Executor {
        var perform: Outcome
        var lookUp: Outcome

        func prepare(_ order: Outbound) throws {}
        func perform(_ order: Outbound) -> Outcome { perform }
        func lookUp(_ order: Outbound) -> Outcome { lookUp }
    }

    private let now = Instant(seconds: 1_317_632_400)

    private func known(_ order: DraftOrder, _ action: Int64 = 0) -> [SKU: LineEvidence] {
        let evidence = LineEvidence(
            onHand: 1, committed: 0, onOrder: 0, demand: 9, reorderPoint: 9, orderUpTo: 99, stockOutChance: 0.9,
            runsOutOn: nil, avoidableMargin: nil, leadTimeDays: 7, leadTimeAssumed: false, costMicros: 2_440_000,
            countedAt: now, batch: 1)
        return Dictionary(
            uniqueKeysWithValues: order.lines.map { line in
                var evidence = evidence
                evidence.costMicros = line.cost.micros
                return (line.sku, evidence)
            })
    }

    private func approved(_ folder: Folder) throws -> (desk: Desk, id: Int64) {
        let desk = Desk(
            decisions: try Decisions(path: "\(folder.path)/decisions.db", backups: folder.path),
            policy: Policy(currency: try #require(Currency("GBP"))), zone: .utc)
        let draft = try order().order
        let id = try #require(
            try desk.propose(
                [Proposal(target: "Acme Ltd|main|GBP", order: draft, evidence: known(draft), severity: 1)],
                rule: "reorder", seen: 0, newestBatch: 1, now: now, actor: "runner"
            ).opened.first)
        _ = try desk.approve(
            id, expecting: try desk.record(id).action.hash, evidence: known, now: now, actor: "mira")
        return (desk, id)
    }

    private func deliver(_ desk: Desk, _ executor: any Executor) throws -> [Delivery] {
        try desk.deliver(through: executor, now: now.adding(seconds: 600), actor: "runner", evidence: known)
    }

    @Test func anApprovedOrderArrivesInTheOutboxOnce() throws {
        let folder = try Folder()
        let (desk, id) = try approved(folder)
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        #expect(try deliver(desk, executor).map(\.action) == [id])
        #expect(try deliver(desk, executor).isEmpty)
        let record = try desk.record(id)
        #expect(record.action.state == .confirmed)
        #expect(folder.names("outbox") == [try #require(record.effect?.key)])
    }

    @Test func anUnknownOutcomeIsLookedUpAtOnce() throws {
        for (found, state) in [
            (Outcome.done(receipt: "there"), ActionState.confirmed),
            (.notDone(reason: "no", retryable: true), .approved),
            (.unknown(reason: "no answer"), .unknown),
        ] {
            let folder = try Folder()
            let (desk, id) = try approved(folder)
            _ = try deliver(desk, Scripted(perform: .unknown(reason: "line dead"), lookUp: found))
            #expect(try desk.record(id).action.state == state)
        }
    }

    @Test func whatIsDefiniteIsNotLookedUp() throws {
        let folder = try Folder()
        let (desk, id) = try approved(folder)
        _ = try deliver(
            desk, Scripted(perform: .notDone(reason: "no such account", retryable: false), lookUp: .done(receipt: "?")))
        #expect(try desk.record(id).action.state == .failed)
    }
}
