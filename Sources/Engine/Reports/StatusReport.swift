import Actions
import Domain
import Formats
import Store

/// How the shop stands: what is known, what waits, and whether anything is wrong.
public struct StatusReport: Report {
    let folder: String
    let zone: Zone
    let currency: Currency
    let asOf: Instant
    let clock: ShopClock
    let tallies: [(kind: String, count: Int)]
    let covered: ClosedRange<Day>?
    let pending: [Decisions.Action]
    let waiting: Int
    let unknown: Int
    let hold: Decisions.Hold?
    let complaint: ActionError?
    let runner: Int32?
    let unfinished: [BatchSummary]
    let schema: Int
    let oddities: Int
    let troubles: [TroubledSource]
    let records: [String]

    private func count(_ kind: String) -> Int { tallies.first { $0.kind == kind }?.count ?? 0 }

    /// As `Report` says.
    public var json: JSONValue {
        let kinds = tallies.filter { !["refused", "parked", "mended", "dropped"].contains($0.kind) }
        return .object([
            ("shop", .string(folder)), ("asOf", .string(asOf.iso8601(in: zone))),
            ("clock", .string(clock == .live ? "live" : "fixed")), ("timeZone", .string(zone.identifier)),
            ("currency", .string(currency.code)),
            ("facts", .object(kinds.map { ($0.kind, .integer(Int64($0.count))) })),
            ("ordersFrom", .text(covered?.lowerBound)), ("ordersTo", .text(covered?.upperBound)),
            ("quarantined", .integer(Int64(count("refused")))), ("parked", .integer(Int64(count("parked")))),
            ("oddities", .integer(Int64(oddities))),
            ("troubledSources", .array(troubles.map { .string("\($0.name): \($0.says)".printable) })),
            ("recordProblems", .array(records.map { .string($0.printable) })),
            ("unfinishedImports", .array(unfinished.map { .string($0.file) })),
            ("pendingActions", .integer(Int64(pending.count))), ("approvedWaiting", .integer(Int64(waiting))),
            ("unknownOutcomes", .integer(Int64(unknown))), ("held", hold.map { .string($0.reason) } ?? .null),
            ("policyProblem", .text(complaint)), ("schemaVersion", .integer(Int64(schema))),
            ("runner", runner.map { .integer(Int64($0)) } ?? .null),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var lines = ["shop       \(folder)"]
        lines.append("shop time  \(asOf.iso8601(in: zone))\(clock == .live ? "" : "  (stands still)")")
        let facts = tallies.filter { !["refused", "parked", "mended", "dropped"].contains($0.kind) }
        let words = facts.map { "\($0.count) \(StatusReport.name($0.kind))" }.joined(separator: ", ")
        lines.append("facts      \(words.isEmpty ? "none yet; penstock import FILE" : words)")
        if let covered { lines.append("orders     \(covered.lowerBound) to \(covered.upperBound)") }
        lines.append(
            "intake     \(count("refused")) rows in quarantine, \(count("parked")) parked"
                + (count("refused") > 0 ? "; penstock quarantine list" : ""))
        if oddities > 0 { lines.append("           \(oddities) taken in are odd; penstock sources oddities") }
        for problem in records { lines.append("RECORDS    \(problem)".printable) }
        for trouble in troubles { lines.append("SOURCE     \(trouble.name): \(trouble.says)".printable) }
        let value = pending.reduce(Int64(0)) { $0 + ($1.header.currency == currency ? $1.value : 0) }
        lines.append(
            "actions    \(pending.count) wait for a decision (\(Money(minor: value, currency: currency)))"
                + ", \(waiting) approved and not yet sent")
        for batch in unfinished {
            lines.append(
                "           import of \(batch.file) is under way or was cut off; what it wrote is whole, import it again to go on"
                    .printable)
        }
        if unknown > 0 {
            lines.append("UNKNOWN    \(unknown) with an unknown outcome; penstock actions list --state unknown")
        }
        if let hold {
            lines.append("HELD       by \(hold.actor.printable): \(hold.reason.printable); penstock actions release")
        }
        if let complaint { lines.append("POLICY     \(complaint.description.printable)") }
        lines.append(
            runner.map { "runner     process \($0)" }
                ?? "runner     none: approved orders wait; start one with penstock run")
        return lines.joined(separator: "\n")
    }

    private static func name(_ kind: String) -> String {
        var words = ""
        for character in kind { words += character.isUppercase ? " " + character.lowercased() : String(character) }
        return words
    }
}

extension Engine {
    /// How the shop stands.
    public func status(actor: String) throws -> StatusReport {
        let covered = try facts.coveredDays()
        let inForce = try policy(actor: actor)
        let (pending, waiting, unknown, hold) = try decisions.read { reader in
            (
                try reader.actions(in: [.proposed, .snoozed, .held]), try reader.effects(in: [.approved, .sent]).count,
                try reader.actions(in: [.unknown]).count, try reader.hold()
            )
        }
        return StatusReport(
            folder: folder.path, zone: settings.zone, currency: settings.currency, asOf: try now(),
            clock: try facts.clock(), tallies: try facts.tallies(),
            covered: covered.first.flatMap { first in covered.last.map { first.lowerBound...$0.upperBound } },
            pending: pending, waiting: waiting, unknown: unknown, hold: hold, complaint: inForce.complaint,
            runner: RunLock.holder(folder.lock), unfinished: try facts.unfinishedImports(),
            schema: Schema.facts.version,
            oddities: try facts.flagCount(), troubles: try troubledSources(),
            records: try recordProblems()
        )
    }
}
