import Domain

/// Hours of people at places: `id,place,role,worker,from,to,break_minutes,state`.
///
/// `role` is what they do (`till`, `pick`, `pack`, `support`); `from` and `to` are ISO 8601, by the wall clock of the
/// zone where they have no offset; `break_minutes` is 0 to 1440, blank for none; `state` is `planned` or `worked`.
/// `worker` may be blank, and is personal data.
public enum ShiftsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id, place, role, worker, from, to
        case breakMinutes = "break_minutes"
        case state
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.id, .place, .role, .from, .to, .state]

    /// The shift of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Shift {
        let from = try row.requiredMoment(.from)
        guard let to = try row.moment(.to) else {
            throw row.error(.missingValue, "is blank; write when the shift ends", .to)
        }
        guard let state: Shift.State = try row.word(.state) else {
            throw row.error(.missingValue, "is blank; write planned or worked", .state)
        }
        return Shift(
            id: try row.identifier(.id), place: try row.name(.place), role: try row.identifier(.role),
            worker: try row.optionalIdentifier(.worker), from: from, to: to,
            breakMinutes: try row.integer(.breakMinutes, 0...1440) ?? 0, state: state)
    }

    /// The fields of a shift.
    public static func written(_ shift: Shift) -> [Field: PlainValue] {
        filled([
            .id: .text(shift.id), .place: .of(shift.place), .role: .text(shift.role), .worker: .of(shift.worker),
            .from: .of(shift.from), .to: .of(shift.to), .breakMinutes: .integer(shift.breakMinutes),
            .state: .text(shift.state.rawValue),
        ])
    }
}
