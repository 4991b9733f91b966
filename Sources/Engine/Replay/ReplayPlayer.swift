import Domain
import Forecasting
import Inventory
import Numerics
import Store

/// Plays products: what is shared by all of them, and the way from a product's past to its figures.
struct ReplayPlayer: Sendable {
    let replay: Replay
    let weeks: ReplayWeeks
    let terms: ReplayTerms
    /// By side; nil for what really happened.
    let plans: [PlanTerms?]
    let currency: Currency
    /// Whether anybody tells of the days on which orders arrive.
    let tellsReceipts: Bool

    /// Plays one product, or says why it cannot be.
    func play(_ past: ReplayPast) -> Result<ReplayedProduct, ReplayGap> {
        guard past.product.lifecycle.isReordered else { return .failure(.notBought) }
        let chances = terms.chances(past.offers, currency: currency)
        guard let first = chances.first else { return .failure(.noOffer) }
        guard let price = realisedPrice(past, upTo: replay.days.upperBound, days: replay.length) else {
            return .failure(.noPrice)
        }
        guard let cost = first.offer.cost(in: currency, declared: past.product.cost) else {
            return .failure(.noCost)
        }
        let views = weeks.mornings.indices.map { view(past, week: $0) }
        guard views.contains(where: { $0 != nil }) else { return .failure(.noHistory) }
        let demand = demand(past, views)
        let supply = ReplaySupply(past, replay.days, tellsReceipts: tellsReceipts)
        let rules = rules(past, chances, views)
        let opening = PolicyReplay.Opening(
            onHand: past.level.onHand - past.level.committed, owed: past.level.committed - past.level.onHand,
            orders: supply.opening)
        let judged = chances.map { ReplayChance(day: $0.day, due: $0.due) }
        let value = (price: price.value, margin: price.value - cost.value, cost: cost.value)
        let isCertain = demand.hidden.isEmpty && chances.allSatisfy { $0.leadTime.outcomes.count == 1 }
        var figures = replay.sides.map { _ in [ReplayFigures]() }
        var documents = replay.sides.map { _ in [Set<ReplayedProduct.Document>]() }
        let series = ReplayPlayer.number(of: past)
        for draw in 0..<(isCertain ? 1 : replay.draws) {
            let draws = ReplayDraws(seed: replay.seed, series: series, draw: draw)
            let path = demand.path(draws)
            for side in replay.sides.indices {
                var placed: Set<ReplayedProduct.Document> = []
                let course =
                    plans[side] == nil
                    ? actual(path, opening, supply, &placed)
                    : planned(path, opening, past, chances, rules[side], draws, &placed)
                figures[side].append(
                    summary(course, path, value) { course in
                        course.causes(judged, opening: opening.onHand) { known, last in
                            expected(views, from: known, upTo: last)
                        }
                    })
                documents[side].append(placed)
            }
        }
        if isCertain {
            figures = figures.map { Array(repeating: $0[0], count: replay.draws) }
            documents = documents.map { Array(repeating: $0[0], count: replay.draws) }
        }
        return .success(
            ReplayedProduct(
                product: past.product, place: past.place, figures: figures, documents: documents,
                undated: supply.undated, unordered: supply.unordered, hiddenDays: demand.hidden.count))
    }

    /// A number of a product and place that does not change when the store is built anew (FNV-1a).
    static func number(of past: ReplayPast) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Array(past.product.sku.key.utf8) + [0] + Array(past.place.text.utf8) {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return hash
    }

    // MARK: - What was known

    /// Demand as seen on the first morning of a week; nil without any history.
    private func view(_ past: ReplayPast, week: Int) -> DemandView? {
        let window = weeks.windows[week]
        let history = window.history(
            slice(past.series, window.days), isCovered: weeks.isCovered(week, by: past.sources), empty: past.empty)
        let shift = window.days.upperBound.advanced(by: 1).distance(to: weeks.mornings[week])
        return history.flatMap { DemandModel.fit($0) }.map { DemandView(forecast: $0, shift: max(0, shift)) }
    }

    private func slice(_ series: DemandDays, _ days: ClosedRange<Day>) -> DemandDays {
        let first = series.first.distance(to: days.lowerBound)
        let end = min(series.units.count, series.first.distance(to: days.upperBound) + 1)
        var slice = series
        slice.first = days.lowerBound
        slice.units = Array(series.units[first..<end])
        slice.revenue = Array(series.revenue[first..<end])
        return slice
    }

    /// Demand as seen from a day of the replay.
    private func view(_ views: [DemandView?], on day: Int) -> DemandView? {
        views[day / Replay.week].map {
            DemandView(forecast: $0.forecast, shift: $0.shift + day % Replay.week)
        }
    }

    /// Units expected, as known on a day, from it up to and with another.
    private func expected(_ views: [DemandView?], from day: Int, upTo last: Int) -> Double {
        view(views, on: day)?.mean(days: 0..<(last - day + 1)) ?? 0
    }

    /// Net revenue over units of the last days up to one, else of all days before, else the declared price.
    private func realisedPrice(_ past: ReplayPast, upTo last: Day, days: Int) -> UnitPrice? {
        let end = min(past.series.units.count, past.series.first.distance(to: last) + 1)
        for count in [days, end] {
            let units = past.series.units[max(0, end - count)..<end].reduce(0, +)
            let revenue = past.series.revenue[max(0, end - count)..<end].reduce(0, +)
            if units > 0, revenue > 0 {
                let micros = Double(revenue) * Double(FixedPoint.powers[6 - currency.decimals]) / units
                return micros < 9e18 ? UnitPrice(micros: Int64(micros.rounded())) : past.product.price
            }
        }
        return past.product.price
    }

