import Domain
import Forecasting
import Inventory
import Store

/// Holds overrides against what happened, and against what plans would have gone by without them.
struct OverrideScoring {
    private let facts: Facts
    private let now: Instant
    private let today: Day
    private let settings: ShopSettings
    private let holdingRate: Double
    private let coverage: [Int64: [ClosedRange<Day>]]
    private let sources: [Int64: Set<Int64>]
    private let pools: [Int64: String]
    private let metrics: [String: Metric]

    /// Days below which chance alone may have spoken.
    private static let leastDays = 3
    /// Days after which the forecast that would have stood is made anew: nobody plans by one that is months old.
    private static let forecastLife = 28
    /// Difference of shares served that is none.
    private static let leastService = 0.005

    /// - Parameter holdingRate: cost of holding a unit for a year, as a share of its cost.
    init(_ engine: Engine, holdingRate: Double) throws {
        facts = engine.facts
        now = try engine.now()
        settings = engine.settings
        today = settings.zone.day(of: now)
        self.holdingRate = holdingRate
        coverage = try facts.coverageBySource()
        sources = try facts.sourcesByProduct()
        pools = try facts.pools().mapValues(\.name)
        metrics = try engine.metrics().metrics
    }

    /// What came of an override; nil where none of its days has passed.
    func score(_ span: OverrideSpan) throws -> OverrideScore? {
        guard let force = span.inForce, force.lowerBound < today else { return nil }
        let days = force.lowerBound...min(force.upperBound, today.advanced(by: -1))
        let (outcome, finding): (OverrideScore.Outcome, Finding)
        switch span.word {
        case .unitsPerDay, .factor: (outcome, finding) = try forecast(span, days)
        case .leadTime(let time): (outcome, finding) = try leadTime(time, span, days)
        case .minimum(let units): (outcome, finding) = try minimum(units, span, days)
        case .target(let share): (outcome, finding) = try target(share, span, days)
        }
        var score = OverrideScore(span: span, days: days, outcome: outcome, verdict: .unknown, doubt: nil)
        switch finding {
        case .verdict(let verdict): score.verdict = verdict
        case .tooEarly(let doubt): (score.verdict, score.doubt) = (.tooEarly, doubt)
        case .unknown(let doubt): score.doubt = doubt
        }
        let count = days.lowerBound.distance(to: days.upperBound) + 1
        if count < OverrideScoring.leastDays, force.upperBound >= today {
            (score.verdict, score.doubt) = (
                .tooEarly, "fewer than \(OverrideScoring.leastDays) of its days have passed"
            )
        }
        return score
    }

    private enum Finding {
        case verdict(OverrideVerdict)
        case tooEarly(String)
        case unknown(String)
    }

    // MARK: Forecast

    /// Against the shop's own model, from history as known on the day before it began, and every four weeks anew.
    ///
    /// Where it names no place, a factor holds in each pool, and units a day are parted among the pools as plans part them: by
    /// their parts of the demand before.
    private func forecast(
        _ span: OverrideSpan, _ days: ClosedRange<Day>
    ) throws -> (OverrideScore.Outcome, Finding) {
        var (actual, set, without): ([Double], [Double], [Double]) = ([], [], [])
        var (isKnown, isWhole) = (false, true)
        let pools = try sellingPools(of: span, until: days.upperBound)
        let shares = try shares(of: pools, span.product, before: days.lowerBound)
        for (pool, share) in zip(pools, shares) {
            for first in stride(from: days.lowerBound, through: days.upperBound, by: OverrideScoring.forecastLife) {
                let last = min(days.upperBound, first.advanced(by: OverrideScoring.forecastLife - 1))
                guard let told = HistoryWindow(coverage: coverage, today: last.advanced(by: 1)),
                    let came = try history(span.product, pool, told, asOf: now),
                    let before = HistoryWindow(coverage: coverage, today: first),
                    let past = try history(
                        span.product, pool, before, asOf: settings.zone.instant(day: first), isClean: true),
                    let model = DemandModel.fit(past, pool: .usual)
                else { continue }
                isKnown = true
                if told.days.upperBound < last { isWhole = false }
                let start = before.days.upperBound.advanced(by: 1)
                for day in first...last where told.days.contains(day) {
                    let index = told.days.lowerBound.distance(to: day)
                    guard came.inStock[index] == 1 else { continue }
                    let mean = model.mean(day: start.distance(to: day))
                    actual.append(came.units[index])
                    without.append(mean)
                    switch span.word {
                    case .factor(let factor): set.append(mean * factor)
                    default: set.append(span.word.value * share)
                    }
                }
            }
        }
        let comparison = ForecastComparison(actual: actual, set: set, without: without)
        guard isKnown else {
            return (.forecast(comparison), .unknown("without it nobody had a forecast: there was no history"))
        }
        guard let comparison, comparison.days >= OverrideScoring.leastDays else {
            let doubt = "fewer than \(OverrideScoring.leastDays) of its days have been told of with stock to sell"
            let isOver = span.inForce.map { $0.upperBound < today } ?? true
            return (.forecast(comparison), isWhole && isOver ? .unknown(doubt) : .tooEarly(doubt))
        }
        return (
            .forecast(comparison),
            .verdict(
                OverrideVerdict(gain: comparison.saved, of: max(comparison.error, comparison.errorWithout), smallest: 1)
            )
        )
    }

