import CNcurses
import Glibc

/// The screen of the process's terminal.
///
/// While it is open the terminal is in raw mode with another screen in front; however the process ends, by `close`, by
/// `exit`, by an error or by a signal, the terminal is brought back, once. The signal then does what it did before.
public final class CursesScreen: Screen {
    /// How to open it.
    public struct Options: Sendable {
        /// The variables of the process: TERM, COLORTERM, NO_COLOR and the like.
        public var environment: [String: String]
        /// The looks.
        public var theme: Theme
        /// Fewer colours than the terminal has; nil takes all.
        public var depth: ColourDepth?
        /// Whether the mouse is reported.
        public var hasMouse: Bool
        /// The title of the terminal's window; nil leaves it alone.
        public var title: String?

        /// How to open a screen.
        public init(
            environment: [String: String], theme: Theme, depth: ColourDepth? = nil, hasMouse: Bool = true,
            title: String? = nil
        ) {
            self.environment = environment
            self.theme = theme
            self.depth = depth
            self.hasMouse = hasMouse
            self.title = title
        }
    }

    /// What has been sent.
    public struct Traffic: Equatable, Sendable {
        /// Frames that changed something.
        public var frames = 0
        /// Frames that a newer one overtook.
        public var skipped = 0
        /// Calls of write(2).
        public var writes = 0
        /// Bytes.
        public var bytes = 0
    }

    /// Its size in cells.
    public private(set) var size: Size
    /// What has been sent so far.
    public private(set) var traffic = Traffic()
    /// The colours used.
    public var depth: ColourDepth { painter.depth }
    /// The looks.
    public var theme: Theme {
        didSet { painter.use(theme) }
    }
    /// Whether the mouse is reported.
    public var hasMouse: Bool {
        didSet {
            guard hasMouse != oldValue, !isPaused else { return }
            queue.add(Array((hasMouse ? Modes.mouseOn : Modes.mouseOff).utf8))
            send()
        }
    }

    private let terminal: Int32
    private let signals: Int32
    private let wakeUp: WakeUp?
    private let painter: Painter
    private let kind: TerminalKind
    private let title: String?
    private var decoder = KeyDecoder()
    private var queue = OutputQueue()
    private var input = [UInt8](repeating: 0, count: 64 * 1024)
    /// What is on the screen or on its way there.
    private var last: Frame?
    private var isEntered = false
    private var isPaused = false
    private var mayHaveResized = false
    private var isGone = false
    private var isOpen = true
    private var hasSaidGone = false

    private enum Modes {
        // Presses and releases, by the numbers of SGR; no movement.
        static let mouseOn = "\u{1B}[?1000h\u{1B}[?1006h"
        static let mouseOff = "\u{1B}[?1006l\u{1B}[?1000l"
        // Pasted text as such, and who has the keys.
        static let on = "\u{1B}[?2004h\u{1B}[?1004h"
        static let off = "\u{1B}[?1004l\u{1B}[?2004l"
        static let hold = "\u{1B}[?2026h"
        static let release = "\u{1B}[?2026l"
        static let pushTitle = "\u{1B}[22;2t"
        static let popTitle = "\u{1B}[23;2t"
    }

    /// Takes over the process's terminal.
    ///
    /// - Parameters:
    ///   - options: How to open it.
    ///   - wakeUp: Lets other threads send `Event.wake`.
    /// - Throws: `TerminalError` where there is no terminal, or none that can show a screen. Nothing has been changed then.
    public init(_ options: Options, wakeUp: WakeUp? = nil) throws(TerminalError) {
        kind = try TerminalKind(environment: options.environment)
        self.wakeUp = wakeUp
        theme = options.theme
        hasMouse = options.hasMouse
        title = options.title.map { String($0.unicodeScalars.filter { $0.properties.generalCategory != .control }) }
        // Opened anew, so that not waiting is this descriptor's alone: the shell shares the standard ones.
        terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard terminal >= 0 else {
            throw TerminalError(.noTerminal, "there is no terminal here: run it in one, or ask for text output")
        }
        size = Self.size(of: terminal)
        do throws(TerminalError) {
            painter = try Self.painter(options, kind, size)
            signals = try Self.session(on: terminal, painter, hasTitle: title != nil)
        } catch {
            Glibc.close(terminal)
            throw error
        }
    }

    private static func painter(
        _ options: Options, _ kind: TerminalKind, _ size: Size
    ) throws(TerminalError) -> Painter {
        try Painter(kind, size: size, theme: options.theme) { colours in
            let found = ColourDepth(environment: options.environment, terminfo: colours)
            return options.depth.map { min($0, found) } ?? found
        }
    }

    /// Opens the session and returns the descriptor of its signals.
    private static func session(
        on terminal: Int32, _ painter: Painter, hasTitle: Bool
    ) throws(TerminalError) -> Int32 {
        // The start ends what a frame may have been cut in: a string, a held frame.
        var leave = Array(("\u{1B}\\" + Modes.release + Modes.mouseOff + Modes.off).utf8)
        if hasTitle { leave += Array(Modes.popTitle.utf8) }
        for name in ["sgr0", "op", "cnorm", "rmcup"] { leave += painter.capability(name) }
        let signals = cn_session_begin(terminal, leave, leave.count)
        guard signals >= 0 else {
            throw errno == EBUSY
                ? TerminalError(.busy, "this process has a screen already")
                : TerminalError(.system, "the terminal cannot be taken over: \(String(cString: strerror(errno)))")
        }
        return signals
    }

    deinit { close() }

