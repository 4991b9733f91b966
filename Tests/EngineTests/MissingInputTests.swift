import Actions
import Domain
import Engine
import Store
import TestSupport
import Testing

/// Law 7: a missing input never means zero, and nothing is ordered on a guess that nobody sees.
@Suite struct MissingInputTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"

    private func shop(leadTimeDays: Double? = nil, policy: String = "") throws -> EngineShop {
        let shop = try EngineShop(leadTimeDays: leadTimeDays, policy: policy)
        let codes = ["WHOLE", "NOCOUNT", "NOLEAD", "NOCOST", "NOOFFER"]
        try shop.sell(Dictionary(uniqueKeysWithValues: codes.map { ($0, daily(10)) }), from: "2011-08-04")
        try shop.count(["WHOLE": 5, "NOLEAD": 5, "NOCOST": 5, "NOOFFER": 5])
        try shop.take(
            .offers,
            offers + """
                Acme,WHOLE,4.00,GBP,1,1,7,1
                Acme,NOCOUNT,4.00,GBP,1,1,7,1
                Bolt,NOLEAD,4.00,GBP,1,1,,
                Acme,NOCOST,,GBP,1,1,7,1

                """)
        return shop
    }

    @Test(arguments: [
        ("NOCOUNT", MissingInput.count, false), ("NOLEAD", .leadTime, true), ("NOCOST", .cost, true),
        ("NOOFFER", .offer, true),
    ])
    func `what lacks an input is not ordered, and says what it lacks`(
        code: String, missing: MissingInput, showsRisk: Bool
    ) throws {
        let shop = try shop()
        try shop.replan()
        let ordered = try shop.actions([.proposed, .held]).flatMap { $0.order.lines.map(\.sku.text) }
        #expect(ordered == ["WHOLE"])
        let plan = try shop.plan(code)
        #expect(plan.missing == [missing])
        if showsRisk {
            #expect((plan.line?.risk.chanceBeforeNext ?? 0) > 0.5, "five left, ten a day: the risk is there without it")
        }
        let stock = try shop.engine.stock(matching: code, actor: EngineShop.actor).text
        #expect(stock.contains("cannot order: no \(missing.rawValue)"))
        for isNegative in [true, false] {
            let text = try shop.engine.explain(code, isNegative: isNegative, actor: EngineShop.actor).text
            #expect(text.contains(missing.cure), "the place to type it: \(text)")
        }
        let coverage = try shop.engine.coverage(actor: EngineShop.actor).text
        #expect(coverage.hasPrefix("1 of 5 products can be planned and ordered"))
        #expect(coverage.contains("1 lack a"))
    }

    @Test func `a shop without any order line says so`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        try shop.count(["A": 5])
        try shop.take(.offers, offers + "Acme,A,4.00,GBP,1,1,7,1\n")
        #expect(try shop.plan("A").missing == [.history])
        #expect(try shop.replan().isEmpty)
    }

    @Test func `a lead time that is assumed is ordered on only by a person's word`() throws {
        let shop = try shop(leadTimeDays: 10, policy: "mode = \"auto\"")
        let round = try shop.replan()
        // Acme's lead times are its own word: decided. Bolt's is the shop's guess: asked.
        let decided = try shop.actions([.approved])
        #expect(decided.map(\.header.supplier.text) == ["Acme"] && round.approved == decided.map(\.id))
        let asked = try #require(try shop.actions().first)
        #expect(asked.header.supplier.text == "Bolt")
        #expect(!asked.lines.contains { !$0.evidence.leadTimeAssumed })
        let text = try shop.engine.action(asked.id, actor: EngineShop.actor).text
        #expect(text.contains("lead time assumed") && text.contains("ask: lead time"))
        #expect(try shop.engine.explain("NOLEAD", isNegative: false, actor: EngineShop.actor).text.contains("assumed"))
    }

    @Test func `an old count is not automatic`() throws {
        let shop = try EngineShop(policy: "mode = \"auto\"\nmax_count_age_hours = 24")
        try shop.sell(["WHOLE": daily(10)], from: "2011-08-04")
        try shop.count(["WHOLE": 5], at: EngineShop.start.adding(seconds: -25 * 3600))
        try shop.take(.offers, offers + "Acme,WHOLE,4.00,GBP,1,1,7,1\n")
        try shop.replan()
        #expect(try shop.actions([.approved]).isEmpty)
        let action = try #require(try shop.actions().first)
        #expect(action.reason.contains("25 h old"))
    }
}
