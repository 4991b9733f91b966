import Domain
import GRDB

/// Units of one lot that are left.
public struct Lot: Sendable, Hashable {
    /// The maker's number; nil where only the expiry is known.
    public var number: String?
    /// The last day on which it may be sold; nil where none is known.
    public var expiresOn: Day?
    /// Units left.
    public var units: Int64
}

/// What is left of each lot of one product in one pool, the first to expire first.
public struct LotStanding: Sendable, Hashable {
    /// The product's key.
    public var product: Int64
    /// The pool's key.
    public var pool: Int64
    /// The lots.
    public var lots: [Lot]
    /// Units of no known lot.
    public var loose: Int64
    /// Units by which the last count differed from what the lots came to; 0 where they agreed.
    public var disagreement: Int64
}

/// The lots of one product in one pool, followed through what came and went.
struct LotShelf {
    /// What happens to lots.
    enum Event {
        /// So many came of a lot.
        case came(Lot)
        /// So many came of no known lot, or left (negative).
        case moved(Int64)
        /// A place was counted lot by lot; `whole` is what was counted of it in all, where somebody did.
        case countedByLot(place: Int64, [Lot], whole: Int64)
        /// All of the pool was counted.
        case counted(Int64)
    }

    private struct Held {
        var lot: Lot
        var place: Int64?
    }

    private var held: [Held] = []
    private(set) var loose: Int64
    private(set) var disagreement: Int64 = 0

    init(loose: Int64) { self.loose = max(0, loose) }

    var lots: [Lot] {
        var sums: [Lot] = []
        for held in held where held.lot.units > 0 {
            if let last = sums.last, last.number == held.lot.number, last.expiresOn == held.lot.expiresOn {
                sums[sums.count - 1].units += held.lot.units
            } else {
                sums.append(held.lot)
            }
        }
        return sums
    }

    private var total: Int64 { held.reduce(loose) { $0 + $1.lot.units } }

    mutating func take(_ event: Event) {
        switch event {
        case .came(let lot): add(lot, at: nil)
        case .moved(let units): if units > 0 { loose += units } else { leave(-units) }
        case .countedByLot(let place, let lots, let whole):
            // What was received was put somewhere: the first place counted by lot speaks for it.
            held.removeAll { $0.place == place || $0.place == nil }
            for lot in lots { add(lot, at: place) }
            disagreement = whole - lots.reduce(0) { $0 + $1.units }
            loose = max(0, disagreement)
        case .counted(let units): settle(units)
        }
    }

    /// Makes the lots come to what is there in all.
    mutating func settle(_ units: Int64) {
        let difference = units - total
        // Units of no known lot take up what they can: only beyond them do the lots disagree.
        disagreement = difference < 0 ? min(0, difference + loose) : held.isEmpty || loose > 0 ? 0 : difference
        if difference > 0 { loose += difference } else { leave(-difference) }
    }

    private mutating func add(_ lot: Lot, at place: Int64?) {
        held.append(Held(lot: lot, place: place))
        held.sort { left, right in
            let (a, b) = (left.lot.expiresOn ?? Day(number: .max), right.lot.expiresOn ?? Day(number: .max))
            return a != b ? a < b : (left.lot.number ?? "") < (right.lot.number ?? "")
        }
    }

    /// First what is of no known lot, since it is older; then what expires first.
    private mutating func leave(_ units: Int64) {
        var left = units
        let ofLoose = min(left, loose)
        loose -= ofLoose
        left -= ofLoose
        for index in held.indices where left > 0 {
            let taken = min(left, held[index].lot.units)
            held[index].lot.units -= taken
            left -= taken
        }
        held.removeAll { $0.lot.units == 0 }
    }
}

