/// Why there is no screen.
public struct TerminalError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable {
        /// The process has no terminal.
        case noTerminal
        /// The terminal cannot show a screen, or nobody knows how to make it.
        case unfitTerminal
        /// There is a screen already: a process has one at a time.
        case busy
        /// The terminal is gone.
        case hungUp
        /// The system refuses.
        case system
    }

    /// What kind of trouble it is.
    public var code: Code
    /// What is wrong and what to do.
    public var message: String

    /// A complaint.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
