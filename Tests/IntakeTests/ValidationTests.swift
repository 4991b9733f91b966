import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// What the rules make of facts: refused, put aside for a person, or taken in with a flag.
@Suite struct ValidationTests {
    private let moves = "id,sku,from,to,quantity,moved_at\n1,A,main,back,500,2011-10-03T10:00:00Z\n"

    private func large(_ severity: String) throws -> IntakeSettings {
        try settings(
            """
            [[rule]]
            name = "large"
            fact = "move"
            severity = "\(severity)"
            when = "quantity > 10"
            say = "{quantity} units"
            """)
    }

    private func settings(_ rules: String = "") throws -> IntakeSettings {
        try IntakeSettings(rules, file: "penstock.toml")
    }

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        return shop
    }

    @Test func `what a rule refuses is in quarantine with the rule's name, and nowhere else`() throws {
        let shop = try shop()
        let report = try shop.take(moves, .known(.moves), settings: large("refuse"))
        #expect(report.count.refused == 1 && report.count.read == 1)
        #expect(report.complaints.first?.contains("large: 500 units") == true)
        #expect(try shop.facts.quarantined(.refused).map(\.code) == ["rule"])
        #expect(try shop.facts.tallies().map(\.kind) == ["products", "refused"])
    }

    @Test func `what a rule parks waits for a person, and is taken in with a flag when one says so`() throws {
        let shop = try shop()
        let settings = try large("park")
        #expect(try shop.take(moves, .known(.moves), settings: settings).count.parked == 1)
        #expect(try shop.importer(settings: settings).retryParked() == 0, "it does not flow in by itself")
        let row = try #require(try shop.facts.quarantined(.parked).first)
        #expect(try shop.importer(settings: settings).retry(row).count.accepted == 1)
        #expect(try shop.facts.flags(limit: 10).map(\.flag.says) == ["500 units"])
    }

    @Test func `a shop's rule takes the place of the one that ships under its name`() throws {
        let dear = "sku,name,price,cost\nB,Dear,1.00,2.00\n"
        for (severity, refused, flags) in [(nil, 0, 1), ("off", 0, 0), ("refuse", 1, 0)] {
            let shop = try FactsShop()
            let rule = severity.map {
                "[[rule]]\nname = \"cost-above-price\"\nfact = \"product\"\nseverity = \"\($0)\"\nwhen = \"cost > price\"\n"
            }
            let report = try shop.take(dear, .known(.products), settings: settings(rule ?? ""))
            #expect(report.count.refused == refused)
            #expect(try shop.facts.flags(limit: 10).count == flags)
        }
    }

    @Test(arguments: [
        ("[[rule]]\nfact = \"move\"\nname = \"x\"\nwhen = \"colour = 1\"", 4),
        ("[[rule]]\nfact = \"move\"\nname = \"x\"\nwhen = \"quantity > 1\"\nsay = \"{quantitie} is much\"", 5),
        ("[[rule]]\nfact = \"moove\"\nname = \"x\"", 2),
        ("[records]\nstock = [\"a\", \"a\"]", 2),
        ("[[rewrite]]\nlayout = \"offerz\"\ncolumn = \"a\"\nfrom = \"\"\nto = \"\"", 2),
    ])
    func `a mistake in the settings is told with its line`(text: String, line: Int) throws {
        let error = #expect(throws: (any Error).self) { try IntakeSettings(text, file: "penstock.toml") }
        #expect("\(try #require(error))".contains("penstock.toml, line \(line):"))
    }

    // MARK: Time

    private static let future: [(KnownLayout, String)] = [
        (.footfall, "place,from,minutes,entered,left\nmain,2030-05-01T10:00:00Z,60,30,28\n"),
        (.reviews, "id,reviewed_at,sku,barcode,stars,title,text\n1,2030-05-01T00:00:00Z,A,,5,t,x\n"),
        (
            .mentions,
            "id,mentioned_at,network,sku,barcode,region,reach,sentiment,text\n1,2030-05-01T00:00:00Z,x,A,,UK,5,0.5,t\n"
        ),
        (
            .competitorPrices,
            "sku,barcode,competitor,seen_at,price,currency,in_stock,postage\nA,,Acme,2030-05-01T00:00:00Z,5,GBP,true,\n"
        ),
        (.stages, "case,stage,start,end,place,worker\n1,pick,2030-05-01T00:00:00Z,,main,w\n"),
        (
            .tickets,
            "id,opened_at,updated_at,first_reply_at,closed_at,topic,sku,barcode,order,channel,score\nT1,2030-05-01T00:00:00Z,,,,sizing,A,,,mail,0.5\n"
        ),
        (
            .shifts,
            "id,place,role,worker,from,to,break_minutes,state\nS1,main,till,w1,2030-05-01T06:00:00,2030-05-01T12:00:00,30,worked\n"
        ),
        (
            .purchases,
            "order,line,supplier,sku,place,quantity,currency,ordered_on,expected_on\nP1,1,Acme,A,main,5,GBP,2030-10-03,2030-10-10\n"
        ),
        (.rates, "currency,day,rate\nEUR,2030-05-01,0.9\n"),
    ]

    private func live(_ shop: FactsShop) -> Importer {
        Importer(facts: shop.facts, latest: FactsShop.now) { FactsShop.now }
    }

    private func take(_ text: String, _ layout: Layout, into shop: FactsShop) throws -> ImportReport {
        try live(shop).run(ByteSource(bytes: Array(text.utf8), name: "in"), layout: layout)
    }

    @Test func `what has not happened is refused, whatever it is, and a shift may be planned`() throws {
        let shop = try shop()
        for (layout, text) in Self.future {
            let report = try take(text, .known(layout), into: shop)
            #expect(report.count.refused == 1 && report.complaints.first?.contains("not-yet") == true, "\(layout)")
        }
        let planned = Self.future[6].1.replacing("worked", with: "planned")
        #expect(try take(planned, .known(.shifts), into: shop).count.accepted == 1)
        #expect(
            try take(Self.future[0].1.replacing("2030", with: "1930"), .known(.footfall), into: shop).count.accepted
                == 1)
        #expect(try shop.facts.flags(limit: 9).map(\.flag.rule) == ["long-ago"])
    }

    private static let ahead: [(KnownLayout, String)] = [
        (.promotions, "id,sku,from,to,lift,updated_at\nP1,A,2012-05-01,2012-05-14,1.4,2011-11-07T09:00:00Z\n"),
        (.firmOrders, "order,sku,quantity,due,updated_at\nW1,A,500,2012-05-01,2011-11-07T09:00:00Z\n"),
        (.occasions, "day,name,kind\n2012-06-05,Jubilee,holiday\n"),
        (
            .overrides,
            "id,sku,what,value,from,to,owner,reason,expires,updated_at\no1,A,minimum,6,2012-05-01,2012-05-14,ann,fair,2012-05-14,2011-11-07T09:00:00Z\n"
        ),
    ]

    @Test func `what is planned may lie ahead, and was not said tomorrow`() throws {
        for (layout, text) in Self.ahead {
            let shop = try shop()
            #expect(try take(text, .known(layout), into: shop).count.accepted == 1, "\(layout)")
            #expect(try shop.facts.flagCount() == 0, "\(layout)")
            guard layout != .occasions else { continue }
            let tomorrow = try take(text.replacing("2011-11-07T", with: "2011-11-08T"), .known(layout), into: shop)
            #expect(tomorrow.complaints.first?.contains("version-not-yet") == true, "\(layout)")
        }
    }

    @Test(
        arguments: [
            (KnownLayout.promotions, "2012-05-14", "2012-04-30", "ends-before-begins", true),
            (.promotions, "2012-05-14", "2014-05-14", "too-long", false),
            (.promotions, ",1.4", ",40", "large-lift", false),
            (.promotions, "2012-05", "2032-05", "far-off", false),
            (.promotions, "2012-05", "1912-05", "long-ago", false),
            (.firmOrders, ",500,", ",0,", "no-units", true), (.firmOrders, ",500,", ",500000,", "outsize", false),
            (.occasions, "2012-06-05", "1912-06-05", "long-ago", false),
            (.overrides, "2012-05-14,ann", "2012-04-30,ann", "ends-before-begins", true),
            (.overrides, "fair,2012-05-14", "fair,2012-04-30", "expires-before-begins", true),
            (.overrides, "fair,2012-05-14", "fair,2013-05-14", "outlives-its-reason", false),
        ])
    func `what nobody can mean is refused, and what is odd is flagged`(
        layout: KnownLayout, part: String, wrong: String, rule: String, isRefused: Bool
    ) throws {
        let shop = try shop()
        let text = try #require(Self.ahead.first { $0.0 == layout }).1
        let report = try take(text.replacing(part, with: wrong), .known(layout), into: shop)
        #expect(report.count.refused == (isRefused ? 1 : 0))
        if isRefused {
            #expect(report.complaints.first?.contains(rule) == true, "\(report.complaints)")
        } else {
            #expect(try shop.facts.flags(limit: 9).map(\.flag.rule) == [rule])
        }
    }

    private func order(updated: String, refunded: String? = nil) -> String {
        let refund = refunded.map {
            "{\"id\":1,\"created_at\":\"\($0)\",\"refund_line_items\":[{\"id\":1,\"line_item_id\":1,\"quantity\":1,\"restock_type\":\"return\",\"subtotal\":10}],\"order_adjustments\":[],\"transactions\":[]}"
        }
        return """
            {"id":1,"name":"#1","created_at":"2011-10-01T10:00:00Z","updated_at":"\(updated)","currency":"GBP",\
            "financial_status":"paid","refunds":[\(refund ?? "")],\
            "line_items":[{"id":1,"sku":"A","name":"A","price":"10.00","quantity":1}]}
            """
    }

    @Test func `an order that was changed or refunded in the future is refused, and the true one counts`() throws {
        let shop = try FactsShop()
        for (text, rule) in [
            (order(updated: "2030-01-01T00:00:00Z"), "version-not-yet"),
            (order(updated: "2011-10-01T11:00:00Z", refunded: "2030-01-01T00:00:00Z"), "refund-not-yet"),
        ] {
            let report = try take(text, .json(.mixed), into: shop)
            #expect(report.count.refused == 1 && report.complaints.first?.contains(rule) == true)
        }
        #expect(try take(order(updated: "2011-10-01T11:00:00Z"), .json(.mixed), into: shop).count.accepted == 1)
        #expect(try take(order(updated: "2011-10-02T11:00:00Z"), .json(.mixed), into: shop).count.duplicate == 1)
    }

    // MARK: What readers leave to the rules

    @Test func `a ticket closed before it was opened is what the rules say of it`() throws {
        let text =
            "id,opened_at,updated_at,first_reply_at,closed_at,topic,sku,barcode,order,channel,score\nT1,2011-10-01T10:00:00Z,,,2011-10-01T09:00:00Z,sizing,A,,,mail,0.5\n"
        for (severity, refused, flags) in [(nil, 0, 1), ("off", 0, 0), ("refuse", 1, 0)] {
            let shop = try FactsShop()
            let rule = severity.map {
                "[[rule]]\nname = \"closed-before-opened\"\nfact = \"ticket\"\nseverity = \"\($0)\"\nwhen = \"hours_open < 0\"\n"
            }
            #expect(try shop.take(text, .known(.tickets), settings: settings(rule ?? "")).count.refused == refused)
            #expect(try shop.facts.flagCount() == flags)
        }
    }

    @Test(arguments: ["ZZZ", "BTC", "gbp"])
    func `a currency that is none is refused, and waits for no rate`(code: String) throws {
        let text = "Doc,Code,Qty,Date,Price,Cur\n1,A,1,2011-10-03 10:00:00,5.00,\(code)\n"
        var mapping = try tillMapping()
        mapping.columns[.currency] = "Cur"
        mapping.columns[.title] = nil
        mapping.columns[.customer] = nil
        let shop = try FactsShop()
        let report = try shop.take(text, .mapped(mapping))
        #expect(report.count.parked == 0 && report.count.refused == (code == "gbp" ? 0 : 1))
    }
}
