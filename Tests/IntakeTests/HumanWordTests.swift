import Crypto
import Domain
import Formats
import FoundationEssentials
import Intake
import Store
import TestSupport
import Testing

/// What a person decided about a row stands when the row comes again.
@Suite struct HumanWordTests {
    private let counts = "sku,place,quantity,state,counted_at\n"

    @Test func `a row that was mended or dropped is known when it comes again, in every layout`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        let text =
            counts + "A,main,five,on-hand,2011-10-03T18:00:00Z\nA,main,six,on-hand,2011-10-04T18:00:00Z\n"
        #expect(try shop.take(.counts, text).count.refused == 2)
        let rows = try shop.facts.quarantined(.refused)
        _ = try shop.importer().retry(rows[0], mended: Array("A,main,5,on-hand,2011-10-03T18:00:00Z".utf8))
        try shop.facts.settle(quarantined: rows[1].id, as: .dropped)
        let again = try shop.take(.counts, text)
        #expect(again.count.refused == 0 && again.count.duplicate == 2 && again.complaints.isEmpty)

        let json = "{\"specversion\":\"1.0\"}\n"
        #expect(try shop.take(json, .json(.mixed)).count.refused == 1)
        try shop.facts.settle(quarantined: try #require(try shop.facts.quarantined(.refused).first).id, as: .dropped)
        #expect(try shop.take(json, .json(.mixed)).count.duplicate == 1)
    }

    // MARK: Parked rows

    private let moves = "id,sku,from,to,quantity,moved_at\n1,A,main,back,500,2011-10-03T10:00:00Z\n"

    private func parking(_ more: String = "") throws -> IntakeSettings {
        try IntakeSettings(
            "[[rule]]\nname = \"large\"\nfact = \"move\"\nseverity = \"park\"\nwhen = \"quantity > 10\"\n" + more,
            file: "penstock.toml")
    }

