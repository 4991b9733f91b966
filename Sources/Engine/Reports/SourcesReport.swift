import Domain
import Formats
import Intake
import Store

/// The live sources that `penstock.toml` names, and how each stands.
public struct SourcesReport: Report {
    /// One source.
    struct Row {
        var settings: FeedSettings
        var feed: Feed?
        /// Its state; nil where it was never looked at.
        var state: Feed.State?
        /// What is wrong, one sentence each.
        var wrong: [String]
    }

    let rows: [Row]
    let now: Instant
    let zone: Zone
    let runner: Int32?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("runner", .integer(runner.map(Int64.init))), ("sources", .array(rows.map(json))),
        ])
    }

    private func json(_ row: Row) -> JSONValue {
        func time(_ at: Instant?) -> JSONValue { at.map { .string($0.iso8601(in: zone)) } ?? .null }
        func seconds(_ length: Duration?) -> JSONValue {
            .number(length.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 })
        }
        let share = row.feed?.window.at(now).share
        return .object([
            ("name", .string(row.settings.name)), ("kind", .string(row.settings.origin.kind)),
            ("state", .string(row.state?.rawValue ?? "never run")), ("lastSeen", time(row.feed?.lastAt)),
            ("watermark", time(row.feed?.watermark)), ("lagSeconds", seconds(lag(row))),
            ("everySeconds", seconds(row.settings.every)), ("promiseSeconds", seconds(row.settings.promise)),
            ("provisionalFrom", time(provisionalFrom(row))), ("read", .integer(row.feed.map { Int64($0.read) })),
            ("refused", .integer(row.feed.map { Int64($0.refused) })),
            ("late", .integer(row.feed.map { Int64($0.late) })),
            ("quarantineShare", .number(share.flatMap { $0.rows > 0 ? $0.refused : nil })),
            ("maxQuarantineShare", .number(row.settings.maxQuarantineShare)),
            ("wrong", .array(row.wrong.map { .string($0) })),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !rows.isEmpty else {
            return
                "penstock.toml names no live source; add [[source]] with name, kind and path (see README), or import files"
        }
        var table = TextTable([
            .init("SOURCE"), .init("KIND"), .init("STATE"), .init("LAST SEEN"), .init("WATERMARK"),
            .init("LAG", number: true), .init("PROMISE", number: true), .init("REFUSED", number: true),
            .init("LATE", number: true), .init("WHAT IS WRONG"),
        ])
        for row in rows {
            let share = row.feed?.window.at(now).share
            table.add([
                row.settings.name, row.settings.origin.kind, row.state?.rawValue ?? "never run",
                row.feed?.lastAt?.iso8601(in: zone) ?? "–", row.feed?.watermark?.iso8601(in: zone) ?? "–",
                lag(row)?.words ?? "–", row.settings.promise?.words ?? "–",
                share.map { $0.rows > 0 ? Readable.chance($0.refused) : "–" } ?? "–",
                row.feed.map { String($0.late) } ?? "–", row.wrong.joined(separator: "; "),
            ])
        }
        return table.text
            + (runner == nil ? "\nno runner serves this shop: nothing flows; start one with penstock run" : "")
    }

    /// How far the newest fact lies behind now.
    private func lag(_ row: Row) -> Duration? {
        row.feed?.watermark.map { .milliseconds(max(0, now.milliseconds - $0.milliseconds)) }
    }

    /// From when on facts may still come: days from then on are provisional.
    private func provisionalFrom(_ row: Row) -> Instant? {
        row.feed?.watermark.map { $0.adding(seconds: -row.settings.provisional.components.seconds) }
    }
}

/// What checking the live sources' configuration found.
public struct SourcesCheck: Report {
    let findings: [(name: String, problems: [String])]

    /// Whether nothing is wrong.
    public var isWell: Bool { findings.allSatisfy(\.problems.isEmpty) }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("well", .bool(isWell)),
            (
                "sources",
                .array(
                    findings.map {
                        .object([("name", .string($0.name)), ("problems", .array($0.problems.map { .string($0) }))])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !findings.isEmpty else { return "penstock.toml names no live source" }
        return findings.flatMap { finding in
            finding.problems.isEmpty
                ? ["ok     \(finding.name)"] : finding.problems.map { "WRONG  \(finding.name): \($0)".printable }
        }.joined(separator: "\n")
    }
}

extension Engine {
    /// How the live sources stand.
    public func sources() throws -> SourcesReport {
        let known = Dictionary(try facts.liveSources().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let now = wallNow()
        let rows = settings.intake.feeds.map { settings in
            let feed = known[settings.name]
            let troubles = feed?.troubles(settings, at: now) ?? []
            let isSilent = feed?.state == .flowing && troubles.contains { $0.trouble == .silent }
            var wrong = troubles.map(\.says)
            if let said = feed?.said, !said.isEmpty, !wrong.contains(said) { wrong.append(said) }
            return SourcesReport.Row(
                settings: settings, feed: feed, state: isSilent ? .silent : feed?.state, wrong: wrong)
        }
        return SourcesReport(rows: rows, now: now, zone: self.settings.zone, runner: RunLock.holder(folder.lock))
    }

    private func recordFindings() -> [(String, [String])] {
        let problems: [String]
        do { problems = try recordProblems() } catch { problems = ["\(error)"] }
        return problems.isEmpty ? [] : [("[records]", problems)]
    }

    /// Checks what `penstock.toml` says of sources against what is there and what has come, without taking anything in.
    public func checkSources() -> SourcesCheck {
        let signatures = settings.intake.signatures.obstacles
        return SourcesCheck(
            findings: settings.intake.feeds.map { feed in
                var problems = feed.obstacles(in: folder.path)
                do { _ = try layout(of: feed, isKept: false) } catch { problems.append("\(error)") }
                return (feed.name, problems)
            } + recordFindings() + (signatures.isEmpty ? [] : [("penstock.toml", signatures)]))
    }
}
