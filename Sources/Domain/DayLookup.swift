/// The days of moments that mostly follow one another: a zone is asked once for each day.
public struct DayLookup: Sendable {
    private let zone: Zone
    private var from: Int64 = 0
    private var to: Int64 = 0
    private var number: Int32 = 0

    /// No moment has been asked for.
    public init(zone: Zone) { self.zone = zone }

    /// Whether a moment, in milliseconds since 1970, is on the day that was asked for last.
    public func isOnLastDay(_ moment: Int64) -> Bool { moment >= from && moment < to }

    /// The day of a moment in milliseconds since 1970, as days since then in the zone.
    public mutating func number(of moment: Int64) -> Int32 {
        if isOnLastDay(moment) { return number }
        let day = zone.day(of: Instant(milliseconds: moment))
        from = zone.instant(day: day).milliseconds
        to = zone.instant(day: day.advanced(by: 1)).milliseconds
        number = day.number
        return number
    }
}