    private func sellingPools(of span: OverrideSpan, until last: Day) throws -> [Int64] {
        if let pool = span.pool { return [pool] }
        guard let window = HistoryWindow(coverage: coverage, today: last.advanced(by: 1)) else { return [] }
        let found = try facts.demand(in: window.days, products: span.product...span.product).map(\.pool)
        return found.isEmpty ? [Facts.defaultPool] : found
    }

    /// Each pool's part of a product's demand before a day; equal parts where there was none.
    private func shares(of pools: [Int64], _ product: Int64, before day: Day) throws -> [Double] {
        let window = HistoryWindow(coverage: coverage, today: day)
        let series = try window.map { try facts.demand(in: $0.days, products: product...product) } ?? []
        let units = pools.map { pool in
            series.filter { $0.pool == pool }.reduce(0) { $0 + $1.units.reduce(0, +) }
        }
        let sum = units.reduce(0, +)
        return units.map { sum > 0 ? $0 / sum : 1 / Double(pools.count) }
    }

    /// Demand day by day, and which days can be believed; outsize orders are left out where it `isClean`.
    private func history(
        _ product: Int64, _ pool: Int64, _ window: HistoryWindow, asOf: Instant, isClean: Bool = false
    ) throws -> DemandHistory? {
        var series = try facts.demand(in: window.days, products: product...product).first { $0.pool == pool }
        if isClean, series != nil {
            let sizes = try facts.orderSizes(in: window.days, products: product...product)[product] ?? []
            let usual = UsualOrders(sizes)
            if var units = series?.units {
                usual.clean(&units, from: window.days.lowerBound, sizes, pool: pool)
                series?.units = units
            }
        }
        return window.history(
            series, isCovered: window.isCovered(by: sources[product]),
            empty: try facts.emptyDays(product: product, pool: pool, until: asOf))
    }

    // MARK: Lead time

    /// Against what deliveries that had come by then showed, else the supplier's word, else the shop's assumption.
    private func leadTime(
        _ set: Double, _ span: OverrideSpan, _ days: ClosedRange<Day>
    ) throws -> (OverrideScore.Outcome, Finding) {
        let lines = try facts.deliveryTimes(since: days.lowerBound).filter {
            $0.product == span.product && days.contains($0.ordered) && (span.pool == nil || $0.pool == span.pool)
        }
        let eve = days.lowerBound.advanced(by: -1)
        let times = try SupplierTimes(facts, calendars: facts.calendars(), today: eve)
        let offers = try facts.offers(on: days.lowerBound)[span.product] ?? []
        func known(_ line: DeliveryTime) -> Double? {
            if settings.learnsLeadTimes, let learned = times.learned(line.supplier, product: span.product),
                let time = try? times.leadTime(learned, of: line.supplier, orderedOn: line.ordered)
            {
                return time.mean
            }
            return offers.first { $0.supplier == line.supplier }?.leadTimeDays ?? settings.assumedLeadTimeDays
        }
        var score = OverrideScore.LeadTime()
        var isKnown = true
        for line in lines {
            guard let sellable = line.sellable, sellable <= today else {
                score.open += 1
                continue
            }
            guard sellable >= line.ordered, let without = known(line) else {
                isKnown = false
                continue
            }
            let taken = Double(line.ordered.distance(to: sellable))
            score.deliveries += 1
            score.error += abs(set - taken)
            score.errorWithout += abs(without - taken)
        }
        guard score.deliveries > 0 else {
            let isOver = span.inForce.map { $0.upperBound < today } ?? true
            if score.open > 0 || !isOver {
                return (.leadTime(score), .tooEarly("nothing ordered in its days has come yet"))
            }
            return (
                .leadTime(score),
                .unknown(isKnown ? "nothing was ordered in its days" : "without it nobody knew a lead time")
            )
        }
        return (
            .leadTime(score),
            .verdict(
                OverrideVerdict(
                    gain: score.errorWithout - score.error, of: max(score.error, score.errorWithout), smallest: 0.5))
        )
    }

    // MARK: Minimum

