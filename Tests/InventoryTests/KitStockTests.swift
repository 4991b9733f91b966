import Inventory
import Testing

@Suite struct KitStockTests {
    @Test func `the scarcest component decides`() {
        let stock = KitStock(components: [9: [(1, 1), (2, 2)]], available: [1: 10, 2: 7])
        #expect(stock.makeable(9) == 3)
        #expect(stock.limits(9) == [2])
        #expect(stock.makeable(1) == nil, "no kit")
    }

    @Test func `what was never counted makes it unknown, what is owed makes it nothing`() {
        #expect(KitStock(components: [9: [(1, 1), (2, 2)]], available: [1: 10]).makeable(9) == nil)
        #expect(KitStock(components: [9: [(1, 1), (2, 2)]], available: [1: 10, 2: -4]).makeable(9) == 0)
    }

    @Test func `kits within kits are taken from the shelf first, and no unit is used twice`() {
        // 9 is of one 8 and one 1; 8 is of two 1.
        let kits: [Int64: [(component: Int64, quantity: Int64)]] = [9: [(8, 1), (1, 1)], 8: [(1, 2)]]
        #expect(KitStock(components: kits, available: [1: 9]).makeable(9) == 3)
        #expect(KitStock(components: kits, available: [1: 9, 8: 2]).makeable(9) == 4)
        #expect(KitStock(components: kits, available: [1: 9, 8: 100]).makeable(9) == 9)
    }

    @Test(.timeLimit(.minutes(1))) func `many ways through a kit take no longer than one`() {
        var kits: [Int64: [(component: Int64, quantity: Int64)]] = [:]
        for level in 0..<30 { kits[Int64(level) * 2] = [(Int64(level) * 2 + 2, 1), (Int64(level) * 2 + 1, 1)] }
        for level in 0..<30 { kits[Int64(level) * 2 + 1] = [(Int64(level) * 2 + 2, 1)] }
        #expect(KitStock(components: kits, available: [60: 1 << 40]).makeable(0) == 1 << 10)
    }
}
