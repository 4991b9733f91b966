import Domain
import Formats
import Inventory
import Numerics
import Store

/// How sides fared over the same days: their totals, the differences with their intervals, and the worst misses of each.
public struct ReplayReport: Report {
    let replay: Replay
    let currency: Currency
    let products: Int
    /// Products left out, in the order of `ReplayGap`.
    let gaps: [Int]
    let undated: Int, unordered: Int
    let hiddenDays: Int
    /// By side, then draw.
    let totals: [[ReplayFigures]]
    /// Of each side less the last, in the order of `ReplayMeasure`.
    let differences: [[PairedBootstrap]]
    let misses: [[ReplaySums.Miss]]

    /// Chance that an interval is to hold.
    static let level = 0.9

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("from", .text(replay.days.lowerBound)), ("to", .text(replay.days.upperBound)),
            ("products", .integer(Int64(products))), ("draws", .integer(Int64(replay.draws))),
            ("seed", .string(String(replay.seed))),
            ("unmetDemand", .string(replay.shortage == .lost ? "lost" : "waits")),
            ("level", .number(ReplayReport.level)),
            (
                "leftOut",
                .array(
                    ReplayGap.allCases.filter { gaps[$0.rawValue] > 0 }.map { gap in
                        .object([
                            ("reason", .string(gap.key)), ("products", .integer(Int64(gaps[gap.rawValue]))),
                            ("words", .string(gap.words)),
                        ])
                    })
            ), ("policies", .array(replay.sides.indices.map(json(ofSide:)))),
            ("differences", .array(differences.indices.map(json(ofDifference:)))),
            ("notes", .array(notes.map { .string($0) })),
        ])
    }

    private func json(ofSide side: Int) -> JSONValue {
        let mean = mean(side)
        var members: [(String, JSONValue)] = [("policy", .string(replay.sides[side].name))]
        for measure in ReplayMeasure.allCases {
            let sorted = totals[side].map { measure.of($0) }.sorted()
            members.append((measure.rawValue, value(measure.of(mean), measure)))
            members.append(
                (
                    "\(measure.rawValue)Interval",
                    interval(
                        PairedBootstrap.quantile((1 - ReplayReport.level) / 2, of: sorted),
                        PairedBootstrap.quantile((1 + ReplayReport.level) / 2, of: sorted), measure)
                ))
        }
        members += [
            ("unitsAsked", .number(mean.asked)), ("fillRate", .number(fillRate(mean))),
            ("orders", .number(mean.orders)), ("daysOut", .number(mean.daysOut)),
            ("misses", .array(misses[side].map(json(of:)))),
        ]
        return .object(members)
    }

    private func json(of miss: ReplaySums.Miss) -> JSONValue {
        .object([
            ("sku", .string(miss.product.sku.text)), ("name", .string(miss.product.name)),
            ("place", .string(miss.place.text)), ("daysOut", .number(miss.figures.daysOut)),
            ("unitsLost", .number(miss.figures.short)), ("marginLost", money(miss.figures.marginLost)),
            ("cause", .string(miss.cause.rawValue)),
            (
                "unitsByCause",
                .object(MissCause.allCases.enumerated().map { ($1.rawValue, .number(miss.figures.causes[$0])) })
            ),
        ])
    }

    private func json(ofDifference side: Int) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("policy", .string(replay.sides[side].name)),
            ("against", .string(replay.sides[replay.sides.count - 1].name)),
        ]
        for (measure, difference) in zip(ReplayMeasure.allCases, differences[side]) {
            members.append((measure.rawValue, value(difference.total, measure)))
            members.append(("\(measure.rawValue)Interval", interval(difference.low, difference.high, measure)))
        }
        return .object(members)
    }

    private func value(_ value: Double, _ measure: ReplayMeasure) -> JSONValue {
        measure.isMoney ? money(value) : .number(value)
    }

    private func interval(_ low: Double, _ high: Double, _ measure: ReplayMeasure) -> JSONValue {
        .object([("low", value(low, measure)), ("high", value(high, measure))])
    }

    private func money(_ amount: Double) -> JSONValue { .money(minor(amount), currency) }

    private func minor(_ amount: Double) -> Int64? {
        let minor = (amount * Double(FixedPoint.powers[currency.decimals])).rounded()
        return minor.magnitude < 9e18 ? Int64(minor) : nil
    }

    // MARK: - For people

    /// As `Report` says.
    public var text: String {
        var parts = [
            "\(replay.days.lowerBound) to \(replay.days.upperBound), \(products) products, \(replay.draws) draws of chance, "
                + "seed \(replay.seed); money in \(currency); means, and in brackets what nine draws of ten lie between"
        ]
        parts.append(table)
        if !differences.isEmpty {
            let other = replay.sides[replay.sides.count - 1].name.printable
            parts.append("AGAINST \(other), in brackets with nine chances of ten\n" + differenceTable)
        }
        for side in replay.sides.indices where !misses[side].isEmpty {
            parts.append("WORST MISSES of \(replay.sides[side].name.printable)\n" + missTable(side))
        }
        if !notes.isEmpty { parts.append(notes.map { "note: \($0)" }.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private var table: String {
        var table = TextTable([
            .init("POLICY"), .init(replay.shortage == .lost ? "MARGIN LOST" : "MARGIN LATE", number: true), .init(""),
            .init("UNITS", number: true), .init("REVENUE", number: true), .init("FILL RATE", number: true),
            .init("CAPITAL", number: true), .init("ON THE WAY", number: true), .init("ORDER LINES", number: true),
            .init("ORDERS", number: true),
        ])
        for (side, figures) in totals.enumerated() {
            let mean = mean(side)
            let sorted = figures.map(\.marginLost).sorted()
            table.add([
                replay.sides[side].name, whole(mean.marginLost),
                brackets(
                    PairedBootstrap.quantile((1 - ReplayReport.level) / 2, of: sorted),
                    PairedBootstrap.quantile((1 + ReplayReport.level) / 2, of: sorted)),
                Readable.units(mean.short), whole(mean.revenue), percent(fillRate(mean)), whole(mean.onHand),
                whole(mean.inTransit), Readable.units(mean.lines), Readable.units(mean.orders),
            ])
        }
        return table.text
    }

    private var differenceTable: String {
        let heads = [
            replay.shortage == .lost ? "MARGIN LOST" : "MARGIN LATE", "UNITS", "REVENUE", "CAPITAL", "ON THE WAY",
            "ORDER LINES",
        ]
        var table = TextTable(
            [.init("POLICY")] + heads.flatMap { [TextTable.Column($0, number: true), TextTable.Column("")] })
        for (side, differences) in differences.enumerated() {
            table.add(
                [replay.sides[side].name]
                    + differences.flatMap { [signed($0.total), brackets($0.low, $0.high)] })
        }
        return table.text
    }

    private func missTable(_ side: Int) -> String {
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("DAYS OUT", number: true), .init("UNITS", number: true),
            .init("MARGIN", number: true), .init("WHY"),
        ])
        for miss in misses[side] {
            table.add([
                miss.product.sku.text, Readable.cut(miss.product.name, 28), miss.place.text,
                Readable.units(miss.figures.daysOut), Readable.units(miss.figures.short),
                whole(miss.figures.marginLost), miss.cause.words,
            ])
        }
        return table.text
    }

    private func whole(_ amount: Double) -> String { Readable.units(amount.rounded()) }

    private func signed(_ amount: Double) -> String {
        let text = whole(amount)
        return text == "0" || text.hasPrefix("-") ? text : "+" + text
    }

    private func brackets(_ low: Double, _ high: Double) -> String { "[\(whole(low)), \(whole(high))]" }

    private func percent(_ share: Double?) -> String {
        guard let share else { return "" }
        return FixedPoint.text(Int64((share * 1000).rounded()), decimals: 1, keep: 1) + " %"
    }

    private func fillRate(_ figures: ReplayFigures) -> Double? {
        figures.asked > 0 ? 1 - figures.short / figures.asked : nil
    }

    private func mean(_ side: Int) -> ReplayFigures {
        totals[side].reduce(into: ReplayFigures()) { $0 += $1 } / Double(max(1, totals[side].count))
    }

    /// What the figures rest on besides facts.
    private var notes: [String] {
        var notes: [String] = []
        let left = ReplayGap.allCases.filter { gaps[$0.rawValue] > 0 }
        if !left.isEmpty {
            notes.append("left out: " + left.map { "\(gaps[$0.rawValue]) \($0.words)" }.joined(separator: ", "))
        }
        if hiddenDays > 0 {
            notes.append(
                "on \(hiddenDays) days of a product its shelf was empty or nobody told of it: what was asked for is drawn from the forecast"
            )
        }
        if undated > 0 {
            notes.append("\(undated) order lines have no day of receipt: they come on the day for which they were due")
        }
        if unordered > 0 {
            notes.append("\(unordered) arrivals belong to no known order: each counts as an order line of its day")
        }
        if replay.sides.contains(where: { $0.policy != nil }) {
            notes.append(
                "orders of a policy are approved at once; returns, moves and corrections of the stock are left out for all"
            )
        }
        return notes
    }
}

extension MissCause {
    /// Why, in words.
    var words: String {
        switch self {
        case .shortFromStart: "too little there or on its way when the days began"
        case .lateDelivery: "delivery late"
        case .noOrderInTime: "no order in time"
        case .demandAboveForecast: "demand above forecast"
        }
    }
}
