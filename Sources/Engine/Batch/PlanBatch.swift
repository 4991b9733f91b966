import Domain
import Forecasting
import Formats
import Inventory
import Numerics

/// `penstock plan`: demand and stock in, order quantities out.
///
/// Stateless and deterministic. The demand file is daily, `unique_id,ds,y` and `in_stock` where there is one; days without a
/// row, and those from the last row to the day of the plan, say nothing. Rows on or after the day of the plan are passed
/// over with a note. What is on order counts as arriving within the lead time.
public struct PlanBatch: Sendable {
    /// What the plan strives for.
    public enum Target: Sendable, Equatable {
        /// Share of the file's revenue to be served from the shelf, above 0 and below 1. Products get more or less of it,
        /// so that the whole takes the least stock (`CapitalPrice`); a single one gets just this fill rate. It is that of
        /// the time when stock is lowest (`LeastCostPolicy.leastFillRate`), so over time more is served.
        case serviceLevel(Double)
        /// Money lost per unit short, > 0, against the cost of holding: `holdingRate` of the unit's cost a year.
        case shortageCost(Double)
    }

    /// Path of the demand file, `-` for standard input.
    public var demand: String
    /// Path of the positions file (`PositionsFile`).
    public var positions: String
    /// Day of the plan: the first whose demand is still to come, and on which orders can be placed.
    public var asOf: Day
    /// Days from one chance to order to the next, 1…1,000.
    public var reviewDays: Int
    /// What to strive for.
    public var target: Target
    /// Path of the output, `-` for standard output: `unique_id,order_qty`, a row for each position planned, 0 included.
    public var output: String
    /// Yearly cost of holding a unit as a share of its cost, > 0; only a shortage cost needs it. A quarter is the middle of
    /// what textbooks give (Silver, Pyke & Peterson, section 3.3, say 10 to 35 %).
    public var holdingRate = 0.25
    /// Whether columns for people are added: `reorder_point`, `order_up_to`, `demand_mean` (units expected until an order
    /// placed at the next review arrives).
    public var explains = false
    /// Threads, 1…256.
    public var jobs = 1
    /// Days of demand that an order line would bring on average if there were neither chance nor packs, > 0.
    ///
    /// It sets the one price that every line of the file has, in stock tied up; what sells much is then ordered more often
    /// than that, and what sells little less often. On two stores of public retail data (M5) 13 days place about as many lines
    /// as minimum and maximum levels two weeks apart do, whatever the service.
    public var orderDays = 13.0

    /// A plan with the usual options.
    public init(
        demand: String, positions: String, asOf: Day, reviewDays: Int, target: Target, output: String = "-"
    ) {
        self.demand = demand
        self.positions = positions
        self.asOf = asOf
        self.reviewDays = reviewDays
        self.target = target
        self.output = output
    }

    /// Does it all.
    ///
    /// - Parameter tell: takes what a person should know, a line at a time, at the end.
    /// - Returns: how it ended: with exit code 0, or 1 where rows were refused or positions could not be planned.
    /// - Throws: `.usage` for options and files that make no sense, `.notFound` for a missing file; then nothing is written.
    public func run(tell: (String) -> Void = { _ in }) throws(EngineError) -> BatchOutcome {
        do {
            return try answer(tell)
        } catch let error as EngineError {
            throw error
        } catch let error as FormatError {
            throw EngineError(error)
        } catch {
            throw EngineError(.usage, "\(error)")
        }
    }

    private func answer(_ tell: (String) -> Void) throws -> BatchOutcome {
        try check()
        let sink = try ByteSink(path: output)
        let stock = try PositionsFile(ByteSource(path: positions))
        var complaints = stock.complaints
        let wanted = Set(stock.positions.lazy.map(\.id))
        let file = try RereadableInput(path: demand)
        let known: [[UInt8]: KnownDemand]
        do {
            known = try knownDemand(file, wanted, gathers: false, &complaints)
        } catch let error as FormatError {
            throw file.named(error)
        }
        let strangers = stock.positions.count { known[$0.id] == nil }
        if strangers > 0 {
            complaints.note("\(strangers) positions have no demand at all; only what is owed is ordered")
        }
        let expected = forecasts(stock.positions, known)
        let selling = zip(stock.positions, expected).map { position, demand in
            guard case .forecast(let outlook) = demand else { return (position, 0.0) }
            return (position, outlook.mean(days: 0..<reviewDays) / Double(reviewDays))
        }
        let money = PlanMoney(
            selling, target: target, holdingRate: holdingRate, gap: reviewDays, orderDays: orderDays)
        let capital = capital(money, selling.map(\.1), stock.positions, expected)
        let lines = inParallel(Array(stock.positions.indices), jobs: jobs) {
            line(stock.positions[$0], expected[$0], money, capital: capital)
        }
        let writer = CSVWriter(to: sink)
        try writer.record(
            ["unique_id", "order_qty"] + (explains ? ["reorder_point", "order_up_to", "demand_mean"] : []))
        var outcome = BatchOutcome(series: stock.series)
        for (position, planned) in zip(stock.positions, lines) {
            let line: BatchLine
            switch planned {
            case .failure(let refusal):
                complaints.fail(position.id, refusal.reason)
                continue
            case .success(let found): line = found
            }
            outcome.answered += 1
            position.id.withUnsafeBufferPointer { writer.field($0) }
            writer.field(line.quantity)
            if explains {
                writer.field(line.policy.reorderPoint)
                writer.field(line.policy.orderUpTo)
                let mean = min(1e12, line.policy.protection.mean)
                writer.field(FixedPoint.text(Int64((mean * 1000).rounded()), decimals: 3, keep: 0))
            }
            try writer.endRecord()
        }
        try writer.finish()
        outcome.refusedRows = complaints.refusedRows
        complaints.lines.forEach(tell)
        return outcome
    }

