import Domain
import Engine
import Formats
import GRDB
import Intake
import Numerics
import Store
import TestSupport
import Testing

/// Each metric is what an independent query over the raw facts says it is.
@Suite struct MetricTests {
    /// A shop whose every system has spoken, from a fixed seed.
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        var random = SplitMix64(seed: 7)
        func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
        let skus = (0..<6).map { "P\($0)" }
        let products = skus.enumerated().map {
            "\($1),Product \($0),\($0 < 3 ? "Lamps" : "Bulbs"),\(10 + $0).00,\($0 == 5 ? "" : "\(4 + $0).50")\n"
        }
        try shop.take(.products, "sku,name,category,price,cost\n" + products.joined())
        var counts = "sku,place,quantity,state,counted_at\n"
        var ads =
            "campaign.id,campaign.name,segments.date,segments.product_item_id,metrics.impressions,metrics.clicks,metrics.cost_micros,metrics.conversions,metrics.conversions_value\n"
        var lines: [String] = []
        for day in 0..<40 {
            let date = try #require(Day("2011-08-20")?.advanced(by: day))
            for sku in skus {
                if day % 9 == 0 {
                    counts += "\(sku),\(day % 2 == 0 ? "main" : "shop"),\(below(30)),on-hand,\(date)T06:00:00Z\n"
                }
                if below(3) == 0 {
                    ads +=
                        "1,Lamps,\(date),\(sku),\(below(900) + 90),\(below(50)),\(below(9_000_000)),\(below(3)),\(below(90))\n"
                }
            }
            for index in 0..<(1 + below(4)) {
                let number = day * 10 + index
                var document = OrderDocument(
                    number: "#\(number)", orderedAt: try #require(Instant(iso8601: "\(date)T1\(index):00:00Z")),
                    version: Instant(iso8601: "\(date)T2\(index % 4):00:00Z"),
                    currency: try #require(Currency("GBP")),
                    customer: "c\(below(9))@example.com")
                document.key = "\(number)"
                document.channel = ["web", "till"][below(2)]
                document.isWholesale = below(5) == 0
                for line in 0..<(1 + below(3)) {
                    let product = below(6)
                    document.lines.append(
                        OrderLine(
                            line: "\(number)\(line)", sku: SKU(skus[product]), title: "Product",
                            quantity: Int64(1 + below(4)),
                            unitPrice: UnitPrice(micros: Int64(10 + product) * 1_000_000 + Int64(below(99)) * 10_000),
                            discount: Int64(below(3) * 50), kind: .sale,
                            shippedAt: below(3) > 0 ? document.orderedAt.adding(seconds: Int64(below(200_000))) : nil))
                }
                if below(4) == 0, let first = document.lines.first {
                    document.lines.append(
                        OrderLine(
                            line: "amendment \(number)", sku: first.sku, title: "", quantity: -1,
                            unitPrice: first.unitPrice, kind: below(2) == 0 ? .return : .cancellation,
                            at: document.orderedAt.adding(seconds: 86_400 * Int64(below(5)))))
                }
                if day % 5 == 0, !document.lines.isEmpty {
                    // Money given back that belongs to no line.
                    document.lines.append(
                        OrderLine(
                            line: "amendment adjustment 7\(number)", sku: nil, title: "late", quantity: 0,
                            unitPrice: UnitPrice(micros: 0), discount: 101, kind: .return,
                            at: document.orderedAt.adding(seconds: 90_000)))
                }
                lines.append(String(decoding: ShopifyOrder.json(document).bytes(), as: UTF8.self))
            }
            for visit in 0..<(2 + below(5)) {
                let kinds: [WebEvent.Kind] = [.page, .view, .addToCart, .checkout, .purchase]
                for (step, kind) in kinds.prefix(1 + below(5)).enumerated() {
                    let event = WebEvent(
                        visitor: "v\(day)-\(visit)", session: "1",
                        at: try #require(Instant(iso8601: "\(date)T0\(step):30:00Z")), kind: kind,
                        product: kind == .page ? nil : ProductReference(try #require(SKU(skus[below(6)]))), quantity: 1,
                        device: ["mobile", "desktop"][below(2)])
                    lines.append(String(decoding: GA4EventsReader.json(event).bytes(), as: UTF8.self))
                }
            }
        }
        try shop.take(.counts, counts)
        func take(_ text: String, _ layout: Layout) throws {
            let report = try shop.engine.importer().run(ByteSource(bytes: Array(text.utf8), name: "x"), layout: layout)
            #expect(report.count.refused + report.count.parked == 0, "\(report.complaints)")
        }
        try take(lines.joined(separator: "\n") + "\n", .json(.mixed))
        try take(ads, .googleAdsTable)
        try take(
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
                + "A,1,Acme,P1,main,10,10,2011-09-05,4.00,GBP,2011-08-22,2011-09-06,closed\n"
                + "A,2,Acme,P2,main,10,8,2011-09-08,4.00,GBP,2011-08-22,2011-09-06,closed\n"
                + "B,1,Best,P3,main,5,5,2011-09-20,4.00,GBP,2011-09-01,2011-09-10,closed\n"
                + "C,1,Best,P3,main,7,0,,4.00,GBP,2011-09-20,2011-10-10,open\n", .known(.purchases))
        try take(
            "id,opened_at,topic,sku\nt1,2011-09-01T09:00:00Z,size,P1\nt2,2011-09-02T09:00:00Z,late,\n", .known(.tickets)
        )
        try take(
            "id,reviewed_at,sku,stars\nr1,2011-09-01T09:00:00Z,P1,4\nr2,2011-09-02T09:00:00Z,P2,1\n", .known(.reviews))
        try take(
            "place,from,minutes,entered\nshop,2011-09-01T09:00:00Z,30,40\nshop,2011-09-01T09:30:00Z,30,20\n",
            .known(.footfall))
        try take(
            "id,place,role,worker,from,to,break_minutes,state\ns1,shop,till,w,2011-09-01T09:00:00Z,2011-09-01T17:00:00Z,30,worked\n"
                + "s2,shop,till,w,2011-09-02T09:00:00Z,2011-09-02T17:00:00Z,30,planned\n", .known(.shifts))
        try take(
            "sku,competitor,seen_at,price,currency\nP1,Other,2011-09-01T09:00:00Z,10.00,GBP\nP2,Other,2011-09-01T09:00:00Z,24.00,GBP\n",
            .known(.competitorPrices))
        try shop.addFlow()
        return shop
    }

