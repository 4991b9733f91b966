import Domain

/// A date of a message with the time beside it, if any.
struct X12Stamp {
    let segment: X12Segment
    let day: Day
    let clock: X12Time.Clock?
    /// The element of its time code, where the segment has one.
    let code: Int?

    /// The date and time in two elements of a segment; nil where there is no date.
    init?(_ segment: X12Segment, day: Int, clock: Int, code: Int? = nil) throws(FormatError) {
        guard let date = try segment.day(day) else { return nil }
        self.segment = segment
        self.day = date
        self.clock = try segment.clock(clock)
        self.code = code
    }

    /// The stamp of a DTM segment: `DTM*405*20240501*1000*UT`.
    init?(dtm segment: X12Segment) throws(FormatError) {
        try self.init(segment, day: 2, clock: 3, code: 4)
    }

    /// Its moment; nil where it has no time of day.
    func moment(_ zone: Zone) throws(FormatError) -> Instant? {
        guard let clock else { return nil }
        return try segment.instant(day, clock, code: code, zone: zone)
    }
}

extension Sequence<X12Stamp?> {
    /// The moment of the first date: with its own time, else that which another gives for the same day.
    func moment(_ zone: Zone) throws(FormatError) -> (stamp: X12Stamp, moment: Instant?)? {
        var first: X12Stamp?
        for case let stamp? in self {
            if let first, stamp.day != first.day { continue }
            first = first ?? stamp
            if let first, let moment = try stamp.moment(zone) { return (first, moment) }
        }
        return first.map { ($0, nil) }
    }
}