    /// By what the units that were drawn on earned, against what holding the others cost.
    private func minimum(
        _ units: Int64, _ span: OverrideSpan, _ days: ClosedRange<Day>
    ) throws -> (OverrideScore.Outcome, Finding) {
        let rows = try read("stock_units", of: span, in: days, grain: .day, by: ["place"])
        var stock: [String: [(day: Day, units: Int64)]] = [:]
        for row in rows {
            guard let day = row.period, let place = row.labels.first ?? nil, let value = row.value,
                let units = Int64(exactly: value)
            else { continue }
            stock[place, default: []].append((day, units))
        }
        let price = try price(of: span, in: days)
        var places: [OverrideScore.Minimum] = []
        for (place, levels) in stock.sorted(by: { $0.key < $1.key }) {
            let levels = levels.sorted { $0.day < $1.day }
            guard let use = MinimumUse(minimum: units, stock: levels.map(\.units)) else { continue }
            var score = OverrideScore.Minimum(place: place, use: use)
            if let first = use.firstDay, let cost = try facts.cost(of: span.product, on: levels[first].day) {
                score.holding = money(
                    cost.value * Double(use.undrawn) * holdingRate * Double(use.days) / 365)
                if let price {
                    let margin = max(0, price - cost.value)
                    score.margin = money(margin * Double(use.drawn))
                    score.fullMargin = money(margin * Double(units))
                }
            }
            places.append(score)
        }
        let outcome = OverrideScore.Outcome.minimum(places)
        guard !places.isEmpty else { return (outcome, .unknown("nobody has counted it")) }
        guard places.contains(where: { $0.use.days > 0 }) else {
            let isOver = span.inForce.map { $0.upperBound < today } ?? true
            return (outcome, isOver ? .unknown("it was never on the shelf") : .tooEarly("it is not on the shelf yet"))
        }
        return (outcome, .verdict(OverrideScoring.verdict(places)))
    }

    private static func verdict(_ places: [OverrideScore.Minimum]) -> OverrideVerdict {
        var (gain, full) = (0.0, 0.0)
        for place in places {
            guard let margin = place.margin, let fullMargin = place.fullMargin, let holding = place.holding else {
                // What it earned and cost is not known; that it was needed is.
                return places.contains { $0.use.drawn > 0 } ? .helped : .noDifference
            }
            gain += Double(margin.minor) - Double(holding.minor)
            full += Double(fullMargin.minor)
        }
        return OverrideVerdict(gain: gain, of: full, smallest: 1)
    }

    /// Net price realised for one unit in its days, else the declared one.
    private func price(of span: OverrideSpan, in days: ClosedRange<Day>) throws -> Double? {
        let series = try facts.demand(in: days, products: span.product...span.product)
            .filter { span.pool == nil || $0.pool == span.pool }
        let units = series.reduce(0) { $0 + $1.units.reduce(0, +) }
        let revenue = series.reduce(Int64(0)) { $0 &+ $1.revenue.reduce(0, &+) }
        if units > 0, revenue > 0 {
            return Double(revenue) / Double(FixedPoint.powers[settings.currency.decimals]) / units
        }
        return try facts.product(span.sku)?.price?.value
    }

    private func money(_ amount: Double) -> Money? {
        let minor = (amount * Double(FixedPoint.powers[settings.currency.decimals])).rounded()
        return minor.magnitude < 9e15 ? Money(minor: Int64(minor), currency: settings.currency) : nil
    }

    // MARK: Target

    /// By whether what was served came nearer to the target than on as many days before; a raised target may be exceeded.
    private func target(
        _ share: Double, _ span: OverrideSpan, _ days: ClosedRange<Day>
    ) throws -> (OverrideScore.Outcome, Finding) {
        let length = days.lowerBound.distance(to: days.upperBound) + 1
        let earlier = days.lowerBound.advanced(by: -length)...days.lowerBound.advanced(by: -1)
        let (now, before) = try (service(span, days), service(span, earlier))
        let outcome = OverrideScore.Outcome.target(now: now, before: before)
        guard let served = now.served else {
            return (outcome, .unknown("nobody has counted it, or nothing was wanted in its days"))
        }
        guard let servedBefore = before.served else {
            return (outcome, .unknown("what was served before it is not known"))
        }
        func distance(_ served: Double) -> Double {
            share >= servedBefore ? max(0, share - served) : abs(served - share)
        }
        let gain = distance(servedBefore) - distance(served)
        let least = OverrideScoring.leastService
        return (outcome, .verdict(gain > least ? .helped : gain < -least ? .hurt : .noDifference))
    }

    private func service(_ span: OverrideSpan, _ days: ClosedRange<Day>) throws -> OverrideScore.Service {
        func value(_ metric: String) throws -> Double? { try read(metric, of: span, in: days).first?.value }
        return OverrideScore.Service(
            served: try value("fill_rate"), inStock: try value("stock_out_rate").map { 1 - $0 },
            lostUnits: try value("lost_units"))
    }

    /// A metric of the override's product, at its place where it names one.
    private func read(
        _ name: String, of span: OverrideSpan, in days: ClosedRange<Day>, grain: MetricGrain? = nil,
        by dimensions: [String] = []
    ) throws -> MetricRows {
        func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
        var condition = "sku = \(quoted(span.sku))"
        if let pool = span.pool.flatMap({ pools[$0] }) { condition += " and place = \(quoted(pool))" }
        guard let metric = metrics[name] else { throw EngineError(.notFound, "no metric is called '\(name)'") }
        return try facts.read(
            metric, from: metrics,
            MetricQuery(days: days, grain: grain, dimensions: dimensions, condition: condition))
    }
}