    /// Lines with their sign, gross in minor units, cost where known: written differently from the rollups.
    private static let lines = """
        WITH l AS (SELECT order_line.*, product.sku, document.customer,
            CASE product.sku WHEN 'P0' THEN 450 WHEN 'P1' THEN 550 WHEN 'P2' THEN 650 WHEN 'P3' THEN 750 WHEN 'P4' THEN 850 END
                AS unit_cost
            FROM order_line JOIN document ON document.id = document LEFT JOIN product ON product.id = product
            WHERE kind IN (1, 2, 3))
        """

    /// Metric, and what SQL over the raw tables says: money in minor units.
    private static let truths: [(String, String)] = [
        ("gross_sales", "\(lines) SELECT sum(round(price * quantity / 10000.0)) FROM l WHERE kind = 1"),
        ("discounts", "\(lines) SELECT sum(round(price * quantity / 10000.0) - total) FROM l WHERE kind = 1"),
        ("returns", "\(lines) SELECT -sum(total) FROM l WHERE kind <> 1"),
        ("net_revenue", "\(lines) SELECT sum(total) FROM l"),
        ("revenue_to_date", "\(lines) SELECT sum(total) FROM l"),
        ("sales_after_discounts", "\(lines) SELECT sum(total) FROM l WHERE kind = 1"),
        ("units", "\(lines) SELECT sum(quantity) FROM l WHERE kind < 3"),
        ("units_ordered", "\(lines) SELECT sum(quantity) FROM l WHERE kind = 1"),
        ("units_returned", "\(lines) SELECT -sum(quantity) FROM l WHERE kind = 3"),
        ("orders", "SELECT count(*) FROM document WHERE id IN (SELECT document FROM order_line WHERE kind = 1)"),
        (
            "average_order_value",
            "\(lines) SELECT sum(total) * 1.0 / (SELECT count(*) FROM document) FROM l WHERE kind = 1"
        ),
        (
            "units_per_order",
            "\(lines) SELECT sum(quantity) * 1.0 / (SELECT count(*) FROM document) FROM l WHERE kind = 1"
        ),
        ("cost_of_goods", "\(lines) SELECT sum(quantity * unit_cost) FROM l"),
        ("costed_revenue", "\(lines) SELECT sum(total) FROM l WHERE unit_cost IS NOT NULL"),
        ("gross_margin", "\(lines) SELECT sum(total) - sum(quantity * unit_cost) FROM l WHERE unit_cost IS NOT NULL"),
        (
            "margin_share",
            "\(lines) SELECT (sum(total) - sum(quantity * unit_cost)) * 1.0 / sum(total) FROM l WHERE unit_cost IS NOT NULL"
        ),
        (
            "cost_coverage",
            "\(lines) SELECT sum(CASE WHEN unit_cost IS NOT NULL THEN total END) * 1.0 / sum(total) FROM l"
        ),
        (
            "return_rate",
            "\(lines) SELECT -1.0 * sum(CASE WHEN kind = 3 THEN quantity ELSE 0 END) / sum(CASE WHEN kind = 1 THEN quantity END) FROM l"
        ),
        (
            "discount_rate",
            "\(lines) SELECT 1 - sum(total) / sum(round(price * quantity / 10000.0)) FROM l WHERE kind = 1"
        ),
        ("known_orders", "SELECT count(customer) FROM document"),
        (
            "repeat_orders",
            "SELECT count(*) - count(DISTINCT customer) FROM document"
        ),
        ("repeat_rate", "SELECT 1 - count(DISTINCT customer) * 1.0 / count(*) FROM document"),
        ("visits", "SELECT count(DISTINCT visit) FROM web_event"),
        ("visits_with_purchase", "SELECT count(DISTINCT visit) FROM web_event WHERE kind = 5"),
        ("visits_with_cart", "SELECT count(DISTINCT visit) FROM web_event WHERE kind = 3"),
        (
            "conversion",
            "SELECT count(DISTINCT CASE WHEN kind = 5 THEN visit END) * 1.0 / count(DISTINCT visit) FROM web_event"
        ),
        (
            "cart_conversion",
            "SELECT count(DISTINCT CASE WHEN kind = 5 THEN visit END) * 1.0 / count(DISTINCT CASE WHEN kind = 3 THEN visit END) FROM web_event"
        ),
        (
            "session_depth",
            "SELECT sum(kind IN (1, 2)) * 1.0 / count(DISTINCT visit) FROM web_event"
        ),
        ("product_views", "SELECT count(*) FROM web_event WHERE kind = 2"),
        ("ad_spend", "SELECT sum(cost) / 10000.0 FROM ad_spend"),
        ("ad_conversions", "SELECT sum(conversions) FROM ad_spend"),
        ("ad_value", "SELECT sum(value) / 10000.0 FROM ad_spend"),
        ("cost_per_acquisition", "SELECT sum(cost) / 10000.0 / sum(conversions) FROM ad_spend"),
        ("return_on_ad_spend", "SELECT sum(value) * 1.0 / sum(cost) FROM ad_spend"),
        ("purchase_lines", "SELECT count(*) FROM purchase_line"),
        ("purchase_value", "SELECT sum(quantity) * 400 FROM purchase_line"),
        ("units_on_order", "SELECT 7"),
        ("lines_due", "SELECT 3"),
        ("lines_on_time_in_full", "SELECT 1"),
        ("on_time_in_full", "SELECT 1.0 / 3"),
        ("lines_timed", "SELECT 2"),
        ("lead_time_mean", "SELECT (14 + 19) / 2.0"),
        ("lead_time_days", "SELECT 14 + 19"),
        ("lead_time_squares", "SELECT 14 * 14 + 19 * 19"),
        // Of two lines, 14 and 19 days: half the distance squared, twice, over one.
        ("lead_time_variance", "SELECT 2.5 * 2.5 * 2"),
        ("lead_time_spread", "SELECT 3.5355339059327378"),
        ("pages_and_views", "SELECT sum(kind IN (1, 2)) FROM web_event"),
        ("stars_given", "SELECT sum(stars) FROM review"),
        ("price_ratios", "SELECT 11.0 / 10 + 12.0 / 24"),
        ("carts", "SELECT count(*) FROM cart"),
        ("carts_abandoned", "SELECT count(*) FROM cart WHERE completed_at IS NULL"),
        ("cart_abandonment", "SELECT avg(completed_at IS NULL) FROM cart"),
        ("shipments", "SELECT count(*) FROM shipment"),
        (
            "late_shipments",
            "SELECT count(*) FROM shipment WHERE at > 2 * 86400000 + (SELECT at FROM document WHERE id = document)"
        ),
        (
            "lateness",
            "SELECT avg(at > 2 * 86400000 + (SELECT at FROM document WHERE id = document)) FROM shipment"
        ),
        ("backlog", "SELECT count(*) FROM stage_event WHERE ended_at IS NULL"),
        ("mentions", "SELECT count(*) FROM mention"),
        ("tickets", "SELECT 2"),
        ("tickets_per_order", "SELECT 2.0 / (SELECT count(*) FROM document)"),
        ("review_count", "SELECT 2"),
        ("rating", "SELECT 2.5"),
        ("footfall", "SELECT 60"),
        ("hours_worked", "SELECT 7.5"),
        ("labour_productivity", "SELECT (SELECT count(*) FROM document) / 7.5"),
        ("footfall_conversion", "SELECT (SELECT count(*) FROM document) / 60.0"),
        ("price_index", "SELECT (11.0 / 10 + 12.0 / 24) / 2"),
        ("prices_compared", "SELECT 2"),
    ]

