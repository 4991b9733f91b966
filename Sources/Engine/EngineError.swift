/// Why the engine did not do what it was asked; the code is the exit code of CONTRACT.md.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Code: Int32, Sendable {
        /// Done in part.
        case partial = 1
        /// Asked wrongly, or set up wrongly.
        case usage = 2
        /// Refused by policy or guardrail, or changed since it was shown.
        case refused = 3
        /// Another process is at it.
        case busy = 4
        /// The shop's schema is newer than this program.
        case newerSchema = 5
        /// What was named does not exist.
        case notFound = 6
    }

    /// What kind of failure.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String

    /// An error that says what to do.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message, with its place where there is one.
    public var description: String { message }
}
