import Domain
import Engine
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Why a number from another system is not ours, order by order.
@Suite struct MetricDiffTests {
    private static let head = "Doc,Code,Title,Qty,Date,Price,Customer\n"

    /// Orders 1 to 6 of September, a test-like one of October, one in quarantine, one cancelled.
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        let gbp = try #require(Currency("GBP"))
        var lines: [String] = []
        func order(
            _ number: String, _ day: String, _ units: Int64, discount: Int64 = 0, isTest: Bool = false,
            taken: (kind: LineKind, units: Int64, day: String)? = nil, postage: Int64 = 0
        ) throws {
            let at = try #require(Instant(iso8601: "\(day)T12:00:00Z"))
            var document = OrderDocument(
                number: "#\(number)", orderedAt: at, version: Instant(iso8601: "2011-10-02T12:00:00Z"), currency: gbp,
                customer: "c@example.com")
            document.key = "9\(number)"
            document.isTest = isTest
            document.lines.append(
                OrderLine(
                    line: "\(number)1", sku: SKU("A"), title: "Lamp", quantity: units,
                    unitPrice: UnitPrice(micros: 10_000_000), discount: discount, kind: .sale,
                    shippedAt: taken?.kind == .return ? at : nil))
            if let taken {
                document.lines.append(
                    OrderLine(
                        line: "amendment \(number)", sku: SKU("A"), title: "", quantity: -taken.units,
                        unitPrice: UnitPrice(micros: 10_000_000), kind: taken.kind,
                        at: Instant(iso8601: "\(taken.day)T12:00:00Z")))
            }
            lines.append(String(decoding: ShopifyOrder.json(document).bytes(), as: UTF8.self))
        }
        try shop.take(.products, "sku,name,price,cost\nA,Lamp,10.00,4.00\nB,Bulb,2.00,1.00\n")
        try order("1", "2011-09-05", 3)
        try order("2", "2011-09-06", 4, discount: 500)
        try order("3", "2011-09-07", 5, taken: (.return, 1, "2011-09-20"))
        try order("4", "2011-09-08", 6, taken: (.return, 2, "2011-10-01"))
        try order("5", "2011-09-09", 7)
        try order("6", "2011-09-10", 8)
        try order("7", "2011-10-01", 9)
        try order("8", "2011-09-11", 2, isTest: true)
        try order("9", "2011-09-12", 2, taken: (.cancellation, 2, "2011-09-12"))
        try order("10", "2011-09-13", 1)
        try order("11", "2011-08-13", 4, taken: (.return, 4, "2011-09-13"))
        let text = lines.joined(separator: "\n") + "\n"
        let report = try shop.engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "orders.jsonl"), layout: .json(.mixed))
        #expect(report.count.refused + report.count.parked == 0, "\(report.complaints)")
        let bad = Self.head + "Q77,A,Lamp,many,2011-09-12 12:00:00,10.00,7\n"
        _ = try shop.engine.importer().run(
            ByteSource(bytes: Array(bad.utf8), name: "bad.csv"), layout: .mapped(tillMapping()))
        return shop
    }

    private func diff(_ shop: EngineShop, _ text: String, metric: String = "net_revenue") throws -> MetricDiff {
        let path = try shop.folder.write(text, to: "other.csv")
        return try shop.engine.metricDiff(
            path, metric: metric, document: nil, amount: nil, date: nil, currency: nil, from: Day("2011-09-01"),
            to: Day("2011-09-30"))
    }

    @Test func `each order that differs is told with its reason, and they add up to the difference`() throws {
        let shop = try shop()
        let report = try diff(
            shop,
            "Order,Total,Tax,Date,Currency\n" + "1,30.00,0,2011-09-05,GBP\n"  // the same, without its #
                + "#2,40.00,0,2011-09-06,GBP\n"  // before discounts
                + "#3,50.00,0,2011-09-07,GBP\n"  // before refunds
                + "#4,40.00,0,2011-09-08,GBP\n"  // with a refund of October
                + "#5,84.00,14.00,2011-09-09,GBP\n"  // with tax
                + "#6,80.01,0,2011-09-10,GBP\n"  // a penny
                + "#7,90.00,0,2011-09-30,GBP\n" + "#8,20.00,0,2011-09-11,GBP\n" + "#9,20.00,0,2011-09-12,GBP\n"
                + "Q77,10.00,0,2011-09-12,GBP\n" + "X5,1.50,0,2011-09-12,GBP\n")
        #expect(!report.isSame)
        let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.name, $0) })
        #expect(rows["1"] == nil)
        for (name, kind, difference, why) in [
            ("#2", MetricDiff.Class.amount, Int64(500), "with discounts"), ("#3", .amount, 1000, "with refunds"),
            ("#4", .amount, -2000, "without refunds of other days"), ("#5", .amount, 1400, "with tax"),
            ("#6", .amount, 1, "rounding"), ("#7", .onlyThere, 9000, "outside the dates"),
            ("#8", .onlyThere, 2000, "test order"), ("Q77", .onlyThere, 1000, "in quarantine"),
            ("X5", .onlyThere, 150, "nobody told us"), ("#10", .onlyHere, -1000, ""),
            ("#11", .onlyHere, 4000, "of an order of 2011-08-13"),
        ] {
            let row = try #require(rows[name], "\(name)")
            #expect(row.kind == kind && row.difference == difference * 10_000, "\(name): \(row)")
            #expect(row.why.contains(why), "\(name): \(row.why)")
        }
        #expect(rows["#9"]?.difference == 20_000_000)
        #expect(report.rows.reduce(0) { $0 + $1.difference } == report.difference)
        #expect(report.rows.map(\.difference.magnitude) == report.rows.map(\.difference.magnitude).sorted(by: >))
        let json = try AnyJSON(String(decoding: report.json.bytes(), as: UTF8.self))
        #expect(json["difference"]?["minor"]?.integer == Int(report.difference / 10_000))
        #expect(report.csv.split(separator: "\r\n").count + report.csv.split(separator: "\n").count > report.rows.count)
        #expect(report.text.contains("only-there"))
    }

    @Test func `the same figures are the same, whatever the columns and the order's rows`() throws {
        let shop = try shop()
        let (first, last) = (try #require(Day("2011-09-01")), try #require(Day("2011-09-30")))
        let own = try shop.engine.read("net_revenue", MetricQuery(days: first...last, dimensions: ["order"]))
        let text = own.rows.map { row in
            let minor = Int64((row.value ?? 0) / 10_000)
            let label = row.labels.first.flatMap(\.self) ?? ""
            let halves = [minor / 2, minor - minor / 2].map { FixedPoint.text($0, decimals: 2, keep: 2) }
            return halves.map { "\(label),\"\($0)\"\n" }.joined()
        }
        let report = try diff(shop, "invoice_no,net_revenue\n" + text.joined())
        #expect(report.isSame && report.difference == 0, "\(report.text)")
    }

    @Test func `an order that another system alone has seen, or that was paid in another currency, is told as such`()
        throws
    {
        let shop = try shop()
        try shop.engine.facts.database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO source (system) VALUES ('marketplace');
                    INSERT INTO sighting SELECT id, 'S5', 1315820000000, NULL, 1, 900, 'GBP', 1, NULL FROM source
                        WHERE system = 'marketplace';
                    UPDATE document SET currency = 'USD' WHERE number = '#1';
                    UPDATE order_line SET foreign_price = 15000000, foreign_total = 4500
                        WHERE document = (SELECT id FROM document WHERE number = '#1');
                    """)
        }
        let report = try diff(shop, "order,amount\nS5,9.00\n#1,45.00\n")
        let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.name, $0) })
        #expect(rows["S5"]?.why == "seen by marketplace alone, which is not of record for it")
        #expect(rows["#1"]?.why == "there in USD, here at the day's rate in GBP")
        #expect(report.rows.reduce(0) { $0 + $1.difference } == report.difference)
    }

    @Test func `one rate of tax that explains several orders is no chance`() throws {
        let shop = try shop()
        let report = try diff(shop, "order,gross\n#1,36.00\n#5,84.00\n#6,96.00\n".replacing("gross", with: "amount"))
        for row in report.rows where ["#1", "#5", "#6"].contains(row.name) {
            #expect(row.why == "there with tax of 20 %, as 3 orders say")
        }
    }

    @Test func `stock is compared by SKU`() throws {
        let shop = try shop()
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nA,main,20,on-hand,2011-09-29T06:00:00Z\nA,depot,5,on-hand,2011-09-29T06:00:00Z\nB,main,7,on-hand,2011-09-29T06:00:00Z\n"
        )
        let report = try diff(shop, "sku,on_hand\nA,20\nB,7\nZ,3\n", metric: "stock_units")
        #expect(report.rows.map(\.name) == ["A", "Z"])
        #expect(report.rows.map(\.difference) == [-5_000_000, 3_000_000])
        #expect(report.rows[0].why == "there what lies in main alone")
        #expect(report.rows[1].why == "no product is known by this code")
    }

    @Test func `what cannot be compared is said with what can`() throws {
        let shop = try shop()
        for (text, metric, wanted) in [
            ("order,amount\n", "rating", "cannot be compared"), ("colour,amount\n1,2\n", "net_revenue", "--document"),
            ("order,colour\n1,2\n", "net_revenue", "--amount"), ("order,amount\n1,2\n", "stock_units", "which SKU"),
        ] {
            let error = #expect(throws: EngineError.self) { try diff(shop, text, metric: metric) }
            #expect(error?.code == .usage && error?.description.contains(wanted) == true, "\(error?.description ?? "")")
        }
        let report = try diff(shop, "order,amount\n#1,thirty\n")
        #expect(!report.isSame && report.text.contains("could not be read: line 2"))
    }
}