    private func value(_ shop: EngineShop, _ name: String, by: [String] = [], where condition: String? = nil) throws
        -> [MetricRow]
    {
        let first = try #require(Day("2011-08-01"))
        let query = MetricQuery(
            days: first...first.advanced(by: 90), grain: by.compactMap(MetricGrain.init).first,
            dimensions: by.filter { MetricGrain(rawValue: $0) == nil }, condition: condition)
        return try Array(shop.engine.read(name, query).rows)
    }

    @Test func `each figure is what its raw facts say`() throws {
        let shop = try shop()
        let catalogue = try shop.engine.metrics()
        #expect(catalogue.metrics.count >= 60)
        let told = Set(Self.truths.map(\.0)).union(StockTruths.names)
        #expect(Set(catalogue.metrics.keys).subtracting(told) == [], "a metric without a test of its own")
        for (name, truth) in try StockTruths(shop, from: #require(Day("2011-08-01")), days: 91).figures() {
            let metric = try #require(catalogue.metrics[name], "\(name)")
            let told = try value(shop, name).first?.value.map { metric.unit == .money ? $0 / 10_000 : $0 }
            let figure = try #require(told, "\(name)")
            #expect(abs(figure - truth) <= 1e-6 * max(1, abs(truth)), "\(name): \(figure), raw facts say \(truth)")
        }
        for (name, sql) in Self.truths {
            let metric = try #require(catalogue.metrics[name], "\(name)")
            let rows = try value(shop, name)
            let truth = try shop.engine.facts.database.read { try Double.fetchOne($0, sql: sql) }
            let told = rows.first?.value.map { metric.unit == .money ? $0 / 10_000 : $0 }
            let (a, b) = (try #require(told, "\(name)"), try #require(truth, "\(name)"))
            #expect(abs(a - b) <= 1e-6 * max(1, abs(b)), "\(name): \(a), raw facts say \(b)")
        }
    }

    @Test func `parts add up to the whole, whatever they are told apart by`() throws {
        let shop = try shop()
        for name in ["net_revenue", "units", "gross_sales", "discounts", "returns", "cost_of_goods"] {
            let whole = try #require(try value(shop, name).first?.value)
            for by in [
                ["sku"], ["category"], ["place"], ["channel"], ["group"], ["order"], ["day"], ["week"], ["month"],
                ["quarter"], ["year"], ["sku", "day"], ["channel", "month"], ["category", "place", "week"],
            ] {
                let parts = try value(shop, name, by: by).compactMap(\.value).reduce(0, +)
                #expect(abs(parts - whole) < 1, "\(name) by \(by)")
            }
            let one = try value(shop, name, where: "sku = 'P1'").first?.value
            let same = try value(shop, name, by: ["sku"]).first { $0.labels == ["P1"] }?.value
            #expect(one == same)
        }
        let orders = try #require(try value(shop, "orders").first?.value)
        #expect(try value(shop, "orders", by: ["channel"]).compactMap(\.value).reduce(0, +) == orders)
        #expect(try value(shop, "orders", by: ["day"]).compactMap(\.value).reduce(0, +) == orders)
    }

    @Test func `stock at a day's end is what the stock report says of that moment`() throws {
        let shop = try shop()
        let facts = shop.engine.facts
        let zone = shop.engine.settings.zone
        for text in ["2011-08-21", "2011-09-03", "2011-09-28"] {
            let day = try #require(Day(text))
            let close = Instant(milliseconds: zone.instant(day: day.advanced(by: 1)).milliseconds - 1)
            let levels = try facts.stockLevels(asOf: close)
            let rows = try shop.engine.read("stock_units", MetricQuery(days: day...day)).rows
            #expect(rows.first?.value == Double(levels.reduce(0) { $0 + $1.onHand }), "\(day)")
            let out = try shop.engine.read("days_out_of_stock", MetricQuery(days: day...day)).rows
            #expect(out.first?.value == Double(levels.filter { $0.onHand <= 0 }.count), "\(day)")
        }
    }

    @Test func `a supplier's lead time is spread by its own receipts, and one alone has no spread`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Lamp\n")
        try shop.take(
            .purchases,
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
                + "A1,1,Acme,A,main,5,5,2011-08-11,4.00,GBP,2011-08-01,,closed\n"
                + "A2,1,Acme,A,main,5,5,2011-08-15,4.00,GBP,2011-08-01,,closed\n"
                + "A3,1,Acme,A,main,5,5,2011-08-18,4.00,GBP,2011-08-01,,closed\n"
                + "B1,1,Best,A,main,5,5,2011-08-04,4.00,GBP,2011-08-01,,closed\n")
        let rows = try value(shop, "lead_time_spread", by: ["supplier"])
        // 10, 14 and 17 days: mean 13 2/3, squares 13 4/9 + 1/9 + 11 1/9, over two.
        let spread = try #require(rows.first { $0.labels == ["Acme"] }?.value)
        #expect(abs(spread * spread - 37.0 / 3) < 1e-9)
        #expect(rows.first { $0.labels == ["Best"] }?.value == nil)
        #expect(try value(shop, "lead_time_mean", by: ["supplier"]).map(\.value) == [41.0 / 3, 3])
    }

