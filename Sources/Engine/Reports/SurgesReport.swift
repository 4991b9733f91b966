import Domain
import Forecasting
import Formats
import Store

/// Which products are about to sell more than usual by what visits and mentions say, and how well that has gone so far.
public struct SurgesReport: Report {
    /// One product in one place.
    struct Row {
        let product: Product
        let place: String
        let sensed: SensedSeries
    }

    let sensing: ShopSensing
    /// Those that a surge is expected of, the largest first, and all that were judged.
    let expected: [Row]
    let judged: [Row]
    let today: Day
    let asOf: Instant
    let zone: Zone
    /// Whether every product that was judged is listed.
    let isWhole: Bool

    /// The day from today on that is lifted most, and the first and last that are lifted by a fifth at least.
    private func days(_ row: Row) -> (peak: Day, most: Double, first: Day, last: Day) {
        let multipliers = row.sensed.multipliers
        let most = multipliers.max() ?? 1
        let lifted = multipliers.indices.filter { multipliers[$0] >= DemandSensing.leastLift }
        func day(_ index: Int?) -> Day { today.advanced(by: index ?? 0) }
        return (day(multipliers.firstIndex(of: most)), most, day(lifted.first), day(lifted.last))
    }

    /// Hours from the end of the day on which a surge was noticed to that of the first day that is lifted.
    private func hours(_ row: Row, _ surge: SensedSeries.Surge) -> Int {
        24 * surge.since.distance(to: days(row).first)
    }

    /// Of the series that are on, what came true of a row's announcements so far.
    private func record(_ sensed: SensedSeries) -> SurgeWarnings? {
        guard sensed.standing == .on, let tried = sensing.tried, let first = sensing.signals?.days.lowerBound else {
            return nil
        }
        return SurgeWarnings(
            surges: [sensed.surges], announcements: [sensed.announcements],
            days: first.distance(to: tried.lowerBound)..<first.distance(to: tried.upperBound) + 1,
            reach: ShopSensing.horizon)
    }

    private func count(_ standing: SensedSeries.Standing) -> Int {
        judged.count { $0.sensed.standing == standing }
    }

    // MARK: For programs

