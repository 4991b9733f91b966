import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What comes back: on the shelf again, damaged, or only taken off the bill.
@Suite struct ReturnTests {
    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.facts.setDefaultPlaces([try #require(PlaceName("main"))])
        try shop.take(.products, "sku,name\nA,Mug\n")
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nA,main,100,on-hand,2011-10-01T09:00:00Z\n"
                + "A,77,50,on-hand,2011-10-01T09:00:00Z\n")
        return shop
    }

    private func stock(_ shop: FactsShop) throws -> [String: Int64] {
        let pools = try shop.facts.pools()
        return Dictionary(
            uniqueKeysWithValues: try shop.facts.stockLevels(asOf: FactsShop.now).map {
                (pools[$0.pool]?.name ?? "", $0.onHand)
            })
    }

    private func take(_ lines: [String], into shop: FactsShop) throws {
        let report = try shop.take(lines.joined(separator: "\n") + "\n", .json(.mixed), name: "hook.json")
        #expect(report.count.refused + report.count.parked == 0, "\(report.complaints)")
    }

    private let order = """
        {"id":1,"name":"#1","created_at":"2011-10-02T10:00:00Z","updated_at":"2011-10-02T10:00:00Z","currency":"GBP",\
        "financial_status":"paid","line_items":[{"id":11,"sku":"A","name":"A","price":"10.00","quantity":8,\
        "fulfillment_status":"fulfilled"}],"fulfillments":[{"id":5,"status":"success",\
        "created_at":"2011-10-02T12:00:00Z","line_items":[{"id":11,"quantity":8}]}]}
        """

    private func refund(_ type: String, location: String = "null", units: Int = 2) -> String {
        """
        {"id":9,"order_id":1,"created_at":"2011-10-05T10:00:00Z","refund_line_items":[{"id":91,"line_item_id":11,\
        "quantity":\(units),"subtotal":"20.00","restock_type":"\(type)","location_id":\(location),\
        "line_item":{"fulfillment_status":"fulfilled"}}],"order_adjustments":[],"transactions":[]}
        """
    }

    @Test(arguments: [
        ("return", "null", Int64(94), Int64(50), Int64(2)), ("return", "77", 92, 52, 2), ("return", "4711", 94, 50, 2),
        ("legacy_restock", "null", 94, 50, 2), ("no_restock", "null", 92, 50, 2), ("no_restock", "77", 92, 50, 2),
    ])
    func `a refund says whether units are on the shelf again, and on which`(
        type: String, location: String, main: Int64, other: Int64, returned: Int64
    ) throws {
        let shop = try shop()
        try take([order, refund(type, location: location)], into: shop)
        #expect(try stock(shop) == ["main": main, "77": other])
        let demand = try shop.demand("A", from: "2011-10-02", to: "2011-10-05")
        #expect(demand.units == [8, 0, 0, 0] && demand.returned == returned, "what comes back is never less demand")
        // Told again, alone and within its order, nothing changes.
        try take([refund(type, location: location)], into: shop)
        #expect(try stock(shop) == ["main": main, "77": other])
        #expect(try shop.facts.rollupProblems() == [])
    }

    @Test func `units that were cancelled before they left never left, and are no demand`() throws {
        let shop = try shop()
        let unshipped = order.replacing("\"fulfillment_status\":\"fulfilled\"", with: "\"fulfillment_status\":null")
            .replacing(
                "\"fulfillments\":[{\"id\":5,\"status\":\"success\",\"created_at\":\"2011-10-02T12:00:00Z\",\"line_items\":[{\"id\":11,\"quantity\":8}]}]",
                with: "\"fulfillments\":[]")
        let cancel = refund("cancel").replacing(
            "\"fulfillment_status\":\"fulfilled\"", with: "\"fulfillment_status\":null")
        try take([unshipped, cancel], into: shop)
        let level = try #require(
            try shop.facts.stockLevels(asOf: FactsShop.now).first { $0.counted == 100 })
        #expect(level.onHand == 100 && level.committed == 6)
        #expect(try shop.demand("A", from: "2011-10-02", to: "2011-10-05").returned == 0)
    }

    @Test
    func `a till's return is on the shelf where it is graded sellable, and waits for a count where nobody looked`()
        throws
    {
        let shop = try shop()
        try shop.take(
            .tillLines,
            """
            receipt,sold_at,place,sku,quantity,price,grade
            1,2011-10-02T10:00:00Z,main,A,10,10.00,
            2,2011-10-03T10:00:00Z,main,A,-1,10.00,sellable
            3,2011-10-03T11:00:00Z,main,A,-2,10.00,damaged
            4,2011-10-03T12:00:00Z,main,A,-4,10.00,

            """)
        #expect(try stock(shop)["main"] == 91)
        #expect(try shop.demand("A", from: "2011-10-02", to: "2011-10-03").returned == 7)
        let report = try shop.take(
            .tillLines, "receipt,sold_at,place,sku,quantity,price,grade\n5,2011-10-03T12:00:00Z,main,A,-4,10.00,good\n")
        #expect(report.count.refused == 1 && report.complaints.first?.contains("sellable or damaged") == true)
    }

    @Test func `a returned kit puts its components back`() throws {
        let shop = try shop()
        try shop.take(.products, "sku,name\nSET,Set\n")
        try shop.take(.kits, "kit,component,quantity\nSET,A,3\n")
        try shop.take(
            .tillLines,
            """
            receipt,sold_at,place,sku,quantity,price,grade
            1,2011-10-02T10:00:00Z,main,SET,4,10.00,
            2,2011-10-03T10:00:00Z,main,SET,-1,10.00,sellable

            """)
        #expect(try stock(shop)["main"] == 100 - 12 + 3)
    }

    @Test func `a ship notice in another unit is in pieces, and its replacement takes its place`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            "order,line,supplier,sku,place,quantity,currency,ordered_on,expected_on\nPO1,1,Acme,A,main,100,GBP,2011-10-01,2011-10-20\n"
        )
        let settings = try IntakeSettings(
            "[partners.ACME]\nsupplier = \"Acme\"\n[partners.ACME.units]\nCA = 24\n", file: "penstock.toml")
        func notice(_ purpose: String, _ cartons: Int, _ control: String) -> String {
            let head =
                "ISA*00*          *00*          *ZZ*ACME           *ZZ*SHOP           *111003*1200*U*00401*\(control)*0*P*>~"
            let body = [
                "ST*856*0001", "BSN*\(purpose)*S1*20111003*1200", "HL*1**S", "DTM*017*20111010", "HL*2*1*O", "PRF*PO1",
                "HL*3*2*I", "LIN**SK*A", "SN1**\(cartons)*CA", "CTT*3",
            ]
            return head + "GS*SH*ACME*SHOP*20111003*1200*1*X*004010~" + body.map { $0 + "~" }.joined()
                + "SE*\(body.count + 1)*0001~GE*1*1~IEA*1*\(control)~"
        }
        func take(_ text: String) throws -> ImportReport {
            try Importer(facts: shop.facts, settings: settings, transaction: .zero) { FactsShop.now }.run(
                ByteSource(bytes: Array(text.utf8), name: "asn.edi"), layout: .x12)
        }
        func line() throws -> MatchedLine? { try shop.facts.deliveries(since: Day(number: 15_000)).lines.first }
        #expect(try take(notice("05", 2, "000000002")).count.accepted == 1)
        #expect(try line()?.announced == 48)
        #expect(try take(notice("00", 3, "000000001")).count.duplicate == 1, "what was replaced comes late")
        #expect(try line()?.announced == 48 && line()?.dueOn == Day("2011-10-10"))
    }
}
