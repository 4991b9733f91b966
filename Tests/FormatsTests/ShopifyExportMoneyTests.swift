import Domain
import Formats
import Testing

/// What the export of orders says of an order as a whole: discounts, refunds, channel and group.
@Suite struct ShopifyExportMoneyTests {
    private let header =
        "Name,Currency,Created at,Paid at,Fulfilled at,Subtotal,Taxes,Total,Discount Amount,Refunded Amount,"
        + "Source,Tags,Cancelled at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount\n"

    private func read(
        subtotal: String = "587.00", total: String = "598.94", discount: String = "10.00", refunded: String = "0.00",
        tags: String = "", cancelled: String = "", discounts: [String] = ["0", "0", "0"], price: String = "199.00"
    ) throws -> Reading<OrderDocument> {
        let time = "2024-05-01 10:00:00 -0400"
        var text = header
        text +=
            "#1,USD,\(time),2024-05-01 11:00:00 -0400,,\(subtotal),11.94,\(total),\(discount),\(refunded),web,\"\(tags)\","
        text += "\(cancelled),1,Green,\(price),G,\(discounts[0])\n"
        text += "#1,,,,,,,,,,,,,1,Red,199.00,R,\(discounts[1])\n#1,,,,,,,,,,,,,1,Black,199.00,B,\(discounts[2])\n"
        return try #require(try readings(ShopifyOrdersReader(csv(text))).first)
    }

    @Test func `an order's discount is shared out over its lines to the minor unit`() throws {
        let order = try read(tags: "vip, B2B").outcome.get()
        #expect(order.lines.map(\.discount) == [334, 333, 333])
        #expect(order.stated.subtotal == 58_700 && order.channel == "web" && order.isWholesale)
        #expect(!order.isRefundUndated)
        // Where the lines hold it already, it is not taken off twice; where they hold another, the subtotal tells.
        #expect(try read(discounts: ["4", "3", "3"]).outcome.get().lines.map(\.discount) == [400, 300, 300])
        let both = try read(subtotal: "577.00", discounts: ["4", "3", "3"]).outcome.get()
        #expect(both.lines.reduce(0) { $0 + $1.discount } == 2_000)
    }

    @Test func `what was refunded is money without units, on the day of payment, and marked as undated`() throws {
        let order = try read(refunded: "199.64").outcome.get()
        let back = order.lines.filter { $0.kind == .return }
        #expect(back.map(\.sku?.text) == ["G", "R", "B"] && back.allSatisfy { $0.quantity == 0 })
        // 199.64 × 587.00 ÷ 598.94, without the tax in it.
        #expect(back.reduce(0) { $0 + $1.discount } == 19_566)
        #expect(back.allSatisfy { $0.at?.description == "2024-05-01T15:00:00Z" })
        #expect(order.isRefundUndated)
    }

    @Test func `a cancelled order's refund is that of its lines`() throws {
        let order = try read(refunded: "598.94", cancelled: "2024-05-02 10:00:00 -0400").outcome.get()
        #expect(order.lines.map(\.quantity) == [1, -1, 1, -1, 1, -1] && !order.isRefundUndated)
        #expect(order.lines.filter { $0.quantity < 0 }.map(\.unitPrice.description) == ["195.66", "195.67", "195.67"])
    }

    @Test func `a negative price, discount or refund is refused`() throws {
        #expect(try read(price: "-1.00").error?.field == "Lineitem price")
        #expect(try read(discount: "-1.00").error?.field == "Discount Amount")
        #expect(try read(refunded: "-1.00").error?.field == "Refunded Amount")
    }
}
