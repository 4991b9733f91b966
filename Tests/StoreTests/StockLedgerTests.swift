import Domain
import GRDB
import Numerics
import Store
import TestSupport
import Testing

/// The books: what stock is worth and what the goods that were sold had cost.
@Suite struct StockLedgerTests {
    /// A shop of one place whose facts a test writes into the tables, an hour apart.
    private struct Shop {
        let shop: FactsShop
        let facts: Facts
        private(set) var hours: Int64 = 0

        static let first = Day(number: 15_000)

        init(_ method: CostMethod) throws {
            shop = try FactsShop(zone: "UTC")
            facts = shop.facts
            try facts.setCostMethod(method)
            try facts.setDefaultPlaces([try #require(PlaceName("main"))])
            try sql("INSERT INTO source (id, system) VALUES (9, 'test')")
            try sql(
                "INSERT INTO batch (id, source, name, layout, counted_at, started_at) VALUES (9, 9, 'x', 'x', 0, 0)")
        }

        func sql(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
            try facts.database.write { try $0.execute(sql: sql, arguments: arguments) }
        }

        /// The next hour.
        mutating func tick() -> Int64 {
            hours += 1
            return (Int64(Shop.first.number) * 24 + hours) * 3_600_000
        }

        func product(_ id: Int64, cost: Int64? = nil) throws {
            try sql(
                "INSERT INTO product (id, sku, declared, batch) VALUES (?, ?, 0, 9)", [id, "P\(id)"])
            if let cost { try sql("INSERT INTO cost_period VALUES (?, -2147483648, ?)", [id, cost * 10_000]) }
            try sql("INSERT OR IGNORE INTO product_dirty VALUES (?)", [id])
        }

        mutating func count(_ product: Int64, _ units: Int64, place: Int64 = 1) throws {
            try sql(
                "INSERT INTO stock_count VALUES (?, ?, ?, 'on-hand', 9, ?, 9)", [product, place, tick(), units])
            try touch(product)
        }

        /// `cost` is in minor units for one.
        mutating func receive(_ product: Int64, _ units: Int64, cost: Int64?, place: Int64 = 1) throws {
            let at = tick()
            try sql(
                """
                INSERT INTO goods_receipt (source, number, line, product, place, quantity, damaged, at, batch, cost, currency)
                VALUES (9, ?, '1', ?, ?, ?, 0, ?, 9, ?, 'GBP')
                """, ["R\(product)-\(hours)", product, place, units, at, cost.map { $0 * 10_000 }])
            try touch(product)
        }

        @discardableResult
        mutating func sell(_ product: Int64, _ units: Int64) throws -> Int64 {
            let (at, document) = (tick(), product * 1_000_000 + hours)
            try sql(
                "INSERT INTO document (id, source, number, pool, batch, at) VALUES (?, 9, ?, 1, 9, ?)",
                [document, "D\(document)", at])
            try line(document, product, 1, units, at, 1)
            return document
        }

        mutating func takeBack(_ product: Int64, _ units: Int64, of document: Int64) throws {
            try line(document, product, 3, -units, tick(), 100 + hours)
        }

        mutating func adjust(_ product: Int64, _ units: Int64) throws {
            let (at, document) = (tick(), product * 1_000_000 + hours)
            try sql(
                "INSERT INTO document (id, source, number, pool, batch, at) VALUES (?, 9, ?, 1, 9, ?)",
                [document, "D\(document)", at])
            try line(document, product, 4, units, at, 1)
        }

        mutating func move(_ product: Int64, _ units: Int64, from: Int64?, to: Int64?, reason: String) throws {
            try sql("INSERT OR IGNORE INTO word (text) VALUES (?)", [reason])
            let at = tick()
            try sql(
                "INSERT INTO stock_move VALUES (9, ?, ?, ?, ?, ?, ?, (SELECT id FROM word WHERE text = ?), 9)",
                ["M\(hours)", product, from, to, units, at, reason])
            try touch(product)
        }

        private func line(
            _ document: Int64, _ product: Int64, _ kind: Int, _ units: Int64, _ at: Int64, _ line: Int64
        ) throws {
            try sql(
                """
                INSERT INTO order_line (document, line, product, pool, kind, mapped, quantity, price, total, at, shipped_at,
                    identity, batch, sellable) VALUES (?, ?, ?, 1, ?, ?, ?, 0, 0, ?, ?, ?, 9, ?)
                """, [document, line, product, kind, kind, units, at, kind == 1 ? at : nil, line, kind == 3 ? 1 : nil])
            try touch(product)
        }

        private func touch(_ product: Int64) throws {
            try sql("INSERT OR IGNORE INTO product_dirty VALUES (?)", [product])
        }

        struct Sum {
            var units: Int64 = 0
            var value: Int64 = 0
            var uncosted: Int64 = 0
        }

        /// What the entries come to, by kind.
        func sums(_ product: Int64? = nil, through day: Day = Day(number: 20_000)) throws -> [LedgerKind: Sum] {
            let all = try facts.ledger(through: day, by: ["sku"])
            var sums: [LedgerKind: Sum] = [:]
            for sum in all where product == nil || sum.labels == ["P\(product ?? 0)"] {
                var known = sums[sum.kind] ?? Sum()
                known.units += sum.units
                known.value += sum.value
                known.uncosted += sum.uncosted
                sums[sum.kind] = known
            }
            return sums
        }

        func closing(_ product: Int64? = nil, through day: Day = Day(number: 20_000)) throws -> [Int64] {
            let kept = try sums(product, through: day).filter { $0.key != .soldUncounted }.values
            return [
                kept.reduce(0) { $0 + $1.units }, kept.reduce(0) { $0 + $1.value }, kept.reduce(0) { $0 + $1.uncosted },
            ]
        }
    }

    /// 100 at 10.00, 200 come at 12.00, 150 leave, 100 come at 13.00, 200 leave.
    private func textbook(_ method: CostMethod) throws -> Shop {
        var shop = try Shop(method)
        try shop.product(1, cost: 1000)
        try shop.count(1, 100)
        try shop.receive(1, 200, cost: 1200)
        try shop.sell(1, 150)
        try shop.receive(1, 100, cost: 1300)
        try shop.sell(1, 200)
        return shop
    }

    @Test func `the textbook's example: first in, first out`() throws {
        let shop = try textbook(.fifo)
        #expect(try shop.sums()[.sale]?.value == -405_000)
        #expect(try shop.closing() == [50, 65_000, 0])
    }

    @Test func `the textbook's example: moving average`() throws {
        let shop = try textbook(.movingAverage)
        #expect(try shop.sums()[.sale]?.value == -410_000)
        #expect(try shop.closing() == [50, 60_000, 0])
    }

    @Test func `at a cost that is set, what was paid more is a difference in price`() throws {
        for method in [CostMethod.standard, .dayCost] {
            let shop = try textbook(method)
            #expect(try shop.sums()[.sale]?.value == -350_000)
            #expect(try shop.sums()[.priceDifference]?.value == -200 * 200 - 100 * 300)
            #expect(try shop.closing() == [50, 50_000, 0])
            try shop.sql("INSERT INTO cost_period VALUES (1, 16000, ?)", [11_000_000])
            try shop.sql("INSERT OR IGNORE INTO product_dirty VALUES (1)")
            #expect(try shop.closing() == [50, 55_000, 0])
            #expect(try shop.sums()[.revaluation]?.value == 5000)
            #expect(try shop.closing(through: Day(number: 15_999)) == [50, 50_000, 0])
        }
    }

    @Test func `sold before its receipt was booked: at the last known cost, and made good when it comes`() throws {
        var shop = try Shop(.fifo)
        try shop.product(1)
        try shop.count(1, 0)
        try shop.receive(1, 10, cost: 400)
        let order = try shop.sell(1, 15)
        #expect(try shop.closing() == [-5, -2000, 0])
        try shop.receive(1, 20, cost: 500)
        #expect(try shop.sums()[.trueUp]?.value == -5 * 100)
        #expect(try shop.closing() == [15, 7500, 0])
        // What comes back had cost 10 × 4.00 and 5 × 5.00.
        try shop.takeBack(1, 15, of: order)
        #expect(try shop.sums()[.takenBack]?.value == 6500)
        #expect(try shop.closing() == [30, 14_000, 0])
    }

    @Test func `a cost that nobody knows is counted, and never nothing`() throws {
        for method in CostMethod.allCases {
            var shop = try Shop(method)
            try shop.product(1)
            try shop.count(1, 10)
            try shop.sell(1, 4)
            #expect(try shop.closing() == [6, 0, 6], "\(method)")
            #expect(try shop.sums()[.sale]?.uncosted == -4)
            if method == .fifo || method == .movingAverage {
                try shop.sell(1, 8)
                #expect(try shop.closing() == [-2, 0, -2], "\(method)")
                try shop.receive(1, 5, cost: 300)
                #expect(try shop.closing() == [3, 900, 0], "\(method)")
                #expect(try shop.sums()[.trueUp]?.value == -600)
                #expect(try shop.sums()[.trueUp]?.uncosted == 2)
            }
        }
    }

    @Test func `goods between two places are in the books, and in neither of them`() throws {
        for method in CostMethod.allCases {
            var shop = try Shop(method)
            try shop.sql("INSERT INTO pool (id, name) VALUES (7, 'depot')")
            try shop.sql("INSERT INTO place (id, name, pool) VALUES (7, 'depot', 7)")
            try shop.product(1, cost: 500)
            try shop.count(1, 20)
            try shop.count(1, 0, place: 7)
            try shop.move(1, 8, from: 1, to: nil, reason: "Transfer out")
            try shop.move(1, 3, from: nil, to: 7, reason: "Transfer in")
            let places = try shop.facts.ledger(through: Day(number: 20_000), by: ["place"])
            func value(_ place: String) -> Int64 {
                places.filter { $0.labels == [place] }.reduce(0) { $0 + $1.value }
            }
            #expect([value("main"), value("depot"), value(Facts.transitName)] == [6000, 1500, 2500], "\(method)")
            #expect(try shop.closing() == [20, 10_000, 0])
            try shop.move(1, 2, from: 7, to: nil, reason: "broken")
            #expect(try shop.closing() == [18, 9000, 0])
            #expect(try shop.sums()[.adjustment]?.value == -1000)
        }
    }

    @Test func `sold while nobody had counted is in the cost of goods, and in no stock`() throws {
        var shop = try Shop(.fifo)
        try shop.product(1, cost: 250)
        try shop.sell(1, 4)
        #expect(try shop.closing() == [0, 0, 0])
        #expect(try shop.sums()[.soldUncounted]?.value == -1000)
        try shop.count(1, 9)
        #expect(try shop.closing() == [9, 2250, 0])
        #expect(try shop.sums()[.opening]?.value == 2250)
    }

    // MARK: - Random histories

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
        var shop = try Shop(.fifo)
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
        var shop = try Shop(.movingAverage)
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
            let day = Shop.first.advanced(by: offset)
            let change = try shop.facts.ledger(from: day, through: day).reduce(0) { $0 + $1.value }
            #expect(
                try shop.closing(through: day.advanced(by: -1))[1] + change == shop.closing(through: day)[1])
        }
    }
}
