@_exported import Domain
import Config
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
                .notFound, "there is no shop in \(folder.path); make one with penstock init \(folder.path), or try penstock demo")
        }
        self.folder = folder
        self.wall = wall
        settings = try ShopSettings(text, file: folder.settings)
        facts = try Facts(
            database: ShopDatabase(
                path: folder.facts, schema: .facts, durability: .normal, mode: folder.fileMode, backups: folder.backups),
            zone: settings.zone, currency: settings.currency)
        try facts.setDefaultPlace(settings.defaultPlace)
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
        return Importer(facts: facts) { clock.now(wall: wall()) }
    }
}

extension Engine {
    public func trial() throws -> String {
        let planning = try Planning(
            facts: facts, asOf: Instant(iso8601: "2011-10-03T08:00:00Z") ?? now(),
            terms: PlanTerms(fillRate: ["default": 0.95], coverDays: 0, assumedLeadTimeDays: 14), ours: [])
        let plans = try planning.plans()
        return "\(plans.count) \(plans.filter { $0.forecast != nil }.count)"
    }
}
