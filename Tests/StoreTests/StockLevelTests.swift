import Domain
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Stock is the last count, rolled forward by what moved since.
@Suite struct StockLevelTests {
    private let counts = "sku,place,quantity,state,counted_at\n"
    private let orders = "Doc,Code,Title,Qty,Date,Price,Customer,Shipped,Place\n"
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state\n"

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.facts.setDefaultPlaces([try #require(PlaceName("main"))])
        try shop.take(.products, "sku,name\nA,Thing\nB,Other\n")
        return shop
    }

    private func takeOrders(_ rows: String, into shop: FactsShop) throws {
        let count = try shop.take(orders + rows, .mapped(tillMapping(later: true, places: true))).count
        #expect(count.refused == 0)
    }

    private func level(_ shop: FactsShop, _ code: String = "A", at moment: Instant = FactsShop.now) throws -> StockLevel
    {
        let levels = try shop.facts.stockLevels(asOf: moment, product: shop.product(code).id)
        try #require(levels.count == 1)
        return levels[0]
    }

    @Test func `counted on hand: what left since is off, what is promised is committed`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,main,100,on-hand,2011-10-03T18:00:00+01:00\n")
        try takeOrders(
            """
            1,A,T,1,2011-10-03 10:00:00,2,7,2011-10-03 12:00:00,
            2,A,T,2,2011-10-03 10:00:00,2,7,2011-10-04 12:00:00,
            3,A,T,4,2011-10-05 10:00:00,2,7,2011-10-05 10:00:00,
            4,A,T,8,2011-10-05 10:00:00,2,7,,
            5,A,T,16,2011-10-05 10:00:00,2,7,2011-12-01 10:00:00,
            6,A,T,32,2011-12-01 10:00:00,2,7,,
            """, into: shop)
        let level = try level(shop)
        #expect(level.counted == 100)
        #expect(level.left == 2 + 4, "shipped after the count; what left before it was not counted any more")
        #expect(level.committed == 8 + 16, "ordered, and not shipped by now")
        #expect(level.onHand == 94)
        #expect(
            try shop.facts.stockLevels(asOf: Instant(seconds: 1_300_000_000)).isEmpty,
            "before the first count nothing is known")
    }

    @Test func `counted available: what was ordered since is off, and nothing is committed besides`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,main,100,available,2011-10-03T18:00:00+01:00\n")
        try takeOrders(
            """
            1,A,T,1,2011-10-03 10:00:00,2,7,,
            2,A,T,2,2011-10-04 10:00:00,2,7,,
            3,A,T,4,2011-10-05 10:00:00,2,7,2011-10-06 10:00:00,
            4,A,T,9,2011-10-06 10:00:00,2,7,,
            C5,A,T,-9,2011-10-06 11:00:00,2,7,,
            """, into: shop)
        let level = try level(shop)
        #expect(level.left == 2 + 4, "9 were ordered and cancelled")
        #expect(level.committed == 0)
        #expect(level.onHand == 94)
    }

    @Test func `a later count speaks, and of two at one moment the later import`() throws {
        let shop = try shop()
        try shop.take(
            .counts, counts + "A,main,50,on-hand,2011-10-05T18:00:00Z\nA,main,100,on-hand,2011-10-03T18:00:00Z\n")
        #expect(try level(shop).counted == 50)
        #expect(try shop.take(.counts, counts + "A,main,60,on-hand,2011-10-05T18:00:00Z\n").count.replaced == 1)
        #expect(try level(shop).counted == 60)
        #expect(try shop.take(.counts, counts + "A,main,60,on-hand,2011-10-05T18:00:00Z\n").count.duplicate == 1)
        let between = try #require(Instant(iso8601: "2011-10-04T00:00:00Z"))
        #expect(try level(shop, at: between).counted == 100, "as of an earlier moment the earlier count")
    }

    @Test func `a count below nothing stays below nothing`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,main,-3,on-hand,2011-10-03T18:00:00Z\n")
        #expect(try level(shop).onHand == -3)
    }

    @Test func `receipts count once, in parts as they come, and those before the count not at all`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,main,10,on-hand,2011-10-03T18:00:00Z\n")
        // Four statements of the same line as time passes: nothing, a part (told twice), more, and all of it.
        for (received, at) in [
            ("0", ""), ("30", "2011-10-04T09:00:00Z"), ("30", "2011-10-04T09:00:00Z"), ("50", "2011-10-06T09:00:00Z"),
        ] {
            try shop.take(
                .purchases, purchases + "P1,1,Acme,A,main,80,\(received),\(at),GBP,2011-09-20,2011-10-10,open\n")
        }
        #expect(try level(shop).received == 50)
        let id = try shop.product("A").id
        #expect(try shop.facts.inbound()[id]?.map(\.line.quantity) == [30])
        let between = try #require(Instant(iso8601: "2011-10-05T00:00:00Z"))
        #expect(try level(shop, at: between).received == 30)

        try shop.take(.counts, counts + "A,main,55,on-hand,2011-10-05T18:00:00Z\n")
        #expect(try level(shop).received == 20, "the count has seen the first part")
        try shop.take(
            .purchases, purchases + "P1,1,Acme,A,main,80,80,2011-10-07T09:00:00Z,GBP,2011-09-20,2011-10-10,closed\n")
        #expect(try level(shop).onHand == 55 + 50)
        #expect(try shop.facts.inbound()[id] == nil, "nothing is still to come")
    }

    @Test func `a receipt of which nobody says when is as old as its order`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,main,10,on-hand,2011-10-03T18:00:00Z\n")
        try shop.take(.purchases, purchases + "P1,1,Acme,A,main,80,30,,GBP,2011-09-20,2011-10-10,open\n")
        #expect(try level(shop).received == 0, "the count has seen it")
        try shop.take(
            .purchases, purchases + "P1,1,Acme,A,main,80,30,2011-10-04T09:00:00Z,GBP,2011-09-20,2011-10-10,open\n")
        #expect(try level(shop).received == 30, "now somebody said")
        try shop.take(.purchases, purchases + "P1,1,Acme,A,main,80,30,,GBP,2011-09-20,2011-10-12,open\n")
        #expect(try level(shop).received == 30, "a statement that does not say does not unsay")
    }

    @Test func `what is still to come is what is open, late or not`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            purchases + """
                P1,1,Acme,A,main,80,30,2011-10-04T09:00:00Z,GBP,2011-09-20,2011-10-01,open
                P1,2,Acme,A,main,20,0,,GBP,2011-09-20,,open
                P2,1,Acme,A,main,20,0,,GBP,2011-09-20,2011-12-01,cancelled
                P3,1,Acme,A,main,20,25,2011-10-04T09:00:00Z,GBP,2011-09-20,2011-12-01,open
                P4,1,Bolt,A,Leeds,7,0,,GBP,2011-09-20,2011-12-01,open

                """)
        let inbound = try #require(try shop.facts.inbound()[shop.product("A").id])
        #expect(
            inbound.map { "\($0.line.order)/\($0.line.line): \($0.line.quantity)" } == [
                "P1/2: 20", "P1/1: 50", "P4/1: 7",
            ])
        #expect(inbound.map(\.line.expectedOn?.description) == [nil, "2011-10-01", "2011-12-01"])
        #expect(Set(inbound.map(\.pool)).count == 2, "each in the pool of its place")
    }

    @Test func `each place is a pool of its own, and an order without a place is served by the default one`() throws {
        let shop = try shop()
        try shop.take(
            .counts, counts + "A,main,100,on-hand,2011-10-03T18:00:00Z\nA,Leeds,40,on-hand,2011-10-04T18:00:00Z\n")
        try takeOrders(
            """
            1,A,T,1,2011-10-04 10:00:00,2,7,2011-10-04 10:00:00,
            2,A,T,2,2011-10-05 10:00:00,2,7,2011-10-05 10:00:00,Leeds
            3,A,T,4,2011-10-05 10:00:00,2,7,2011-10-05 10:00:00,main
            """, into: shop)
        let names = try shop.facts.pools()
        let levels = try shop.facts.stockLevels(asOf: FactsShop.now)
        #expect(levels.map { names[$0.pool]?.name } == ["main", "Leeds"])
        #expect(levels.map(\.onHand) == [95, 38])
    }

    @Test func `two places in one pool are one stock, understated rather than overstated`() throws {
        let shop = try shop()
        try shop.take(
            .counts, counts + "A,main,100,on-hand,2011-10-03T18:00:00Z\nA,Leeds,40,on-hand,2011-10-05T18:00:00Z\n")
        try shop.facts.database.write { database in
            try database.execute(sql: "UPDATE place SET pool = 1 WHERE name = 'Leeds'")
        }
        try takeOrders(
            """
            1,A,T,1,2011-10-04 10:00:00,2,7,2011-10-04 10:00:00,
            2,A,T,2,2011-10-06 10:00:00,2,7,2011-10-06 10:00:00,
            """, into: shop)
        try shop.take(
            .purchases,
            purchases + """
                P1,1,Acme,A,main,5,5,2011-10-04T09:00:00Z,GBP,2011-09-20,,closed
                P2,1,Acme,A,Leeds,7,7,2011-10-04T09:00:00Z,GBP,2011-09-20,,closed

                """)
        let level = try level(shop)
        #expect(level.counted == 140)
        #expect(level.countedAt.description == "2011-10-03T18:00:00Z")
        #expect(level.left == 3, "all that left since the earlier of the two")
        #expect(level.received == 5, "what Leeds received before it was counted is in its count")
    }

    @Test func `days without stock run from a count of nothing to the next count or receipt of something`() throws {
        let shop = try shop()
        try shop.take(
            .counts,
            counts + """
                A,main,0,on-hand,2011-10-03T18:00:00+01:00
                A,main,0,on-hand,2011-10-05T18:00:00+01:00
                A,main,9,on-hand,2011-10-08T18:00:00+01:00
                A,main,0,on-hand,2011-10-20T18:00:00+01:00

                """)
        try shop.take(.purchases, purchases + "P1,1,Acme,A,main,5,5,2011-10-23T09:00:00+01:00,GBP,2011-09-20,,closed\n")
        let pool = try level(shop).pool
        let empty = try shop.facts.emptyDays(product: shop.product("A").id, pool: pool, until: FactsShop.now)
        #expect(
            empty.map { "\($0.lowerBound)..\($0.upperBound)" } == ["2011-10-04..2011-10-07", "2011-10-21..2011-10-22"])
    }

    @Test func `changing the default place leads orders without a place to it`() throws {
        let shop = try shop()
        try shop.take(.counts, counts + "A,Leeds,40,on-hand,2011-10-04T18:00:00Z\n")
        try takeOrders("1,A,T,3,2011-10-05 10:00:00,2,7,2011-10-05 10:00:00,\n", into: shop)
        #expect(try level(shop).onHand == 40)
        try shop.facts.setDefaultPlaces([try #require(PlaceName("Leeds"))])
        #expect(try level(shop).onHand == 37)
        try shop.facts.setDefaultPlaces([try #require(PlaceName("Leeds"))])
        #expect(try level(shop).onHand == 37)
    }
}
