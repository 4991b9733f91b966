import Actions
import Domain
import Engine
import Store
import TestSupport
import Testing

/// What goes into one draft order.
@Suite struct DraftOrderTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"
    private let calendars = "supplier,order_days,cut_off,minimum_order_value,closures\n"

    /// FAST is due; NEAR, NEXT and FAR sell the same and have more and more left.
    private func shop(minimum: String, currency: String = "GBP", policy: String = "") throws -> EngineShop {
        let shop = try EngineShop(policy: policy)
        try shop.sell(
            ["FAST": daily(10), "NEAR": daily(10), "NEXT": daily(10), "FAR": daily(10)], from: "2011-08-04")
        try shop.count(["FAST": 5, "NEAR": 180, "NEXT": 200, "FAR": 240])
        let rows = ["FAST", "NEAR", "NEXT", "FAR"].map { "Acme,\($0),1.00,\(currency),1,1,7,1\n" }
        try shop.take(.offers, offers + rows.joined())
        try shop.take(.calendars, calendars + "Acme,,,\(minimum),\n")
        return shop
    }

    @Test func `without a minimum only what is due is ordered`() throws {
        let shop = try shop(minimum: "")
        try shop.replan()
        let action = try #require(try shop.actions().first)
        #expect(action.order.lines.map(\.sku.text) == ["FAST"])
        #expect(action.value == action.order.value?.minor)
    }

    @Test func `below the supplier's minimum, what is nearest to due is ordered along`() throws {
        let plain = try shop(minimum: "")
        try plain.replan()
        let due = try #require(try plain.actions().first).value
        let shop = try shop(minimum: Money(minor: due + 500, currency: plain.engine.settings.currency).amount)
        try shop.replan()
        let action = try #require(try shop.actions().first)
        #expect(action.order.lines.map(\.sku.text) == ["FAST", "NEAR"])
        #expect(action.value >= due + 500)
        let flags = try shop.engine.action(action.id, actor: EngineShop.actor).text
        #expect(!flags.contains("below the supplier's minimum"))
        #expect(try shop.replan().isEmpty, "and it stays so")
    }

    @Test func `where nothing fills it, the order says that it is below the minimum, and is not automatic`() throws {
        let shop = try shop(minimum: "9000.00", policy: "mode = \"auto\"")
        try shop.replan()
        #expect(try shop.actions([.approved]).isEmpty)
        let action = try #require(try shop.actions().first)
        #expect(action.value < 900_000)
        #expect(
            try shop.engine.action(action.id, actor: EngineShop.actor).text.contains(
                "below the supplier's minimum of 9000.00 GBP"))
    }

    @Test
    func
        `an order in another currency is in that currency, is held without limits for it, and costs no margin that is not known`()
        throws
    {
        let shop = try shop(minimum: "", currency: "EUR", policy: "mode = \"auto\"")
        try shop.replan()
        #expect(try shop.actions([.approved]).isEmpty)
        let action = try #require(try shop.actions([.held]).first)
        #expect(action.header.currency.code == "EUR" && action.target == "Acme|main|EUR")
        #expect(action.reason.contains("EUR"))
        let plan = try shop.plan("FAST")
        #expect(plan.cost == nil && plan.line?.avoidableMargin == nil, "a cost in euros is no cost in pounds")
        #expect((plan.line?.risk.chanceBeforeNext ?? 0) > 0.5)
    }

    @Test func `an offer in the shop's currency with a lead time goes before a cheaper one without`() throws {
        let shop = try EngineShop()
        try shop.sell(["A": daily(10)], from: "2011-08-04")
        try shop.count(["A": 5])
        try shop.take(
            .offers,
            offers
                + "Cheap,A,1.00,GBP,1,1,,\nEuro,A,1.00,EUR,1,1,7,1\nDear,A,3.00,GBP,1,1,9,1\nMid,A,2.00,GBP,1,1,9,1\n")
        #expect(try shop.plan("A").offer?.supplier.text == "Mid")
    }

    @Test(arguments: ["phase-out", "discontinued", "do-not-buy"])
    func `what is not bought any more is not ordered, and why-not says so`(lifecycle: String) throws {
        let shop = try shop(minimum: "")
        try shop.take(.products, "sku,name,lifecycle\nFAST,The fast one,\(lifecycle)\n")
        #expect(try shop.replan().isEmpty)
        let text = try shop.engine.explain("FAST", isNegative: true, actor: EngineShop.actor).text
        #expect(text.contains("its lifecycle is \(lifecycle)"))
    }

    @Test func `minimum and pack are kept`() throws {
        let shop = try EngineShop()
        try shop.sell(["A": daily(10), "B": daily(10)], from: "2011-08-04")
        try shop.count(["A": 5, "B": 5])
        try shop.take(.offers, offers + "Acme,A,1.00,GBP,1,144,7,1\nAcme,B,1.00,GBP,1000,12,7,1\n")
        try shop.replan()
        let lines = try #require(try shop.actions().first).order.lines
        #expect(lines.map { $0.quantity % ($0.sku.text == "A" ? 144 : 12) } == [0, 0])
        #expect(lines.last?.quantity == 1008, "1000 in packs of 12")
    }
}
