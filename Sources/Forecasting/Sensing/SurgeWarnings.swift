/// How well surges were announced: what share, how early, and how often for nothing.
public struct SurgeWarnings: Sendable, Hashable {
    /// Surges that began in the time looked at.
    public let surges: Int
    /// Those that had been announced.
    public let announced: Int
    /// Announcements that no surge followed while none was going on.
    public let falseAlarms: Int
    /// Months of 365.25 ÷ 12 days that were looked at, summed over series.
    public let seriesMonths: Double
    /// Of each announced surge, hours from its earliest announcement to the end of its first day, when sales show it;
    /// shortest first.
    public let hours: [Double]

    /// Share of surges that were announced, 0…1; nil for none.
    public var recall: Double? { surges > 0 ? Double(announced) / Double(surges) : nil }
    /// False alarms per series and month; nil where no time was looked at.
    public var falseAlarmsPerMonth: Double? { seriesMonths > 0 ? Double(falseAlarms) / seriesMonths : nil }
    /// The median of the hours of warning; nil where none was announced.
    public var medianHours: Double? {
        guard !hours.isEmpty else { return nil }
        return (hours[(hours.count - 1) / 2] + hours[hours.count / 2]) / 2
    }

    /// Compares announcements with surges, series by series.
    ///
    /// - Parameters:
    ///   - surges: days of each surge, oldest first, by series.
    ///   - announcements: hours since the start of day 0 at which one was made, by series; as many series.
    ///   - days: the days looked at; surges that begin and announcements made outside of them do not count.
    ///   - reach: days ahead for which an announcement speaks, ≥ 1.
    public init(surges: [[Range<Int>]], announcements: [[Double]], days: Range<Int>, reach: Int = 7) {
        var (count, announced, falseAlarms) = (0, 0, 0)
        var hours: [Double] = []
        let ahead = Double(24 * max(1, reach))
        for (runs, made) in zip(surges, announcements) {
            // One that is made in the last days has not had its time.
            let made = made.filter { $0 >= Double(24 * days.lowerBound) && $0 + ahead <= Double(24 * days.upperBound) }
            for run in runs where days.contains(run.lowerBound) {
                let shown = Double(24 * (run.lowerBound + 1))
                // The days before the first that was looked at could not announce it.
                guard shown - ahead >= Double(24 * days.lowerBound), shown <= Double(24 * days.upperBound) - ahead
                else {
                    continue
                }
                count += 1
                guard let first = made.first(where: { $0 < shown && shown - $0 <= ahead }) else { continue }
                announced += 1
                hours.append(shown - first)
            }
            for hour in made
            where !runs.contains(where: {
                hour <= Double(24 * $0.upperBound) && hour >= Double(24 * ($0.lowerBound + 1)) - ahead
            }) {
                falseAlarms += 1
            }
        }
        self.surges = count
        self.announced = announced
        self.falseAlarms = falseAlarms
        self.hours = hours.sorted()
        seriesMonths = Double(min(surges.count, announcements.count)) * Double(days.count) / (365.25 / 12)
    }
}
