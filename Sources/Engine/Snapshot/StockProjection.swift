import Domain
import Inventory
import Numerics
import Store

/// Stock of one product at one place over the days to come, with arrivals, inside the fan of demand.
public struct StockProjection: Sendable {
    /// One day to come.
    public struct DayAhead: Sendable, Equatable {
        /// The day.
        public var day: Day
        /// Units that arrive on it.
        public var arriving: Int64
        /// Units left at its end if demand until then is at its mean.
        public var expected: Double
        /// Units left at its end if demand until then is at its 95th, 75th, 25th and 5th percentile: ascending. Below
        /// zero is demand that is not served.
        public var band: [Double]
        /// Chance of having run out by its end, 0…1.
        public var chance: Double
    }

    /// Today.
    public var today: Day
    /// Units that can be sold and are not promised, at the start of today.
    public var available: Int64
    /// The days ahead, today first: until the order after the next has arrived, at least 28 and at most 90.
    public var days: [DayAhead]
    /// Reorder point and order-up-to level; nil where there is no policy.
    public var reorderPoint: Int64?, orderUpTo: Int64?
    /// Where an order placed at the next chance would arrive, days from today; nil where none can be placed.
    public var orderArrives: Int?
    /// Units to be covered until the order after the next arrives: available and what arrives until then.
    public var position: Int64
    /// Chance that demand until the order after the next arrives is at most 0, 1, 2… units.
    private var cumulative: [Double]

    /// Chance of running out before the order after the next arrives, if so many units are ordered now, 0…1.
    ///
    /// The cycle's stock-out probability (Silver, Pyke and Thomas, section 6.7.5): demand until then against the
    /// inventory position after ordering.
    public func chanceOfRunningOut(ordering quantity: Int64) -> Double {
        let (units, overflow) = position.addingReportingOverflow(max(0, quantity))
        if overflow { return 0 }
        guard units >= 0 else { return 1 }
        guard let last = cumulative.last else { return 0 }
        return max(0, 1 - (Int(clamping: units) < cumulative.count ? cumulative[Int(clamping: units)] : max(last, 1)))
    }

    /// A product's plan, seen ahead; nil where its stock or history is missing.
    init?(_ plan: ProductPlan, today: Day) {
        guard let line = plan.line, let outlook = plan.outlook else { return nil }
        self.today = today
        available = line.available
        reorderPoint = line.policy?.reorderPoint
        orderUpTo = line.policy?.orderUpTo
        orderArrives = line.timing?.expectedArrival
        position = line.position
        let dated =
            plan.inbound.compactMap { line in line.expectedOn.map { ($0, line.quantity) } }
            + plan.ours.map { ($0.arrives, $0.quantity) }
        let horizon = min(90, max(28, line.timing?.expectedNextArrival ?? 0))
        var supply = line.available
        days = (0..<horizon).map { index in
            let day = today.advanced(by: index)
            // What is overdue does not count until somebody confirms it.
            let arriving = dated.filter { $0.0 == day }.reduce(Int64(0)) { $0 + $1.1 }
            supply += arriving
            let demand = outlook.demand(days: 0..<index + 1)
            return DayAhead(
                day: day, arriving: arriving, expected: Double(supply) - outlook.mean(days: 0..<index + 1),
                band: [0.95, 0.75, 0.25, 0.05].map { Double(supply) - Double(demand.quantile($0)) },
                chance: line.risk.chanceByDay.indices.contains(index) ? line.risk.chanceByDay[index] : 0)
        }
        let end = max(1, line.timing?.expectedNextArrival ?? 28)
        let demand = outlook.demand(days: 0..<end)
        let most = min(200_000, demand.quantile(0.999_9) + 1)
        cumulative = (0...most).map { demand.cumulative(Double($0)) }
    }
}

/// What is known of one product at one place.
public struct ProductPage: Sendable {
    /// Stock and demand of the days to come; nil where stock or history is missing.
    public var projection: StockProjection?
    /// The arithmetic, line by line.
    public var explanation: [String]
    /// The newest order lines, the facts that demand is made of, at most 200.
    public var lines: [SoldLine]
}

extension Engine {
    /// Works one product out anew.
    ///
    /// - Throws: `EngineError(.notFound)` where it is not known.
    public func page(of id: RiskRow.ID, actor: String) throws -> ProductPage {
        guard let product = try facts.product(id.sku.text) else {
            throw EngineError(.notFound, "no product \(id.sku) is known")
        }
        let today = settings.zone.day(of: try now())
        let plan = try plans(of: product, actor: actor).first { $0.place == id.place }
        return ProductPage(
            projection: plan.flatMap { StockProjection($0, today: today) },
            explanation: try explain(id.sku.text, isNegative: false, actor: actor).text.split(
                separator: "\n", omittingEmptySubsequences: false
            )
            .map(String.init),
            lines: try facts.lines(of: product.id, limit: 200))
    }
}
