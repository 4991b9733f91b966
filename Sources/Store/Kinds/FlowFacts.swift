import Domain
import GRDB

// How work goes through the shop: stages, scans, visitors of a place, hours of people.

extension Facts {
    private static let stages = FactTable(
        "stage_event", tally: "stageEvents", keys: ["source", "subject", "stage", "at"],
        values: ["ended_at", "place", "worker"])

    static func take(_ facts: Facts, _ database: Database, _ event: StageEvent, _ batch: Batch) throws -> Arrival {
        try stages.keep(
            [batch.source, event.id, word(database, event.stage), event.start.milliseconds],
            [event.end?.milliseconds, event.place.map { try place(database, $0) }, word(database, event.worker)],
            of: batch, database)
    }

    private static let scans = FactTable(
        "carrier_scan", tally: "carrierScans", keys: ["source", "tracking", "at", "status"],
        values: ["carrier", "location", "number"])

    static func take(_ facts: Facts, _ database: Database, _ scan: CarrierScan, _ batch: Batch) throws -> Arrival {
        try scans.keep(
            [batch.source, scan.tracking, scan.at.milliseconds, scan.status.rawValue],
            [word(database, scan.carrier), word(database, scan.location), scan.order], of: batch, database)
    }

    private static let footfalls = FactTable(
        "footfall", tally: "footfall", keys: ["source", "place", "at"], values: ["minutes", "entered", "gone"])

    static func take(_ facts: Facts, _ database: Database, _ footfall: Footfall, _ batch: Batch) throws -> Arrival {
        try footfalls.keep(
            [batch.source, place(database, footfall.place), footfall.from.milliseconds],
            [footfall.minutes, footfall.entered, footfall.left], of: batch, database)
    }

    private static let shifts = FactTable(
        "shift", tally: "shifts", keys: ["source", "number", "state"],
        values: ["place", "role", "worker", "at", "until", "pause"])

    static func take(_ facts: Facts, _ database: Database, _ shift: Shift, _ batch: Batch) throws -> Arrival {
        try shifts.keep(
            [batch.source, shift.id, shift.state.rawValue],
            [
                place(database, shift.place), word(database, shift.role), word(database, shift.worker),
                shift.from.milliseconds, shift.to.milliseconds, shift.breakMinutes,
            ], of: batch, database)
    }
}
