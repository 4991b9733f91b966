import Domain
import GRDB

/// One product's stock through the books: every unit that came and went, in the order of time, at what it cost.
///
/// A pool is in the books from its first count on; what that count found is its opening stock. From then on its units are
/// those of the stock history, and wherever a count disagrees the difference is booked. Sold while nobody had counted is
/// in the cost of goods at the cost of the day, and in no stock.
struct StockLedger {
    /// What lies between places: it left one and has not come to another.
    static let transit: Int64 = 0

    private let product: Int64
    private let method: CostMethod
    private let zone: Zone
    private let currency: Currency
    private let costs: [(first: Int32, cost: Int64)]
    private var pools: [Int64: CountedPool] = [:]
    private var stocks: [Int64: any CostedStock] = [:]
    private var events: [LedgerEvent] = []
    private var book = LedgerBook()
    private var days: DayLookup

    init(of product: Int64, by method: CostMethod, _ facts: Facts, _ database: Database) throws {
        self.product = product
        self.method = method
        zone = facts.zone
        days = DayLookup(zone: facts.zone)
        currency = facts.currency
        let known = try CostBook(database, zone: zone)
        costs =
            method == .standard
            ? try known.declared(of: product) : try known.periods(of: product)
        let counted = try Int64.fetchAll(
            database.cachedStatement(
                sql: "SELECT DISTINCT pool FROM stock_count JOIN place ON place.id = place WHERE product = ?"),
            arguments: [product])
        for pool in counted { pools[pool] = try CountedPool(of: product, in: pool, zone: zone, database) }
        events = try LedgerEvent.all(
            of: product, in: pools, zone: zone, rates: RateBook(currency, database), database)
        if method == .standard || method == .dayCost {
            for period in costs.dropFirst() {
                let at = zone.instant(day: Day(number: period.first)).milliseconds
                events.append(LedgerEvent(at: at, pool: 0, what: .newCost))
            }
        }
        events.sort()
    }

    /// Every entry that the events come to.
    mutating func entries() throws -> [LedgerBook.Key: LedgerBook.Sums] {
        for event in events {
            book.pool = event.pool
            book.day = days.number(of: event.at)
            switch event.what {
            case .received(let units, let place, let cost):
                guard let pool = pools[event.pool], pool.hasCounted(place, before: event.at) else { continue }
                let value = cost.flatMap { total($0, units) } ?? known(units)
                change { $0.receive(Portion(units: units, value: value), as: .receipt, cost: $1, &$2) }
            case .ordered(let line): serve(line, at: event.at, hasLeft: false)
            case .left(let line): serve(line, at: event.at, hasLeft: true)
            case .takenBack(let line): takeBack(line, at: event.at)
            case .adjusted(let units):
                if pools[event.pool]?.hasBegun(before: event.at) == true { adjust(units, as: .adjustment) }
            case .moved(let units, let goal): move(units, from: event.pool, to: goal, at: event.at)
            case .counted: count(at: event.at)
            case .newCost: revalue()
            }
        }
        return book.entries.filter { $0.value != LedgerBook.Sums() }
    }

    // MARK: - One event

    private mutating func serve(_ line: LedgerEvent.Line, at moment: Int64, hasLeft: Bool) {
        guard let pool = pools[book.pool], pool.hasBegun(before: moment) else {
            if hasLeft, !line.isKit { sellUncounted(line.units) }
            return
        }
        let leavesWhenShipped = pool.isOnHand(before: moment)
        guard hasLeft == leavesWhenShipped else {
            // Ordered before the first count of what was available, and not in it any more.
            if hasLeft, !pool.hasBegun(before: line.orderedAt), !line.isKit { sellUncounted(line.units) }
            return
        }
        guard line.units > 0 else {
            var back = line
            back.units = -line.units
            return takeBack(back, at: moment)
        }
        issue(line.units, as: .sale, for: line.document)
    }

    private mutating func sellUncounted(_ units: Int64) {
        book.add(.soldUncounted, units: -units, value: known(units).map { -$0 })
    }

    private mutating func issue(_ units: Int64, as kind: LedgerKind, for document: Int64?) {
        var portions: [Portion] = []
        change { portions = $0.issue(units, as: kind, document: document, cost: $1, &$2) }
        guard let document else { return }
        for portion in portions { book.note(portion, servedTo: document) }
    }

    private mutating func takeBack(_ line: LedgerEvent.Line, at moment: Int64) {
        guard pools[book.pool]?.hasBegun(before: moment) == true else {
            if !line.isKit { sellUncounted(-line.units) }
            return
        }
        var rest = line.units
        for portion in book.takeBack(line.units, from: line.document) {
            rest -= portion.units
            change { $0.receive(portion, as: .takenBack, cost: $1, &$2) }
        }
        // Of another paper than the one it left with: at today's cost.
        if rest > 0 { change { $0.find(rest, as: .takenBack, cost: $1, &$2) } }
    }

