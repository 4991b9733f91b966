import Domain
import Engine
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Products that a storefront knows by its own numbers.
@Suite struct StorefrontNamesTests {
    private func product(_ sku: String, variant: Int = 11, hour: String, barcode: String = "") -> String {
        """
        {"id":5,"title":"Mug","updated_at":"2011-10-01T\(hour):00:00Z","variants":[{"id":\(variant),"title":"Default Title",\
        "sku":"\(sku)","price":"10.00","barcode":"\(barcode)","inventory_item_id":\(variant + 100)}]}
        """
    }

    private func unnamed(_ id: Int) -> String {
        order(
            id,
            [line(id * 10, "", "10.00", 1, "\"variant_id\":11").replacing("\"name\":\"\"", with: "\"name\":\"Mug\"")])
    }

    private func books(_ messages: [String]) throws -> Books {
        let books = try Books()
        for message in messages { try books.take([message]) }
        #expect(try books.shop.engine.facts.rollupProblems() == [])
        return books
    }

    @Test func `a line without SKU is of the product that its variant means, whichever comes first`() throws {
        for messages in [
            [product("A1", hour: "08"), unnamed(1), unnamed(2)], [unnamed(1), product("A1", hour: "08"), unnamed(2)],
            [unnamed(1), order(3, [line(30, "A1", "10.00")]), product("A1", hour: "08"), unnamed(2)],
        ] {
            let books = try books(messages)
            #expect(try books.shop.engine.facts.products().map(\.sku.text) == ["A1"])
            #expect(try books.figure("units", where: "sku = 'A1'") == Int64(messages.count - 1))
        }
        let together = try Books()
        try together.take([product("A1", hour: "08"), unnamed(1)])
        #expect(try together.shop.engine.facts.products().map(\.sku.text) == ["A1"], "in one import as well")
    }

    @Test func `a SKU renamed at the storefront stays one product, whichever name comes first`() throws {
        let (old, new) = (product("A1", hour: "08"), product("A1-NEW", hour: "09"))
        let (before, after) = (order(1, [line(11, "A1", "10.00")]), order(2, [line(21, "A1-NEW", "10.00")]))
        for messages in [
            [old, before, new, after], [old, before, after, new], [new, old, before, after], [before, after, new, old],
            [after, new, before, old],
        ] {
            let books = try books(messages)
            #expect(try books.shop.engine.facts.products().map(\.sku.text) == ["A1-NEW"])
            #expect(try books.figure("units", where: "sku = 'A1-NEW'") == 2)
            #expect(try books.shop.engine.facts.product("a1")?.sku.text == "A1-NEW")
        }
    }

    @Test func `one bar code on two products is flagged, and means the same one in either order`() throws {
        let code = "4006381333931"
        let products = [
            product("B", variant: 12, hour: "08", barcode: code), product("A", variant: 11, hour: "09", barcode: code),
        ]
        for messages in [products, products.reversed()] {
            let books = try books(messages)
            #expect(try books.flagged("barcode-shared") == ["A", "B"])
            #expect(try books.shop.engine.facts.product(code)?.sku.text == "A")
        }
    }
}
