import Domain

/// What is special about days: `day,name,kind,place,region,value,status`.
///
/// `kind` is `holiday`, `event`, `payday`, `benefit` or `weather`; blank `place` and `region` are all of them. `value` is
/// how much of it, such as degrees, blank where that means nothing. `status` is `planned` (or blank) or `cancelled`. Days
/// may lie ahead. An occasion is known by day, kind, name, place and region.
public enum OccasionsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case day, name, kind, place, region, value, status
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.day, .name, .kind]

    /// The occasion of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Occasion {
        guard let kind: Occasion.Kind = try row.word(.kind) else {
            throw row.error(.missingValue, "is blank; write holiday, event, payday, benefit or weather", .kind)
        }
        return Occasion(
            day: try row.requiredDay(.day), name: try row.identifier(.name), kind: kind,
            place: try row.optionalName(.place), region: try row.optionalIdentifier(.region),
            value: try row.number(.value, -1e9...1e9), status: try row.word(.status) ?? .planned)
    }

    /// The fields of an occasion.
    public static func written(_ occasion: Occasion) -> [Field: PlainValue] {
        filled([
            .day: .of(occasion.day), .name: .text(occasion.name), .kind: .text(occasion.kind.rawValue),
            .place: .of(occasion.place), .region: .of(occasion.region),
            .value: occasion.value.map { .number($0) }, .status: .text(occasion.status.rawValue),
        ])
    }
}