    private mutating func adjust(_ units: Int64, as kind: LedgerKind) {
        if units > 0 { change { $0.find(units, as: kind, cost: $1, &$2) } }
        if units < 0 { issue(-units, as: kind, for: nil) }
    }

    private mutating func move(_ units: Int64, from origin: Int64, to goal: Int64?, at moment: Int64) {
        let isKnown = { [pools] (pool: Int64?) in
            pool == StockLedger.transit || pool.flatMap { pools[$0]?.hasBegun(before: moment) } == true
        }
        var moved = [Portion(units: units, value: known(units))]
        if isKnown(origin) {
            book.pool = origin
            var units = units
            if origin == StockLedger.transit {
                // What nobody said had left cannot be on its way.
                units = min(units, max(0, stocks[origin]?.balance.units ?? 0))
                moved = []
            }
            if units > 0 { change { moved = $0.issue(units, as: .transfer, document: nil, cost: $1, &$2) } }
        }
        guard isKnown(goal), let goal else { return }
        book.pool = goal
        for portion in moved { change { $0.receive(portion, as: .transfer, cost: $1, &$2) } }
        adjust(units - moved.reduce(0) { $0 + $1.units }, as: .transfer)
    }

    private mutating func count(at moment: Int64) {
        guard let pool = pools[book.pool], let level = pool.level(at: moment) else { return }
        let difference = level - (stocks[book.pool]?.balance.units ?? 0)
        let first = pool.firstCounts(at: moment)
        adjust(min(max(first, 0), max(difference, 0)), as: .opening)
        adjust(difference - min(max(first, 0), max(difference, 0)), as: .countDifference)
    }

    private mutating func revalue() {
        for pool in stocks.keys.sorted() {
            guard var stock = stocks[pool] as? StandardStock else { continue }
            book.pool = pool
            stock.revalue(cost: known, &book)
            stocks[pool] = stock
        }
    }

    // MARK: - What a unit costs

    private mutating func change(
        _ body: (inout any CostedStock, (Int64) -> Int64?, inout LedgerBook) -> Void
    ) {
        var stock = stocks[book.pool] ?? empty
        let cost = cost(on: book.day)
        body(&stock, { [currency] units in cost.map { StockLedger.total($0, units, currency) } }, &book)
        stocks[book.pool] = stock
    }

    private var empty: any CostedStock {
        switch method {
        case .dayCost, .standard: StandardStock()
        case .movingAverage: StockLayers(merges: true)
        case .fifo: StockLayers(merges: false)
        }
    }

    private func cost(on day: Int32) -> Int64? { (costs.last { $0.first <= day } ?? costs.first)?.cost }

    private func known(_ units: Int64) -> Int64? { cost(on: book.day).map { StockLedger.total($0, units, currency) } }

    private func total(_ micros: Int64, _ units: Int64) -> Int64? { StockLedger.total(micros, units, currency) }

    private static func total(_ micros: Int64, _ units: Int64, _ currency: Currency) -> Int64 {
        let minor = Int128(FixedPoint.powers[6 - currency.decimals])
        return Int64(clamping: Exact.rounded(Int128(micros) * Int128(units), dividedBy: minor))
    }
}

/// The counts of a product in one pool, as the stock history reads them.
struct CountedPool {
    private let shelves: [Shelf]
    private let events: StockEvents
    private let begin: Int64

    init?(of product: Int64, in pool: Int64, zone: Zone, _ database: Database) throws {
        shelves = try Shelf.all(of: product, in: pool, zone: zone, database)
        guard let first = shelves.compactMap(\.counts.first?.at).min() else { return nil }
        begin = first
        events = try StockEvents(product: product, pool: pool, zone: zone, database)
    }

    /// The moments of all counts, ascending.
    var moments: [Int64] { Set(shelves.flatMap { $0.counts.map(\.at) }).sorted() }

    var places: [Int64] { shelves.map(\.place) }

    func hasBegun(before moment: Int64) -> Bool { begin < moment }

    func hasCounted(_ place: Int64, before moment: Int64) -> Bool {
        shelves.contains { shelf in shelf.place == place && shelf.counts.contains { $0.at < moment } }
    }

    /// Whether what is counted lies on the shelf until it leaves, and not until it is ordered.
    func isOnHand(before moment: Int64) -> Bool {
        shelves.contains { $0.counts.last { $0.at < moment }?.state == StockState.onHand.rawValue }
    }

    func level(at moment: Int64) -> Int64? { Facts.level(shelves, events, at: moment) }

    /// What places found that were counted for the first time at a moment.
    func firstCounts(at moment: Int64) -> Int64 {
        shelves.reduce(0) { sum, shelf in
            shelf.counts.first?.at == moment ? sum + (shelf.counts.last { $0.at == moment }?.quantity ?? 0) : sum
        }
    }
}
