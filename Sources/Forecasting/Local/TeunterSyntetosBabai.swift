extension Intermittent {
    /// Chance × size: the chance is smoothed in every period, so the forecast fades when demand stops.
    ///
    /// Teunter, Syntetos & Babai, "Intermittent demand: linking forecasting to inventory obsolescence", EJOR 214 (2011).
    /// Nil as for `croston`.
    ///
    /// - Parameters:
    ///   - units: demand of each period, ≥ 0; NaN is not observed.
    ///   - size: smoothing of the size at demands, 0…1.
    ///   - chance: smoothing of the chance of a demand, 0…1.
    public static func teunterSyntetosBabai(_ units: [Double], size: Double, chance: Double) -> LocalFit? {
        guard (0...1).contains(size), (0...1).contains(chance), let first = firstDemand(units),
            var past = PastForecasts(units)
        else { return nil }
        var level = units[first]
        // The chance starts at what the first period showed, as in the method's reference implementations.
        var probability = Double?.none
        for (t, value) in units.enumerated() {
            past.take(value, forecast: t > first ? (probability ?? 0) * level : nil)
            guard !value.isNaN else { continue }
            let occurred = value > 0
            probability = probability.map { $0 + chance * ((occurred ? 1 : 0) - $0) } ?? (occurred ? 1 : 0)
            if occurred { level += size * (value - level) }
        }
        let rate = (probability ?? 0) * level
        return past.fit(
            "TSB", [("alpha size", size), ("alpha chance", chance), ("size", level), ("chance", probability ?? 0)],
            .components(.init(level: rate)), spread: { _ in nil })
    }
}