    /// The true demand of each day, as far as it was seen.
    private func demand(_ past: ReplayPast, _ views: [DemandView?]) -> ReplayDemand {
        let first = past.series.first.distance(to: replay.days.lowerBound)
        let sold = past.series.units[first...].prefix(replay.length).map { Int64(min($0, 1e15).rounded()) }
        let told = weeks.isTold(by: past.sources)
        var hidden: [Int: CountDistribution] = [:]
        for day in sold.indices where !told[day] || isEmpty(past, day, sold: sold[day]) {
            hidden[day] = view(views, on: day)?.demand(days: 0..<1)
        }
        return ReplayDemand(sold: sold, hidden: hidden)
    }

    /// Whether more may have been asked for on a day than was sold: the shelf was empty all day, or in the end.
    private func isEmpty(_ past: ReplayPast, _ day: Int, sold: Int64) -> Bool {
        guard let left = past.stock[day + 1], left <= 0 else { return false }
        // What is sold all the same says that the count was wrong, or that customers wait: it is all that was asked for.
        if left < 0 { return sold == 0 }
        return sold == 0 || past.stock[day].map { $0 > 0 } ?? true
    }

    // MARK: - What is decided

    /// By side, then chance: when to order and up to where; nil where that has no answer.
    private func rules(
        _ past: ReplayPast, _ chances: [ReplayTerms.Chance], _ views: [DemandView?]
    ) -> [[ReplenishmentRule?]] {
        var rules = plans.map { _ in [ReplenishmentRule?]() }
        guard plans.contains(where: { $0 != nil }) else { return rules }
        for chance in chances {
            let week = chance.day / Replay.week
            guard let view = view(views, on: chance.day) else {
                for side in plans.indices { rules[side].append(nil) }
                continue
            }
            let protection = chance.timing.protection(view)
            let price = realisedPrice(past, upTo: weeks.windows[week].days.upperBound, days: 90)
            let cost = chance.offer.cost(in: currency, declared: past.product.cost)
            let revenueClass = weeks.classes[week][past.product.id] ?? "C"
            for (side, plan) in plans.enumerated() {
                guard let plan else { continue }
                let fillRate = plan.fillRate[revenueClass] ?? plan.fillRate["default"] ?? 0.95
                rules[side].append(
                    try? ReplenishmentRule(
                        timing: chance.timing, demand: view, protection: protection,
                        target: plan.target(fillRate: fillRate, price: price, cost: cost), coverDays: plan.coverDays))
            }
        }
        return rules
    }

    private func planned(
        _ path: [Int64], _ opening: PolicyReplay.Opening, _ past: ReplayPast, _ chances: [ReplayTerms.Chance],
        _ rules: [ReplenishmentRule?], _ draws: ReplayDraws, _ documents: inout Set<ReplayedProduct.Document>
    ) -> ReplayCourse {
        var next = 0
        return PolicyReplay.course(
            demand: path, opening: opening, shortage: replay.shortage, chances: chances.map(\.day)
        ) { day, position in
            while chances[next].day < day { next += 1 }
            let chance = chances[next]
            let order = try? rules[next]?.order(
                for: position, pack: chance.offer.pack, minimum: chance.offer.minimumQuantity)
            guard let order, order.quantity > 0 else { return [] }
            let days = chance.leadTime.days(at: draws.uniform(.leadTime, day: day))
            documents.insert(
                ReplayedProduct.Document(supplier: chance.offer.supplier, pool: past.pool, number: nil, day: day))
            return [
                ReplayOrder(due: chance.due, arrives: terms.arrival(chance, after: days), units: order.quantity)
            ]
        }
    }

    private func actual(
        _ path: [Int64], _ opening: PolicyReplay.Opening, _ supply: ReplaySupply,
        _ documents: inout Set<ReplayedProduct.Document>
    ) -> ReplayCourse {
        for lines in supply.placed.values { documents.formUnion(lines.map(\.document)) }
        return PolicyReplay.course(
            demand: path, opening: opening, shortage: replay.shortage, chances: supply.placed.keys.sorted()
        ) { day, _ in (supply.placed[day] ?? []).map(\.order) }
    }

    // MARK: - What came of it

    private func summary(
        _ course: ReplayCourse, _ path: [Int64], _ value: (price: Double, margin: Double, cost: Double),
        causes: (ReplayCourse) -> [Int64]
    ) -> ReplayFigures {
        var figures = ReplayFigures()
        for units in path { figures.asked += Double(units) }
        figures.short = Double(course.unitsShort)
        figures.revenue = (figures.asked - figures.short) * value.price
        figures.marginLost = figures.short * value.margin
        for day in path.indices {
            figures.onHand += Double(course.onHand[day])
            figures.inTransit += Double(course.inTransit[day])
        }
        figures.onHand *= value.cost / Double(path.count)
        figures.inTransit *= value.cost / Double(path.count)
        figures.lines = Double(course.lines)
        figures.daysOut = Double(course.daysOut)
        if course.unitsShort > 0 {
            for (index, units) in causes(course).enumerated() { figures.causes[index] = Double(units) }
        }
        return figures
    }
}
