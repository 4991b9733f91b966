extension Intermittent {
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

        var model: String {
            switch self {
            case .none: "Croston"
            case .syntetosBoylan: "SBA"
            case .shaleBoylanJohnston: "SBJ"
            }
        }
    }

    /// Croston's method: size ÷ interval, both smoothed at demands only.
    ///
    /// Nil where no demand is in the series, a value is negative or infinite, or `smoothing` is outside 0…1.
    public static func croston(
        _ units: [Double], smoothing: Double = 0.1, correction: Correction = .none
    ) -> LocalFit? {
        guard (0...1).contains(smoothing), let first = firstDemand(units), var past = PastForecasts(units) else {
            return nil
        }
        let factor = correction.factor(smoothing)
        var size = units[first]
        var interval = 0.0
        var since = 0.0
        for (t, value) in units.enumerated() {
            past.take(value, forecast: t > first ? factor * size / interval : nil)
            guard !value.isNaN else { continue }
            since += 1
            guard value > 0 else { continue }
            if t > first {
                size += smoothing * (value - size)
                interval += smoothing * (since - interval)
            } else {
                interval = since
            }
            since = 0
        }
        return past.fit(
            correction.model, [("alpha", smoothing), ("size", size), ("interval", interval)],
            .components(.init(level: factor * size / interval)), spread: { _ in nil })
    }

    /// Croston's method with the gains of size and interval each chosen between 0.1 and 0.3 for the least squared error
    /// one demand ahead.
    ///
    /// Nil as for `croston`. The fitted values are those of the gains that were chosen from the whole series.
    public static func optimisedCroston(_ units: [Double]) -> LocalFit? {
        guard let first = firstDemand(units), var past = PastForecasts(units) else { return nil }
        let seen = units.filter { !$0.isNaN }
        let sizeGain = BoundedSmoothing(seen.filter { $0 > 0 }).alpha
        let intervalGain = BoundedSmoothing(intervals(seen)).alpha
        var size = units[first]
        var interval = 0.0
        var since = 0.0
        for (t, value) in units.enumerated() {
            past.take(value, forecast: t > first ? size / interval : nil)
            guard !value.isNaN else { continue }
            since += 1
            guard value > 0 else { continue }
            size += sizeGain * (value - size)
            interval = t > first ? interval + intervalGain * (since - interval) : since
            since = 0
        }
        return past.fit(
            "Optimised Croston", [("alpha size", sizeGain), ("alpha interval", intervalGain)],
            .components(.init(level: size / interval)), spread: { _ in nil })
    }
}
