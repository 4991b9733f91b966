import Domain
import Engine
import Store
import TestSupport
import Testing

/// What people know moves the plan: promotions, holidays, firm orders, overrides.
@Suite struct PlannedKnowledgeTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"
    private let overrides = "id,sku,place,what,unit,value,from,to,owner,reason,expires\n"

    private func shop(_ units: [Int] = daily(5, days: 200), settings: String = "") throws -> EngineShop {
        let shop = try EngineShop(settings: settings)
        try shop.sell(["MUG": units, "BOWL": daily(3, days: 200)], from: "2011-03-17")
        try shop.count(["MUG": 60, "BOWL": 60])
        try shop.take(.offers, offers + "Acme,MUG,4.00,GBP,1,1,7,1\nAcme,BOWL,4.00,GBP,1,1,7,1\n")
        return shop
    }

    @Test func `a declared promotion lifts its days and its product alone`() throws {
        let shop = try shop()
        let (mug, bowl) = (try shop.plan("MUG"), try shop.plan("BOWL"))
        try shop.take(.promotions, "id,sku,from,to,lift\nP1,MUG,2011-10-05,2011-10-11,3\n")
        let lifted = try shop.plan("MUG")
        #expect(lifted.dailyDemand > 1.2 * mug.dailyDemand && lifted.dailyDemand < 2 * mug.dailyDemand)
        #expect(try shop.plan("BOWL").dailyDemand == bowl.dailyDemand)
        #expect(lifted.drivers.contains { $0.day == Day("2011-10-06") && $0.reason.driver == "promotion" })
        #expect(!lifted.drivers.contains { $0.day == Day("2011-10-12") })
    }

    @Test func `sales of a past promotion are not taken for usual demand, and teach what the next one does`() throws {
        // Forty days of promotion in five blocks, each with three times the usual demand.
        var units = daily(5, days: 200)
        var rows = "id,sku,from,to,lift\n"
        guard let first = Day("2011-03-17") else { return }
        for block in 0..<5 {
            let start = 20 + 36 * block
            for day in start..<start + 8 { units[day] *= 3 }
            rows += "P\(block),MUG,\(first.advanced(by: start)),\(first.advanced(by: start + 7)),\n"
        }
        let shop = try shop(units)
        let naive = try shop.plan("MUG").dailyDemand
        try shop.take(.promotions, rows)
        let told = try shop.plan("MUG").dailyDemand
        #expect(told < 0.9 * naive && abs(told - 5) < 1)
        try shop.take(.promotions, "id,sku,from,to,lift\nNEXT,MUG,2011-10-05,2011-10-11,\n")
        let next = try shop.plan("MUG")
        let lift = try #require(next.drivers.first { $0.day == Day("2011-10-06") }).reason.effect.multiplier
        #expect(lift > 2 && lift < 4, "nobody declared it: it was learned")
    }

    @Test func `a firm order of a usual size takes the place of forecast demand, an outsize one comes on top`() throws {
        let shop = try shop()
        let before = try shop.plan("MUG").dailyDemand * 28
        try shop.take(.firmOrders, "order,sku,quantity,due,status\nW1,MUG,4,2011-10-10,open\n")
        let small = try shop.plan("MUG")
        #expect(abs(small.dailyDemand * 28 - before) < 0.5 && small.firmUnits == 4)
        try shop.take(.firmOrders, "order,sku,quantity,due,status\nW2,MUG,500,2011-10-10,open\n")
        #expect(abs(try shop.plan("MUG").dailyDemand * 28 - before - 500) < 0.5)
        #expect(try #require(try shop.plan("MUG").line).quantity > 400)
        try shop.move(to: shop.engine.now().adding(seconds: 60))
        try shop.take(.firmOrders, "order,sku,quantity,due,status\nW2,MUG,500,2011-10-10,cancelled\n")
        #expect(abs(try shop.plan("MUG").dailyDemand * 28 - before) < 0.5)
    }

    @Test func `a stated forecast holds for its days, and its end brings back the model's`() throws {
        let shop = try shop()
        let before = try shop.plan("MUG").dailyDemand
        try shop.take(
            .overrides, overrides + "O1,MUG,,forecast,units_per_day,20,2011-10-03,2011-10-16,ann,TV spot,2011-11-01\n")
        #expect(abs(try shop.plan("MUG").dailyDemand * 28 - (14 * 20 + 14 * before)) < 3)
        try shop.take(
            .overrides, overrides + "O2,BOWL,,forecast,factor,2,2011-10-03,2011-12-31,ann,school term,2011-12-31\n")
        let bowl = try shop.plan("BOWL")
        #expect(abs(bowl.dailyDemand - 6) < 1.2 && bowl.overrides.map(\.owner) == ["ann"])
        try shop.move(to: shop.engine.now().adding(seconds: 40 * 86_400))
        #expect(abs(try shop.plan("MUG").dailyDemand - before) < 1)
    }

    @Test func `a product that was never sold is planned by a stated forecast`() throws {
        let shop = try shop()
        try shop.take(.products, "sku,name\nNEW,The new\n")
        try shop.count(["NEW": 10])
        try shop.take(.offers, offers + "Acme,NEW,4.00,GBP,1,1,7,1\n")
        try shop.take(
            .overrides, overrides + "O1,NEW,,forecast,units_per_day,8,2011-10-03,2011-12-31,ann,launch,2011-12-31\n")
        let plan = try shop.plan("NEW")
        #expect(abs(plan.dailyDemand - 8) < 1e-9)
        #expect(try #require(plan.line).quantity > 50)
    }

    @Test func `lead time, minimum and target by somebody's word count instead of what was known`() throws {
        let shop = try shop()
        let before = try #require(try shop.plan("MUG").line?.policy)
        try shop.take(
            .overrides, overrides + "O1,MUG,,lead_time,days,21,2011-10-03,2011-10-31,bob,strike,2011-10-31\n")
        let slow = try shop.plan("MUG")
        #expect(slow.leadTime?.mean == 21)
        #expect(try #require(slow.line?.policy).reorderPoint > before.reorderPoint + 50)
        try shop.take(
            .overrides, overrides + "O2,BOWL,,minimum,units,200,2011-10-03,2011-10-31,bob,window,2011-10-31\n")
        let plan = try shop.plan("BOWL")
        #expect(try #require(plan.line?.policy).reorderPoint >= 200)
        #expect(try #require(plan.line).quantity >= 140)
        try shop.move(to: shop.engine.now().adding(seconds: 60))
        try shop.take(
            .overrides, overrides + "O1,MUG,,target,share,0.5,2011-10-03,2011-10-31,bob,leaving,2011-10-31\n")
        let last = try shop.plan("MUG")
        #expect(last.fillRate == 0.5 && last.leadTime?.mean == 7, "a newer version takes the older one's place")
        #expect(try #require(last.line?.policy).reorderPoint < before.reorderPoint)
    }

    @Test func `a country's holidays are learned from and expected again`() throws {
        // Two years in which the days before Christmas and Easter sell four times as much.
        let first = try #require(Day("2009-10-05"))
        let today = try #require(Day("2011-12-05"))
        var units = daily(5, days: first.distance(to: today))
        for peak in ["2009-12-25", "2010-04-04", "2010-12-25", "2011-04-24"] {
            let place = first.distance(to: try #require(Day(peak)))
            for offset in -3..<0 { units[place + offset] = 4 * units[place + offset] + 4 }
        }
        func plan(_ settings: String) throws -> ProductPlan {
            let shop = try EngineShop(settings: settings)
            try shop.move(to: shop.engine.settings.zone.instant(day: today).adding(seconds: 8 * 3600))
            try shop.sell(["MUG": units], from: first.description)
            try shop.count(["MUG": 60])
            return try shop.plan("MUG")
        }
        let plain = try plan("")
        let known = try plan("holidays = \"GB\"\n")
        #expect(plain.drivers.isEmpty)
        #expect(known.dailyDemand > 1.15 * plain.dailyDemand)
        #expect(known.drivers.contains { $0.reason.driver.contains("Christmas") && $0.reason.effect.multiplier > 1.5 })
        #expect(throws: (any Error).self) { try EngineShop(settings: "holidays = \"ZZ\"\n") }
    }

    @Test func `a word for some days of a product that was never sold says nothing of the others`() throws {
        let shop = try shop()
        try shop.take(.products, "sku,name\nNEW,The new\n")
        try shop.count(["NEW": 10])
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nNEW,annex,5,on-hand,2011-10-03T07:00:00Z\n")
        try shop.take(
            .overrides, overrides + "O1,NEW,,forecast,units_per_day,100,2011-10-10,2011-10-11,ann,fair,2011-12-31\n")
        let product = try #require(try shop.engine.facts.product("NEW"))
        let plans = try shop.engine.plans(of: product, actor: EngineShop.actor)
        #expect(plans.count == 2)
        #expect(abs(plans.reduce(0) { $0 + $1.dailyDemand } * 28 - 200) < 1e-6, "two days, both places together")
    }

    @Test func `a word for all places goes to those that sell`() throws {
        let shop = try shop()
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nMUG,annex,5,on-hand,2011-10-03T07:00:00Z\n")
        try shop.take(
            .overrides, overrides + "O1,MUG,,forecast,units_per_day,20,2011-10-03,2011-12-31,ann,fair,2011-12-31\n")
        let product = try #require(try shop.engine.facts.product("MUG"))
        let plans = try shop.engine.plans(of: product, actor: EngineShop.actor)
        #expect(plans.map { ($0.dailyDemand * 10).rounded() }.sorted() == [0, 200])
    }

    @Test func `many firm orders that a week's forecast holds leave the sum as it was`() throws {
        let shop = try shop()
        let before = try shop.plan("MUG").dailyDemand * 28
        let rows = (0..<10).map { "W\($0),MUG,3,2011-10-12,open\n" }.joined()
        try shop.take(.firmOrders, "order,sku,quantity,due,status\n" + rows)
        #expect(abs(try shop.plan("MUG").dailyDemand * 28 - before) < 0.5)
    }

    @Test func `the newest of two factors holds, and does not multiply`() throws {
        let shop = try shop()
        let before = try shop.plan("MUG").dailyDemand
        try shop.take(.overrides, overrides + "O1,MUG,,forecast,factor,2,2011-10-03,2011-12-31,ann,a,2011-12-31\n")
        try shop.move(to: shop.engine.now().adding(seconds: 60))
        try shop.take(.overrides, overrides + "O2,MUG,,forecast,factor,3,2011-10-03,2011-12-31,ann,b,2011-12-31\n")
        #expect(abs(try shop.plan("MUG").dailyDemand - 3 * before) < 0.01)
    }

    @Test func `a firm order of a kit is one of its parts`() throws {
        let shop = try shop()
        try shop.take(.products, "sku,name\nSET,Two mugs\n")
        try shop.take(.kits, "kit,component,quantity\nSET,MUG,2\n")
        let before = try shop.plan("MUG").dailyDemand * 28
        try shop.take(.firmOrders, "order,sku,quantity,due,status\nW1,SET,300,2011-10-12,open\n")
        #expect(abs(try shop.plan("MUG").dailyDemand * 28 - before - 600) < 0.5)
    }

    @Test func `a promotion in one channel lifts the whole by that channel's share`() throws {
        let shop = try shop()
        let before = try shop.plan("MUG").dailyDemand
        try shop.take(
            .promotions, "id,sku,channel,from,to,lift\nP1,MUG,nowhere,2011-10-05,2011-10-20,5\n")
        #expect(try shop.plan("MUG").dailyDemand == before)
    }
}
