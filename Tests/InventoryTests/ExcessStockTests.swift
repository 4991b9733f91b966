import Inventory
import Testing

@Suite struct ExcessStockTests {
    @Test func `what lies above the order-up-to level and ninety days of demand is excess`() {
        #expect(ExcessStock.units(position: 1000, orderUpTo: 300, dailyDemand: 1) == 700)
        #expect(ExcessStock.units(position: 1000, orderUpTo: 300, dailyDemand: 10) == 100)
        #expect(ExcessStock.units(position: 300, orderUpTo: 300, dailyDemand: 1) == 0)
    }

    @Test func `of what is not reordered all beyond ninety days of demand is excess`() {
        #expect(ExcessStock.units(position: 50, orderUpTo: nil, dailyDemand: 0) == 50)
        #expect(ExcessStock.units(position: 50, orderUpTo: nil, dailyDemand: 0.5) == 5)
    }

    @Test(arguments: [-5, 0, 7, 4000, Int64.max]) func `it is never negative, and more stock is never less excess`(
        position: Int64
    ) {
        for demand in [0, 0.3, 12, .infinity, .nan] {
            let excess = ExcessStock.units(position: position, orderUpTo: 90, dailyDemand: demand)
            #expect(excess >= 0)
            if position > 0 {
                #expect(ExcessStock.units(position: position - 1, orderUpTo: 90, dailyDemand: demand) <= excess)
            }
        }
    }
}
