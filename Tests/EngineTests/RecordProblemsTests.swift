import Domain
import Engine
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What `status` and `doctor` say where `[records]` does not fit what has come.
@Suite struct RecordProblemsTests {
    private let till = "Doc,Code,Title,Qty,Date,Price,Customer\n1,A,Thing,2,2011-10-01 10:00:00,1.50,7\n"

    private func take(_ text: String, _ shop: EngineShop, system: String) throws {
        _ = try shop.engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "orders.csv"), layout: .mapped(tillMapping()), system: system)
    }

    @Test func `a system of record that never sent anything is told, as soon as others' orders count nowhere`() throws {
        let shop = try EngineShop(settings: "[records]\norders = \"shopfy\"\n")
        #expect(try shop.engine.recordProblems().isEmpty, "nothing has come at all")
        try take(till, shop, system: "shopify")
        let problems = try shop.engine.recordProblems()
        #expect(problems.count == 1 && problems[0].contains("shopfy") && problems[0].contains("1 orders of shopify"))
        #expect(try shop.engine.status(actor: EngineShop.actor).text.contains("RECORDS    [records] says that shopfy"))
        #expect(try !shop.engine.examine(actor: EngineShop.actor).isWell)
        #expect(!shop.engine.checkSources().isWell)
        try take(till, shop, system: "shopfy")
        #expect(try shop.engine.recordProblems().isEmpty)
    }

    @Test func `orders that came in before another system was of record are told, and shown as doubly counted`() throws
    {
        let shop = try EngineShop(settings: "[records]\norders = \"shopify\"\n")
        try take(till, shop, system: "shopify")
        // As an import before [records] was written left it.
        let before = Importer(facts: shop.engine.facts) { EngineShop.start }
        _ = try before.run(
            ByteSource(bytes: Array(till.utf8), name: "erp.csv"), layout: .mapped(tillMapping()), system: "erp")
        let problems = try shop.engine.recordProblems()
        #expect(problems.count == 1 && problems[0].contains("1 orders of erp") && problems[0].contains("facts.db"))
        let double = try shop.engine.disagreements(on: "orders", limit: 9).text
        #expect(double.contains("erp") && double.contains("counted besides"))
    }

    @Test func `a merge says which count of the two is given up`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Thing\nB,Same\n")
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-01T10:00:00Z\nB,main,7,on-hand,2011-10-01T10:00:00Z\n"
        )
        let lost = try shop.engine.merge("A", into: "B", actor: EngineShop.actor)
        #expect(lost.count == 1 && lost[0].contains("7 holds, 5 is given up"))
    }
}
