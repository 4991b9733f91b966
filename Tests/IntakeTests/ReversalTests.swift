import Domain
import Intake
import Store
import TestSupport
import Testing

/// What is taken back was cancelled before it was shipped, or came back after.
@Suite struct ReversalTests {
    private static let header = "Doc,Code,Title,Qty,Date,Price,Customer,Shipped\n"

    @Test(arguments: [
        // The order, what takes it back, and what that was: units cancelled, units returned.
        ("1,A,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-5,2011-10-03 15:00:00,2,7,", 5, 0, "same day, same customer"),
        ("1,A,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-3,2011-10-03 15:00:00,2,7,", 3, 0, "a part of it"),
        ("1,a,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-5,2011-10-03 15:00:00,2,7,", 5, 0, "in another letter case"),
        ("1,A,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-5,2011-10-04 15:00:00,2,7,", 0, 5, "another day"),
        ("1,A,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-5,2011-10-03 15:00:00,2,8,", 0, 5, "another customer"),
        ("1,A,T,5,2011-10-03 10:00:00,2,,", "C2,A,T,-5,2011-10-03 15:00:00,2,,", 0, 5, "nobody known"),
        ("1,A,T,5,2011-10-03 10:00:00,2,7,", "C2,A,T,-6,2011-10-03 15:00:00,2,7,", 0, 6, "more than was ordered"),
        ("1,A,T,5,2011-10-03 16:00:00,2,7,", "C2,A,T,-5,2011-10-03 15:00:00,2,7,", 0, 5, "before it was ordered"),
        (
            "1,A,T,5,2011-10-03 10:00:00,2,7,2011-10-03 12:00:00", "C2,A,T,-5,2011-10-03 15:00:00,2,7,", 0, 5,
            "shipped before"
        ),
        (
            "1,A,T,5,2011-10-03 10:00:00,2,7,2011-10-03 18:00:00", "C2,A,T,-5,2011-10-03 15:00:00,2,7,", 5, 0,
            "shipped after"
        ),
        // 00:30 on the second 24 hours of a day of 25: still the same civil day.
        ("1,A,T,5,2011-10-30 00:10:00,2,7,", "C2,A,T,-5,2011-10-30 23:50:00,2,7,", 5, 0, "a day of 25 hours"),
        ("1,A,T,5,2011-10-03 23:59:59,2,7,", "C2,A,T,-5,2011-10-04 00:00:00,2,7,", 0, 5, "over midnight"),
    ])
    func `a reversal is a cancellation or a return, whichever document comes first`(
        order: String, back: String, cancelled: Int64, returned: Int64, why: String
    ) throws {
        var digests: Set<String> = []
        for files in [[order + "\n" + back], [order, back], [back, order], [back, order, back]] {
            let shop = try FactsShop()
            for file in files {
                try shop.take(
                    ReversalTests.header + file, .mapped(tillMapping(later: true)), covers: ReversalTests.october)
            }
            let first = order.contains("10-30") ? "2011-10-30" : "2011-10-03"
            let demand = try shop.demand("A", from: first, to: "2011-10-31")
            #expect(demand.units.reduce(0, +) == Double(5 - cancelled), "\(why)")
            #expect(demand.returned == returned, "\(why)")
            #expect(try shop.facts.rollupProblems() == [])
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1, "\(why)")
    }

    private static let october = Day(number: 15_248)...Day(number: 15_278)

    @Test func `each unit ordered can be cancelled once`() throws {
        let shop = try FactsShop()
        let rows = """
            1,A,T,5,2011-10-03 10:00:00,2,7,
            C2,A,T,-3,2011-10-03 15:00:00,2,7,
            C3,A,T,-3,2011-10-03 16:00:00,2,7,
            C4,A,T,-2,2011-10-03 17:00:00,2,7,
            """
        try shop.take(ReversalTests.header + rows, .mapped(tillMapping(later: true)))
        let demand = try shop.demand("A", from: "2011-10-03", to: "2011-10-03")
        #expect(demand.units == [0], "3 and 2 of the 5 were cancelled")
        #expect(demand.returned == 3, "the 3 between them found only 2 open")
    }

    @Test func `when the order it took back is withdrawn, a cancellation becomes a return`() throws {
        let shop = try FactsShop()
        let mapping = try tillMapping(later: true)
        try shop.take(
            ReversalTests.header + "1,A,T,5,2011-10-03 10:00:00,2,7,\nC2,A,T,-5,2011-10-03 15:00:00,2,7,\n",
            .mapped(mapping))
        try shop.take(ReversalTests.header + "1,A,T,1,2011-10-03 10:00:00,2,7,\n", .mapped(mapping))
        let demand = try shop.demand("A", from: "2011-10-03", to: "2011-10-03")
        #expect(demand.units == [1] && demand.returned == 5)
        #expect(try shop.facts.rollupProblems() == [])
    }
}
