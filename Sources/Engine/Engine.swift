import Actions
import Config
import Domain
import Executors
import FoundationEssentials
import Intake
import Store

/// One shop, opened: takes files in, plans, proposes, takes decisions, runs the loop.
///
/// Everything that a program over Penstock needs is here or in what this returns. Reads are snapshots; calls may come
/// from any thread, and other processes may work on the same shop.
public final class Engine: Sendable {
    /// Where the shop's files lie.
    public let folder: ShopFolder
    /// Its `penstock.toml`.
    public let settings: ShopSettings
    /// What its sources said.
    public let facts: Facts
    /// What was decided.
    public let decisions: Decisions

    private let settingsText: String
    private let wall: @Sendable () -> Instant

    /// Opens a shop.
    ///
    /// - Parameters:
    ///   - folder: where it lies.
    ///   - wall: the wall clock, which the shop's own clock may override.
    /// - Throws: `EngineError(.notFound)` where no shop is there; `ConfigError`; `StoreError`.
    public init(_ folder: ShopFolder, wall: @escaping @Sendable () -> Instant = Engine.systemClock) throws {
        guard folder.exists, let text = try folder.text(folder.settings) else {
            throw EngineError(
                .notFound,
                "there is no shop in \(folder.path); make one with penstock init \(folder.path), or try penstock demo")
        }
        self.folder = folder
        self.wall = wall
        settingsText = text
        settings = try ShopSettings(text, file: folder.settings)
        facts = try Facts(
            database: ShopDatabase(
                path: folder.facts, schema: .facts, durability: .normal, mode: folder.fileMode, backups: folder.backups),
            zone: settings.zone, currency: settings.currency)
        try facts.setDefaultPlaces(settings.defaultPlaces)
        try facts.setPrecedence(settings.intake.records.precedence)
        try facts.setCostMethod(settings.costMethod)
        decisions = try Decisions(path: folder.decisions, mode: folder.fileMode, backups: folder.backups)
    }

