import Glibc

/// What the forecast of one series by a model across series is made of, step by step.
public struct GlobalExplanation: Sendable, Hashable, Codable {
    /// What one driver does to the forecast.
    public struct Driver: Sendable, Hashable, Codable {
        /// Its name as the source calls it.
        public let name: String
        /// Whether its effect is estimated on groups of series, with the calendar's, and not by the trees.
        public let isCalendar: Bool
        /// Factor of each period of the horizon: what the trees answer over what they would without knowing it. Empty where
        /// it is the calendar's, whose factors hold it.
        public let factors: [Double]
    }

    /// Expected units of each period from the series' own level and season.
    public let own: [Double]
    /// What the calendar does to the series' group in each period: weekday, day of the month, flags and events; mean
    /// about 1.
    public let calendar: [Double]
    /// Factor of each period by which the trees correct the own forecast.
    public let trees: [Double]
    /// The series' automatic local forecast; nil where it has none.
    public let local: [Double]?
    /// Its share in the logarithm of the whole, 0…1.
    public let localShare: Double
    /// Factor of each period by which sums are aligned with the levels of groups.
    public let alignment: [Double]
    /// Expected units of each period: all of these together.
    public let means: [Double]
    /// The drivers.
    public let drivers: [Driver]
    /// What the trees look at in all series, most used first, with its share of all splits.
    public let uses: [Use]

    /// How much the trees look at one feature.
    public struct Use: Sendable, Hashable, Codable {
        /// The feature.
        public let feature: String
        /// Its share of all splits, 0…1.
        public let share: Double
    }
}

extension GlobalModel {
    /// Takes the forecast of one series apart.
    ///
    /// - Parameters:
    ///   - series: its row in the panel.
    ///   - forecast: what this model forecasts.
    /// - Returns: nil for a row that is not there.
    public func explanation(of series: Int, in forecast: GlobalForecast) -> GlobalExplanation? {
        let panel = features.panel
        guard (0..<panel.series).contains(series), forecast.horizon == panel.horizon,
            forecast.means.count == panel.series * panel.horizon
        else { return nil }
        let past = SeriesPast(features, series)
        let aheads = 0..<panel.horizon
        let offsets = aheads.map { past.offset(panel.periods, panel.periods + $0) }
        let rows = aheads.map { ahead -> [Float] in
            var row = [Float](repeating: .nan, count: features.count)
            past.write(panel.periods, panel.periods + ahead, to: &row)
            return row
        }
        let corrections = answers(rows)
        let alone = GlobalModel.alone(series, panel)
        let group = Int(features.coarse.group[series]) * features.calendar.width + panel.periods
        let means = aheads.map { Double(forecast.means[series * panel.horizon + $0]) }
        let alignment = aheads.map { ahead in
            var score = offsets[ahead] + corrections[ahead]
            if let alone { score += GlobalModel.share * (logf(alone[ahead]) - score) }
            return means[ahead] / Double(expf(score))
        }
        let splits = uses
        let total = Double(max(1, splits.reduce(0) { $0 + $1.count }))
        return GlobalExplanation(
            own: offsets.map { Double(expf($0)) }, calendar: aheads.map { features.calendar.factors[group + $0] },
            trees: corrections.map { Double(expf($0)) }, local: alone?.map { Double($0) },
            localShare: alone == nil ? 0 : Double(GlobalModel.share), alignment: alignment, means: means,
            drivers: drivers(rows, corrections),
            uses: splits.prefix(12).map { .init(feature: $0.feature, share: Double($0.count) / total) })
    }

    /// What the trees answer for some rows of features.
    private func answers(_ features: [[Float]]) -> [Float] {
        var rows = BinnedRows(count: features.count, edges: edges)
        for (index, row) in features.enumerated() { rows.put(row, at: index) }
        var scores = [Float](repeating: 0, count: features.count)
        trees.add(to: &scores, rows)
        return scores
    }

    private func drivers(_ rows: [[Float]], _ corrections: [Float]) -> [GlobalExplanation.Driver] {
        let panel = features.panel
        let known =
            Array(zip(panel.numbers.map(\.name), features.calendar.takesNumber))
            + Array(zip(panel.names.map(\.name), features.calendar.takesName))
        return known.map { name, isCalendar -> GlobalExplanation.Driver in
            guard !isCalendar else { return GlobalExplanation.Driver(name: name, isCalendar: true, factors: []) }
            let own = features.names.indices.filter { features.names[$0].hasPrefix(name + " ") }
            let without = rows.map { row in
                var row = row
                for feature in own { row[feature] = .nan }
                return row
            }
            let factors = zip(corrections, answers(without)).map { Double(expf($0 - $1)) }
            return GlobalExplanation.Driver(name: name, isCalendar: false, factors: factors)
        }
    }
}
