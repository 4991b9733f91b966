import Domain
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Which system a record speaks for, where a file does not say.
@Suite struct SpeakerTests {
    private func order(_ name: String, id: Int, units: Int = 1) -> String {
        """
        {"id":\(id),"name":"\(name)","created_at":"2011-10-01T10:00:00Z","updated_at":"2011-10-01T10:00:00Z",\
        "currency":"GBP","financial_status":"paid","line_items":[{"id":\(id)1,"sku":"A","name":"A","price":"10.00",\
        "quantity":\(units)}]}
        """
    }

    private func message(_ body: String, from store: String? = nil) -> String {
        let domain = store.map { ",\"X-Shopify-Shop-Domain\":\"\($0)\"" } ?? ""
        return "{\"headers\":{\"X-Shopify-Topic\":\"orders/create\"\(domain)},\"body\":\(body)}"
    }

    private let event = """
        {"event_name":"page_view","event_timestamp":1317463200000000,"user_pseudo_id":"u","event_params":[]}
        """

    private func systems(_ shop: FactsShop) throws -> [String] {
        try shop.facts.batches(limit: 20).map(\.system).sorted()
    }

    @Test func `a storefront's message counts once with its export, however the file was recognised`() throws {
        let export =
            "Name,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Id\n"
            + "#1001,GBP,2011-10-01 10:00:00 +0000,1,A,10.00,A,1\n"
        for layout in [JSONLayout.mixed, .shopify, .cloudEvents] {
            let body =
                layout == .cloudEvents
                ? """
                {"specversion":"1.0","id":"1","source":"/shop","type":"com.shopify.orders/create","data":\(order("#1001", id: 1))}
                """ : message(order("#1001", id: 1))
            for isExportFirst in [true, false] {
                let shop = try FactsShop()
                if isExportFirst { try shop.take(export, .known(.shopifyOrders)) }
                #expect(try shop.take(body, .json(layout)).count.refused == 0)
                if !isExportFirst { try shop.take(export, .known(.shopifyOrders)) }
                #expect(try shop.demand("A", from: "2011-10-01", to: "2011-10-01").units == [1])
                #expect(Set(try systems(shop)) == ["shopify"])
            }
        }
    }

    @Test func `records of several systems in one file each have a batch of their own, whose rows add up`() throws {
        let shop = try FactsShop()
        let text = [order("#1", id: 1), event, order("#2", id: 2), event, "{\"what\":1}"].joined(separator: "\n")
        let report = try shop.take(text, .json(.mixed))
        #expect(report.count.accepted + report.count.duplicate == 4 && report.count.refused == 1)
        #expect(try systems(shop) == ["files", "ga4", "shopify"])
        let rows = try shop.facts.database.read { try Int.fetchOne($0, sql: "SELECT sum(read) FROM batch") }
        #expect(rows == 5)
        #expect(try shop.facts.unfinishedImports().isEmpty)
        let digest = try shop.facts.contentDigest()
        #expect(try shop.take(text, .json(.mixed)).count.accepted == 0)
        #expect(try shop.facts.contentDigest() == digest)
    }

    @Test func `who is named speaks for all`() throws {
        let shop = try FactsShop()
        try shop.take([order("#1", id: 1), event].joined(separator: "\n"), .json(.mixed), system: "replay")
        #expect(try systems(shop) == ["replay"])
    }

    @Test func `a second store is refused until it has a system of its own`() throws {
        let shop = try FactsShop()
        let (first, second) = ("a.myshopify.com", "B.myshopify.com")
        try shop.take(message(order("#1001", id: 1), from: first), .json(.shopify))
        let text = message(order("#1001", id: 2, units: 5), from: second)
        let report = try shop.take(text, .json(.shopify))
        #expect(report.count.refused == 1 && report.complaints.first?.contains("[stores]") == true)
        #expect(try shop.demand("A", from: "2011-10-01", to: "2011-10-01").units == [1])
        let settings = try IntakeSettings("[stores]\n\"b.myshopify.com\" = \"outlet\"\n", file: "penstock.toml")
        let row = try #require(try shop.facts.quarantined(.refused).first)
        #expect(try shop.importer(settings: settings).retry(row).count.accepted == 1)
        #expect(try shop.demand("A", from: "2011-10-01", to: "2011-10-01").units == [6])
    }

    @Test func `partners number their notices each for themselves`() throws {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nMUG-1,Mug\n")
        func notice(_ sender: String, units: Int) -> String {
            let id = sender.padding(to: 15)
            return """
                ISA*00*          *00*          *ZZ*\(id)*ZZ*SHOP           *110930*1300*U*00401*000000042*0*P*>~
                GS*SH*\(sender)*SHOP*20110930*1300*7*X*004010~ST*856*0001~BSN*00*S1*20110930*1200~HL*1**S~
                DTM*011*20110930~HL*2*1*O~PRF*PO1~HL*3*2*I~LIN*1*SK*MUG-1~SN1**\(units)*EA~CTT*3~SE*11*0001~
                GE*1*7~IEA*1*000000042~
                """
        }
        for (sender, units) in [("ACME", 3), ("BOLT", 4)] {
            #expect(try shop.take(notice(sender, units: units), .x12).count.refused == 0)
        }
        #expect(try shop.facts.tallies().first { $0.kind == "shipNotices" }?.count == 2)
        #expect(try systems(shop) == ["files", "x12:ACME", "x12:BOLT"])
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
