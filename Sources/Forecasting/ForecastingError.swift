/// Why a series cannot be forecast.
public struct ForecastingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of trouble.
    public enum Code: String, Sendable {
        /// A value is negative, not a number, or beyond a thousand million units.
        case value
        /// A share of time in stock is outside 0…1 or not a number.
        case share
        /// Two arrays that belong together differ in length.
        case length
        /// The season's length or phase makes no sense.
        case season
    }

    /// What kind of trouble it is.
    public let code: Code
    /// What is wrong and what to do about it.
    public let message: String
    /// The period it is in, from 0; nil where it is not in one.
    public let period: Int?

    /// Place and message, as a person reads them.
    public var description: String { period.map { "period \($0): \(message)" } ?? message }
}
