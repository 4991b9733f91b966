extension Intermittent {
    /// ADIDA: sums over as many periods as lie between demands on average are smoothed, and shared out evenly.
    ///
    /// The oldest periods that fill no sum are left out; the gain lies between 0.1 and 0.3. Nikolopoulos, Syntetos,
    /// Boylan, Petropoulos & Assimakopoulos, "An aggregate–disaggregate intermittent demand approach to forecasting",
    /// JORS 62 (2011). Nil as for `croston`. Single periods' fitted values are not defined by the method: none are given.
    public static func adida(_ units: [Double]) -> LocalFit? { aggregated(units, model: "ADIDA") { $0...$0 } }

    /// IMAPA: the mean of what sums over 1, 2, … periods forecast, up to ADIDA's.
    ///
    /// Petropoulos & Kourentzes, "Forecast combinations for intermittent demand", JORS 66 (2015). As `adida` otherwise.
    public static func imapa(_ units: [Double]) -> LocalFit? { aggregated(units, model: "IMAPA") { 1...$0 } }

    private static func aggregated(
        _ units: [Double], model: String, levels: (Int) -> ClosedRange<Int>
    ) -> LocalFit? {
        guard firstDemand(units) != nil else { return nil }
        let seen = units.filter { !$0.isNaN }
        let between = intervals(seen)
        // Halves go to the even neighbour, as in the reference implementation.
        let mean = (between.reduce(0, +) / Double(between.count)).rounded(.toNearestOrEven)
        let longest = Int(max(1, min(mean, Double(seen.count))))
        var rate = 0.0
        let chosen = levels(longest)
        for level in chosen { rate += sumsForecast(seen, of: level) / Double(level) }
        rate /= Double(chosen.count)
        guard rate.isFinite else { return nil }
        return LocalFit(
            model: model, parameters: [("periods", Double(longest))],
            fitted: [Double?](repeating: nil, count: units.count), observed: seen.count,
            path: .components(.init(level: rate)), spread: nil)
    }

    /// The next sum over `level` periods, smoothed from the sums there have been.
    static func sumsForecast(_ units: [Double], of level: Int) -> Double {
        var sums: [Double] = []
        sums.reserveCapacity(units.count / level)
        for start in stride(from: units.count % level, to: units.count, by: level) {
            var sum = 0.0
            for t in start..<(start + level) { sum += units[t] }
            sums.append(sum)
        }
        return BoundedSmoothing(sums).forecast
    }
}
