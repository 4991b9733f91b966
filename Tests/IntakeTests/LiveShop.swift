import Config
import Domain
import FoundationEssentials
import Formats
import Glibc
import Intake
import Store
import Synchronization
import TestSupport
import Testing

/// A facts shop with one live source, looked at when a test says so; its machine's clock stands where the test puts it.
final class LiveShop {
    let shop: FactsShop
    let wall: Wall
    private(set) var source: any LiveSource
    private let settings: FeedSettings
    private let layout: Layout?

    final class Wall: Sendable {
        let now = Mutex(FactsShop.now)
        let isStopping = Mutex(false)
    }

    var path: String { shop.folder.path }
    var facts: Facts { shop.facts }

    /// - Parameter source: what stands under `[[source]]`.
    init(_ source: String, mapping: Mapping? = nil) throws {
        shop = try FactsShop()
        wall = Wall()
        settings = try #require(
            try IntakeSettings("[[source]]\nname = \"live\"\n\(source)\n", file: "penstock.toml").feeds.first)
        if case .layout(let name) = settings.reading {
            layout = Layout(name: name)
        } else {
            layout = mapping.map(Layout.mapped)
        }
        self.source = try LiveShop.opened(settings, layout, shop, wall)
    }

    private static func opened(_ settings: FeedSettings, _ layout: Layout?, _ shop: FactsShop, _ wall: Wall) throws
        -> any LiveSource
    {
        let facts = shop.facts
        let feed = try facts.liveSource("live") ?? Feed(name: "live", at: wall.now.withLock { $0 })
        return try settings.source(
            in: FeedShop(
                facts: facts, folder: shop.folder.path,
                importer: { Importer(facts: facts, transaction: .zero) { wall.now.withLock { $0 } } },
                wall: { wall.now.withLock { $0 } }, isStopping: { wall.isStopping.withLock { $0 } }), layout: layout,
            feed: feed)
    }

    /// As after the death of the process: only what is stored is known.
    func restart() throws { source = try LiveShop.opened(settings, layout, shop, wall) }

    /// Lets time pass.
    func wait(seconds: Int64) { wall.now.withLock { $0 = $0.adding(seconds: seconds) } }

    /// Tells the source that its runner ends.
    func end() { wall.isStopping.withLock { $0 = true } }

    @discardableResult
    func look() throws -> Duration { try source.pass() }

    func append(_ text: String, to name: String) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unmet("\(name) to be opened") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Unmet("\(name) to be written") }
    }

    /// How many facts of a kind there are.
    func tally(_ kind: String) throws -> Int { try facts.tallies().first { $0.kind == kind }?.count ?? 0 }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }
}
