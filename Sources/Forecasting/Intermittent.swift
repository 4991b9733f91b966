/// Methods for demand that comes seldom: size and interval, or size and chance, smoothed apart.
///
/// All forecast from the first demand on, whose interval counts from the beginning of the series: what a method does
/// before it knows anything changes its answer by up to a half.
public enum Intermittent {
    /// One forecast per period ahead, and what was forecast for each period of the series before it was seen.
    public struct Result: Sendable, Equatable {
        /// Units per period from here on.
        public let rate: Double
        /// Forecast of each period made from those before it; nil before the first demand.
        public let fitted: [Double?]
    }

    /// Factors on Croston's rate that remove its upward bias.
    public enum Correction: Sendable {
        /// Croston, "Forecasting and stock control for intermittent demands", ORQ 23 (1972): none.
        case none
        /// Syntetos & Boylan, "The accuracy of intermittent demand estimates", IJF 21 (2005): 1 − α/2.
        case syntetosBoylan
        /// Shale, Boylan & Johnston, "Forecasting for intermittent demand", JORS 57 (2006): 1 − α/(2 − α).
        case shaleBoylanJohnston

        func factor(_ smoothing: Double) -> Double {
            switch self {
            case .none: 1
            case .syntetosBoylan: 1 - smoothing / 2
            case .shaleBoylanJohnston: 1 - smoothing / (2 - smoothing)
            }
        }
    }

    /// Croston's method: size ÷ interval, both smoothed at demands only.
    ///
    /// Nil where no demand is in the series, a value is negative or not finite, or `smoothing` is outside 0…1.
    public static func croston(
        _ units: [Double], smoothing: Double = 0.1, correction: Correction = .none
    ) -> Result? {
        guard let first = firstDemand(units), (0...1).contains(smoothing) else { return nil }
        let factor = correction.factor(smoothing)
        var size = units[first]
        var interval = Double(first + 1)
        var since = 0.0
        var fitted = [Double?](repeating: nil, count: units.count)
        for period in (first + 1)..<max(first + 1, units.count) {
            fitted[period] = factor * size / interval
            since += 1
            guard units[period] > 0 else { continue }
            size += smoothing * (units[period] - size)
            interval += smoothing * (since - interval)
            since = 0
        }
        return Result(rate: factor * size / interval, fitted: fitted)
    }

    /// Chance × size: the chance is smoothed in every period, so the forecast fades when demand stops.
    ///
    /// Teunter, Syntetos & Babai, "Intermittent demand: linking forecasting to inventory obsolescence", EJOR 214 (2011).
    /// Nil as for `croston`.
    ///
    /// - Parameters:
    ///   - size: smoothing of the size at demands, 0…1.
    ///   - chance: smoothing of the chance of a demand, 0…1.
    public static func teunterSyntetosBabai(_ units: [Double], size: Double, chance: Double) -> Result? {
        guard let first = firstDemand(units), (0...1).contains(size), (0...1).contains(chance) else { return nil }
        var level = units[first]
        // The chance starts at what the first period showed, as in the method's reference implementations.
        var probability = first == 0 ? 1.0 : 0
        for period in 1..<max(1, first + 1) {
            probability += chance * ((period == first ? 1 : 0) - probability)
        }
        var fitted = [Double?](repeating: nil, count: units.count)
        for period in (first + 1)..<max(first + 1, units.count) {
            fitted[period] = probability * level
            let occurred = units[period] > 0
            probability += chance * ((occurred ? 1 : 0) - probability)
            if occurred { level += size * (units[period] - level) }
        }
        return Result(rate: probability * level, fitted: fitted)
    }

    private static func firstDemand(_ units: [Double]) -> Int? {
        guard units.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
        return units.firstIndex { $0 > 0 }
    }
}