extension Facts {
    /// What is left of each lot, of all products that have lots or of one.
    ///
    /// - Parameter levels: the stock at that moment: lots come to no more.
    public func lots(asOf: Instant, levels: [StockLevel], product: Int64? = nil) throws -> [LotStanding] {
        let onHand = Dictionary(
            levels.map { (LotKey(product: $0.product, pool: $0.pool), $0.onHand) },
            uniquingKeysWith: { first, _ in first })
        return try database.read { database in
            let keys = try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT product, pool FROM goods_receipt JOIN place ON place.id = place
                    WHERE (lot IS NOT NULL OR expires_on IS NOT NULL) AND at <= ?1 AND (?2 IS NULL OR product = ?2)
                    UNION SELECT DISTINCT product, pool FROM lot_count JOIN place ON place.id = place
                    WHERE at <= ?1 AND (?2 IS NULL OR product = ?2) ORDER BY 1, 2
                    """, arguments: [asOf.milliseconds, product])
            return try keys.map { key in
                let (product, pool): (Int64, Int64) = (key[0], key[1])
                var shelf = try lotShelf(product, pool, until: asOf.milliseconds, database)
                if let units = onHand[LotKey(product: product, pool: pool)] {
                    let before = shelf.disagreement
                    shelf.settle(max(0, units))
                    if shelf.disagreement == 0 { return standing(shelf, key, before) }
                }
                return standing(shelf, key, shelf.disagreement)
            }
        }
    }

    private struct LotKey: Hashable {
        var product, pool: Int64
    }

    private func standing(_ shelf: LotShelf, _ key: Row, _ disagreement: Int64) -> LotStanding {
        LotStanding(
            product: key[0], pool: key[1], lots: shelf.lots, loose: shelf.loose, disagreement: disagreement)
    }

    private func lotShelf(_ product: Int64, _ pool: Int64, until now: Int64, _ database: Database) throws -> LotShelf {
        let shelves = try Shelf.all(of: product, in: pool, zone: zone, database)
        var told: [(at: Int64, rank: Int, event: LotShelf.Event)] = []
        var ofLots: [Int64: Int64] = [:]
        let receipts = try Row.fetchAll(
            database,
            sql: """
                SELECT at, lot, expires_on, quantity FROM goods_receipt JOIN place ON place.id = place
                WHERE product = ? AND pool = ? AND (lot IS NOT NULL OR expires_on IS NOT NULL)
                """, arguments: [product, pool])
        for row in receipts {
            let lot = Lot(number: row[1], expiresOn: (row[2] as Int32?).map(Day.init(number:)), units: row[3])
            told.append((row[0], 0, .came(lot)))
            ofLots[row[0], default: 0] += lot.units
        }
        let counts = try Row.fetchAll(
            database,
            sql: """
                SELECT l.place, l.at, l.lot, l.expires_on, l.quantity, c.quantity FROM lot_count AS l
                JOIN place ON place.id = l.place JOIN stock_count AS c ON c.product = l.product AND c.place = l.place
                    AND c.at = l.at AND c.state = l.state AND c.source = l.source
                WHERE l.product = ? AND pool = ? ORDER BY l.at, l.place, l.state, l.source
                """, arguments: [product, pool])
        for (_, rows) in Dictionary(grouping: counts, by: { "\($0[0] as Int64) \($0[1] as Int64)" }) {
            let lots = rows.map { row in
                Lot(
                    number: (row[2] as String).isEmpty ? nil : row[2],
                    expiresOn: row[3] as Int32 == .min ? nil : Day(number: row[3]), units: row[4])
            }
            told.append((rows[0][1], 2, .countedByLot(place: rows[0][0], lots, whole: rows[0][5])))
        }
        let byLot = Set(counts.map { $0[1] as Int64 })
        guard var first = told.map(\.at).min() else { return LotShelf(loose: 0) }
        // A count by lot of the only place tells all: what was before it need not be gone through.
        let recount = shelves.count == 1 ? byLot.filter { $0 <= now }.max() : nil
        first = recount ?? first
        let events = try StockEvents(
            product: product, pool: pool, since: recount.map { $0 - 1 } ?? .min, zone: zone, database)
        if shelves.count == 1 {
            for count in shelves[0].counts where !byLot.contains(count.at) {
                told.append((count.at, 2, .counted(count.quantity)))
            }
        }
        for shelf in shelves {
            for change in shelf.receipts.changes {
                let known = min(change.units, ofLots[change.at] ?? 0)
                ofLots[change.at] = (ofLots[change.at] ?? 0) - known
                told.append((change.at, 0, .moved(change.units - known)))
            }
        }
        let isOnHand = shelves.contains { $0.counts.contains { $0.state == StockState.onHand.rawValue } }
        for change in (isOnHand ? events.shipped : events.ordered).changes {
            told.append((change.at, 1, .moved(-change.units)))
        }
        for change in events.adjusted.changes { told.append((change.at, 1, .moved(change.units))) }
        told.sort { ($0.at, $0.rank) < ($1.at, $1.rank) }
        var shelf = LotShelf(loose: recount == nil ? Facts.level(shelves, events, at: first - 1) ?? 0 : 0)
        for event in told where event.at >= first && event.at <= now { shelf.take(event.event) }
        return shelf
    }
}
