import Actions
import Domain
import Executors
import Store

/// The one process that acts for a shop: keeps proposals up to date, sends what is approved, and settles what a crash
/// left open.
///
/// Killed at any moment and started again, it goes on: what it had claimed is looked up at the target, never repeated
/// blindly.
public final class Runner {
    /// What one round did.
    public struct Round: Sendable {
        /// Proposals opened, revised, superseded and decided; nil where nothing had changed since the last plan.
        public var proposed: Proposed?
        /// Effects sent or deferred.
        public var deliveries: [Delivery]
        /// Actions whose time was over.
        public var expired: [Int64]
    }

    let engine: Engine
    let actor: String
    private let lock: RunLock
    private let executor: any Executor
    private var planned: Planned?

    /// What the last plan rested on; while it stands, planning again would find nothing new.
    private struct Planned: Equatable {
        var revision: Int64
        /// Hours since 1970: cut-offs and order days pass although nothing comes in.
        var hour: Int64
        var journal: Int64
    }

    /// Takes the shop's lock and settles what an earlier runner left open.
    ///
    /// - Throws: `EngineError(.busy)` where another runner is at it.
    public init(_ engine: Engine, actor: String) throws {
        self.engine = engine
        self.actor = actor
        lock = try RunLock(engine.folder.lock, mode: engine.folder.fileMode)
        executor = try engine.executor()
        let executor = executor
        _ = try engine.desk(actor: actor).recover(
            now: engine.now(), wall: engine.wallNow(), actor: actor, lookUp: executor.lookUp)
    }

    /// One round: lets time pass, plans if anything changed, and sends what is due.
    public func round() throws -> Round {
        let desk = try engine.desk(actor: actor)
        let now = try engine.now()
        let expired = try desk.expire(now: now, actor: actor)
        var proposed: Proposed?
        // Read before planning: what changes meanwhile is planned in the next round.
        let state = try state(now)
        if state != planned {
            proposed = try engine.replan(actor: actor)
            planned = state
        }
        let deliveries = try desk.deliver(
            through: executor, now: now, wall: engine.wallNow(), actor: actor,
            evidence: { try self.engine.evidence(for: $0, of: $1, desk: desk) })
        return Round(proposed: proposed, deliveries: deliveries, expired: expired)
    }

    private func state(_ now: Instant) throws -> Planned {
        Planned(
            revision: try engine.facts.revision(), hour: now.seconds / 3600,
            journal: try engine.decisions.read(Journal.head).sequence)
    }
}
