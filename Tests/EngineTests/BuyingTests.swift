import Domain
import Engine
import Store
import TestSupport
import Testing

/// What to buy, move, hurry and clear, over a shop.
@Suite struct BuyingTests {
    private let offers =
        "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days,expedite_days\n"

    /// RICH earns six on a cost of four, POOR one on nine; both are nearly out. FULL has far too much.
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(
            ["RICH": daily(5, days: 120), "POOR": daily(5, days: 120), "FULL": daily(2, days: 120)], from: "2011-06-05")
        try shop.count(["RICH": 6, "POOR": 6, "FULL": 900])
        try shop.take(
            .offers,
            offers + "Acme,RICH,4.00,GBP,1,1,14,2,3\nAcme,POOR,9.00,GBP,1,1,14,2,\nAcme,FULL,3.00,GBP,1,1,14,2,\n")
        return shop
    }

    private func document(_ report: some Report) throws -> AnyJSON {
        try AnyJSON(String(decoding: report.json.bytes(), as: UTF8.self))
    }

    private func lines(_ report: some Report) throws -> [AnyJSON] {
        let document = try document(report)
        return document["lines"]?.list ?? document.list
    }

    @Test func `the budget goes to what earns most for its money`() throws {
        let shop = try shop()
        let all = try lines(shop.engine.buyingList(actor: EngineShop.actor))
        #expect(all.compactMap { $0["sku"]?.text } == ["RICH", "POOR"], "FULL needs nothing")
        let some = try shop.engine.buyingList(budget: 10_000, actor: EngineShop.actor)
        let bought = try lines(some)
        #expect(bought.first?["sku"]?.text == "RICH")
        let document = try document(some)
        let spent = try #require(document["spent"]?["minor"]?.integer)
        #expect(spent <= 10_000 && spent > 9_000)
        #expect(document["next"]?["sku"]?.text != nil, "it says what comes next")
        let nothing = try shop.engine.buyingList(budget: 0, actor: EngineShop.actor)
        #expect(try lines(nothing).isEmpty)
        #expect(throws: EngineError.self) { try shop.engine.buyingList(budget: -1, actor: EngineShop.actor) }
    }

    @Test func `more money never buys less`() throws {
        let shop = try shop()
        var before: [String: Int64] = [:]
        for budget in [Int64(2_000), 8_000, 20_000, 60_000] {
            let found = try lines(shop.engine.buyingList(budget: budget, actor: EngineShop.actor))
            var now: [String: Int64] = [:]
            for line in found {
                guard let sku = line["sku"]?.text, let units = line["quantity"]?.integer else { continue }
                now[sku] = Int64(units)
            }
            for (sku, units) in before { #expect(now[sku, default: 0] >= units) }
            before = now
        }
    }

    @Test func `what is worth hurrying is what its supplier can hurry, and costs less than it saves`() throws {
        let shop = try shop()
        let found = try lines(shop.engine.expedites(fee: 5, unitFee: 0.5, actor: EngineShop.actor))
        #expect(found.compactMap { $0["sku"]?.text } == ["RICH"])
        let line = try #require(found.first)
        #expect(try #require(line["gain"]?["minor"]?.double) > 0 && #require(line["units"]?.integer) < 200)
        #expect(try lines(shop.engine.expedites(fee: 10_000, unitFee: 0.5, actor: EngineShop.actor)).isEmpty)
        #expect(throws: EngineError.self) { try shop.engine.expedites(fee: 0, unitFee: 0, actor: EngineShop.actor) }
    }

    @Test func `stock beyond use is shown with its cash and a way out`() throws {
        let shop = try shop()
        let found = try lines(shop.engine.slowStock(elasticity: -2.62, actor: EngineShop.actor))
        #expect(found.compactMap { $0["sku"]?.text } == ["FULL"])
        let line = try #require(found.first)
        #expect(line["standing"]?.text == "slow")
        let units = try #require(line["units"]?.integer)
        #expect(line["cash"]?["minor"]?.integer == units * 300)
        #expect(line["ways"]?.list.isEmpty == false)
        #expect(throws: EngineError.self) { try shop.engine.slowStock(elasticity: 3, actor: EngineShop.actor) }
    }

    @Test func `a plan says what running out is expected to cost, day by day`() throws {
        let shop = try shop()
        let document = try document(shop.engine.risks(actor: EngineShop.actor))
        let first = try #require(document.list.first)
        #expect(first["sku"]?.text == "RICH")
        let days = try #require(first["stockOutByDay"]).list
        let chances = days.compactMap { $0["chance"]?.double }
        #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 <= $1 })
        let units = try #require(first["lostUnits"]?.double)
        #expect(abs(days.compactMap { $0["lostUnits"]?.double }.reduce(0, +) - units) < 1e-6)
        let revenue = try #require(first["lostRevenue"]?["minor"]?.double)
        #expect(abs(revenue - units * 1000) < 1)
    }

    @Test func `one place's spare stock goes to another that runs out, and not below its own need`() throws {
        let shop = try shop()
        let at = try shop.engine.now()
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nRICH,annex,400,on-hand,\(at)\n")
        let found = try lines(shop.engine.transfers(tripCost: 2, unitCost: 0.01, actor: EngineShop.actor))
        let move = try #require(found.first)
        #expect(move["sku"]?.text == "RICH" && move["from"]?.text == "annex" && move["to"]?.text == "main")
        #expect(try #require(move["units"]?.integer) < 400)
        #expect(try lines(shop.engine.transfers(tripCost: 1e9, unitCost: 0, actor: EngineShop.actor)).isEmpty)
    }
}
