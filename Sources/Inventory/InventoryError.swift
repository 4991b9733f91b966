/// Why a stock question has no answer.
public struct InventoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble.
    public enum Code: String, Sendable {
        /// Nobody said how long the supplier takes.
        case noLeadTime
        /// A lead time is negative, too long or not a number.
        case leadTime
        /// The supplier's calendar has no day to order on.
        case noOrderDay
        /// It is put together when it is sold: its components are ordered.
        case assembled
        /// A pack, minimum, gap or cover makes no sense.
        case terms
        /// A fill rate or cost makes no sense.
        case target
    }

    /// What kind of trouble it is.
    public let code: Code
    /// What is wrong and what to do about it.
    public let message: String

    /// Trouble of a kind; `message` tells what to do about it.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message alone.
    public var description: String { message }
}
