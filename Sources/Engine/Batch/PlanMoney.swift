import Domain
import Inventory

/// What being short, holding and ordering cost each position of a plan: prices and costs of the file, and what they leave
/// out, made comparable.
struct PlanMoney: Sendable {
    /// A day's cost of a unit of money in stock at which every product would have the fill rate aimed at by its critical
    /// ratio; exact for a shortage cost.
    let capital: Double

    private let target: PlanBatch.Target
    private let gap: Int
    /// Money in stock that an order line is worth, for a day.
    private let tiedUp: Double
    /// Cost over price of all that is sold.
    private let costShare: Double
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
        self.gap = gap
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
        tiedUp = orderDays * orderDays * root * root / 2
        let revenue = products.reduce(0) { $0 + $1.revenue }
        costShare = revenue > 0 ? products.reduce(0) { $0 + $1.revenue * $1.costShare } / revenue : 1
        switch target {
        case .serviceLevel(let share): capital = CapitalPrice.perDay(fillRate: share, gap: gap, products: products) ?? 1
        case .shortageCost: capital = holdingRate / 365
        }
    }

    /// What a position costs where money in stock costs `capital` a day.
    func costs(of position: PlanPosition, capital: Double) -> StockCosts {
        let (price, cost) = PlanMoney.money(of: position, usual: usual)
        let shortage: Double
        switch target {
        case .serviceLevel: shortage = price
        case .shortageCost(let money): shortage = money
        }
        // Where capital is dear, orders wait long and are small; a line is then worth more, or lines would multiply.
        let wait = 1 + min(1, capital * costShare * Double(gap))
        return StockCosts(
            shortage: shortage, holding: max(1e-12, min(1e14, capital * cost)),
            order: min(1e14, capital * tiedUp * wait))
    }

    /// Price of a unit, which weighs it against others.
    func price(of position: PlanPosition) -> Double { PlanMoney.money(of: position, usual: usual).price }

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
