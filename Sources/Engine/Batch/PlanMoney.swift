import Domain
import Inventory

/// What being short, holding and ordering cost each position of a plan: prices and costs of the file, and what they leave
/// out, made comparable.
struct PlanMoney: Sendable {
    private let target: PlanBatch.Target
    /// Cost of a unit of money in stock for a day.
    private let capital: Double
    /// Cost of an order line.
    private let order: Double
    /// Price over cost, and cost, of the middle one of the positions that have both.
    private let usual: (markup: Double, cost: Double)

    /// The money of a plan.
    ///
    /// - Parameters:
    ///   - positions: positions with the units a day expected of each.
    ///   - holdingRate: yearly cost of holding a unit as a share of its cost, for a shortage cost.
    ///   - gap: days between reviews.
    ///   - orderDays: days of demand of an average order line (`PlanBatch.orderDays`).
    init(
        _ positions: [(PlanPosition, units: Double)], target: PlanBatch.Target, holdingRate: Double, gap: Int,
        orderDays: Double
    ) {
        self.target = target
        let known = positions.compactMap { position, _ -> (markup: Double, cost: Double)? in
            guard let price = position.price?.value, let cost = position.cost?.value, price > 0, cost > 0 else {
                return nil
            }
            return (price / cost, cost)
        }
        usual = (PlanMoney.middle(known.map(\.markup)), PlanMoney.middle(known.map(\.cost)))

        // An economic order quantity brings √(2·k·c·d) of money where a line is worth k of stock for a day and demand
        // costs c·d a day; over all products that lasts for `orderDays`.
        var roots = 0.0
        var selling = 0.0
        var products: [CapitalPrice.Product] = []
        for (position, units) in positions where units > 0 {
            let (price, cost) = PlanMoney.money(of: position, usual: usual)
            roots += (cost * units).squareRoot()
            selling += 1
            products.append(CapitalPrice.Product(revenue: price * units, costShare: cost / price))
        }
        let root = selling > 0 ? roots / selling : 0
        let tiedUp = orderDays * orderDays * root * root / 2
        switch target {
        case .serviceLevel(let share):
            capital = CapitalPrice.perDay(fillRate: share, gap: gap, products: products) ?? 1
            // At low service, where orders wait longest, peers place fewer lines, and a line is worth more.
            order = capital * tiedUp / (share * share * share)
        case .shortageCost:
            capital = holdingRate / 365
            order = capital * tiedUp
        }
    }

    /// What a position costs.
    func costs(of position: PlanPosition) -> StockCosts {
        let (price, cost) = PlanMoney.money(of: position, usual: usual)
        let shortage: Double
        switch target {
        case .serviceLevel: shortage = price
        case .shortageCost(let money): shortage = money
        }
        return StockCosts(
            shortage: shortage, holding: max(1e-12, min(1e14, capital * cost)), order: min(1e14, order))
    }

    /// Price and cost; what is blank or 0 as the middle of the file has it, and 1 where nobody says.
    private static func money(
        of position: PlanPosition, usual: (markup: Double, cost: Double)
    ) -> (price: Double, cost: Double) {
        let price = position.price.map(\.value).flatMap { $0 > 0 ? $0 : nil }
        let cost =
            position.cost.map(\.value).flatMap { $0 > 0 ? $0 : nil } ?? price.map { $0 / usual.markup } ?? usual.cost
        return (price ?? cost * usual.markup, cost)
    }

    private static func middle(_ values: [Double]) -> Double {
        values.isEmpty ? 1 : values.sorted()[values.count / 2]
    }
}