    private func check() throws(EngineError) {
        guard (1...1000).contains(reviewDays) else {
            throw EngineError(.usage, "a review every \(reviewDays) days; give 1 to 1000")
        }
        guard (1...256).contains(jobs) else { throw EngineError(.usage, "\(jobs) jobs; give 1 to 256") }
        guard holdingRate > 0, holdingRate.isFinite else {
            throw EngineError(.usage, "a holding rate of \(holdingRate); give a share of the cost a year, such as 0.25")
        }
        guard orderDays > 0, orderDays <= 1000 else {
            throw EngineError(.usage, "order lines of \(orderDays) days of demand; give days above 0, such as 13")
        }
        switch target {
        case .serviceLevel(let share):
            guard share > 0, share < 1 else {
                throw EngineError(.usage, "a service level of \(share); give a share above 0 and below 1, such as 0.95")
            }
        case .shortageCost(let money):
            guard money > 0, money.isFinite else {
                throw EngineError(.usage, "a shortage cost of \(money); give money per unit short, above 0")
            }
        }
    }

    /// What is known of the demand of each wanted series of the file. Reads again, sorting, where rows of a series lie apart.
    private func knownDemand(
        _ file: RereadableInput, _ wanted: Set<[UInt8]>, gathers: Bool, _ complaints: inout BatchComplaints
    ) throws -> [[UInt8]: KnownDemand] {
        let csv = try file.reader()
        let share = csv.column("in_stock") == nil ? nil : "in_stock"
        var reader = try SeriesReader(csv, share: share, gathers: gathers)
        var known: [[UInt8]: KnownDemand] = [:]
        var waiting: [SeriesRows] = []
        var rows = 0
        var strangers = 0
        var late = 0
        func fit() {
            for (series, found) in zip(waiting, inParallel(waiting, jobs: jobs, demand)) { known[series.id] = found }
            waiting = []
            rows = 0
        }
        while var series = try reader.next() {
            guard reader.form != .integer else {
                throw EngineError(.usage, "ds of a plan's demand are dates, such as 2016-05-23, not whole numbers")
            }
            guard wanted.contains(series.id) else {
                strangers += 1
                continue
            }
            late += series.removeRows(from: Int64(asOf.number) * 86_400)
            waiting.append(series)
            rows += series.times.count
            if rows >= 1 << 18 { fit() }
        }
        if let id = reader.scattered {
            complaints.note("rows of \(shown(id)) lie apart: the file is sorted in memory; sorted files need less")
            return try knownDemand(file, wanted, gathers: true, &complaints)
        }
        fit()
        reader.finish()
        if share == nil { complaints.note("no column in_stock: every day is taken to have been in stock") }
        if late > 0 { complaints.note("\(late) rows on or after \(asOf) are not history and have been left out") }
        if strangers > 0 { complaints.note("\(strangers) series have no position and are not planned") }
        complaints.append(reader.complaints)
        return known
    }

    /// The demand of a series from the day of the plan on.
    @Sendable private func demand(_ rows: SeriesRows) -> KnownDemand {
        let silent = KnownDemand.unusable(
            "none of its days before \(asOf) was observed, so nothing is known of its demand")
        guard let last = rows.times.last else { return silent }
        let grid = PeriodGrid(rows.times, .daily)
        guard let end = grid.index(of: last), grid.misfit(in: rows.times) == nil else {
            return .unusable("its rows have different times of day; give one row a day")
        }
        var units = [Double](repeating: 0, count: end + 1)
        var inStock = units
        for (row, time) in rows.times.enumerated() where !rows.units[row].isNaN {
            guard let index = grid.index(of: time) else { continue }
            units[index] = rows.units[row]
            inStock[index] = rows.shares[row]
        }
        do throws(ForecastingError) {
            guard let study = DemandStudy(try DemandHistory(units: units, inStock: inStock)) else { return silent }
            return .studied(study, shift: Int((Int64(asOf.number) * 86_400 - last - 1) / 86_400))
        } catch {
            return .unusable(error.description)
        }
    }

