import Glibc

/// What occasions, promotions, prices and weather do to the daily demand of a shop's series, as multipliers by series and day.
///
/// Demand is a slow level of each series times its group's weekday times the drivers. An occasion acts from three days before
/// it to two after; each day's effect on a group is drawn to that on all groups, that to other occasions of the kind, and
/// that to none, so an occasion seen once moves little more than is sure and one never seen does what its kind does.
/// Promotions are drawn to what was declared, corrected by how far declarations have been right, and price elasticities to the
/// group's; weather has one slope a group on its distance from what is usual around the day. A driver that never changes has
/// no effect: it is in the level.
public struct DayEffects: Sendable {
    /// A multiplier and how sure it is.
    public struct Effect: Sendable, Hashable {
        /// What usual demand is multiplied with, 0.05…20.
        public let multiplier: Double
        /// Standard error of its logarithm, ≥ 0.
        public let deviation: Double

        /// No effect.
        public static let none = Effect(multiplier: 1, deviation: 0)

        init(_ logarithm: Double, variance: Double) {
            multiplier = exp(min(max(logarithm, DayEffects.least), DayEffects.most))
            deviation = max(0, variance).squareRoot()
        }

        private init(multiplier: Double, deviation: Double) {
            (self.multiplier, self.deviation) = (multiplier, deviation)
        }
    }

    /// What one driver does to a series on a day.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// "Black Friday −1 day", "promotion", "price" or "weather".
        public let driver: String
        /// Its effect.
        public let effect: Effect
        /// Past days on which it was seen at work: of the occasion at this lag in the shop, of the others in the series.
        public let seen: Int

        /// Such as "Black Friday −1 day: ×1.8, seen 2 times".
        public var description: String {
            let tenths = Int((effect.multiplier * 100).rounded())
            let digits = "\(tenths / 100)." + (tenths % 100 < 10 ? "0" : "") + "\(tenths % 100)"
            let text = digits.hasSuffix("0") ? String(digits.dropLast()) : digits
            return "\(driver): ×\(text), " + (seen == 0 ? "never seen" : seen == 1 ? "seen once" : "seen \(seen) times")
        }
    }

    /// Days past and to come of each series.
    public let width: Int
    /// Past days.
    public let days: Int
    private let fit: DayEffectsFit

    fileprivate static let least = log(0.05)
    fileprivate static let most = log(20.0)

    /// Learns the effects, O(series × days).
    ///
    /// - Throws: ``ForecastingError`` with code `length`, `season` or `value` where arrays do not belong together.
    public init(_ shop: ShopDays) throws(ForecastingError) {
        try shop.check()
        width = shop.width
        days = shop.days
        fit = DayEffectsFit(shop)
    }

    /// The multiplier of a series, from 0, on a day, from 0: to take out of past demand up to `days`, to put on forecasts
    /// from there on. A series or day that there is not has none.
    public func effect(_ series: Int, day: Int) -> Effect {
        guard fit.group.indices.contains(series), (0..<width).contains(day) else { return .none }
        let sum = fit.shared[fit.group[series] * width + day] + fit.ownDrive(series, day)
        return sum == .zero ? .none : Effect(sum[0], variance: sum[1])
    }

    /// The multipliers of a series' past days, oldest first.
    public func past(_ series: Int) -> [Effect] { (0..<days).map { effect(series, day: $0) } }

    /// The multipliers of the days to come, next day first.
    public func future(_ series: Int) -> [Effect] { (days..<width).map { effect(series, day: $0) } }

    /// What each driver does to a series on a day, the strongest first; empty where none is at work.
    public func reasons(_ series: Int, day: Int) -> [Reason] {
        guard fit.group.indices.contains(series), (0..<width).contains(day) else { return [] }
        let group = fit.group[series]
        var reasons: [Reason] = []
        for cell in fit.cells(on: day) {
            let lag = cell.lag
            let name = fit.shop.occasions[cell.occasion].name
            let when = lag == 0 ? "" : " \(lag < 0 ? "−" : "+")\(abs(lag)) day\(abs(lag) == 1 ? "" : "s")"
            let effect = fit.occasionEffects[fit.place(cell, group)]
            let seen = fit.occasionSeen[
                cell.occasion * DayEffectsFit.lags.count + lag - DayEffectsFit.lags.lowerBound]
            reasons.append(Reason(driver: name + when, effect: Effect(effect[0], variance: effect[1]), seen: seen))
        }
        for driver in fit.own {
            let place = series * width + day
            let value = driver.values[place]
            guard value != 0 else { continue }
            let effect = driver.effects[series]
            reasons.append(
                Reason(
                    driver: driver.kind == .price ? "price" : "promotion",
                    effect: Effect(driver.base[place] + effect[0] * value, variance: effect[1] * value * value),
                    seen: driver.seen[series]))
        }
        if !fit.weather.isEmpty, fit.weather[day] != 0 {
            let (effect, value) = (fit.weatherEffects[group], fit.weather[day])
            reasons.append(
                Reason(
                    driver: "weather", effect: Effect(effect[0] * value, variance: effect[1] * value * value),
                    seen: fit.weatherSeen))
        }
        return reasons.sorted {
            let (left, right) = (abs(log($0.effect.multiplier)), abs(log($1.effect.multiplier)))
            return left != right ? left > right : $0.driver < $1.driver
        }
    }

    /// Elasticity of a series' demand to its price, and its standard error; nil where no price is known to have changed.
    public func elasticity(_ series: Int) -> (value: Double, deviation: Double)? {
        guard fit.group.indices.contains(series), let driver = fit.own.first(where: { $0.kind == .price }) else {
            return nil
        }
        return (driver.effects[series][0], driver.effects[series][1].squareRoot())
    }
}
