import Domain
import Numerics
import Store
import TestSupport
import Testing

/// Random histories: whatever happens to a product, its books close.
@Suite struct LedgerHistoryTests {
    /// First in, first out, piece by piece: every unit is a coin of its own in a queue.
    private struct Coins {
        var queue: [Int64?] = []
        var owed: [(cost: Int64?, document: Int64?, isSale: Bool)] = []
        var served: [Int64: [Int64?]] = [:]
        var last: Int64?
        var newest: Int64? { queue.last { $0 != nil } ?? last }
        var cost: [LedgerKind: Int64] = [:]

        mutating func come(_ coin: Int64?, _ kind: LedgerKind, isFound: Bool = false) {
            if owed.isEmpty {
                queue.append(coin)
                cost[kind, default: 0] += coin ?? 0
                return
            }
            let debt = owed.removeFirst()
            let coin = isFound ? nil : coin
            cost[kind, default: 0] += coin ?? debt.cost ?? 0
            guard let coin else { return }
            cost[debt.isSale ? .trueUp : .adjustment, default: 0] += (debt.cost ?? 0) - coin
            if let document = debt.document, let index = served[document]?.lastIndex(of: debt.cost) {
                served[document]?[index] = coin
            }
        }

        mutating func go(_ kind: LedgerKind, _ document: Int64?) {
            let coin: Int64?
            if queue.isEmpty {
                coin = last
                owed.append((coin, document, kind == .sale))
            } else {
                coin = queue.removeFirst()
                if coin != nil { last = coin }
            }
            cost[kind, default: 0] -= coin ?? 0
            if let document { served[document, default: []].append(coin) }
        }
    }

    @Test(arguments: 0..<12)
    func `whatever happens, the books close to the penny: first in, first out`(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        func below(_ limit: Int) -> Int64 { Int64(random.next() % UInt64(limit)) }
        var shop = try LedgerShop(.fifo)
        try shop.product(1)
        var coins = Coins()
        var documents: [Int64] = []
        try shop.count(1, 5)
        for _ in 0..<5 { coins.come(nil, .opening) }
        for _ in 0..<90 {
            let units = 1 + below(9)
            switch below(12) {
            case 0...2:
                let cost = below(8) == 0 ? nil : 100 + below(900)
                try shop.receive(1, units, cost: cost)
                // Coins of one delivery are one: the last known cost is that of what came last.
                for _ in 0..<units { coins.come(cost, .receipt) }
                if let cost { coins.last = cost }
            case 3...7:
                let document = try shop.sell(1, units)
                documents.append(document)
                for _ in 0..<units { coins.go(.sale, document) }
            case 8:
                guard let document = documents.randomElement(using: &random) else { continue }
                let served = coins.served[document] ?? []
                let back = min(units, Int64(served.count))
                guard back > 0, Set(served).count == 1 else { continue }
                try shop.takeBack(1, back, of: document)
                for _ in 0..<back {
                    let coin = coins.served[document]?.removeLast() ?? nil
                    coins.come(coin, .takenBack)
                    if let coin { coins.last = coin }
                }
            case 9:
                let gone = below(2) == 0
                try shop.adjust(1, gone ? -units : units)
                for _ in 0..<units {
                    if gone { coins.go(.adjustment, nil) } else { coins.come(coins.newest, .adjustment, isFound: true) }
                }
            default:
                let stock = Int64(coins.queue.count - coins.owed.count)
                let found = max(0, stock + below(7) - 3)
                try shop.count(1, found)
                for _ in 0..<max(0, found - stock) { coins.come(coins.newest, .countDifference, isFound: true) }
                for _ in 0..<max(0, stock - found) { coins.go(.countDifference, nil) }
            }
        }
        let sums = try shop.sums()
        for kind in [LedgerKind.receipt, .sale, .takenBack, .adjustment, .countDifference, .trueUp] {
            #expect(sums[kind]?.value ?? 0 == coins.cost[kind] ?? 0, "\(kind)")
        }
        let worth =
            coins.queue.reduce(Int64(0)) { $0 + ($1 ?? 0) } - coins.owed.reduce(Int64(0)) { $0 + ($1.cost ?? 0) }
        let missing = coins.queue.count { $0 == nil } - coins.owed.count { $0.cost == nil }
        #expect(try shop.closing() == [Int64(coins.queue.count - coins.owed.count), worth, Int64(missing)])
        let level = try shop.facts.stockLevels(asOf: Instant(milliseconds: 20_000 * 86_400_000))
        #expect(try shop.closing()[0] == level.reduce(0) { $0 + $1.onHand })
    }

