import Domain
import Engine
import Store
import TestSupport
import Testing

/// Law 12: the arithmetic is printed, and it adds up.
@Suite struct ExplanationTests {
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"

    private func shop(fast: Int64 = 90) throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(["FAST": daily(10), "CALM": daily(2)], from: "2011-08-04")
        // Counted two days ago: two days of sales are off since.
        try shop.count(["FAST": fast, "CALM": 400], at: EngineShop.start.adding(seconds: -2 * 86_400))
        try shop.take(.offers, offers + "Acme,FAST,4.00,GBP,500,12,7,1\nAcme,CALM,3.00,GBP,1,1,7,1\n")
        try shop.take(
            .purchases,
            """
            order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state
            P1,1,Acme,FAST,main,50,20,2011-10-02T15:00:00Z,GBP,2011-09-20,2011-10-05,open
            P2,1,Acme,FAST,main,70,0,,GBP,2011-09-20,2011-09-30,open
            P3,1,Acme,FAST,main,90,0,,GBP,2011-09-20,,open

            """)
        return shop
    }

    /// The rows of a sum: sign, number, words.
    private func rows(_ text: String) -> [(sign: Character, value: Int64, words: String)] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard line.hasPrefix("  "), parts.count > 1 else { return nil }
            if let value = Int64(parts[0]) { return (" ", value, parts.dropFirst().joined(separator: " ")) }
            guard let sign = parts[0].first, "+−=".contains(sign), parts[0].count == 1, let value = Int64(parts[1])
            else { return nil }
            return (sign, value, parts.dropFirst(2).joined(separator: " "))
        }
    }

    @Test func `the rows of why add up, and say everything that counts`() throws {
        let shop = try shop()
        let text = try shop.engine.explain("FAST", isNegative: false, actor: EngineShop.actor).text
        var sum: Int64 = 0
        var totals: [Int64] = []
        for row in rows(text) {
            switch row.sign {
            case "=":
                #expect(row.value == sum, "\(row.words): \(text)")
                totals.append(row.value)
            case "−": sum -= row.value
            // What does not count is shown and says so.
            case "+": sum += row.words.contains("does not count") ? 0 : row.value
            default: sum = row.value
            }
        }
        #expect(totals.count == 2, "on hand, and the position")
        let sold = daily(10).suffix(2).reduce(0, +)
        #expect(totals.first == Int64(90 + 20 - sold))
        for term in [
            "counted on hand", "received since", "shipped since", "promised and not yet shipped",
            "P1 from Acme, due 2011-10-05, 20 of 50 received",
            "P2 from Acme, was due 2011-09-30: overdue, does not count", "P3 from Acme, no date: does not count",
            "at 4.00 GBP, minimum 500, pack 12, lead time 7 ± 1 days", "next order day", "demand until then",
            "reorder point",
            "order up to", "chance of running out", "expected to be lost", "saved by this order", "saved by expediting",
            "not avoidable any more", "Newest lines", "document FAST-2011-10-02, batch 1", "count at main: batch",
            "offer of Acme: batch", "purchase P1/1: batch", ".csv",
        ] {
            #expect(text.contains(term), "\(term) is missing in \(text)")
        }
    }

    @Test func `the quantity is the need, filled to packs and to the minimum`() throws {
        let shop = try shop(fast: 20)
        let text = try shop.engine.explain("FAST", isNegative: false, actor: EngineShop.actor).text
        let line = try #require(text.split(separator: "\n").first { $0.contains("to fill packs of") })
        let numbers = line.split { !$0.isNumber }.compactMap { Int64($0) }
        #expect(numbers[0] + numbers[1] + numbers[3] == numbers[4], "\(line)")
        #expect(numbers[2] == 12 && numbers[4] % 12 == 0 && numbers[4] >= 500)
        let plan = try shop.plan("FAST")
        #expect(plan.line?.quantity == numbers[4])
        #expect(numbers[0] == (plan.line?.policy.map { $0.orderUpTo } ?? 0) - (plan.line?.position ?? 0))
    }

    @Test func `why-not names the change that would order it, and that change does`() throws {
        let shop = try shop()
        let text = try shop.engine.explain("CALM", isNegative: true, actor: EngineShop.actor).text
        let line = try #require(text.split(separator: "\n").first { $0.contains("units less") })
        let less = try #require(
            line.split(separator: " ").enumerated().first { $0.element == "units" }.flatMap { hit in
                Int64(line.split(separator: " ")[hit.offset - 1])
            })
        let stock = try #require(try shop.plan("CALM").stock?.onHand)
        try shop.count(["CALM": stock - less + 1])
        #expect(try shop.plan("CALM").line?.quantity == 0, "one unit less of a change changes nothing")
        try shop.move(to: EngineShop.start.adding(seconds: 60))
        try shop.count(["CALM": stock - less])
        #expect((try shop.plan("CALM").line?.quantity ?? 0) > 0)
    }

    @Test func `a product that nobody knows is not found`() throws {
        let shop = try shop()
        let error = #expect(throws: EngineError.self) {
            try shop.engine.explain("NO\u{1B}[31mPE", isNegative: false, actor: EngineShop.actor)
        }
        #expect(error?.code == .notFound && error?.message.contains("\u{1B}") == false)
    }
}