    /// As `Report` says.
    public var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("asOf", .string(asOf.iso8601(in: zone))), ("today", .string(today.description)),
            ("visits", range(sensing.signals?.visited)), ("mentions", range(sensing.signals?.mentioned)),
            ("surges", .array(expected.map(surge))), ("soFar", soFar),
            (
                "series",
                .object(
                    SensedSeries.Standing.allCases.map { ($0.rawValue, .integer(Int64(count($0)))) })
            ),
        ]
        if isWhole { members.append(("products", .array(judged.map(series)))) }
        return .object(members)
    }

    private func range(_ days: ClosedRange<Day>?) -> JSONValue {
        guard let days else { return .null }
        return .object([("from", .text(days.lowerBound)), ("to", .text(days.upperBound))])
    }

    private func surge(_ row: Row) -> JSONValue {
        guard let surge = row.sensed.surge else { return .null }
        let days = days(row)
        return .object([
            ("sku", .string(row.product.sku.text)), ("name", .string(row.product.name)), ("place", .string(row.place)),
            ("signal", .string(surge.signal.rawValue)), ("since", .text(surge.since)),
            ("counted", .number(surge.counted)), ("expected", .number(surge.expected)),
            ("multipliers", .array(row.sensed.multipliers.map { .number($0) })),
            ("peak", .number(days.most)), ("peakOn", .text(days.peak)),
            ("from", .text(days.first)), ("to", .text(days.last)),
            ("warningHours", .integer(Int64(hours(row, surge)))),
        ])
    }

    private var soFar: JSONValue {
        let (warnings, skill) = (sensing.warnings, sensing.skillInUse)
        return .object([
            ("days", range(sensing.tried)), ("surges", .integer(Int64(warnings.surges))),
            ("announced", .integer(Int64(warnings.announced))), ("recall", .number(warnings.recall)),
            ("falseAlarms", .integer(Int64(warnings.falseAlarms))),
            ("seriesMonths", .number(warnings.seriesMonths)),
            ("falseAlarmsPerSeriesMonth", .number(warnings.falseAlarmsPerMonth)),
            ("medianWarningHours", .number(warnings.medianHours)),
            ("forecasts", .integer(Int64(skill.forecasts))), ("wapeWithout", .number(skill.wapeWithout)),
            ("wapeWith", .number(skill.wapeWith)), ("pinball90Without", .number(skill.pinballWithout)),
            ("pinball90With", .number(skill.pinballWith)),
        ])
    }

    private func series(_ row: Row) -> JSONValue {
        let (skill, record) = (row.sensed.skill, record(row.sensed))
        return .object([
            ("sku", .string(row.product.sku.text)), ("place", .string(row.place)),
            ("state", .string(row.sensed.standing.rawValue)), ("forecasts", .integer(Int64(skill.forecasts))),
            ("wapeWithout", .number(skill.wapeWithout)), ("wapeWith", .number(skill.wapeWith)),
            ("gain", .number(skill.gain)), ("gainDeviation", .number(skill.gainDeviation)),
            ("surges", .integer(record.map { Int64($0.surges) })),
            ("announced", .integer(record.map { Int64($0.announced) })),
            ("falseAlarms", .integer(record.map { Int64($0.falseAlarms) })),
        ])
    }

    // MARK: For people

    /// As `Report` says.
    public var text: String {
        var blocks: [String] = []
        if expected.isEmpty {
            blocks.append("no surge of demand is expected")
        } else {
            var table = TextTable([
                .init("SKU"), .init("NAME"), .init("PLACE"), .init("LIFT", number: true), .init("PEAK ON"),
                .init("FROM"), .init("TO"), .init("SINCE"), .init("WARNING", number: true), .init("SIGNAL"),
            ])
            for row in expected {
                guard let surge = row.sensed.surge else { continue }
                let days = days(row)
                table.add([
                    row.product.sku.text, Readable.cut(row.product.name, 30), row.place, SurgesReport.more(days.most),
                    days.peak.description, days.first.description, days.last.description, surge.since.description,
                    "\(hours(row, surge)) h",
                    "\(Readable.units(surge.counted)) \(surge.signal.words), \(Readable.units(surge.expected)) expected",
                ])
            }
            blocks.append(table.text)
        }
        blocks.append(worth.joined(separator: "\n"))
        if isWhole, !judged.isEmpty {
            var table = TextTable([
                .init("SKU"), .init("PLACE"), .init("STATE"), .init("ERROR WITHOUT", number: true),
                .init("WITH", number: true), .init("SURGES", number: true), .init("ANNOUNCED", number: true),
                .init("FALSE", number: true),
            ])
            for row in judged {
                let (skill, record) = (row.sensed.skill, record(row.sensed))
                table.add([
                    row.product.sku.text, row.place, row.sensed.standing.rawValue,
                    skill.wapeWithout.map(Readable.chance) ?? "", skill.wapeWith.map(Readable.chance) ?? "",
                    record.map { "\($0.surges)" } ?? "", record.map { "\($0.announced)" } ?? "",
                    record.map { "\($0.falseAlarms)" } ?? "",
                ])
            }
            blocks.append(table.text)
        }
        return blocks.joined(separator: "\n\n")
    }

    /// What the signals were worth so far, line by line.
    private var worth: [String] {
        var lines: [String] = []
        let (warnings, skill) = (sensing.warnings, sensing.skillInUse)
        if let tried = sensing.tried, count(.on) > 0 {
            var line = "from \(tried.lowerBound) to \(tried.upperBound): "
            if let recall = warnings.recall {
                line +=
                    "\(warnings.announced) of \(warnings.surges) surges announced (\(Readable.chance(recall)))"
                if let hours = warnings.medianHours { line += ", mostly \(Readable.units(hours)) hours ahead" }
            } else {
                line += "no surge of demand"
            }
            line += "; \(warnings.falseAlarms) false alarm\(warnings.falseAlarms == 1 ? "" : "s")"
            if let rate = warnings.falseAlarmsPerMonth {
                line += ", \(Readable.units(rate * Double(count(.on)))) a month in all"
            }
            lines.append(line)
            if let with = skill.wapeWith, let without = skill.wapeWithout {
                lines.append(
                    "error of a day's forecast while signals spoke: \(Readable.units(100 * with)) % of demand with what was in use then, "
                        + "\(Readable.units(100 * without)) % without")
            }
        }
        lines.append("signals are in use for \(count(.on)) of \(judged.count) products by place")
        for standing in SensedSeries.Standing.allCases where standing != .on && count(standing) > 0 {
            lines.append("  off for \(count(standing)) \(standing.words)")
        }
        for (name, days) in [("visits", sensing.signals?.visited), ("mentions", sensing.signals?.mentioned)] {
            lines.append(
                days.map { "\(name) are known from \($0.lowerBound) to \($0.upperBound)" } ?? "no \(name) are known")
        }
        return lines
    }

    /// A multiplier as what it adds: `+80 %`.
    private static func more(_ multiplier: Double) -> String { "+\(Int((100 * (multiplier - 1)).rounded())) %" }
}

extension Engine {
    /// The surges of demand that visits and mentions announce, by product and place, and how well they did so far.
    ///
    /// - Parameter isWhole: whether every product that was judged is listed.
    /// - Throws: `EngineError(.notFound)` where no order is known, or no visit and no mention.
    public func surges(isWhole: Bool = false) throws -> SurgesReport {
        let now = try now()
        let today = settings.zone.day(of: now)
        guard let window = HistoryWindow(coverage: try facts.coverageBySource(), today: today) else {
            throw EngineError(
                .notFound, "no sales are known before today; import orders first: penstock import orders.csv")
        }
        let sensing = try ShopSensing(facts, asOf: now, today: today, window: window, regions: settings.regions)
        guard sensing.signals != nil else {
            throw EngineError(
                .notFound,
                "no visits and no mentions are known of days with sales; import the web shop's events (GA4's export, "
                    + "penstock import events.jsonl) or mentions (id, mentioned_at, network, sku, region, reach)")
        }
        let products = Dictionary(uniqueKeysWithValues: try facts.products().map { ($0.id, $0) })
        let pools = try facts.pools()
        let rows = sensing.series.compactMap { sensed in
            products[sensed.product].map {
                SurgesReport.Row(product: $0, place: pools[sensed.pool]?.name ?? "", sensed: sensed)
            }
        }.sorted { ($0.product.sku, $0.place) < ($1.product.sku, $1.place) }
        func most(_ row: SurgesReport.Row) -> Double { row.sensed.multipliers.max() ?? 1 }
        let expected = rows.filter { $0.sensed.surge != nil }.enumerated().sorted {
            (most($1.element), $0.offset) < (most($0.element), $1.offset)
        }.map(\.element)
        return SurgesReport(
            sensing: sensing, expected: expected, judged: rows, today: today, asOf: now, zone: settings.zone,
            isWhole: isWhole)
    }
}