    /// Brings the terminal back. The screen is then of no more use.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        isGone = true
        cn_session_end()
        Glibc.close(terminal)
    }

    // MARK: Output

    /// Shows a frame, or keeps it until the line is free.
    public func present(_ frame: Frame) {
        guard !isGone else { return }
        if queue.next != nil { traffic.skipped += 1 }
        queue.wait(frame)
        if !queue.isBusy, !isPaused { send() }
    }

    /// Hands a text to the clipboard.
    public func copy(_ text: String) -> Bool {
        guard !isGone, let sequence = Clipboard.sequence(text) else { return false }
        queue.add(sequence)
        send()
        return true
    }

    /// Paints everything anew with the next frame.
    public func repaint() { painter.repaint() }

    /// Sends what the line takes, and the frame that waits as soon as it is free.
    private func send() {
        while !isGone {
            let isThere = queue.send { bytes in
                let count = write(terminal, bytes.baseAddress, bytes.count)
                traffic.writes += 1
                if count >= 0 {
                    traffic.bytes += count
                    return .took(count)
                }
                switch errno {
                case EINTR: return .took(0)
                case EAGAIN: return .busy
                default: return .gone
                }
            }
            if !isThere { isGone = true }
            guard isThere, !queue.isBusy, let frame = queue.takeNext() else { return }
            let bytes = painter.bytes(for: frame)
            last = frame
            guard !bytes.isEmpty else { continue }
            traffic.frames += 1
            var output: [UInt8] = []
            if kind.isSynchronized { output += Array(Modes.hold.utf8) }
            output += bytes
            if !isEntered {
                isEntered = true
                output += Array((Modes.on + (hasMouse ? Modes.mouseOn : "")).utf8)
                if let title { output += Array("\(Modes.pushTitle)\u{1B}]2;\(title)\u{1B}\\".utf8) }
            }
            if kind.isSynchronized { output += Array(Modes.release.utf8) }
            queue.add(output)
        }
    }

    // MARK: Input

    /// Waits until something happens, and returns all that has.
    public func events(until deadline: ContinuousClock.Instant?) throws(TerminalError) -> [Event] {
        var events: [Event] = []
        while events.isEmpty {
            // While the process was stopped nobody told.
            events += noticeSize()
            if isGone {
                guard !hasSaidGone else { throw TerminalError(.hungUp, "the terminal is gone") }
                hasSaidGone = true
                return [.hangUp]
            }
            let patience = decoder.isWaiting ? ContinuousClock.now + KeyDecoder.patience : nil
            let end = [patience, deadline].compactMap { $0 }.min()
            var sources = [
                pollfd(fd: terminal, events: Int16(POLLIN | (queue.isBusy ? POLLOUT : 0)), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeUp?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&sources, nfds_t(sources.count), end.map(Self.milliseconds) ?? -1)
            if count < 0 {
                if errno == EINTR { continue }
                throw TerminalError(.system, "waiting for the terminal fails: \(String(cString: strerror(errno)))")
            }
            if sources[0].revents & Int16(POLLOUT) != 0 { send() }
            // What was typed before the line dropped still counts: read first.
            if sources[0].revents & Int16(POLLIN) != 0 {
                events += readKeys()
            } else if sources[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
                isGone = true
            } else if let patience, ContinuousClock.now >= patience {
                events += decoder.flush()
            }
            if sources[1].revents != 0 {
                takeSignals()
                events += noticeSize()
            }
            if sources[2].revents != 0, wakeUp?.take() == true { events.append(.wake) }
            if let deadline, events.isEmpty, !isGone, ContinuousClock.now >= deadline { return [] }
        }
        return events
    }

    /// The time left, rounded up: a poll must not come back before its time and turn again.
    private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
        let left = end - .now
        guard left > .zero else { return 0 }
        let (seconds, attoseconds) = left.components
        return Int32(
            min(Int64(Int32.max), seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }

    private func readKeys() -> [Event] {
        let count = read(terminal, &input, input.count)
        if count > 0 { return decoder.decode(input[..<count]) }
        if count == 0 || errno != EAGAIN && errno != EINTR { isGone = true }
        return []
    }

    private func takeSignals() {
        let arrived = emptyMailbox()
        if arrived.contains(SIGTSTP) {
            stop(group: false)
        } else if arrived.contains(SIGCONT) {
            // Stopped by someone who asked nobody: the shell has had the terminal, and may have changed it.
            comeBack()
        }
        mayHaveResized = true
    }

    private func emptyMailbox() -> Set<Int32> {
        var numbers = [UInt8](repeating: 0, count: 4096)
        let count = max(0, read(signals, &numbers, numbers.count))
        return Set(numbers[..<count].map(Int32.init))
    }

    private func noticeSize() -> [Event] {
        guard mayHaveResized else { return [] }
        mayHaveResized = false
        let now = Self.size(of: terminal)
        guard now != size else { return [] }
        size = now
        return [.resize(now)]
    }

    /// What the system does not know it gives as 0: then what terminals began with.
    private static func size(of terminal: Int32) -> Size {
        var rows: Int32 = 0
        var columns: Int32 = 0
        cn_terminal_size(terminal, &rows, &columns)
        return Size(width: columns > 0 ? Int(columns) : 80, height: rows > 0 ? Int(rows) : 24)
    }

    // MARK: ^Z and back

    /// Gives the terminal back to the shell until the user comes back.
    public func suspend() {
        guard !isGone else { return }
        stop(group: true)
    }

    private func stop(group: Bool) {
        isPaused = true
        cn_session_pause()
        cn_session_stop(group)
        isPaused = false
        // The SIGCONT that ended the stop has been heard.
        _ = emptyMailbox()
        mayHaveResized = true
        comeBack()
    }

    private func comeBack() {
        guard cn_session_resume() else {
            isGone = true
            return
        }
        // Half a frame may have been on its way when the terminal was left.
        queue = OutputQueue()
        painter.leave()
        isEntered = false
        if let last { present(last) }
    }
}
