import Inventory
import Testing

@Suite struct ExpiringStockTests {
    @Test func `what expires first leaves first, and what time does not suffice for is lost`() {
        // Two a day: 10 of the first by day 4, then 12 more of the second by day 10.
        let stock = ExpiringStock(lots: [(15, 4), (20, 10), (5, nil)], loose: 0, rate: 2)
        #expect(stock.unsold == [5, 8, 0])
        #expect(stock.total == 13)
    }

    @Test func `what has expired is lost, and loose units stand before all lots`() {
        #expect(ExpiringStock(lots: [(3, -1), (4, 0)], loose: 0, rate: 10).unsold == [3, 0])
        #expect(ExpiringStock(lots: [(4, 1)], loose: 3, rate: 2).unsold == [3])
        #expect(ExpiringStock(lots: [(4, 1)], loose: 0, rate: 0).unsold == [4])
        #expect(
            ExpiringStock(lots: [(3, -1), (4, 1)], loose: 0, rate: nil).unsold == [3, 0], "unknown is not nothing")
    }
}