    /// The machine's clock.
    public static let systemClock: @Sendable () -> Instant = {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    /// Shop time.
    public func now() throws -> Instant { try facts.clock().now(wall: wall()) }

    /// The importer into this shop.
    public func importer() throws -> Importer {
        let (clock, wall) = (try facts.clock(), wall)
        let isAlone = RunLock.holder(folder.lock) == nil
        return Importer(
            facts: facts, settings: settings.intake, transaction: isAlone ? .seconds(1) : .milliseconds(12),
            latest: max(clock.now(wall: wall()), wall()), mapping: { try self.mapping($0) }
        ) {
            clock.now(wall: wall())
        }
    }

    /// The machine's time: what grace periods and back-off are measured by.
    public func wallNow() -> Instant { wall() }

    /// The policy in force, and what is wrong with the file where it is not that one.
    public func policy(actor: String) throws -> PolicyKeeper.InForce {
        try PolicyKeeper(decisions: decisions, currency: settings.currency).inForce(
            path: folder.policy, now: now(), actor: actor)
    }

    /// The desk under the policy in force.
    public func desk(actor: String) throws -> Desk {
        Desk(decisions: decisions, policy: try policy(actor: actor).policy, zone: settings.zone)
    }

    /// The hands, as `penstock.toml` says.
    public func executor() throws -> any Executor {
        try ExecutorSettings(settingsText).executor(
            outbox: folder.outbox, sharedWithGroup: folder.fileMode == 0o660)
    }

    /// The plan of every product, or of one.
    public func plans(of product: Product? = nil, actor: String) throws -> [ProductPlan] {
        try planning(desk(actor: actor)).plans(of: product)
    }

    /// Plans everything anew and brings the proposals up to date. With nothing changed it writes nothing.
    @discardableResult
    public func replan(actor: String) throws -> Proposed {
        let desk = try desk(actor: actor)
        let now = try now()
        let today = settings.zone.day(of: now)
        // Facts first, then what is on order: an order that comes back in between is counted once, not twice.
        let batch = try facts.newestBatch()
        // While a file is half in, nothing is decided automatically: its evidence counts as older than the newest facts.
        let newest = try facts.unfinishedImports().isEmpty ? batch : batch + 1
        try _ = desk.match(facts.purchases(since: today.advanced(by: -120)), now: now, actor: actor)
        let onOrder = try desk.onOrder()
        let revision = try facts.revision()
        let plans = try planning(desk, onOrder).plans()
        try keep(plans, today: today, stamp: PlanStamp(at: now, revision: revision))
        var terms = Reorder.Terms(
            today: today, batch: batch, holdingRate: desk.policy.service.holdingRate,
            coverDays: Int(clamping: desk.policy.reorder.coverDays),
            changeThreshold: Double(desk.policy.reorder.changeThreshold)
                / Double(FixedPoint.powers[settings.currency.decimals]))
        for action in try desk.actions(in: Set(ActionState.allCases.filter(\.isPending))) {
            for line in action.lines where line.standing == .included {
                terms.standing[action.target, default: [:]][line.draft.sku] = line.draft.quantity
            }
        }
        return try desk.propose(
            Reorder.proposals(from: plans, terms), rule: Reorder.rule, seen: onOrder.entry,
            newestBatch: newest, now: now, wall: wall(), actor: actor)
    }

    /// What is known now about the lines of an order, without what is on order by the word of its own action.
    public func evidence(for order: DraftOrder, of action: Int64, desk: Desk) throws -> [SKU: LineEvidence] {
        var others = try desk.onOrder()
        others.lines.removeAll { $0.action == action }
        let planning = try planning(desk, others)
        let batch = try facts.newestBatch()
        var evidence: [SKU: LineEvidence] = [:]
        for line in order.lines {
            guard let product = try facts.product(line.sku.text) else { continue }
            let plan = try planning.plans(of: product).first {
                $0.place == order.shipTo && $0.offer?.supplier == order.supplier && $0.offer?.currency == order.currency
            }
            evidence[line.sku] = plan.flatMap { Reorder.evidence($0, today: planning.today, batch: batch) }
        }
        return evidence
    }

    /// Approves exactly what was shown; see `Desk.approve`.
    public func approve(
        _ id: Int64, expecting hash: String, lines: Set<SKU>? = nil, edits: [SKU: Int64] = [:], actor: String
    ) throws -> Approved {
        let desk = try desk(actor: actor)
        return try desk.approve(
            id, expecting: hash, lines: lines, edits: edits, evidence: { try evidence(for: $0, of: $1, desk: desk) },
            now: now(),
            wall: wall(), actor: actor)
    }

    /// What plans are made from, now or at an earlier moment; our own orders are those that are outstanding now.
    func planning(_ desk: Desk, _ onOrder: OnOrder? = nil, asOf: Instant? = nil) throws -> Planning {
        try Planning(
            facts: facts, asOf: asOf ?? now(),
            terms: PlanTerms(
                desk.policy, assumedLeadTimeDays: settings.assumedLeadTimeDays,
                learnsLeadTimes: settings.learnsLeadTimes, holidays: settings.holidays,
                regions: settings.regions),
            ours: asOf != nil
                ? []
                : outstanding((onOrder ?? desk.onOrder()).lines).map {
                    OwnOrder(
                        action: $0.action, sku: $0.sku, place: $0.place, quantity: $0.quantity, arrives: $0.arrives)
                })
    }

    /// What is left of our own lines after receipts that name our references: those units are on the shelf.
    func outstanding(_ lines: [Decisions.OrderedLine]) throws -> [Decisions.OrderedLine] {
        let came = try facts.received(ofOrders: Set(lines.map(\.key)))
        return came.isEmpty
            ? lines
            : lines.compactMap { line in
                var line = line
                line.quantity -= came[line.key]?[line.sku.key] ?? 0
                return line.quantity > 0 ? line : nil
            }
    }
}
