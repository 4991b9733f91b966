import Domain

/// Stages of orders, parcels, tickets or jobs: `case,stage,start,end,place,worker`.
///
/// `case` is what goes through the stages, `stage` the name of one (`pick`, `pack`). `start` and `end` are ISO 8601, by
/// the wall clock of the zone where they have no offset; a blank `end` means that it is not done yet. `worker` is
/// personal data.
public enum StagesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case `case`, stage, start, end, place, worker
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.case, .stage, .start]

    /// The stage of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> StageEvent {
        let start = try row.requiredMoment(.start)
        return StageEvent(
            id: try row.identifier(.case), stage: try row.identifier(.stage), start: start,
            end: try row.moment(.end), place: try row.optionalName(.place),
            worker: try row.optionalIdentifier(.worker))
    }

    /// The fields of a stage.
    public static func written(_ event: StageEvent) -> [Field: PlainValue] {
        filled([
            .case: .text(event.id), .stage: .text(event.stage), .start: .of(event.start), .end: .of(event.end),
            .place: .of(event.place), .worker: .of(event.worker),
        ])
    }
}
