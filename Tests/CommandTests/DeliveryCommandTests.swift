import Domain
import TestSupport
import Testing

/// Orders, notices, receipts, lots and kits through the program itself.
@Suite struct DeliveryCommandTests {
    private func shop() throws -> CommandShop {
        let shop = try CommandShop()
        try shop.stock(products: 2)
        for (name, text) in [
            (
                "purchases.csv",
                "order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state\n"
                    + "PO1,1,Supplier 0,P0,main,10,0,,GBP,2011-09-20,2011-09-30,open\n"
            ),
            (
                "asn.csv",
                "notice,line,order,order_line,supplier,sku,quantity,shipped_at,expected_on\n"
                    + "S1,1,PO1,1,Supplier 0,P0,6,2011-09-28T09:00:00Z,2011-10-05\n"
            ),
            (
                "dock.csv",
                "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at,lot,expires_on\n"
                    + "R1,1,PO1,1,Supplier 0,P0,main,2,1,2011-10-02T19:00:00Z,L1,2011-10-04\n"
                    + "R2,1,PO7,1,Supplier 1,P1,main,2,0,2011-10-02T19:00:00Z,,\n"
            ), ("products.csv", "sku,name\nSET,Set\n"), ("kits.csv", "kit,component,quantity\nSET,P0,1\nSET,P1,2\n"),
        ] {
            let ending = try shop.take(text, as: name)
            #expect(ending.code == 0, "\(name): \(ending.error)")
        }
        return shop
    }

    @Test func `what suppliers owe is told in words and in JSON`() throws {
        let shop = try shop()
        let text = try shop.run("orders", "--inbound").output
        for words in [
            "3 on the way in S1, due 2011-10-05", "4 to come, due 2011-09-30, 3 days late", "1 came damaged",
            "unmatched: 2 came for order PO7",
        ] {
            #expect(text.contains(words), "\(text)")
        }
        let report = try AnyJSON(shop.run("orders", "--inbound", "--json").output)
        let line = try #require(report["purchases"]?[0])
        #expect(
            ["ordered", "announced", "inTransit", "received", "damaged", "over", "short", "due", "daysLate"]
                .map { line[$0]?.integer } == [10, 6, 3, 2, 1, 0, 0, 7, 3])
        #expect(line["flags"]?.list.compactMap(\.text) == ["late", "short", "damaged"])
        #expect(report["unmatched"]?[0]?["order"]?.text == "PO7")
    }

    @Test func `lots and kits are told in words and in JSON`() throws {
        let shop = try shop()
        #expect(try shop.run("stock", "--lots", "--within", "30").output.contains("L1"))
        let lots = try AnyJSON(shop.run("stock", "--lots", "--json").output)
        #expect(lots["lots"]?[0]?["lot"]?.text == "L1" && lots["lots"]?[0]?["expiresOn"]?.text == "2011-10-04")
        #expect(try shop.run("stock", "--within", "3").code == 2)
        let stock = try AnyJSON(shop.run("stock", "--json").output)
        let set = try #require(stock.list.first { $0["sku"]?.text == "SET" })
        // Seven of P0 are there, and seven of P1, of which a set takes two.
        #expect(set["kit"]?["canBeMade"]?.integer == 3 && set["kit"]?["limitedBy"]?[0]?.text == "P1")
        #expect(try shop.run("coverage").output.contains("1 is a kit"))
    }
}