    @Test func `a row that a person let in is not asked for again`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        #expect(try shop.take(moves, .known(.moves), settings: parking()).waits == ["person": 1])
        let row = try #require(try shop.facts.quarantined(.parked).first)
        #expect(row.code == "rule")
        #expect(try shop.importer(settings: parking()).retry(row).count.accepted == 1)
        let again = try shop.take(moves, .known(.moves), settings: parking()).count
        #expect(again.parked == 0 && again.duplicate == 1)
        #expect(try shop.facts.tallies().allSatisfy { $0.kind != "parked" })
    }

    @Test func `what a row waits for now is said, not what it waited for`() throws {
        let shop = try FactsShop()
        #expect(try shop.take(moves, .known(.moves), settings: parking()).count.parked == 1)
        let row = try #require(try shop.facts.quarantined(.parked).first)
        let report = try shop.importer(settings: parking()).retry(row)
        #expect(report.count.parked == 1 && report.waits == ["product:sku": 1])
        let now = try #require(try shop.facts.quarantined(.parked).first)
        #expect(now.code == "unknown-reference" && now.reason.contains("no product"))
        #expect(try shop.take(.products, "sku,name\nA,Thing\n").released == 1)
    }

    private func order(_ currency: String, at: String, number: Int = 1) -> String {
        """
        {"id":\(number),"name":"#\(number)","created_at":"2011-10-01T10:00:00Z","updated_at":"\(at)",\
        "currency":"\(currency)","financial_status":"paid",\
        "line_items":[{"id":1,"sku":"A","name":"A","price":"10.00","quantity":1}]}
        """
    }

    @Test func `an older version that waits is let go once a newer one is in`() throws {
        let shop = try FactsShop()
        #expect(try shop.take(order("EUR", at: "2011-10-01T10:00:00Z"), .json(.mixed)).count.parked == 1)
        try shop.take(order("GBP", at: "2011-10-02T10:00:00Z"), .json(.mixed))
        #expect(try shop.facts.quarantined(.parked).isEmpty)
        #expect(try shop.facts.tallies().allSatisfy { $0.kind != "parked" })
    }

    @Test(arguments: ["orders = \"erp\"", "orders = { web = \"erp\", pos = \"shopify\" }"])
    func `refunds of orders that only reconcile count nowhere and wait for nothing`(records: String) throws {
        let settings = try IntakeSettings("[records]\n\(records)\n", file: "penstock.toml")
        let shop = try FactsShop()
        let sold = order("GBP", at: "2011-10-01T10:00:00Z").replacing(
            "\"id\":1,\"n", with: "\"source_name\":\"web\",\"id\":1,\"n")
        let refund = """
            {"id":5,"order_id":1,"created_at":"2011-10-02T10:00:00Z","refund_line_items":[{"id":6,"line_item_id":1,\
            "quantity":1,"restock_type":"return","subtotal":10}],"order_adjustments":[],"transactions":[]}
            """
        #expect(try shop.take(sold, .json(.mixed), settings: settings, system: "shopify").count.accepted == 1)
        let count = try shop.take(refund, .json(.mixed), settings: settings, system: "shopify").count
        #expect(count.duplicate == 1 && count.parked == 0)
    }

    @Test func `a product that its owner has not named waits, and others may speak of those that it has`() throws {
        let settings = try IntakeSettings("[records]\nproducts = \"shop\"\n", file: "penstock.toml")
        let shop = try FactsShop()
        func take(_ text: String, _ system: String) throws -> ImportReport {
            try shop.take(text, .known(.products), settings: settings, system: system)
        }
        _ = try take("sku,name\nA,Thing\n", "shop")
        let report = try take("sku,name,cost\nA,Thing,2.00\nB,Other,3.00\n", "erp")
        #expect(report.count.replaced == 1 && report.count.parked == 1)
        #expect(try shop.facts.product("B") == nil)
        #expect(try take("sku,name\nB,Other\n", "shop").released == 1)
        #expect(try shop.product("B").cost == UnitPrice(micros: 3_000_000))
    }

    // MARK: Signed messages

    @Test func `what a person wrote instead of a broken message need not be signed`() throws {
        let file = try TemporaryFolder()
        try Array("s3cret".utf8).withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: "\(file.path)/key")) }
        let settings = try IntakeSettings(
            "[signatures]\nshopify = \"file:\(file.path)/key\"\n", file: "penstock.toml")
        let body = order("GBP", at: "2011-10-01T10:00:00Z").replacing("10.00", with: "ten")
        let sign = HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: SymmetricKey(data: Data("s3cret".utf8)))
        let message = JSONValue.object([
            (
                "headers",
                .object([
                    ("X-Shopify-Topic", .string("orders/create")),
                    ("X-Shopify-Hmac-Sha256", .string(Data(sign).base64EncodedString())),
                ])
            ), ("body", .string(body)),
        ])
        let shop = try FactsShop()
        let text = String(decoding: message.bytes(), as: UTF8.self)
        #expect(try shop.take(text, .json(.shopify), settings: settings).count.refused == 1)
        let row = try #require(try shop.facts.quarantined(.refused).first)
        let values = try #require(RecordEdit.values(of: row.raw, header: [], dialect: CSVDialect()))
        #expect(values.contains { $0.name == "body.line_items[0].price" && $0.value == "ten" })
        let mended = try #require(
            try RecordEdit.changed(
                row.raw, header: [], dialect: CSVDialect(), [("body.line_items[0].price", "10.00")]))
        #expect(try shop.importer(settings: settings).retry(row).count.refused == 1, "as it is, it stays broken")
        #expect(try shop.importer(settings: settings).retry(row, mended: mended).count.accepted == 1)
        #expect(try shop.facts.quarantined(.mended).map(\.mended) == [mended], "on record as mended by hand")
        #expect(try shop.take(text, .json(.shopify), settings: settings).count.duplicate == 1)
    }
}
