import Domain
import Formats
import Inventory
import Store

/// Stock and risk, product by product, the most avoidable money first.
public struct StockReport: Report {
    let plans: [ProductPlan]
    let today: Day
    let currency: Currency
    let limit: Int?

    /// As `Report` says.
    public var json: JSONValue {
        .array(plans.prefix(limit ?? plans.count).map { $0.json(today: today, currency: currency) })
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("ON HAND", number: true),
            .init("COMMITTED", number: true),
            .init("DUE", number: true), .init("A DAY", number: true), .init("COVER", number: true),
            .init("OUT BEFORE NEXT", number: true), .init("RUNS OUT"), .init("SAVES", number: true),
            .init("ORDER", number: true),
            .init("WHY"),
        ])
        for plan in plans.prefix(limit ?? plans.count) {
            let due = plan.inbound.reduce(0) { $0 + $1.quantity } + plan.ours.reduce(0) { $0 + $1.quantity }
            let cover = plan.line.map {
                plan.dailyDemand > 0 ? "\(Readable.units(Double(max(0, $0.available)) / plan.dailyDemand)) d" : "–"
            }
            table.add([
                plan.product.sku.text, Readable.cut(plan.product.name, 28), plan.place.text,
                plan.onHandText, plan.stock.map { String($0.committed) } ?? "?",
                String(due),
                Readable.units(plan.dailyDemand), cover ?? "?",
                plan.line.map { Readable.chance($0.risk.chanceBeforeNext) } ?? "?",
                plan.runsOutOn(today: today)?.description ?? (plan.line == nil ? "?" : "–"),
                plan.line?.avoidableMargin?.amount ?? "?", plan.line.map { String($0.quantity) } ?? "–",
                plan.reasonText,
            ])
        }
        let more = plans.count - (limit ?? plans.count)
        return table.text + (more > 0 ? "\n… and \(more) more; --limit 0 shows all" : "")
    }
}

extension ProductPlan {
    /// Units on the shelf, and those of a kit that can be made besides.
    var onHandText: String {
        guard let kit else { return stock.map { String($0.onHand) } ?? "?" }
        return "\(stock?.onHand ?? 0) + \(kit.makeable.map(String.init) ?? "?")"
    }

    /// Why it is or is not ordered, in a few words.
    var reasonText: String {
        if let kit { return "kit: \(kit.words)" }
        if let first = missing.first { return "cannot order: no \(first.rawValue)" }
        guard let line else { return "cannot be planned" }
        switch line.reason {
        case .belowReorderPoint: return "below reorder point"
        case .enough: return "enough"
        case .rarelyAsked: return "rarely asked for"
        case .noDemand: return "no demand"
        case .assembled: return "kit"
        case .notBought(let lifecycle): return lifecycle.rawValue
        case .cannotOrder(let error): return error.message
        }
    }

    func json(today: Day, currency: Currency) -> JSONValue {
        .object([
            ("sku", .string(product.sku.text)), ("name", .string(product.name)), ("place", .string(place.text)),
            ("onHand", .integer(stock?.onHand)), ("committed", .integer(stock?.committed)),
            ("countedAt", .text(stock?.countedAt)),
            ("kit", kit?.json(onShelf: stock.map { $0.onHand - $0.committed } ?? 0) ?? .null),
            ("expiring", .integer(expiring)),
            ("inbound", .integer(inbound.reduce(Int64(0)) { $0 + $1.quantity })),
            ("ordered", .integer(ours.reduce(Int64(0)) { $0 + $1.quantity })),
            ("dailyDemand", .number(dailyDemand)), ("class", .string(revenueClass)), ("fillRate", .number(fillRate)),
            ("supplier", .text(offer?.supplier)), ("leadTimeAssumed", .bool(leadTimeAssumed)),
            ("position", .integer(line?.position)), ("reorderPoint", .integer(line?.policy?.reorderPoint)),
            ("orderUpTo", .integer(line?.policy?.orderUpTo)), ("orderQuantity", .integer(line?.quantity)),
            ("stockOutChance", .number(line?.risk.chanceBeforeNext)), ("runsOutOn", .text(runsOutOn(today: today))),
            ("lostUnits", .number(line?.risk.lost)), ("lostUnitsUnavoidable", .number(line?.risk.unavoidable)),
            ("lostUnitsAvoidableByExpediting", .number(line?.risk.avoidableByExpediting)),
            ("lostUnitsAvoidableByOrdering", .number(line?.risk.avoidableByOrdering)),
            ("avoidableMargin", .money(line?.avoidableMargin)), ("reason", .string(reasonText)),
            ("missing", .array(missing.map { .string($0.rawValue) })),
        ])
    }
}

extension Engine {
    /// Stock and risk of every product, or of those whose SKU or name contains a text.
    public func stock(matching filter: String? = nil, limit: Int? = nil, actor: String) throws -> StockReport {
        let wanted = filter?.lowercased()
        let plans = try plans(actor: actor).filter { plan in
            guard let wanted else { return true }
            return plan.product.sku.text.lowercased().contains(wanted)
                || plan.product.name.lowercased().contains(wanted)
        }.sorted {
            let (left, right) = ($0.line?.avoidableMargin?.minor ?? 0, $1.line?.avoidableMargin?.minor ?? 0)
            if left != right { return left > right }
            let (a, b) = ($0.line?.risk.chanceBeforeNext ?? -1, $1.line?.risk.chanceBeforeNext ?? -1)
            return a != b ? a > b : $0.product.sku < $1.product.sku
        }
        return StockReport(
            plans: plans, today: settings.zone.day(of: try now()), currency: settings.currency, limit: limit)
    }
}
