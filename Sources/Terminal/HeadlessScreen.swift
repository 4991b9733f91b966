/// A screen without a terminal: it plays a script and keeps what it was shown.
///
/// Each call of `events` hands out the next batch of the script. After the last one comes `hangUp`, so that a loop under
/// test ends.
public final class HeadlessScreen: Screen {
    /// Its size; a `resize` event of the script changes it.
    public private(set) var size: Size
    /// The last frame shown.
    public private(set) var frame: Frame
    /// How many frames have been shown.
    public private(set) var frameCount = 0
    /// The texts handed to the clipboard.
    public private(set) var copied: [String] = []
    /// How often the terminal was given back to the shell.
    public private(set) var suspensions = 0
    /// Whether the mouse is reported.
    public var hasMouse = true
    /// The looks; frames are kept by their roles.
    public var theme: Theme
    private var script: ArraySlice<[Event]>
    private var hasEnded = false

    /// A screen that plays a script.
    ///
    /// - Parameters:
    ///   - size: Its first size.
    ///   - script: The batches of events, in order.
    ///   - theme: The looks.
    public init(size: Size, script: [[Event]] = [], theme: Theme = .plain) {
        self.size = size
        self.script = script[...]
        self.theme = theme
        frame = Frame(size)
    }

    /// Adds a batch to the end of the script.
    public func feed(_ events: [Event]) { script.append(events) }

    /// Adds keys to the end of the script, each a batch, written as `Key.init(_:)` reads them; returns those it cannot read.
    @discardableResult
    public func feed(keys: String...) -> [String] {
        keys.filter { name in
            guard let key = Key(name) else { return true }
            script.append([.key(key)])
            return false
        }
    }

    /// Keeps the frame.
    public func present(_ frame: Frame) {
        self.frame = frame
        frameCount += 1
    }

    /// The next batch of the script.
    public func events(until deadline: ContinuousClock.Instant?) throws(TerminalError) -> [Event] {
        guard let batch = script.popFirst() else {
            guard !hasEnded else { throw TerminalError(.hungUp, "the script has ended") }
            hasEnded = true
            return [.hangUp]
        }
        for case .resize(let size) in batch { self.size = size }
        return batch
    }

    /// Keeps the text.
    public func copy(_ text: String) -> Bool {
        guard Clipboard.sequence(text) != nil else { return false }
        copied.append(text)
        return true
    }

    /// Counts it.
    public func suspend() { suspensions += 1 }

    /// Does nothing: every frame is whole.
    public func repaint() {}
}