    /// The demand of each position, with what the series have in common. The order of the files decides nothing: what is
    /// common is learnt by name.
    private func forecasts(_ positions: [PlanPosition], _ known: [[UInt8]: KnownDemand]) -> [ExpectedDemand] {
        let names = known.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let studies = names.compactMap { name -> DemandStudy? in
            guard case .studied(let study, _)? = known[name] else { return nil }
            return study
        }
        let jobs = jobs
        let pool = PooledDemand(studies) { count, work in forEach(count, jobs: jobs, work) }
        return inParallel(positions, jobs: jobs) { position in
            switch known[position.id] {
            case nil: .forecast(NoDemand())
            case .unusable(let reason): .unusable(reason)
            case .studied(let study, let shift):
                .forecast(DemandView(forecast: study.forecast(pool), shift: shift))
            }
        }
    }

    /// The price of capital at which the fill rates of all positions, weighed by revenue, come to the service level; it is
    /// tried on at most `mostTried` of them, evenly taken by name.
    private func capital(
        _ money: PlanMoney, _ rates: [Double], _ positions: [PlanPosition], _ demand: [ExpectedDemand]
    ) -> Double {
        guard case .serviceLevel(let share) = target else { return money.capital }
        let selling = positions.indices.filter { rates[$0] > 0 }
            .sorted { positions[$0].id.lexicographicallyPrecedes(positions[$1].id) }
        let every = (selling.count + PlanBatch.mostTried - 1) / PlanBatch.mostTried
        let tried = stride(from: 0, to: selling.count, by: max(1, every)).map { selling[$0] }
        // The fill rate falls as capital gets dearer; ten halvings of this range of its logarithm leave half a per cent.
        var (low, high) = (money.capital / 100, money.capital * 4)
        for _ in 0..<10 {
            let middle = (low * high).squareRoot()
            let served = inParallel(tried, jobs: jobs) { index -> Double? in
                guard
                    case .success(let line) = line(positions[index], demand[index], money, capital: middle)
                else { return nil }
                return line.policy.leastFillRate
            }
            var (sum, revenue) = (0.0, 0.0)
            for (index, served) in zip(tried, served) {
                guard let served else { continue }
                let weight = rates[index] * money.price(of: positions[index])
                sum += weight * served
                revenue += weight
            }
            if sum < share * revenue { high = middle } else { low = middle }
        }
        return (low * high).squareRoot()
    }

    /// Most positions that a price of capital is tried on.
    private static let mostTried = 128

    @Sendable private func line(
        _ position: PlanPosition, _ demand: ExpectedDemand, _ money: PlanMoney, capital: Double
    ) -> Result<BatchLine, PlanRefusal> {
        let outlook: any DemandOutlook
        switch demand {
        case .unusable(let reason): return .failure(PlanRefusal(reason: reason))
        case .forecast(let found): outlook = found
        }
        if case .shortageCost = target, (position.cost?.micros ?? 0) <= 0 {
            return .failure(PlanRefusal(reason: "a shortage cost is weighed against the unit cost; give unit_cost"))
        }
        do throws(InventoryError) {
            let timing = try OrderTiming(
                gap: reviewDays, leadTime: try LeadTime(mean: position.leadTime.mean, spread: position.leadTime.spread))
            let policy = try LeastCostPolicy(
                demand: outlook, timing: timing, costs: money.costs(of: position, capital: capital),
                pack: position.pack,
                minimum: position.minimum)
            return .success(
                BatchLine(
                    quantity: policy.order(onHand: position.onHand, onOrder: position.onOrder), policy: policy))
        } catch {
            return .failure(PlanRefusal(reason: error.message))
        }
    }
}

/// What to order of one position, and why.
private struct BatchLine: Sendable {
    var quantity: Int64
    var policy: LeastCostPolicy
}

/// What a demand file says about one series.
private enum KnownDemand: Sendable {
    /// Studied up to its last day, `shift` days before the day of the plan.
    case studied(DemandStudy, shift: Int)
    case unusable(String)
}

/// What will be asked for of one position.
private enum ExpectedDemand: Sendable {
    case forecast(any DemandOutlook)
    case unusable(String)
}

/// Why a position is not planned.
private struct PlanRefusal: Error {
    var reason: String
}

/// Nothing is asked for.
private struct NoDemand: DemandOutlook {
    func mean(days: Range<Int>) -> Double { 0 }
    func demand(days: Range<Int>) -> CountDistribution { .zero }
}
