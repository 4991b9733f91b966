import Domain
import GRDB
import Store
import TestSupport
import Testing

/// The books: what stock is worth and what the goods that were sold had cost.
@Suite struct StockLedgerTests {
    /// 100 at 10.00, 200 come at 12.00, 150 leave, 100 come at 13.00, 200 leave.
    private func textbook(_ method: CostMethod) throws -> LedgerShop {
        var shop = try LedgerShop(method)
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

    @Test(arguments: [CostMethod.fifo, .movingAverage])
    func `sold before its receipt was booked: at the last known cost, and made good when it comes`(_ method: CostMethod)
        throws
    {
        var shop = try LedgerShop(method)
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
            var shop = try LedgerShop(method)
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
            var shop = try LedgerShop(method)
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
        var shop = try LedgerShop(.fifo)
        try shop.product(1, cost: 250)
        try shop.sell(1, 4)
        #expect(try shop.closing() == [0, 0, 0])
        #expect(try shop.sums()[.soldUncounted]?.value == -1000)
        try shop.count(1, 9)
        #expect(try shop.closing() == [9, 2250, 0])
        #expect(try shop.sums()[.opening]?.value == 2250)
    }
}