    @Test(arguments: 0..<8)
    func `whatever happens, the books close to the penny: moving average`(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(100 + seed))
        func below(_ limit: Int) -> Int64 { Int64(random.next() % UInt64(limit)) }
        var shop = try LedgerShop(.movingAverage)
        try shop.product(1, cost: 333)
        try shop.count(1, 40)
        var (units, value) = (Int64(40), Int64(40 * 333))
        var (sold, received, corrected) = (Int64(0), Int64(0), Int64(0))
        for _ in 0..<80 {
            let some = 1 + below(12)
            switch below(4) {
            case 0:
                let cost = 50 + below(700)
                try shop.receive(1, some, cost: cost)
                (units, value, received) = (units + some, value + some * cost, received + some * cost)
            case 1, 2:
                let some = min(some, units)
                guard some > 0 else { continue }
                try shop.sell(1, some)
                let cost = Int64((Double(value) * Double(some) / Double(units)).rounded())
                (units, value, sold) = (units - some, value - cost, sold + cost)
            default:
                guard units > 12 else { continue }
                let change = below(2) == 0 ? some : -some
                try shop.count(1, units + change)
                let worth = Int64((Double(value) * Double(change) / Double(units)).rounded())
                (units, value, corrected) = (units + change, value + worth, corrected + worth)
            }
        }
        let sums = try shop.sums()
        #expect(sums[.sale]?.value ?? 0 == -sold)
        #expect(sums[.receipt]?.value ?? 0 == received)
        #expect(sums[.countDifference]?.value ?? 0 == corrected)
        #expect(try shop.closing() == [units, value, 0])
        #expect(40 * 333 + received - sold + corrected == value)
        // Of any two days, the later opens as the earlier closes.
        for offset in 1..<5 {
            let day = LedgerShop.first.advanced(by: offset)
            let change = try shop.facts.ledger(from: day, through: day).reduce(0) { $0 + $1.value }
            #expect(
                try shop.closing(through: day.advanced(by: -1))[1] + change == shop.closing(through: day)[1])
        }
    }

    @Test(arguments: CostMethod.allCases, 0..<5)
    func `two places and what lies between them: no unit and no penny is left over`(_ method: CostMethod, _ seed: Int)
        throws
    {
        var random = SplitMix64(seed: UInt64(200 + seed))
        func below(_ limit: Int) -> Int64 { Int64(random.next() % UInt64(limit)) }
        var shop = try LedgerShop(method)
        try shop.sql("INSERT INTO pool (id, name) VALUES (7, 'depot')")
        try shop.sql("INSERT INTO place (id, name, pool) VALUES (7, 'depot', 7)")
        try shop.product(1, cost: seed % 2 == 0 ? 377 : nil)
        try shop.count(1, 30)
        try shop.count(1, 10, place: 7)
        var documents: [Int64] = []
        var moving: Int64 = 0
        for _ in 0..<70 {
            let units = 1 + below(9)
            switch below(9) {
            case 0, 1:
                try shop.receive(1, units, cost: below(6) == 0 ? nil : 90 + below(600), place: below(2) == 0 ? 1 : 7)
            case 2, 3: documents.append(try shop.sell(1, units))
            case 4: try shop.move(1, units, from: 7, to: 1, reason: "restock")
            case 5:
                try shop.move(1, units, from: below(2) == 0 ? 7 : 1, to: nil, reason: "transfer")
                moving += units
            case 6:
                let units = min(units, moving)
                guard units > 0 else { continue }
                try shop.move(1, units, from: nil, to: below(2) == 0 ? 7 : 1, reason: "transfer")
                moving -= units
            case 7:
                if let document = documents.randomElement(using: &random) { try shop.takeBack(1, 1, of: document) }
            default: try shop.count(1, below(40), place: below(2) == 0 ? 1 : 7)
            }
        }
        let places = try shop.facts.ledger(through: Day(number: 20_000), by: ["place"])
        let level = try shop.facts.stockLevels(asOf: Instant(milliseconds: 20_000 * 86_400_000))
        for (pool, name) in [(Int64(1), "main"), (7, "depot")] {
            #expect(
                places.filter { $0.labels == [name] && $0.kind != .soldUncounted }.reduce(0) { $0 + $1.units }
                    == level.filter { $0.pool == pool }.reduce(0) { $0 + $1.onHand })
        }
        #expect(places.filter { $0.labels == [Facts.transitName] }.reduce(0) { $0 + $1.units } == moving)
        #expect(try shop.facts.ledgerProblems() == [])
        if seed % 2 == 0, method == .dayCost || method == .standard {
            let closing = try shop.closing()
            #expect(closing[1] == closing[0] * 377)
        }
        if moving > 0 { try shop.move(1, moving, from: nil, to: 1, reason: "transfer") }
        try shop.count(1, 0)
        try shop.count(1, 0, place: 7)
        #expect(try shop.closing() == [0, 0, 0])
    }
}
