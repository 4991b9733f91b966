import Domain
import Store
import TestSupport
import Testing

@Suite struct CoverageTests {
    private func days(_ first: Int32, _ last: Int32) -> ClosedRange<Day> { Day(number: first)...Day(number: last) }

    @Test(
        arguments: [
            ([(10, 12), (13, 15)], [(10, 15)]), ([(10, 12), (14, 15)], [(10, 15)]),
            ([(10, 12), (27, 28)], [(10, 12), (27, 28)]),
            ([(10, 20), (12, 13)], [(10, 20)]),
            ([(14, 15), (10, 12), (13, 13)], [(10, 15)]), ([(5, 5)], [(5, 5)]), ([(10, 12), (10, 12)], [(10, 12)]),
            ([(1, 2), (8, 9), (4, 5), (2, 8)], [(1, 9)]),
        ] as [([(Int32, Int32)], [(Int32, Int32)])])
    func `what a source told merges over its usual pauses, and longer gaps stay unknown`(
        told: [(Int32, Int32)], known: [(Int32, Int32)]
    ) throws {
        for order in [told, told.reversed()] {
            let shop = try FactsShop()
            for (first, last) in order {
                let batch = try shop.facts.beginBatch(system: "till", file: "f", layout: "l", now: FactsShop.now)
                try shop.facts.finish(
                    batch, count: BatchCount(), checksum: nil, coverage: [days(first, last)], now: FactsShop.now)
            }
            #expect(try shop.facts.coveredDays() == known.map { days($0.0, $0.1) })
        }
    }

    @Test func `two sources cover what either has told`() throws {
        let shop = try FactsShop()
        for (system, range) in [("till", days(10, 12)), ("web", days(12, 20)), ("post", days(30, 31))] {
            let batch = try shop.facts.beginBatch(system: system, file: "f", layout: "l", now: FactsShop.now)
            try shop.facts.finish(batch, count: BatchCount(), checksum: nil, coverage: [range], now: FactsShop.now)
        }
        #expect(try shop.facts.coveredDays() == [days(10, 20), days(30, 31)])
    }
}
