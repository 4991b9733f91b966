import TestSupport
import Testing

/// Surges from the command line.
@Suite struct SurgesCommandTests {
    @Test func `surges asks for visits or mentions where there are none, and answers where there are`() throws {
        let shop = try CommandShop()
        try shop.stock(products: 3)
        let missing = try shop.run("surges")
        #expect(missing.code == 6 && missing.output.isEmpty && missing.error.contains("penstock import"))
        let taken = try shop.take(
            "id,mentioned_at,network,sku,region,reach\nm1,2011-09-28T10:00:00Z,chat,P0,France,200\n", as: "mentions.csv"
        )
        #expect(taken.code == 0, "\(taken.error)")
        let text = try shop.run("surges")
        #expect(text.code == 0 && text.output.contains("no surge of demand is expected"), "\(text.error)")
        #expect(text.output.contains("known for less than twelve weeks"))
        let json = try AnyJSON(shop.run("surges", "--all", "--json").output)
        #expect(json["surges"]?.list.isEmpty == true)
        #expect(json["mentions"]?["from"]?.text == "2011-09-28")
        #expect(json["series"]?["short-history"]?.integer == json["products"]?.list.count)
        #expect(try shop.run("surges", "--no-such").code == 2)
    }
}