    @Test func `money goes together with numbers and pieces in whole units of the currency`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Lamp\n")
        // 4 pieces at 10.00.
        try shop.sell(["A": [2, 2]], from: "2011-09-01")
        let currency = try #require(Currency("GBP"))
        func figure(_ unit: String, _ definition: String) throws -> Double? {
            let own = """
                [[metric]]
                name = "own"
                title = "Own"
                words = "A shop's own."
                unit = "\(unit)"
                \(definition)
                """
            let catalogue = try MetricCatalogue(own: own, file: "metrics.toml", currency: currency)
            let first = try #require(Day("2011-08-01"))
            return try shop.engine.facts.read(
                catalogue.metric("own"), from: catalogue.metrics, MetricQuery(days: first...first.advanced(by: 90))
            ).first?.value
        }
        let sum = "kind = \"sum\"\nfacts = \"sales\"\n"
        // Money comes out in millionths.
        #expect(try figure("money", "kind = \"derived\"\nvalue = \"net_revenue - 10\"") == 30_000_000)
        #expect(try figure("money", "kind = \"derived\"\nvalue = \"units * 9.5\"") == 38_000_000)
        #expect(try figure("money", "kind = \"derived\"\nvalue = \"max(net_revenue, 1000)\"") == 1_000_000_000)
        #expect(try figure("share", "kind = \"derived\"\nvalue = \"net_revenue / (net_revenue + 40)\"") == 0.5)
        #expect(try figure("ratio", "kind = \"ratio\"\nof = \"net_revenue\"\nover = \"units\"") == 10)
        #expect(try figure("money", "kind = \"ratio\"\nof = \"net_revenue\"\nover = \"units\"") == 10_000_000)
        #expect(try figure("units", sum + "value = \"gross\"") == 40)
        #expect(try figure("money", sum + "value = \"gross * 2 + 1\"") == 82_000_000)
        #expect(try figure("count", sum + "value = \"lines\"\nwhere = \"revenue > 19.5 and revenue < 20.5\"") == 2)
        // What stands on the shelf is worked out elsewhere.
        try shop.take(
            .counts, "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-08-31T18:00:00Z\n")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,A,4.00,GBP,7\n")
        let stock = "kind = \"cumulative\"\nfacts = \"stock\"\n"
        #expect(try figure("money", stock + "value = \"value\"") == 4_000_000)
        #expect(try figure("money", stock + "value = \"value * 2 + 1\"") == 9_000_000)
        #expect(try figure("ratio", stock + "value = \"value\"") == 4)
        #expect(try figure("count", stock + "value = \"products\"\nwhere = \"value > 3.5\"") == 1)
    }

    @Test func `what is only on order has cost nothing, and of one day the dearer currency holds`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Lamp\n")
        try shop.sell(["A": [1, 1]], from: "2011-09-20")
        try shop.take(.rates, "currency,day,rate\nUSD,2011-09-01,0.90\nUSD,2011-09-05,0.80\n")
        let head =
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
        try shop.take(
            .purchases,
            head + "P1,1,Acme,A,main,10,10,2011-09-03,3.00,GBP,2011-09-01,,closed\n"
                + "P2,1,Acme,A,main,10,0,,4.50,GBP,2011-09-10,,open\n")
        #expect(try value(shop, "cost_of_goods").first?.value == 6_000_000)
        // Paid at the rate of the day on which it came, not of that on which it was ordered.
        try shop.take(.purchases, head + "P3,1,Acme,A,main,5,5,2011-09-05,5.00,USD,2011-09-01,,closed\n")
        #expect(try value(shop, "cost_of_goods").first?.value == 8_000_000)
        try shop.take(.purchases, head + "P4,1,Acme,A,main,5,5,2011-09-05,3.90,GBP,2011-09-01,,closed\n")
        #expect(try value(shop, "cost_of_goods").first?.value == 8_000_000)
    }

    @Test func `receipts of an unknown day have no lead time, and a called-off rest was not delivered`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Lamp\nB,Bulb\nC,Case\n")
        try shop.take(
            .purchases,
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
                + "A1,1,Acme,A,main,10,10,,4.00,GBP,2011-08-10,2011-08-20,closed\n"
                + "B1,1,Best,B,main,10,4,2011-08-15,3.00,GBP,2011-08-10,2011-08-20,cancelled\n"
                + "C1,1,Calm,C,main,10,0,,3.00,GBP,2011-08-10,2011-08-20,cancelled\n"
                + "D1,1,Dawn,C,main,10,1,,3.00,GBP,2011-06-10,2011-08-20,open\n")
        #expect(try value(shop, "lead_time_mean").first?.value == nil)
        let due = Dictionary(
            uniqueKeysWithValues: try value(shop, "lines_due", by: ["supplier"]).map { ($0.labels[0], $0.value) })
        #expect(due["Acme"] == 0 && due["Best"] == 1 && due["Calm"] == nil)
        #expect(
            try value(shop, "lines_on_time_in_full", by: ["supplier"]).first { $0.labels == ["Best"] }?.value ?? 0 == 0)
        let bought = try value(shop, "purchase_value", by: ["supplier"])
        #expect(bought.first { $0.labels == ["Best"] }?.value == 12_000_000)
        // Of orders of before the range as well.
        #expect(try value(shop, "units_on_order").first?.value == 9)
    }

    @Test(arguments: [false, true]) func `what places took in goes before what orders say came`(isFirst: Bool) throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nA,Lamp\nOLD,Lamp of before\n")
        func receipts() throws {
            try shop.take(
                .receipts,
                "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"
                    + "R1,1,O1,1,Acme,A,main,6,0,2011-08-09T09:00:00Z\nR2,1,O1,1,Acme,A,main,4,0,2011-08-10T09:00:00Z\n"
                    + "R3,1,O2,1,Acme,A,main,8,2,2011-08-11T09:00:00Z\nR4,1,O4,1,Acme,OLD,main,1,0,2011-08-12T09:00:00Z\n"
            )
        }
        if isFirst { try receipts() }
        try shop.take(
            .purchases,
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state\n"
                // Nobody has told the order's own system of what came.
                + "O1,1,Acme,A,main,10,0,,4.00,GBP,2011-08-01,2011-08-11,open\n"
                // Two of what it says came were damaged.
                + "O2,1,Acme,A,main,10,10,2011-08-05,4.00,GBP,2011-08-01,2011-08-11,closed\n"
                // No place speaks of this one.
                + "O3,1,Acme,A,main,5,5,2011-08-06,4.00,GBP,2011-08-01,2011-08-05,closed\n"
                + "O4,1,Acme,OLD,main,4,0,,4.00,GBP,2011-08-01,2011-08-20,open\n")
        if !isFirst { try receipts() }
        func expectFigures(_ comment: Comment) throws {
            let wanted: [(String, Double)] = [
                ("lines_due", 3), ("lines_on_time_in_full", 1), ("lines_timed", 2), ("lead_time_mean", (9 + 5) / 2),
                ("units_on_order", 3),
            ]
            for (name, figure) in wanted {
                #expect(try value(shop, name).first?.value == figure, "\(name) \(comment)")
            }
        }
        try expectFigures("as they came")
        // Figures follow a receipt that is corrected, and a product that turns out to be another.
        try shop.take(
            .receipts,
            "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"
                + "R2,1,O1,1,Acme,A,main,3,1,2011-08-10T09:00:00Z\n")
        #expect(try value(shop, "lines_on_time_in_full").first?.value == 0)
        try shop.take(
            .receipts,
            "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n"
                + "R2,1,O1,1,Acme,A,main,4,0,2011-08-10T09:00:00Z\n")
        try shop.take(.aliases, "sku,scheme,value\nA,sku,OLD\n")
        try expectFigures("of two products made one")
    }

    @Test func `a cost that nobody told of is no margin of the whole price`() throws {
        let shop = try EngineShop()
        try shop.sell(["A": [2, 2]], from: "2011-09-01")
        #expect(try value(shop, "gross_margin").first?.value == nil)
        #expect(try value(shop, "cost_coverage").first?.value == 0)
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,A,4.00,GBP,7\n")
        #expect(try value(shop, "gross_margin").first?.value == 24_000_000)
        #expect(try value(shop, "margin_share").first?.value == 0.6)
    }

    @Test func `a shop's own metric takes the place of the one that ships, and mistakes are told with their line`()
        throws
    {
        let currency = try #require(Currency("GBP"))
        func catalogue(_ text: String) throws -> MetricCatalogue {
            try MetricCatalogue(own: text, file: "metrics.toml", currency: currency)
        }
        let own = """
            [[metric]]
            name = "lamp_share"
            title = "Lamps"
            words = "Revenue of lamps over all revenue."
            unit = "share"
            kind = "ratio"
            of = "lamps"
            over = "net_revenue"
            [[metric]]
            name = "lamps"
            title = "Lamps"
            words = "Revenue of lamps."
            unit = "money"
            kind = "sum"
            facts = "sales"
            value = "revenue"
            where = "category = 'Lamps'"
            """
        #expect(try catalogue(own).metrics["lamp_share"] != nil)
        for (broken, wanted) in [
            (own.replacing("\"sales\"", with: "\"sails\""), "line 15: facts must be one of"),
            (own.replacing("\"revenue\"", with: "\"revenu\""), "line 16"),
            (own.replacing("category =", with: "colour ="), "there is no field 'colour'"),
            (own.replacing("over = \"net_revenue\"", with: "over = \"nothing\""), "there is no such metric"),
            (own.replacing("over = \"net_revenue\"", with: "over = \"lamp_share\""), "made of itself"),
            (own.replacing("unit = \"share\"", with: "unit = \"smiles\""), "line 5: unit must be one of"),
            (own.replacing("title = \"Lamps\"\n", with: ""), "needs a title"),
        ] {
            let error = #expect(throws: (any Error).self) { try catalogue(broken) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(wanted), "\(error.map { "\($0)" } ?? "")")
        }
    }

    @Test func `what cannot be asked is said with what can`() throws {
        let shop = try EngineShop()
        let error = #expect(throws: EngineError.self) {
            try shop.engine.metricSeries("net_revenue", by: ["colour"], where: nil, from: nil, to: nil)
        }
        #expect(error?.description.contains("sku, product, category") == true)
        #expect(throws: EngineError.self) {
            try shop.engine.metricSeries("revenue", by: [], where: nil, from: nil, to: nil)
        }
    }

    @Test func `what is spent in another currency is converted at its day's rate, and never one to one`() throws {
        let shop = try EngineShop()
        func spend(_ day: String, _ cost: Int) -> String {
            """
            {"campaign_id":"1","date_start":"\(day)","date_stop":"\(day)","impressions":"1","clicks":"1",\
            "spend":"\(cost)","account_currency":"JPY"}
            """
        }
        try shop.take(.rates, "currency,day,rate\nJPY,2011-09-01,0.008\n")
        let text = [spend("2011-09-01", 1000), spend("2011-09-20", 500)].joined(separator: "\n")
        _ = try shop.engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "ads.json"), layout: .json(.mixed))
        func spent(_ from: String, _ to: String) throws -> String {
            try shop.engine.metricSeries("ad_spend", by: [], where: nil, from: Day(from), to: Day(to)).csv
        }
        #expect(try spent("2011-09-01", "2011-09-10") == "ad_spend\n8.00\n")
        #expect(try spent("2011-09-20", "2011-09-20") == "ad_spend\n\"\"\n", "no rate is known")
    }

    @Test func `a receipt that a till called off takes back what was told of it`() throws {
        let shop = try EngineShop()
        let header = "receipt,line,sold_at,sku,title,quantity,price,void\n"
        let sold = header + "R1,1,2011-09-01T10:00:00Z,A,Thing,2,10.00,\nR2,1,2011-09-01T11:00:00Z,A,Thing,1,10.00,\n"
        try shop.take(.tillLines, sold)
        try shop.take(.tillLines, header + "R1,1,2011-09-01T10:00:00Z,A,Thing,2,10.00,true\n")
        let row = try shop.engine.metricSeries(
            "net_revenue", by: [], where: nil, from: Day("2011-09-01"), to: Day("2011-09-01"))
        #expect(row.csv == "net_revenue\n10.00\n")
        #expect(try shop.engine.facts.rollupProblems().isEmpty)
    }
}
