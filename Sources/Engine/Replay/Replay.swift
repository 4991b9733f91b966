import Actions
import Domain
import Inventory

/// A run of a shop's days, to be played again under several policies.
public struct Replay: Sendable {
    /// What orders are placed by.
    public struct Side: Sendable {
        /// What it is called: a file, `current` or `actual`.
        public var name: String
        /// The policy; nil for the orders that were really placed.
        public var policy: Policy?

        /// A side that orders by a policy, or as it really was.
        public init(name: String, policy: Policy?) {
            self.name = name
            self.policy = policy
        }
    }

    /// The sides, compared with the last of them; one at least.
    public var sides: [Side]
    /// The first and the last day.
    public var days: ClosedRange<Day>
    /// What is left to chance follows from it.
    public var seed: UInt64 = 0
    /// How often chance is drawn, 1…1,000.
    public var draws = 20
    /// Threads; they change no byte.
    public var jobs = 1
    /// Days between orders to suppliers who take them every day, 1…1,000.
    public var reviewDays = 1
    /// What becomes of demand that is not met.
    public var shortage = PolicyReplay.Shortage.lost

    /// A replay of days.
    public init(sides: [Side], days: ClosedRange<Day>) {
        self.sides = sides
        self.days = days
    }

    /// How many days.
    var length: Int { days.lowerBound.distance(to: days.upperBound) + 1 }

    /// Days for which one forecast is used before it is made anew.
    static let week = 7
    /// Days that one replay may have: ten years.
    static let longest = 3660
}

extension Engine {
    /// The side of a name: `actual` for the orders really placed, `current` for the shop's policy, else a file.
    ///
    /// - Throws: `EngineError(.notFound)` where there is no such file; `ActionError` with its wrong lines.
    public func replaySide(_ name: String, actor: String) throws -> Replay.Side {
        if name == "actual" { return Replay.Side(name: name, policy: nil) }
        if name == "current" { return Replay.Side(name: name, policy: try policy(actor: actor).policy) }
        guard let text = try folder.text(name) else {
            throw EngineError(
                .notFound,
                "there is no policy file \(name.printable); name a file as policy.toml, or current, or actual")
        }
        do {
            return Replay.Side(name: name, policy: try Policy(text, currency: settings.currency))
        } catch var error as ActionError {
            if error.place.hasPrefix("policy.toml") { error.place = name + error.place.dropFirst("policy.toml".count) }
            throw error
        }
    }

    /// Plays days again: what orders each side would have placed, knowing no more than was known on each morning, and how
    /// each would have fared with the same demand and the same lead times.
    ///
    /// **Demand** is as it was sold. Where a day ended with an empty shelf, or nobody told of the day, it is drawn from what
    /// was expected of the day, given that it was at least what was sold; the same draw for every side.
    ///
    /// **What was known**: sales, counts and purchase orders dated before the morning, and the terms valid on it. Forecasts
    /// are made anew each week from them, as the plan makes them, and shared by all sides: a side that would have been in
    /// stock longer does not learn more. What was corrected later cannot be told from what was known: orders, purchase
    /// orders and calendars are as they are now, and so are the catalogue's lifecycles and declared prices.
    ///
    /// **Orders** are placed on every day on which the supplier takes them, before its cut-off, and approved at once:
    /// limits and budgets play no part. They take a lead time drawn from the supplier's terms, the same for each side that
    /// orders on the day. `actual` takes what really came on the days on which it came. What was on its way in the beginning
    /// comes to all sides as it came. Returns, moves, write-offs and corrections of the stock within the days are left out
    /// for all sides.
    ///
    /// - Parameter progress: told how many of how many products are done, from time to time.
    /// - Throws: `EngineError` that says what is missing: orders, counts, terms, days that sources have told of.
    public func replay(_ replay: Replay, progress: (Int, Int) -> Void = { _, _ in }) throws -> ReplayReport {
        try ReplayRun(facts: facts, settings: settings, replay: replay).report(progress: progress)
    }
}
