import Domain
import Engine
import Glibc
import Terminal

/// The full-screen cockpit over one shop: reads in the background, draws when something has changed, sleeps else.
public final class Cockpit {
    /// How it is opened.
    public struct Options: Sendable {
        /// Who decides.
        public var actor: String
        /// Nothing may be changed.
        public var isReadOnly = false
        /// The path of `penstock`, to start a runner with.
        public var program: String
        /// Where exports are written.
        public var folder: String
        /// The last journal entry that the operator saw in an earlier session.
        public var seen: Int64 = 0
        /// Name of the theme in force.
        public var theme = "dark"
        /// Folders of the user's themes.
        public var themeFolders: [String] = []
        /// What the terminal's font can show.
        public var glyphs = Glyphs.unicode

        /// How it is opened.
        public init(actor: String, program: String, folder: String) {
            self.actor = actor
            self.program = program
            self.folder = folder
        }
    }

    private let options: Options
    private let screen: any Screen
    private let mailbox: Mailbox
    private let backstage: Backstage
    private let watch: ShopWatch?
    private var state = State()
    private var needsDrawing = true
    private var last: Task<Void, Never>?
    private let reading = Flag()
    private var movedAt = ContinuousClock.now
    private var lookedAt = ContinuousClock.now
    // While facts stream in, every moment would bring a new reading: it rests for as long as the last one took, so that
    // keys find a free processor.
    private var (askedAt, readsFrom) = (ContinuousClock.now, ContinuousClock.now)

    /// Time to look at each day of a demo that plays on.
    private static let pace = Duration.milliseconds(700)

    /// How long a selection stands before the panels follow it.
    private static let rest = Duration.milliseconds(200)
    private let changes: Flag

    /// A cockpit over a shop on a screen.
    ///
    /// - Parameters:
    ///   - engine: the shop.
    ///   - demo: the demo that the shop belongs to, so that days can be played.
    ///   - screen: where it is drawn.
    ///   - wakeUp: what the screen is woken by.
    public init(
        _ engine: Engine, demo: sending Demo? = nil, on screen: any Screen, wakeUp: WakeUp?, options: Options
    ) {
        state.rights = State.Rights(isReadOnly: options.isReadOnly, isDemo: demo != nil)
        self.options = options
        self.screen = screen
        mailbox = Mailbox(wakeUp)
        backstage = Backstage(
            engine, demo: demo, actor: options.actor, program: options.program, folder: options.folder, mailbox: mailbox
        )
        state.seen = options.seen
        state.theme = options.theme
        state.glyphs = options.glyphs
        state.hasMouse = screen.hasMouse
        let changed = Flag()
        let mailbox = mailbox
        self.changes = changed
        watch = try? ShopWatch(engine.folder) {
            changed.isOn = true
            mailbox.nudge()
        }
    }

    /// Runs until the operator leaves or the terminal is gone.
    ///
    /// - Returns: the last journal entry that was seen.
    /// - Throws: `TerminalError`.
    public func run() throws -> Int64 {
        start([.read])
        while !state.isLeaving {
            if needsDrawing {
                let (frame, layout) = View.draw(state, size: screen.size)
                state.layout = layout
                screen.present(frame)
                needsDrawing = false
            }
            for event in try screen.events(until: deadline()) {
                if case .wake = event { continue }
                movedAt = .now
                take(.event(event))
            }
            for message in mailbox.take() { take(message) }
            if changes.isOn, ContinuousClock.now >= readsFrom, changes.lower() { start([.read]) }
            passTime()
        }
        return state.snapshot?.journal.first?.sequence ?? options.seen
    }

    private func take(_ message: Message) {
        if case .read = message { readsFrom = ContinuousClock.now + min(ContinuousClock.now - askedAt, .seconds(1)) }
        start(state.update(message))
        needsDrawing = true
    }

    /// Does at once what is the screen's, and hands the rest backstage in order.
    private func start(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .copy(let text):
                if !screen.copy(text) { state.note = .bad("too much for a terminal's clipboard; E exports it") }
            case .mouse(let isOn): screen.hasMouse = isOn
            case .theme(let name):
                let (theme, complaint) = Theme.find(name, in: options.themeFolders)
                screen.theme = theme
                if let complaint { state.note = .bad("\(complaint)") }
            case .suspend: screen.suspend()
            case .repaint: screen.repaint()
            case .read:
                // One reading that waits is enough for all that ask for it.
                guard !reading.isOn else { continue }
                reading.isOn = true
                askedAt = .now
                hand(.read)
            default: hand(effect)
            }
        }
    }

    private func hand(_ effect: Effect) {
        let (backstage, reading) = (backstage, reading)
        let previous = last
        last = Task.detached {
            await previous?.value
            if case .playDay(playingOn: true) = effect { try? await Task.sleep(for: Cockpit.pace) }
            if case .read = effect { reading.isOn = false }
            await backstage.perform(effect)
        }
    }

    /// When the screen must change though nothing happens: each second of a grace period, each minute of live time.
    private func deadline() -> ContinuousClock.Instant? {
        guard changes.isOn else { return ownDeadline() }
        return ownDeadline().map { min($0, readsFrom) } ?? readsFrom
    }

    private func ownDeadline() -> ContinuousClock.Instant? {
        guard let snapshot = state.snapshot else { return nil }
        // Without a watch one has to look.
        if watch == nil { return .now + .seconds(2) }
        if state.isMoving { return movedAt + Cockpit.rest }
        let now = Engine.systemClock()
        let graces = snapshot.orders.compactMap(\.graceUntil).filter { $0 > now }
        if !graces.isEmpty { return .now + .milliseconds(1000 - now.milliseconds % 1000) }
        guard !snapshot.standing.isFixed else { return nil }
        return .now + .milliseconds(60_000 - now.milliseconds % 60_000)
    }

    private func passTime() {
        if watch == nil, ContinuousClock.now >= lookedAt + .seconds(2) {
            lookedAt = .now
            start([.read])
        }
        guard let snapshot = state.snapshot else { return }
        let now = Engine.systemClock()
        let before = state.machineTime
        if state.isMoving, ContinuousClock.now >= movedAt + Cockpit.rest { take(.rested) }
        let hasGrace = snapshot.orders.contains { $0.graceUntil.map { $0 > before } ?? false }
        if hasGrace, now.seconds != before.seconds { take(.time(now)) }
        if !snapshot.standing.isFixed, now.seconds / 60 != before.seconds / 60 {
            take(.time(now))
            start([.read])
        }
    }
}
