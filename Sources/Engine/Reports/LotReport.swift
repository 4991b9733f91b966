import Domain
import Formats
import Inventory
import Store

/// One lot of a product at a place, or what lots do not tell of.
struct LotRow {
    let plan: ProductPlan
    /// The lot; nil for units of no known lot.
    let lot: Lot?
    let units: Int64
    /// Days until its last day of sale; negative once that has passed.
    let daysLeft: Int?
    /// Units of it that will expire before they are sold.
    let unsold: Int64

    /// What is left of a product's lots, the first to expire first, then what is of no known lot.
    static func rows(of plan: ProductPlan, today: Day) -> [LotRow] {
        guard let standing = plan.lots else { return [] }
        let fate = ExpiringStock(standing, rate: plan.forecast == nil ? nil : plan.dailyDemand, today: today)
        var rows = zip(standing.lots, fate.unsold).map { lot, unsold in
            LotRow(
                plan: plan, lot: lot, units: lot.units, daysLeft: lot.expiresOn.map(today.distance), unsold: unsold)
        }
        if standing.loose > 0 {
            rows.append(LotRow(plan: plan, lot: nil, units: standing.loose, daysLeft: nil, unsold: 0))
        }
        return rows
    }

    private var name: String {
        guard let lot else { return "of no known lot" }
        return lot.number.map { "of lot \($0)" } ?? "of a lot without a number"
    }

    /// What becomes of it.
    var fate: String {
        guard let daysLeft else { return lot == nil ? "taken to be the oldest" : "no expiry is known" }
        if daysLeft < 0 { return "expired \(-daysLeft) day\(daysLeft == -1 ? "" : "s") ago" }
        let when = daysLeft == 0 ? "today" : "in \(daysLeft) day\(daysLeft == 1 ? "" : "s")"
        return unsold > 0
            ? "expires \(when), \(unsold) unsold at \(Readable.units(plan.dailyDemand)) a day" : "expires \(when)"
    }

    /// The whole row in words.
    var words: String { "\(units) \(name), \(fate)" }
}

extension ExpiringStock {
    /// What of lots expires before it is sold at `rate` units a day; nil where nobody knows how fast it sells.
    init(_ lots: LotStanding, rate: Double?, today: Day) {
        self.init(
            lots: lots.lots.map { ($0.units, $0.expiresOn.map(today.distance)) }, loose: lots.loose, rate: rate)
    }
}

/// What is left of each lot, by first expired, first out.
public struct LotReport: Report {
    let rows: [LotRow]
    /// Products whose lots do not come to what was counted.
    let disagreeing: [ProductPlan]

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            (
                "lots",
                .array(
                    rows.map { row in
                        .object([
                            ("sku", .string(row.plan.product.sku.text)), ("place", .string(row.plan.place.text)),
                            ("lot", .text(row.lot?.number)), ("expiresOn", .text(row.lot?.expiresOn)),
                            ("daysLeft", .integer(row.daysLeft.map(Int64.init))), ("units", .integer(row.units)),
                            ("unsold", .integer(row.unsold)), ("isKnown", .bool(row.lot != nil)),
                            ("says", .string(row.fate)),
                        ])
                    })
            ),
            (
                "disagreements",
                .array(
                    disagreeing.map { plan in
                        .object([
                            ("sku", .string(plan.product.sku.text)), ("place", .string(plan.place.text)),
                            ("difference", .integer(plan.lots?.disagreement)), ("says", .string(LotReport.words(plan))),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("PLACE"), .init("LOT"), .init("EXPIRES"), .init("UNITS", number: true),
            .init("UNSOLD", number: true), .init("STATE"),
        ])
        for row in rows {
            table.add([
                row.plan.product.sku.text, Readable.cut(row.plan.product.name, 28), row.plan.place.text,
                row.lot.map { $0.number ?? "no number" } ?? "none", row.lot?.expiresOn?.description ?? "",
                String(row.units), row.unsold > 0 ? String(row.unsold) : "", row.fate,
            ])
        }
        let notes = disagreeing.map { "\($0.product.sku) at \($0.place): \(LotReport.words($0))".printable }
        if rows.isEmpty, notes.isEmpty { return "no receipt or count tells of lots" }
        return ([table.text] + notes).joined(separator: "\n")
    }

    private static func words(_ plan: ProductPlan) -> String {
        let difference = plan.lots?.disagreement ?? 0
        return difference < 0
            ? "\(-difference) units fewer were counted than its lots come to: count it by lot"
            : "\(difference) units more were counted than its lots come to: count it by lot"
    }
}

extension Engine {
    /// Lots and what becomes of them.
    ///
    /// - Parameters:
    ///   - days: only those that expire within so many days, or have; all where nil.
    ///   - filter: only products whose SKU or name contains this.
    public func lots(within days: Int? = nil, matching filter: String? = nil, actor: String) throws -> LotReport {
        let today = settings.zone.day(of: try now())
        let wanted = filter?.lowercased()
        let plans = try plans(actor: actor).filter { plan in
            guard plan.lots != nil else { return false }
            guard let wanted else { return true }
            return plan.product.sku.text.lowercased().contains(wanted)
                || plan.product.name.lowercased().contains(wanted)
        }
        let rows = plans.flatMap { LotRow.rows(of: $0, today: today) }.filter { row in
            days.map { limit in row.daysLeft.map { $0 <= limit } ?? false } ?? true
        }
        func rank(_ row: LotRow) -> (Int, SKU, PlaceName, String) {
            (row.daysLeft ?? .max, row.plan.product.sku, row.plan.place, row.lot?.number ?? "")
        }
        return LotReport(
            rows: rows.sorted { rank($0) < rank($1) }, disagreeing: plans.filter { $0.lots?.disagreement != 0 })
    }
}
