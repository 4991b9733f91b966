import Domain
import Engine
import FoundationEssentials
import Formats
import Intake
import Synchronization

/// A whole shop in a temporary folder whose clocks, the shop's and the machine's, stand where a test puts them.
public final class EngineShop: Sendable {
    /// Where the clocks stand at first: a Monday morning, 2011-10-03T09:00:00+01:00.
    public static let start = Instant(seconds: 1_317_628_800)
    /// Who acts.
    public static let actor = "mira"

    /// What is deleted in the end; the shop lies in it.
    public let folder: TemporaryFolder
    /// The shop, open.
    public let engine: Engine

    private let wall: Clock

    /// The machine's clock of a test.
    private final class Clock: Sendable {
        let now = Mutex(EngineShop.start)
    }

    /// An empty shop in London, in pounds unless said otherwise, that sends at once what is approved.
    ///
    /// - Parameters:
    ///   - leadTimeDays: what is assumed where a supplier's lead time is not known.
    ///   - policy: what stands under `[reorder]`, besides no grace.
    ///   - settings: what `penstock.toml` says besides.
    public init(
        leadTimeDays: Double? = nil, policy: String = "", settings: String = "", currency code: String = "GBP"
    ) throws {
        folder = try TemporaryFolder()
        guard let currency = Currency(code), let place = PlaceName("main") else { throw Unmet("pounds") }
        let shop = try ShopFolder.create(
            "\(folder.path)/shop", zone: Zone(identifier: "Europe/London"), currency: currency, place: place,
            leadTimeDays: leadTimeDays, group: nil)
        try Data("[reorder]\ngrace_minutes = 0\n\(policy)\n".utf8).write(to: URL(filePath: shop.policy))
        if !settings.isEmpty, let text = try shop.text(shop.settings) {
            // Keys of the shop itself stand before its first table.
            let all = settings.hasPrefix("[") ? text + "\n" + settings : settings + "\n" + text
            try Data(all.utf8).write(to: URL(filePath: shop.settings))
        }
        let wall = Clock()
        self.wall = wall
        engine = try Engine(shop, wall: { wall.now.withLock { $0 } })
        try engine.facts.setClock(.fixed(EngineShop.start))
    }

    /// Moves both clocks.
    public func move(to moment: Instant) throws {
        wall.now.withLock { $0 = moment }
        try engine.facts.setClock(.fixed(moment))
    }

    /// Imports a text in a layout that is known; every row must get in.
    @discardableResult
    public func take(_ layout: KnownLayout, _ text: String) throws -> ImportReport {
        let report = try engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "\(layout.rawValue).csv"), layout: .known(layout))
        guard report.count.refused == 0 else { throw Unmet("\(report.complaints)") }
        return report
    }

    /// Imports days of sales, `units` of each product a day from `first` on, to one customer.
    public func sell(_ units: [String: [Int]], from first: String) throws {
        guard let start = Day(first) else { throw Unmet("\(first) is no day") }
        var text = "Doc,Code,Title,Qty,Date,Price,Customer\n"
        for (code, days) in units.sorted(by: { $0.key < $1.key }) {
            for (index, count) in days.enumerated() where count > 0 {
                let day = start.advanced(by: index)
                text += "\(code)-\(day),\(code),The \(code),\(count),\(day) 12:00:00,10.00,7\n"
            }
        }
        let source = ByteSource(bytes: Array(text.utf8), name: "orders.csv")
        let days = units.values.map(\.count).max() ?? 0
        let report = try engine.importer().run(
            source, layout: .mapped(tillMapping()), covers: start...start.advanced(by: max(1, days) - 1))
        guard report.count.refused == 0 else { throw Unmet("\(report.complaints)") }
    }

    /// The counts of products in the main place, at the moment of the shop's clock or another.
    public func count(_ units: [String: Int64], at moment: Instant? = nil) throws {
        let at = try moment ?? engine.now()
        let rows = units.sorted { $0.key < $1.key }.map { "\($0.key),main,\($0.value),on-hand,\(at)\n" }
        try take(.counts, "sku,place,quantity,state,counted_at\n" + rows.joined())
    }

    /// Plans anew.
    @discardableResult
    public func replan() throws -> Proposed { try engine.replan(actor: EngineShop.actor) }

    /// The plan of one product, which must have one.
    public func plan(_ code: String) throws -> ProductPlan {
        guard let product = try engine.facts.product(code),
            let plan = try engine.plans(of: product, actor: EngineShop.actor).first
        else { throw Unmet("\(code) has no plan") }
        return plan
    }

    /// Actions in these states.
    public func actions(_ states: Set<ActionState> = [.proposed]) throws -> [Decisions.Action] {
        try engine.desk(actor: EngineShop.actor).actions(in: states)
    }

    /// Approves an action as it is.
    @discardableResult
    public func approve(_ action: Decisions.Action) throws -> Approved {
        try engine.approve(action.id, expecting: action.hash, actor: EngineShop.actor)
    }

    /// One round of a runner.
    @discardableResult
    public func runOnce() throws -> Runner.Round { try Runner(engine, actor: EngineShop.actor).round() }
}

/// A quiet product's days: about `mean` a day, from a fixed pattern.
public func daily(_ mean: Int, days: Int = 60) -> [Int] {
    (0..<days).map { max(0, mean + [0, 1, -1, 2, 0, -2, 0][$0 % 7]) }
}
