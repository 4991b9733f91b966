import Domain

/// Reads the moments of our own files: ISO 8601 with an offset, or by the wall clock of a zone.
struct MomentReader {
    let zone: Zone
    private var clocks: [TimestampFormat]
    private var dateOnly: TimestampFormat

    init(zone: Zone) throws(FormatError) {
        self.zone = zone
        clocks = []
        for pattern in ["yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm"] {
            for rest in ["", ":ss", ":ss.SSS"] { clocks.append(try TimestampFormat(pattern + rest)) }
        }
        dateOnly = try TimestampFormat("yyyy-MM-dd")
    }

    /// The moment in a field, nil where it is blank.
    ///
    /// - Parameter acceptsDay: whether a date alone may stand for its midnight.
    mutating func moment(_ column: Column, of csv: CSVReader, acceptsDay: Bool) throws(FormatError) -> Instant? {
        guard let text = csv.text(column) else { return nil }
        if let instant = Instant(stamp: text) { return instant }
        let bytes = csv.bytes(column)
        for index in clocks.indices {
            if let instant = clocks[index].parse(bytes, zone: zone) { return instant }
        }
        if acceptsDay, let instant = dateOnly.parse(bytes, zone: zone) { return instant }
        throw csv.error(
            .notATime,
            "'\(text.prefix(60).printable)' is no time that exists; write 2011-10-03T16:30, or with its offset "
                + "2011-10-03T16:30:00+01:00", column)
    }
}
