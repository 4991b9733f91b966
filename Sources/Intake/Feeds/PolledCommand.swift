import Domain
import Formats
import Glibc
import Processes
import Store

/// What a program writes to its standard output, run again and again: the way to poll any API.
///
/// Each output is an import of its own. A run that fails, or that does not end in time, brings nothing. Never two runs at
/// once: not even after the runner was killed, since a lock lasts as long as what it started does.
final class PolledCommand: LiveSource {
    var feed: Feed
    let descriptors: [Int32] = []
    private let program: String
    private let arguments: [String]
    private let limit: Duration
    private let settings: FeedSettings
    private let layout: Layout?
    private let shop: FeedShop
    private var startedLast: ContinuousClock.Instant?

    /// Bytes that one run may write.
    private static let most = 64 << 20

    init(
        _ program: String, _ arguments: [String], _ limit: Duration, _ settings: FeedSettings, _ layout: Layout?,
        _ shop: FeedShop, _ feed: Feed
    ) {
        // A bare name is searched in PATH.
        self.program = program.contains("/") ? shop.absolute(program) : program
        self.arguments = arguments
        self.limit = limit
        self.settings = settings
        self.layout = layout
        self.shop = shop
        self.feed = feed
    }

    func pass() throws -> Duration {
        let clock = ContinuousClock()
        if let startedLast {
            let left = settings.every - (clock.now - startedLast)
            if left > .zero { return left }
        }
        let start = clock.now
        // What fails is not looked at: it is run again as soon as its caller tries again.
        startedLast = nil
        let output = try run()
        if !output.isEmpty { try takeIn(output) }
        startedLast = start
        return max(.zero, settings.every - (clock.now - start))
    }

    private func run() throws -> [UInt8] {
        let lock = try lock()
        defer { close(lock) }
        let result = ChildProcess(
            program: program, arguments: arguments, limit: limit, patience: .seconds(2), kept: lock,
            most: PolledCommand.most, isUnwanted: shop.isStopping
        ).run()
        if shop.isStopping() { return [] }
        let last = complaint(result.complaint)
        switch result.ending {
        case .exited(0):
            guard !result.isCut else {
                throw FeedError(
                    "its output has more than \(PolledCommand.most >> 20) MiB; have it write files into a folder (kind = \"folder\")"
                )
            }
            return result.output
        case .exited(let code): throw FeedError("it ended with code \(code)\(last)")
        case .killed(let signal): throw FeedError("signal \(signal) ended it\(last)")
        case .timedOut: throw FeedError("it did not end within \(limit); raise timeout_seconds\(last)")
        case .notStarted(let why): throw FeedError(why)
        }
    }

    /// The last line of what it complained of, safe to print.
    private func complaint(_ bytes: [UInt8]) -> String {
        guard let line = bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).last else { return "" }
        return ": " + String(decoding: line.prefix(300), as: UTF8.self).printable
    }

    /// A lock that the child inherits.
    private func lock() throws -> Int32 {
        let path = "\(shop.folder)/.source-\(settings.name).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FeedError("cannot open \(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FeedError("an earlier run of it has not ended; it is run again when that has")
        }
        return descriptor
    }

    private func takeIn(_ output: [UInt8]) throws {
        let name = "output of \(settings.name)"
        guard let layout = try layout?.reading(output) ?? Layout(of: ByteSource(bytes: output, name: name)) else {
            throw FeedError("its output is in no layout that is known; say as = LAYOUT or mapping = NAME")
        }
        let shop = shop
        let report = try shop.importer().run(
            ByteSource(bytes: output, name: name, encoding: layout.encoding), layout: layout, system: settings.system,
            expectedFrom: feed.watermark.map { $0.adding(seconds: -settings.provisional.components.seconds) }
        ) { _ in
            if shop.isStopping() { throw Interrupted() }
        }
        feed.add(report.count, late: report.late, watermark: report.newest, at: shop.wall())
        feed.state = .flowing
        feed.said = ""
        try shop.facts.keep(feed, now: shop.wall())
    }
}
