import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What planners read of what people know.
@Suite struct KnowledgeReadingTests {
    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    /// Lamps A and B, a cup C; places main and shop, of which stock has told.
    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name,category\nA,Lamp,Lamps\nB,Bulb,lamps\nC,Cup,Cups\n")
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nA,main,1,on-hand,2011-10-03T08:00:00Z\nA,shop,1,on-hand,2011-10-03T08:00:00Z\n"
        )
        return shop
    }

    private func pool(_ shop: FactsShop, _ place: String) throws -> Int64 {
        try #require(try shop.facts.places().first { $0.name.text == place }).pool
    }

    // MARK: Promotions

    @Test func `a promotion is of the products, the channel and the pool that it names`() throws {
        let shop = try shop()
        try shop.take(
            .promotions,
            """
            id,name,sku,category,channel,place,from,to,lift,price,discount,status
            P1,Lamp days,A,,web,shop,2011-11-10,2011-11-20,+40 %,4.99,20 %,
            P2,,,LAMPS,,,2011-11-12,2011-11-12,,,,
            P3,,*,,,,2011-11-20,2011-11-30,1.1,,,
            P4,,C,,,,2011-11-10,2011-11-20,1.1,,,cancelled
            P5,,C,,,atlantis,2011-11-10,2011-11-20,1.1,,,
            P6,,,Hats,,,2011-11-10,2011-11-20,1.1,,,

            """)
        let (a, b) = try (shop.product("A").id, shop.product("B").id)
        let all = try shop.facts.promotions(in: day("2011-11-01")...day("2011-11-30"))
        #expect(all.map(\.id) == ["P1", "P6", "P2", "P3"])
        #expect(
            try all[0]
                == PromotionSpan(
                    id: "P1", system: "files", name: "Lamp days", products: [a], channel: "web",
                    pool: pool(shop, "shop"),
                    days: day("2011-11-10")...day("2011-11-20"), lift: 1.4, price: UnitPrice(micros: 4_990_000),
                    discount: 0.2))
        #expect(all[1].products == [], "nothing is of that category yet")
        #expect(all[2].products == [a, b].sorted() && all[2].lift == nil && all[2].pool == nil)
        #expect(all[3].products == nil)
        // A place that stock names later counts from then on.
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nA,atlantis,1,on-hand,2011-10-04T08:00:00Z\n")
        #expect(try shop.facts.promotions(in: day("2011-11-19")...day("2011-11-19")).map(\.id) == ["P1", "P5", "P6"])
        // First and last day belong to it.
        for (text, ids) in [
            ("2011-11-09", []), ("2011-11-10", ["P1", "P5", "P6"]), ("2011-11-20", ["P1", "P5", "P6", "P3"]),
            ("2011-11-21", ["P3"]), ("2011-12-01", []),
        ] {
            #expect(try shop.facts.promotions(in: day(text)...day(text)).map(\.id) == ids, "\(text)")
        }
    }

    @Test func `what was known of promotions and orders on a day is what had been said by its end`() throws {
        let shop = try shop()
        let header = "id,sku,from,to,lift,status,updated_at\n"
        try shop.take(
            .promotions,
            header + "P1,A,2011-11-10,2011-11-20,1.4,,2011-10-01T08:00:00Z\n"
                + "P1,A,2011-11-10,2011-11-20,1.6,,2011-10-05T08:00:00Z\n"
                + "P1,A,2011-11-10,2011-11-20,1.6,cancelled,2011-10-09T08:00:00Z\n")
        let span = try day("2011-11-01")...day("2011-11-30")
        for (asOf, lifts) in [
            ("2011-09-30", []), ("2011-10-01", [1.4]), ("2011-10-04", [1.4]), ("2011-10-05", [1.6]), ("2011-10-09", []),
        ] {
            #expect(try shop.facts.promotions(in: span, asOf: day(asOf)).map(\.lift) == lifts, "\(asOf)")
        }
        #expect(try shop.facts.promotions(in: span).isEmpty)
        try shop.take(
            .firmOrders,
            "order,sku,place,quantity,due,status,updated_at\nW1,A,shop,500,2011-10-20,open,2011-10-01T08:00:00Z\n"
                + "W1,A,shop,400,2011-10-22,open,2011-10-05T08:00:00Z\nW1,A,shop,400,2011-10-22,shipped,2011-10-25T08:00:00Z\n"
                + "W2,C,atlantis,5,2011-10-02,open,2011-10-01T08:00:00Z\n")
        func open(_ text: String) throws -> [Int64] { try shop.facts.firmOrders(openOn: day(text)).map(\.quantity) }
        #expect(try open("2011-09-30") == [])
        #expect(try open("2011-10-01") == [5, 500])
        #expect(try open("2011-10-24") == [5, 400], "what is overdue is still wanted")
        #expect(try open("2011-10-25") == [5])
        let lines = try shop.facts.firmOrders(openOn: day("2011-10-06"))
        #expect(
            try lines[1]
                == FirmDemand(
                    order: "W1", system: "files", product: shop.product("A").id, pool: pool(shop, "shop"),
                    quantity: 400,
                    due: day("2011-10-22")))
        #expect(lines[0].pool == nil, "no stock has told of that place")
    }

    // MARK: Occasions

    @Test func `occasions are read by day, and one word of a day holds whoever says it`() throws {
        let shop = try shop()
        let text =
            "day,name,kind,place,region,value,status\n2011-12-25,Christmas,holiday,,GB,,\n2011-11-08,temperature,weather,shop,,7.5,\n"
            + "2011-11-09,match,event,,,,cancelled\n2011-11-10,fair,event,atlantis,,,\n"
        try shop.take(.occasions, text)
        try shop.take(text.replacing("7.5", with: "8"), .known(.occasions), system: "weather")
        let all = try shop.facts.occasions(in: day("2011-11-08")...day("2011-12-25"))
        #expect(
            try all == [
                OccasionDay(
                    day: day("2011-11-08"), kind: .weather, name: "temperature", pool: pool(shop, "shop"), value: 8),
                OccasionDay(day: day("2011-12-25"), kind: .holiday, name: "Christmas", region: "GB"),
            ])
        #expect(try shop.facts.occasions(in: day("2011-11-09")...day("2011-12-24")).isEmpty)
    }

    // MARK: Overrides

    private let header = "id,sku,place,what,value,unit,from,to,owner,reason,expires,status,updated_at\n"

    @Test
    func `an override holds from its first day, or from when it was said, until it ends, expires or is withdrawn`()
        throws
    {
        let shop = try shop()
        try shop.take(
            .overrides,
            header + "o1,A,,forecast,12,,2011-10-10,2011-10-20,ann,fair,2011-12-31,,2011-10-05T08:00:00Z\n"
                + "o2,A,shop,minimum,6,,,,ann,shelf,2011-10-12,,2011-10-05T08:00:00Z\n"
                + "o3,B,,target,98 %,,2011-09-01,,bob,gift,2011-10-31,,2011-10-05T08:00:00Z\n"
                + "o3,B,,target,98 %,,2011-09-01,,bob,no gift,2011-10-31,withdrawn,2011-10-08T08:00:00Z\n"
                + "o4,C,atlantis,lead_time,21,,,,bob,strike,2011-12-31,,2011-10-05T08:00:00Z\n")
        func held(_ text: String, through last: String? = nil) throws -> [String] {
            try shop.facts.overrides(on: day(text), through: last.map(day)).map(\.id)
        }
        #expect(try held("2011-10-04") == [], "nothing was said yet")
        #expect(try held("2011-10-05") == ["o2", "o3"])
        #expect(try held("2011-10-08") == ["o2"])
        #expect(try held("2011-10-10") == ["o1", "o2"])
        #expect(try held("2011-10-12") == ["o1", "o2"], "the last day belongs to it")
        #expect(try held("2011-10-13") == ["o1"])
        #expect(try held("2011-10-20") == ["o1"])
        #expect(try held("2011-10-21") == [])
        #expect(try held("2011-10-08", through: "2011-10-09") == ["o2"])
        #expect(try held("2011-10-08", through: "2011-10-10") == ["o1", "o2"])
        let spans = try shop.facts.overrides(on: day("2011-10-10"))
        #expect(try spans.map(\.pool) == [nil, pool(shop, "shop")])
        #expect(spans.map(\.word) == [.unitsPerDay(12), .minimum(units: 6)])
        #expect(try spans.map(\.product) == [shop.product("A").id, shop.product("A").id])
    }

    @Test func `every version of an override is there to be scored, with the days for which it was in force`() throws {
        let shop = try shop()
        try shop.take(
            .overrides,
            header + "o1,A,,forecast,12,,2011-10-01,2011-10-20,ann,fair,2011-12-31,,2011-10-05T08:00:00Z\n"
                + "o1,A,,forecast,15,,2011-10-01,2011-10-20,ann,larger,2011-12-31,,2011-10-09T08:00:00Z\n"
                + "o1,A,,forecast,15,,2011-10-01,2011-10-20,ann,over,2011-12-31,withdrawn,2011-10-15T08:00:00Z\n"
                + "o2,B,,minimum,6,,2011-10-20,2011-10-01,ann,shelf,2011-12-31,,2011-10-05T08:00:00Z\n"
                + "o4,C,atlantis,lead_time,21,,,,bob,strike,2011-12-31,,2011-10-05T08:00:00Z\n")
        let all = try shop.facts.overrides()
        #expect(all.map(\.id) == ["o1", "o1", "o1", "o4"], "one that ends before it begins is refused")
        #expect(all.map(\.word.value) == [12, 15, 15, 21])
        #expect(
            try all.map(\.inForce) == [
                day("2011-10-05")...day("2011-10-08"), day("2011-10-09")...day("2011-10-14"), nil, nil,
            ])
        #expect(all.map(\.reason) == ["fair", "larger", "over", "strike"])
        #expect(try all.map(\.replacedOn) == [day("2011-10-09"), day("2011-10-15"), nil, nil])
        #expect(all.map(\.isPlaced) == [true, true, true, false])
    }

    @Test func `days of 23 and 25 hours end at midnight`() throws {
        let shop = try shop()
        // London: 2011-03-27 has 23 hours, 2011-10-30 has 25.
        try shop.take(
            .overrides,
            header + "o1,A,,minimum,6,,,,ann,shelf,2011-12-31,,2011-03-27T22:59:59Z\n"
                + "o2,A,,minimum,6,,,,ann,shelf,2011-12-31,,2011-03-27T23:00:00Z\n"
                + "o3,A,,minimum,6,,,,ann,shelf,2011-12-31,,2011-10-30T23:59:59Z\n"
                + "o4,A,,minimum,6,,,,ann,shelf,2011-12-31,,2011-10-31T00:00:00Z\n")
        #expect(try shop.facts.overrides(on: day("2011-03-27")).map(\.id) == ["o1"])
        #expect(try shop.facts.overrides(on: day("2011-10-30")).map(\.id) == ["o1", "o2", "o3"])
        #expect(
            try shop.facts.overrides().map(\.saidOn)
                == [day("2011-03-27"), day("2011-03-28"), day("2011-10-30"), day("2011-10-31")])
    }
}
