import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Shopify's three exports from the file to demand and stock.
@Suite struct ShopifyIntakeTests {
    private let products = """
        Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Cost per item,Status
        mug,Mug,Potter & Sons,Kitchen,Colour,Red,MUG-R,4.50,'0050000000012,1.80,active
        mug,,,,,Blue,MUG-B,4.50,,1.80,
        tray,Old tray,Potter & Sons,Kitchen,Title,Default Title,TRAY,9.00,,,archived

        """
    private let inventory = """
        Handle,Title,SKU,HS Code,COO,Location,Incoming,Unavailable,Committed,Available,On hand
        mug,Mug,MUG-R,,,Camden,0,0,2,8,10
        mug,Mug,MUG-R,,,Leeds,0,0,0,7,7
        mug,Mug,MUG-B,,,Camden,0,0,0,3,3
        mug,Mug,MUG-B,,,Leeds,not stocked,not stocked,not stocked,not stocked,not stocked

        """
    private let orders = """
        Name,Email,Fulfillment Status,Fulfilled at,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem fulfillment status,Cancelled at,Location,Lineitem discount
        #1001,ann@example.com,fulfilled,2011-11-01 16:00:00 +0000,GBP,2011-11-01 10:00:00 +0000,2,Mug - Red,4.50,MUG-R,true,fulfilled,,Camden,1.00
        #1001,,,,,,1,Tip,2.00,,false,,,,
        #1002,bob@example.com,unfulfilled,,GBP,2011-11-02 10:00:00 +0000,3,Mug - Red,4.50,MUG-R,true,pending,,Camden,0
        #1003,cat@example.com,unfulfilled,,GBP,2011-11-02 11:00:00 +0000,4,Mug - Red,4.50,MUG-R,true,pending,2011-11-03 09:00:00 +0000,Camden,0
        #1004,dan@example.com,fulfilled,2011-11-02 15:00:00 +0000,GBP,2011-11-02 12:00:00 +0000,5,Mug - Red,4.50,MUG-R,true,fulfilled,2011-11-05 09:00:00 +0000,Leeds,0

        """

    @Test func `a catalogue, its stock and its orders become demand and stock of each place`() throws {
        let shop = try FactsShop()
        let counted = try #require(Instant(iso8601: "2011-10-31T18:00:00Z"))
        #expect(try shop.take(.shopifyProducts, products).count.accepted == 3)
        #expect(try shop.take(.shopifyInventory, inventory, countedAt: counted).count.accepted == 3)
        let count = try shop.take(.shopifyOrders, orders).count
        #expect(count.accepted == 5 && count.read == 5)

        let red = try shop.product("MUG-R")
        #expect(red.name == "Mug - Red" && red.vendor == "Potter & Sons" && red.cost?.description == "1.80")
        #expect(try shop.product("0050000000012").id == red.id, "known by its barcode")
        #expect(try shop.product("TRAY").lifecycle == .discontinued)

        let demand = try shop.demand("MUG-R", from: "2011-11-01", to: "2011-11-03")
        #expect(demand.units == [2, 3 + 5, 0], "4 were cancelled before shipping, 5 came back after it")
        #expect(demand.returned == 5)

        let levels = try shop.facts.stockLevels(asOf: FactsShop.now, product: red.id)
        let pools = try shop.facts.pools()
        let byPlace = Dictionary(uniqueKeysWithValues: levels.map { (pools[$0.pool]?.name ?? "", $0) })
        let camden = try #require(byPlace["Camden"])
        #expect(camden.counted == 10 && camden.left == 2 && camden.committed == 3, "2 were shipped, 3 are promised")
        #expect(camden.onHand == 8)
        let leeds = try #require(byPlace["Leeds"])
        #expect(leeds.onHand == 2 && leeds.committed == 0, "what was returned counts when it is counted again")
        #expect(try shop.facts.stockLevels(asOf: FactsShop.now, product: shop.product("MUG-B").id).count == 1)
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `the exports come again, in any order, and nothing changes`() throws {
        let counted = try #require(Instant(iso8601: "2011-10-31T18:00:00Z"))
        var digests: Set<String> = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2, 2, 1, 0]] {
            let shop = try FactsShop()
            for index in order {
                switch index {
                case 0: try shop.take(.shopifyProducts, products)
                case 1: try shop.take(.shopifyInventory, inventory, countedAt: counted)
                default: try shop.take(.shopifyOrders, orders)
                }
            }
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test func `an order that is fulfilled later is the same order`() throws {
        let shop = try FactsShop()
        try shop.take(.shopifyInventory, inventory, countedAt: Instant(iso8601: "2011-10-31T18:00:00Z"))
        try shop.take(.shopifyOrders, orders)
        let shipped = orders.replacing(
            "#1002,bob@example.com,unfulfilled,,GBP,2011-11-02 10:00:00 +0000,3,Mug - Red,4.50,MUG-R,true,pending",
            with:
                "#1002,bob@example.com,fulfilled,2011-11-04 10:00:00 +0000,GBP,2011-11-02 10:00:00 +0000,3,Mug - Red,4.50,MUG-R,true,fulfilled"
        )
        let count = try shop.take(.shopifyOrders, shipped).count
        #expect(count.replaced == 1 && count.duplicate == 4)
        let red = try shop.product("MUG-R").id
        let levels = try shop.facts.stockLevels(asOf: FactsShop.now, product: red)
        #expect(levels.reduce(0) { $0 + $1.committed } == 0)
        #expect(try shop.demand("MUG-R", from: "2011-11-01", to: "2011-11-03").units == [2, 8, 0])
    }
}
