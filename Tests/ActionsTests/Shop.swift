import Domain
import FoundationEssentials
import GRDB
import Glibc
import Store
import Testing

@testable import Actions

/// A shop of its own in a temporary folder, with one supplier, and the shortest way to say what a test needs.
final class Shop {
    static let gbp = Currency("GBP").unsafelyUnwrapped
    static let start = Instant(iso8601: "2011-10-03T09:00:00Z").unsafelyUnwrapped
    static let target = "Acme Ltd|main|GBP"

    let folder: String
    private(set) var decisions: Decisions
    var policy = Policy(currency: Shop.gbp)

    var path: String { "\(folder)/decisions.db" }
    var desk: Desk { Desk(decisions: decisions, policy: policy, zone: .utc) }

    init() throws {
        var template = Array("/tmp/penstock-actions.XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        decisions = try Decisions(path: "\(folder)/decisions.db", backups: "\(folder)/backups")
    }

    deinit {
        try? decisions.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What another process would open.
    func another() throws -> Desk {
        Desk(
            decisions: try Decisions(path: path, backups: "\(folder)/backups", busySeconds: 20), policy: policy,
            zone: .utc)
    }

    /// As after a crash: everything in memory is gone.
    func reopen() throws {
        try decisions.close()
        decisions = try Decisions(path: path, backups: "\(folder)/backups")
    }

    /// Every row of every table, for comparison.
    func content() throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                .flatMap { table in
                    try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map { "\(table): \($0)" }
                }
        }
    }

    /// Writes past every guard, as an error or an intruder would.
    func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "DROP TRIGGER IF EXISTS journal_is_not_changed")
            try database.execute(sql: "DROP TRIGGER IF EXISTS journal_is_not_deleted")
            try database.execute(sql: sql, arguments: arguments)
        }
    }

    /// The plan of these quantities at 2.00 a unit, all from one supplier.
    static func proposal(
        _ quantities: [String: Int64], supplier: String = "Acme Ltd", severity: Int64 = 1000,
        terms: [String: String] = [:], change: (inout LineEvidence) -> Void = { _ in }
    ) throws -> Proposal {
        var evidence: [SKU: LineEvidence] = [:]
        for name in quantities.keys { evidence[try sku(name)] = known(change) }
        let order = DraftOrder(
            supplier: try #require(SupplierName(supplier)), shipTo: try #require(PlaceName("main")), currency: gbp,
            orderBy: Day(number: 15_250), arrives: Day(number: 15_257),
            lines: try quantities.map { name, quantity in
                DraftOrder.Line(
                    sku: try sku(name), name: "Product \(name)", quantity: quantity, cost: UnitPrice(micros: 2_000_000))
            })
        return Proposal(
            target: "\(supplier)|main|GBP", order: order, evidence: evidence,
            terms: Dictionary(uniqueKeysWithValues: try terms.map { (try sku($0), $1) }), severity: severity)
    }

    static func sku(_ text: String) throws -> SKU { try #require(SKU(text)) }

    /// Evidence that every guardrail likes.
    static func known(_ change: (inout LineEvidence) -> Void = { _ in }) -> LineEvidence {
        var evidence = LineEvidence(
            onHand: 10, committed: 2, onOrder: 0, demand: 40, reorderPoint: 30, orderUpTo: 60, stockOutChance: 0.8,
            runsOutOn: Day(number: 15_253), avoidableMargin: 1000, leadTimeDays: 7, leadTimeAssumed: false,
            costMicros: 2_000_000, countedAt: start.adding(seconds: -3600), batch: 5)
        change(&evidence)
        return evidence
    }

    /// What is known now, the same for every line.
    static func current(_ change: @escaping (inout LineEvidence) -> Void = { _ in }) -> Desk.CurrentEvidence {
        { order, _ in Dictionary(uniqueKeysWithValues: order.lines.map { ($0.sku, known(change)) }) }
    }

    @discardableResult
    func propose(_ proposals: [Proposal], at now: Instant = Shop.start, seen: Int64? = nil) throws -> Proposed {
        let entry = try seen ?? desk.onOrder().entry
        return try desk.propose(proposals, rule: "reorder", seen: entry, newestBatch: 5, now: now, actor: "runner")
    }

    /// The only action with this id; a test that asks for another has failed.
    func action(_ id: Int64) throws -> Decisions.Action { try desk.record(id).action }

    /// Approves an action as it is now.
    @discardableResult
    func approve(_ id: Int64, at now: Instant = Shop.start, actor: String = "mira") throws -> Approved {
        try desk.approve(id, expecting: try action(id).hash, evidence: Shop.current(), now: now, actor: actor)
    }

    /// Proposes one order and approves it.
    func approvedOrder(_ quantities: [String: Int64] = ["A": 50], at now: Instant = Shop.start) throws -> Int64 {
        let id = try #require(try propose([try Shop.proposal(quantities)], at: now).opened.first)
        try approve(id, at: now)
        return id
    }

    func claim(at now: Instant, prepare: (Outbound) throws -> Void = { _ in }) throws -> Claim? {
        try desk.claim(now: now, actor: "runner", evidence: Shop.current(), prepare: prepare)
    }
}

extension Instant {
    func hours(_ hours: Int64) -> Instant { adding(seconds: hours * 3600) }
    func minutes(_ minutes: Int64) -> Instant { adding(seconds: minutes * 60) }
}

/// The error that a body throws, which must be one of ours.
func failure<T>(_ body: () throws -> T) throws -> ActionError {
    do {
        _ = try body()
    } catch let error as ActionError {
        return error
    }
    throw ActionError(.usage, "nothing was thrown")
}
