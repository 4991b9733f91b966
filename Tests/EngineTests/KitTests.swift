import Domain
import Engine
import Store
import TestSupport
import Testing

/// Kits from the file to the plan.
@Suite struct KitTests {
    private let kits = "kit,component,quantity\n"

    /// A set of one lamp and two bulbs that sells, and bulbs that sell besides.
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name,cost\nSET,Lamp with bulbs,12.00\nLAMP,Lamp,8.00\nBULB,Bulb,1.00\n")
        try shop.take(.kits, kits + "SET,LAMP,1\nSET,BULB,2\n")
        try shop.sell(["SET": daily(5), "BULB": daily(3)], from: "2011-08-04")
        try shop.take(
            .offers,
            "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days\nAcme,LAMP,8.00,GBP,1,1,7\n"
                + "Acme,BULB,1.00,GBP,1,1,7\nAcme,SET,12.00,GBP,1,1,7\n")
        return shop
    }

    @Test func `a kit of which no cost is said costs what its parts do, from the day on which they do`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nSET,Lamp with bulbs\nLAMP,Lamp\nBULB,Bulb\n")
        try shop.take(.kits, kits + "SET,LAMP,1\nSET,BULB,2\n")
        try shop.sell(["SET": [1, 2]], from: "2011-09-01")
        func cost() throws -> Double? {
            let days = try #require(Day("2011-08-01"))...(try #require(Day("2011-10-01")))
            return try shop.engine.read("gross_margin", MetricQuery(days: days)).rows.first?.value.map {
                30_000_000 - $0
            }
        }
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,LAMP,4.00,GBP,7\n")
        #expect(try cost() == nil, "of one part nobody knows it")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,BULB,1.00,GBP,7\n")
        #expect(try cost() == 18_000_000, "three sets of 4.00 + 2 × 1.00")
        try shop.take(
            .offers, "supplier,sku,valid_from,cost,currency,lead_time_days\nAcme,BULB,2011-09-02,1.50,GBP,7\n")
        #expect(try cost() == 20_000_000, "two of them at 7.00")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,SET,5.00,GBP,7\n")
        #expect(try cost() == 15_000_000, "its own goes before")
    }

    @Test func `components are ordered in place of a kit, for its demand and their own`() throws {
        let shop = try shop()
        try shop.count(["LAMP": 9, "BULB": 13])
        try shop.replan()
        let lines = try shop.actions().flatMap { $0.lines.map(\.draft.sku.text) }
        #expect(Set(lines) == ["LAMP", "BULB"])
        #expect(abs(try shop.plan("BULB").dailyDemand - 13) < 2, "ten in kits, three alone")
        #expect(abs(try shop.plan("LAMP").dailyDemand - 5) < 1)
        let set = try shop.plan("SET")
        #expect(set.kit?.makeable == 6 && set.kit?.limitedBy.map(\.text) == ["BULB"])
        #expect(set.missing.isEmpty && set.line?.quantity == 0 && set.line?.reason == .assembled)
    }

    @Test func `reports tell of kits`() throws {
        let shop = try shop()
        try shop.count(["LAMP": 9, "BULB": 13])
        let stock = try shop.engine.stock(actor: EngineShop.actor)
        #expect(stock.text.contains("kit: 6 can be made, limited by BULB"))
        #expect(String(decoding: stock.json.bytes(), as: UTF8.self).contains("\"canBeMade\":6"))
        let why = try shop.engine.explain("SET", isNegative: false, actor: EngineShop.actor).text
        #expect(why.contains("6  can be made of its components"))
        #expect(why.contains("2 of BULB each, 13 available: the limit"))
        let whyNot = try shop.engine.explain("SET", isNegative: true, actor: EngineShop.actor).text
        #expect(whyNot.contains("put together when it is sold, so its components are ordered: "))
        #expect(try shop.engine.coverage(actor: EngineShop.actor).text.contains("1 is a kit"))
    }

    @Test func `what stands on the shelf as a kit leaves first, and is had besides what can be made`() throws {
        let shop = try shop()
        let before = try #require(Instant(iso8601: "2011-10-02T18:00:00Z"))
        try shop.count(["LAMP": 9, "BULB": 13, "SET": 4], at: before)
        #expect(try shop.plan("SET").kit?.makeable == 6)
        #expect(try shop.plan("SET").stock?.onHand == 4)
        // Six sets are sold after the count: four from the shelf, two made of two lamps and four bulbs.
        try shop.take(
            .tillLines, "receipt,sold_at,place,sku,quantity,price\n1,2011-10-03T07:00:00Z,main,SET,6,15.00\n")
        #expect(try shop.plan("SET").stock?.onHand == 0)
        #expect(try shop.plan("LAMP").stock?.onHand == 7)
        #expect(try shop.plan("BULB").stock?.onHand == 9)
    }

    @Test func `a kit in a kit is taken apart, whatever comes first`() throws {
        let orders = "receipt,sold_at,place,sku,quantity,price\n1,2011-10-02T07:00:00Z,main,BOX,3,50.00\n"
        let parts = ["BOX,SET,2\n", "SET,BULB,2\n", "SET,LAMP,1\n", "BOX,BULB,1\n"]
        var digests: Set<String> = []
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 4, 0, 3, 2]] {
            let shop = try FactsShop()
            try shop.take(.products, "sku,name\nBOX,Box\nSET,Set\nLAMP,Lamp\nBULB,Bulb\n")
            for index in order {
                if index == 4 { try shop.take(.tillLines, orders) } else { try shop.take(.kits, kits + parts[index]) }
            }
            #expect(try shop.demand("BULB", from: "2011-10-02", to: "2011-10-02").units == [15])
            #expect(try shop.demand("LAMP", from: "2011-10-02", to: "2011-10-02").units == [6])
            #expect(try shop.demand("SET", from: "2011-10-02", to: "2011-10-02").units == [6])
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `a kit that is made of itself counts as none, and says so, until it is mended`()
        throws
    {
        var digests: Set<String> = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let shop = try EngineShop()
            try shop.take(.products, "sku,name\nA,a\nB,b\nC,c\n")
            let rows = ["A,B,1\n", "B,C,2\n", "C,A,1\n"]
            for index in order { try shop.take(.kits, kits + rows[index]) }
            try shop.take(
                .tillLines, "receipt,sold_at,place,sku,quantity,price\n1,2011-10-02T07:00:00Z,main,A,3,50.00\n")
            let flags = try shop.engine.facts.flags(limit: 9).map { "\($0.flag.subject) \($0.flag.rule)" }
            #expect(flags.sorted() == ["A made-of-itself", "B made-of-itself", "C made-of-itself"])
            #expect(try shop.engine.facts.kits().isEmpty)
            _ = try shop.engine.stock(actor: EngineShop.actor).text
            digests.insert(try shop.engine.facts.contentDigest())
            try shop.take(.kits, kits + "C,A,0\n")
            #expect(try shop.engine.facts.flags(limit: 9).isEmpty)
            #expect(try shop.engine.facts.kits().count == 2)
            let id = try #require(try shop.engine.facts.product("C")).id
            let day = try #require(Day("2011-10-02"))
            #expect(try shop.engine.facts.demand(in: day...day, products: id...id).first?.units == [6])
        }
        #expect(digests.count == 1)
    }
}
