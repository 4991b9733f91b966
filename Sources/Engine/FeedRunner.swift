import Actions
import Domain
import Formats
import Glibc
import Intake
import Store
import Synchronization

/// Keeps every live source of a shop flowing, each on a thread of its own, and raises signals where one does not flow.
///
/// Only the runner of a shop has one, and it keeps the runner's lock. What goes wrong with a source is said in its state and tried
/// again after 1, 2, 4… up to 60 seconds; it never ends the others.
public final class FeedRunner {
    private let runner: Runner
    private let stop: Stop
    private var threads: [pthread_t] = []
    private var retried: (revision: Int64, at: ContinuousClock.Instant)?

    private var engine: Engine { runner.engine }
    private static let retryPause = Duration.seconds(2)
    private var contradictions: (found: [TroubledSource], at: ContinuousClock.Instant)?
    private static let comparingPause = Duration.seconds(600)

    /// What tells the threads that it is over: a flag, and a descriptor for those that wait.
    private final class Stop: Sendable {
        private let flag = Atomic<Bool>(false)
        let descriptor: Int32
        private let other: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw EngineError(.usage, "the system has no pipe left: \(String(cString: strerror(errno)))")
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (descriptor, other) = (ends[0], ends[1])
        }

        deinit {
            close(descriptor)
            close(other)
        }

        var isSet: Bool { flag.load(ordering: .relaxed) }

        func set() {
            flag.store(true, ordering: .relaxed)
            var byte: UInt8 = 0
            _ = write(other, &byte, 1)
        }
    }

    /// Starts every source that `penstock.toml` names.
    ///
    /// - Parameter tell: told, on any thread, what goes wrong and what is well again, one line each.
    public init(_ runner: Runner, tell: @escaping @Sendable (String) -> Void = { _ in }) throws {
        self.runner = runner
        stop = try Stop()
        let engine = runner.engine
        for settings in engine.settings.intake.feeds {
            // The thread alone uses it.
            nonisolated(unsafe) let work = Work(engine, settings, stop, tell)
            guard let thread = startThread({ work.run() }) else {
                end()
                throw EngineError(.usage, "the system has no thread left for source \(settings.name)")
            }
            threads.append(thread)
        }
    }

    deinit { end() }

    /// Ends every source at its next safe point, with the programs that it started, and waits for that.
    public func end() {
        stop.set()
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// What is to be done now and then, once a second or so: raises and closes signals, and lets in parked rows for which
    /// what they wait for has come.
    public func tend() throws {
        let start = ContinuousClock.now
        if contradictions.map({ start - $0.at > FeedRunner.comparingPause }) ?? true {
            contradictions = (try engine.contradictions(), start)
        }
        try engine.judgeSources(contradictions?.found ?? [], actor: runner.actor)
        guard !engine.settings.intake.feeds.isEmpty else { return }
        let (revision, now) = (try engine.facts.revision(), ContinuousClock.now)
        if let retried, retried.revision == revision || now - retried.at < FeedRunner.retryPause { return }
        try engine.importer().retryParked()
        retried = (revision, now)
    }

    /// One look at every source but standard input, one after the other, on the caller's thread.
    ///
    /// - Returns: what went wrong, one line each.
    public static func look(_ runner: Runner) throws -> [String] {
        let engine = runner.engine
        var wrong: [String] = []
        let stop = try Stop()
        for settings in engine.settings.intake.feeds where settings.origin != .standardInput {
            if let complaint = Work(engine, settings, stop, { _ in }).once() { wrong.append(complaint) }
        }
        try engine.judgeSources(engine.contradictions(), actor: runner.actor)
        return wrong
    }

    // MARK: - One source

    /// One source on its thread.
    private final class Work {
        private let engine: Engine
        private let settings: FeedSettings
        private let stop: Stop
        private let tell: @Sendable (String) -> Void
        private var source: (any LiveSource)?
        private var failures = 0

        init(_ engine: Engine, _ settings: FeedSettings, _ stop: Stop, _ tell: @escaping @Sendable (String) -> Void) {
            self.engine = engine
            self.settings = settings
            self.stop = stop
            self.tell = tell
        }

        func run() {
            while !stop.isSet {
                do {
                    let pause = try pass()
                    if failures > 0 { tell("source \(settings.name) is well again") }
                    failures = 0
                    // Lines that come one by one are taken in together.
                    usleep(5000)
                    wait(pause, isWoken: true)
                } catch {
                    failures += 1
                    if failures == 1 { tell("source \(settings.name): \(error)") }
                    note(error)
                    wait(.seconds(min(60, 1 << min(6, failures - 1))), isWoken: false)
                }
            }
        }

        /// One look, and what went wrong with it.
        func once() -> String? {
            do {
                _ = try pass()
                return nil
            } catch {
                note(error)
                return "source \(settings.name): \(error)"
            }
        }

        private func pass() throws -> Duration {
            let source = try source ?? open()
            self.source = source
            let before = source.feed
            let pause = try source.pass()
            let isFresh = before.state == .starting || before.state == .failing
            if isFresh, source.feed.state != .flowing { source.feed.state = .flowing }
            if isFresh && source.feed.read == before.read || source.feed.said != before.said {
                try engine.facts.keep(source.feed, now: engine.wallNow())
            }
            return pause
        }

        private func open() throws -> any LiveSource {
            let (engine, stop) = (engine, stop)
            var feed = try engine.facts.liveSource(settings.name) ?? Feed(name: settings.name, at: engine.wallNow())
            feed.state = .starting
            try engine.facts.keep(feed, now: engine.wallNow())
            let shop = FeedShop(
                facts: engine.facts, folder: engine.folder.path, importer: { try engine.importer() },
                wall: { engine.wallNow() }, isStopping: { stop.isSet })
            return try settings.source(in: shop, layout: engine.layout(of: settings, isKept: true), feed: feed)
        }

        /// Keeps what went wrong where people look for it.
        private func note(_ error: any Error) {
            let now = engine.wallNow()
            let kept = try? engine.facts.liveSource(settings.name)
            var feed = source?.feed ?? kept ?? Feed(name: settings.name, at: now)
            feed.state = .failing
            feed.said = String("\(error)".printable.prefix(500))
            source?.feed = feed
            // Where not even this can be written, the line that was told is all there is.
            try? engine.facts.keep(feed, now: now)
        }

        private func wait(_ pause: Duration, isWoken: Bool) {
            var watched = [pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)]
            if isWoken {
                for descriptor in source?.descriptors ?? [] {
                    watched.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
                }
            }
            let (seconds, attoseconds) = pause.components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
            poll(&watched, nfds_t(watched.count), Int32(clamping: max(0, milliseconds)))
        }
    }
}

extension Engine {
    /// How what a source brings is read; nil where its first bytes tell.
    ///
    /// - Parameter isKept: whether a mapping that is named by its path is copied into the shop.
    /// - Throws: `ConfigError` for a bad mapping, `EngineError(.notFound)` for one that is not there.
    func layout(of feed: FeedSettings, isKept: Bool) throws -> Layout? {
        switch feed.reading {
        case .recognised: return nil
        case .mapping(let name): return .mapped(try isKept ? keptMapping(name) : mapping(name))
        case .layout(let name):
            guard let layout = Layout(name: name) else {
                throw EngineError(.usage, "no layout is called '\(name.printable)'")
            }
            return layout
        }
    }
}
