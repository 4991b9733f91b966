import Domain

/// Why something that was asked of an action, the policy or the journal was not done.
public struct ActionError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure; decides the exit code.
    public enum Code: Sendable, CaseIterable {
        /// No such action.
        case notFound
        /// It has changed since it was shown, or what it rests on has.
        case stale
        /// It has been decided, or is past the point where this can be asked of it.
        case alreadyDecided
        /// The policy or a guardrail says no.
        case refused
        /// The budget of the day would be exceeded.
        case overBudget
        /// This person may not decide this.
        case notAllowed
        /// What was asked makes no sense: a bad quantity, an unknown line.
        case usage
        /// A settings file is wrong.
        case settings
        /// What is stored cannot be read.
        case damaged
    }

    /// What kind of failure.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String
    /// Where: `action 12`, `policy.toml, line 7`; empty where there is no place.
    public var place: String
    /// For `.stale`: what the action rests on and how far it has moved.
    public var moved: [EvidenceMove]

    /// An error that says what to do.
    public init(_ code: Code, _ message: String, place: String = "", moved: [EvidenceMove] = []) {
        self.code = code
        self.message = message
        self.place = place
        self.moved = moved
    }

    /// Place and message, to be printed as it is.
    public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}
