import Domain

/// People who came into a place: `place,from,minutes,entered,left`.
///
/// `from` is when the stretch began, ISO 8601, by the wall clock of the zone where it has no offset; `minutes` is how
/// long it was, 1 to 1440. `entered` and `left` are people; `left` is blank where nobody counts them.
public enum FootfallsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case place, from, minutes, entered, left
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.place, .from, .minutes, .entered]

    /// The stretch of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Footfall {
        Footfall(
            place: try row.name(.place), from: try row.requiredMoment(.from),
            minutes: try row.requiredInteger(.minutes, 1...1440), entered: try row.requiredInteger(.entered),
            left: try row.integer(.left))
    }

    /// The fields of a stretch.
    public static func written(_ footfall: Footfall) -> [Field: PlainValue] {
        filled([
            .place: .of(footfall.place), .from: .of(footfall.from), .minutes: .integer(footfall.minutes),
            .entered: .integer(footfall.entered), .left: footfall.left.map { .integer($0) },
        ])
    }
}
