import Domain
import Formats
import Inventory
import Store

/// Stock that should not be there, the most cash first, and the way out that brings most.
public struct SlowStockReport: Report {
    /// One product's surplus.
    public struct Line: Sendable {
        /// The product and its plan.
        public var plan: ProductPlan
        /// Its class by revenue and evenness of demand, such as `CZ`.
        public var classes: String
        /// How much, and how it stands.
        public var stock: SlowStock
        /// The last day on which it was asked for; nil for never.
        public var lastSale: Day?
        /// The ways out, the best first; empty where its price is not known.
        public var ways: [StockExit.Choice]
    }

    let lines: [Line]
    let currency: Currency
    let limit: Int?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("cash", .money(total(lines), currency)),
            (
                "lines",
                .array(
                    lines.map { line in
                        .object([
                            ("sku", .text(line.plan.product.sku)), ("name", .string(line.plan.product.name)),
                            ("place", .text(line.plan.place)), ("class", .string(line.classes)),
                            ("standing", .string(line.stock.standing.rawValue)),
                            ("units", .integer(line.stock.units)), ("cash", .money(line.stock.cash)),
                            ("daysOfCover", .number(line.stock.daysOfCover)), ("lastSale", .text(line.lastSale)),
                            (
                                "ways",
                                .array(
                                    line.ways.map { way in
                                        .object([
                                            ("way", .string(SlowStockReport.name(way.way))),
                                            ("share", .number(SlowStockReport.share(way.way))),
                                            ("worth", .money(way.worth, currency)),
                                            ("days", .number(way.days.isFinite ? way.days : nil)),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        guard !lines.isEmpty else { return "no stock lies beyond what is needed" }
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("CLASS"), .init("STANDS"), .init("UNITS", number: true),
            .init("CASH", number: true), .init("COVER", number: true), .init("LAST SALE"), .init("BEST WAY OUT"),
            .init("BRINGS", number: true),
        ])
        let shown = lines.prefix(limit ?? lines.count)
        for line in shown {
            table.add([
                line.plan.product.sku.text, Readable.cut(line.plan.product.name, 28), line.plan.place.text,
                line.classes,
                line.stock.standing.rawValue, String(line.stock.units), line.stock.cash?.amount ?? "?",
                line.stock.daysOfCover.map { "\(Readable.units($0)) d" } ?? "–",
                line.lastSale?.description ?? "never", line.ways.first.map { SlowStockReport.words($0.way) } ?? "?",
                line.ways.first.map { Readable.units($0.worth) } ?? "?",
            ])
        }
        var text = table.text
        if shown.count < lines.count { text += "\n… and \(lines.count - shown.count) more; --limit 0 shows all" }
        return text
            + "\n\(Money(minor: total(lines), currency: currency).amount) \(currency) lie in \(lines.count) of them"
    }

    private func total(_ lines: [Line]) -> Int64 { lines.reduce(0) { $0 &+ ($1.stock.cash?.minor ?? 0) } }

    private static func name(_ way: StockExit.Way) -> String {
        switch way {
        case .keep: "keep"
        case .markdown: "markdown"
        case .giveBack: "return"
        case .writeOff: "writeOff"
        }
    }

    private static func share(_ way: StockExit.Way) -> Double? {
        if case .markdown(let share) = way { share } else { nil }
    }

    static func words(_ way: StockExit.Way) -> String {
        switch way {
        case .keep: "keep selling"
        case .markdown(let share): "mark down \(Int((share * 100).rounded())) %"
        case .giveBack: "return to supplier"
        case .writeOff: "write off"
        }
    }
}

extension Engine {
    /// Excess, slow and dead stock with the cash it holds, the most first.
    ///
    /// - Parameters:
    ///   - elasticity: of demand to the price, −50…0, for the ways that mark down.
    ///   - slowAfter: days of cover beyond which a stock is slow; also days without a sale after which it is dead.
    ///   - scrapShare: what a scrapped unit brings, as a share of its cost.
    /// - Throws: `.usage` for numbers out of range.
    public func slowStock(
        elasticity: Double, slowAfter: Int = 180, scrapShare: Double = 0, limit: Int? = nil, actor: String
    ) throws -> SlowStockReport {
        guard elasticity >= -50, elasticity <= 0, slowAfter > 0, scrapShare >= -1, scrapShare < 1 else {
            throw EngineError(
                .usage, "give an elasticity of -50 to 0, days above 0 and a scrap value of -1 to 1 of the cost")
        }
        let policy = try policy(actor: actor).policy
        // What nobody has told of is not known not to have sold.
        let today = min(
            settings.zone.day(of: try now()),
            try facts.coveredDays().last?.upperBound.advanced(by: 1) ?? .init(number: .max))
        var last: [Int64: [Int64: Day]] = [:]
        for sale in try facts.lastSales() { last[sale.product, default: [:]][sale.pool] = sale.day }
        let holding = policy.service.holdingRate / 365
        var lines: [SlowStockReport.Line] = []
        for plan in try plans(actor: actor) {
            guard let line = plan.line, plan.kit == nil, line.available > 0 else { continue }
            let sold = last[plan.product.id]?[plan.pool]
            let coming = plan.inbound.reduce(Int64(0)) { $0 &+ $1.quantity }
            let stock = SlowStock(
                onHand: line.available, onOrder: coming, orderUpTo: line.policy?.orderUpTo,
                dailyDemand: plan.dailyDemand, daysSinceSale: sold.map { $0.distance(to: today) }, cost: plan.cost,
                currency: settings.currency, slowAfter: Double(slowAfter), deadAfter: slowAfter)
            guard stock.standing != .healthy else { continue }
            let ways = plan.price.map { price in
                StockExit(
                    StockExit.Terms(
                        units: Double(stock.units), rate: plan.dailyDemand, price: price.value, elasticity: elasticity,
                        holding: (plan.cost?.value ?? 0) * holding, capital: 0,
                        scrap: (plan.cost?.value ?? 0) * scrapShare)
                )?.choices ?? []
            }
            lines.append(
                SlowStockReport.Line(
                    plan: plan, classes: plan.revenueClass + plan.evenness.rawValue, stock: stock, lastSale: sold,
                    ways: ways ?? []))
        }
        lines.sort {
            let (a, b) = ($0.stock.cash?.minor ?? -1, $1.stock.cash?.minor ?? -1)
            return a != b ? a > b : ($0.plan.product.sku, $0.plan.place) < ($1.plan.product.sku, $1.plan.place)
        }
        return SlowStockReport(lines: lines, currency: settings.currency, limit: limit)
    }
}
