import Domain

/// In which period of a question a day or a moment falls; all that came before the range falls in its first.
struct MetricTime {
    /// The period of each day of the range: the number of its first day, 0 where no periods are asked for.
    let periods: [Int32]
    private let first: Int32
    private let starts: [Int64]

    init(_ query: MetricQuery, zone: Zone) {
        first = query.days.lowerBound.number
        let days = (0...query.days.lowerBound.distance(to: query.days.upperBound)).map {
            query.days.lowerBound.advanced(by: $0)
        }
        periods = days.map { query.grain?.start(of: $0, yearStart: query.yearStart).number ?? 0 }
        starts = days.map { zone.instant(day: $0).milliseconds }
    }

    func period(ofDay day: Int64) -> Int32 { periods[max(0, min(periods.count - 1, Int(day) - Int(first)))] }

    func period(ofMoment at: Int64) -> Int32 {
        guard at > starts[0] else { return periods[0] }
        // Days of 23 and 25 hours move midnight by a little.
        var day = min(starts.count - 1, Int((at - starts[0]) / 86_400_000))
        while day + 1 < starts.count, at >= starts[day + 1] { day += 1 }
        while day > 0, at < starts[day] { day -= 1 }
        return periods[day]
    }
}
