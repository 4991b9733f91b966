import Actions
import Domain
import Engine
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// Month-end: what is on its way, what is not invoiced, and a month that stays as it was closed.
@Suite struct BooksTests {
    private static let mapping = "Doc,Code,Title,Qty,Date,Price,Customer\n"

    /// September 2011 of two products, complete; the clock stands on 3 October.
    private func shop(_ settings: String = "") throws -> EngineShop {
        let shop = try EngineShop(settings: settings)
        try shop.take(.products, "sku,name,category,price,cost\nA,Lamp,Lamps,10.00,4.00\nB,Bulb,Bulbs,10.00,1.50\n")
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nA,main,100,on-hand,2011-09-01T06:00:00Z\nB,main,50,on-hand,2011-09-01T06:00:00Z\n"
        )
        try shop.sell(["A": Array(repeating: 2, count: 32), "B": Array(repeating: 1, count: 32)], from: "2011-09-01")
        return shop
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    @Test func `a closed month stays as it was, and what comes later is told with the document that brought it`() throws
    {
        let shop = try shop()
        let engine = shop.engine
        let closed = try engine.closeMonth("2011-09", reason: nil, actor: "mira")
        #expect(closed.close.doubts.isEmpty)
        #expect(try engine.restatements("2011-09").isUnchanged)
        let before = try engine.closedBooks("2011-09").json.bytes()

        // A late correction: a document of September, and a recount of its last day.
        let late = Self.mapping + "LATE,A,Lamp,3,2011-09-20 12:00:00,10.00,7\n"
        _ = try engine.importer().run(
            ByteSource(bytes: Array(late.utf8), name: "late.csv"), layout: .mapped(tillMapping()))
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nB,main,15,on-hand,2011-09-30T20:00:00Z\n")
        let restated = try AnyJSON(String(decoding: engine.restatements("2011-09").json.bytes(), as: UTF8.self))
        func difference(_ metric: String) -> Int? {
            restated["figures"]?.list.first {
                $0["metric"]?.text == metric && $0["place"] == nil && $0["category"] == nil
            }?[
                "difference"]?["minor"]?.integer
        }
        #expect(difference("net_revenue") == 3000)
        #expect(difference("book_cost_of_goods") == 1200)
        // 3 lamps at 4.00 less, 5 bulbs at 1.50 less.
        #expect(difference("book_stock_value") == -1200 - 5 * 150)
        let causes = restated["causes"]?.list ?? []
        let order = causes.first { $0["metric"]?.text == "net_revenue" }
        #expect(
            order?["name"]?.text.map { $0.hasSuffix("LATE") } == true && order?["difference"]?["minor"]?.integer == 3000
        )
        #expect(order?["batch"]?.integer.map { $0 > Int(closed.close.batch) } == true)
        let stock = causes.filter { $0["metric"]?.text == "book_stock_value" }
        #expect(stock.compactMap { $0["name"]?.text } == ["A", "B"])
        #expect(stock.compactMap { $0["difference"]?["minor"]?.integer }.reduce(0, +) == -1950)
        #expect(restated["batches"]?.list.compactMap { $0["file"]?.text } == ["late.csv", "counts.csv"])

        #expect(try engine.closedBooks("2011-09").json.bytes() == before)
        let again = #expect(throws: EngineError.self) { try engine.closeMonth("2011-09", reason: nil, actor: "tom") }
        #expect(again?.code == .refused && again?.description.contains("mira") == true)
        #expect(try engine.closes().closes.map(\.period) == ["2011-09"])
        let entry = try engine.decisions.read { try $0.lastEntry() }
        #expect(entry?.what == "closed" && entry?.actor == "mira")
        #expect(try Journal.verify(engine.decisions) == .intact(engine.decisions.read(Journal.head)))
        let unknown = #expect(throws: ActionError.self) { try engine.closedBooks("2011-08") }
        #expect(unknown?.code == .notFound)
    }

    @Test func `an invoice that comes after the close corrects nothing of the month, a receipt does`() throws {
        let shop = try shop()
        let engine = shop.engine
        func buy(invoiced: String, _ file: String) throws {
            let text =
                "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state,invoiced\n"
                + "P1,1,Acme,A,main,20,8,2011-09-15,4.00,GBP,2011-09-01,2011-09-20,open,\(invoiced)\n"
            _ = try engine.importer().run(ByteSource(bytes: Array(text.utf8), name: file), layout: .known(.purchases))
        }
        func open(_ day: Day?, until batch: Int64? = nil) throws -> Int? {
            let report = try engine.receivedNotInvoiced(asOf: day, invoicesUntil: batch)
            let json = try AnyJSON(String(decoding: report.json.bytes(), as: UTF8.self))
            return json["value"]?["minor"]?.integer
        }
        try buy(invoiced: "5", "first.csv")
        #expect(try open(nil) == 3 * 400)
        let closed = try engine.closeMonth("2011-09", reason: nil, actor: "mira")
        #expect(try engine.restatements("2011-09").isUnchanged)
        try buy(invoiced: "8", "invoice.csv")
        #expect(try open(nil) == 0)
        #expect(try open(day("2011-09-30"), until: closed.close.batch) == 3 * 400)
        #expect(try engine.restatements("2011-09").isUnchanged)
        // Told once more it is no news, and does not become news of another day.
        try buy(invoiced: "8", "again.csv")
        #expect(try open(nil) == 0)
        try shop.take(
            .receipts,
            "receipt,line,order,order_line,supplier,sku,place,quantity,received_at,cost,currency\n"
                + "R1,1,P1,1,Acme,A,main,9,2011-09-29T09:00:00Z,4.00,GBP\n")
        let restated = try AnyJSON(String(decoding: engine.restatements("2011-09").json.bytes(), as: UTF8.self))
        let figure = restated["figures"]?.list.first {
            $0["metric"]?.text == "received_not_invoiced" && $0["supplier"] == nil
        }
        #expect(figure?["closed"]?["minor"]?.integer == 3 * 400)
        #expect(figure?["today"]?["minor"]?.integer == 4 * 400)
    }

    @Test func `a month that is not ready is refused with everything that is missing, unless somebody says why`() throws
    {
        let shop = try shop()
        let open = #expect(throws: EngineError.self) {
            try shop.engine.closeMonth("2011-10", reason: nil, actor: "mira")
        }
        #expect(open?.code == .refused && open?.description.contains("the month is not over") == true)
        _ = try shop.engine.importer().run(
            ByteSource(
                bytes: Array((Self.mapping + "X,A,Lamp,many,2011-09-12 12:00:00,10.00,7\n").utf8), name: "bad.csv"),
            layout: .mapped(tillMapping()))
        try shop.take(.products, "sku,name\nC,Shade\n")
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nC,main,4,on-hand,2011-09-05T06:00:00Z\n")
        let refused = #expect(throws: EngineError.self) {
            try shop.engine.closeMonth("2011-09", reason: nil, actor: "mira")
        }
        let says = refused?.description ?? ""
        #expect(
            says.contains("1 rows of the month are in quarantine")
                && says.contains("4 units in stock have no known cost"))
        let closed = try shop.engine.closeMonth("2011-09", reason: "the auditor waits", actor: "mira")
        #expect(closed.close.doubts.count == 2 && closed.close.reason == "the auditor waits")
    }

    @Test func `opening, what came and went, and closing add up to the penny`() throws {
        for method in CostMethod.allCases {
            let shop = try shop("[books]\ncost_method = \"\(method.rawValue)\"\n")
            #expect(try shop.engine.facts.costMethod() == method)
            try shop.take(
                .receipts,
                "receipt,line,supplier,sku,place,quantity,received_at,cost,currency\n"
                    + "R1,1,Acme,A,main,7,2011-09-10T09:00:00Z,4.33,GBP\nR2,1,Acme,B,main,9,2011-09-12T09:00:00Z,,\n")
            for month in ["2011-09", "2011-10"] {
                let period = try BooksPeriod(month, 1)
                let json = try AnyJSON(
                    String(decoding: shop.engine.booksStatement(period.days, by: ["sku"]).json.bytes(), as: UTF8.self))
                for row in (json["rows"]?.list ?? []) + [json["total"]].compactMap({ $0 }) {
                    let kept = LedgerKind.allCases.filter { $0 != .soldUncounted }.map(\.name) + ["opening"]
                    let sum = kept.reduce(0) { $0 + (row[Self.camel($1)]?["value"]?["minor"]?.integer ?? 0) }
                    #expect(row["closing"]?["value"]?["minor"]?.integer == sum, "\(method) \(month)")
                }
            }
            let september = try shop.engine.stockValue(asOf: day("2011-09-30"), by: ["sku"])
            let october = try shop.engine.booksStatement(BooksPeriod("2011-10", 1).days, by: [])
            let opening = try AnyJSON(String(decoding: october.json.bytes(), as: UTF8.self))["total"]?["opening"]
            let value = try AnyJSON(String(decoding: september.json.bytes(), as: UTF8.self))["value"]
            #expect(opening?["value"]?["minor"]?.integer == value?["minor"]?.integer)
            let metric = try shop.engine.read(
                "book_stock_value", MetricQuery(days: day("2011-09-01")...day("2011-09-30"))
            ).rows
            #expect(metric.first?.value.map { Int($0 / 10_000) } == value?["minor"]?.integer)
        }
    }

    private static func camel(_ name: String) -> String {
        let words = name.split(separator: "-")
        return ([String(words[0])] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }).joined()
    }

    @Test func `goods on their way, and what came without its invoice`() throws {
        let shop = try shop()
        try shop.take(
            .purchases,
            "order,line,supplier,sku,place,quantity,received,received_at,cost,currency,ordered_on,expected_on,state,invoiced,invoiced_amount\n"
                + "P1,1,Acme,A,main,20,8,2011-09-15,4.00,GBP,2011-09-01,2011-09-20,open,5,\n"
                + "P1,2,Acme,B,main,10,10,2011-09-16,1.50,GBP,2011-09-01,2011-09-20,closed,,12.00\n"
                + "P2,1,Best,B,main,6,6,2011-10-02,1.50,GBP,2011-09-20,2011-10-10,closed,,\n")
        let transit = try shop.engine.goodsInTransit(asOf: day("2011-09-30"))
        let json = try AnyJSON(String(decoding: transit.json.bytes(), as: UTF8.self))
        #expect(json["inTransit"]?["minor"]?.integer == 0)
        #expect(json["onOrder"]?["minor"]?.integer == 12 * 400 + 6 * 150)
        let open = try AnyJSON(
            String(decoding: shop.engine.receivedNotInvoiced(asOf: day("2011-09-30")).json.bytes(), as: UTF8.self))
        #expect(open["value"]?["minor"]?.integer == 3 * 400 + (1500 - 1200))
        #expect(open["lines"]?.list.count == 2)
        // Acme says that 5 of the 12 lamps are on their way, and a move out with no move in is between places.
        try shop.take(
            .shipNotices,
            "notice,line,order,order_line,supplier,sku,quantity,shipped_at\nN1,1,P1,1,Acme,A,13,2011-09-28T09:00:00Z\n")
        try shop.take(.moves, "id,sku,from,to,quantity,moved_at,reason\nM1,B,main,,4,2011-09-29T09:00:00Z,transfer\n")
        let sent = try AnyJSON(
            String(decoding: shop.engine.goodsInTransit(asOf: day("2011-09-30")).json.bytes(), as: UTF8.self))
        #expect(sent["inTransit"]?["minor"]?.integer == 5 * 400)
        #expect(sent["onOrder"]?["minor"]?.integer == 7 * 400 + 6 * 150)
        #expect(sent["betweenPlaces"]?["minor"]?.integer == 4 * 150)
        let early = try AnyJSON(
            String(decoding: shop.engine.goodsInTransit(asOf: day("2011-09-20")).json.bytes(), as: UTF8.self))
        #expect(early["inTransit"]?["minor"]?.integer == 0 && early["betweenPlaces"]?["minor"]?.integer == 0)
        // What came in October is not of September; nobody says whether it is invoiced.
        #expect(open["linesNotKnown"]?.integer == 0)
        let later = try AnyJSON(
            String(decoding: shop.engine.receivedNotInvoiced(asOf: nil).json.bytes(), as: UTF8.self))
        #expect(later["linesNotKnown"]?.integer == 1)
    }

    @Test func `months are civil ones, or those of the retail calendar`() throws {
        let retail = FiscalYear(firstMonth: 2, pattern: .fourFiveFour)
        #expect(try BooksPeriod("2011-11", 1).days == day("2011-11-01")...day("2011-11-30"))
        #expect(try BooksPeriod("2023-p12", retail).days == day("2023-12-31")...day("2024-02-03"))
        #expect(try BooksPeriod("2023-P01", retail).days == day("2023-01-29")...day("2023-02-25"))
        for bad in ["2011", "2011-13", "11-2011", "2011-P10", "november", ""] {
            #expect(throws: EngineError.self) { try BooksPeriod(bad, 1) }
        }
        #expect(throws: EngineError.self) { try BooksPeriod("2011-P13", retail) }
        let settings = try ShopSettings(
            "time_zone = \"Europe/London\"\ncurrency = \"GBP\"\nfiscal_calendar = \"4-4-5\"\n[books]\ncost_method = \"fifo\"\n",
            file: "penstock.toml")
        #expect(
            settings.fiscalYear == FiscalYear(firstMonth: 2, pattern: .fourFourFive) && settings.costMethod == .fifo)
        for bad in ["fiscal_calendar = \"5-5-5\"", "[books]\ncost_method = \"lifo\"", "[books]\nmethod = \"fifo\""] {
            #expect(throws: (any Error).self) {
                try ShopSettings("time_zone = \"Europe/London\"\ncurrency = \"GBP\"\n\(bad)\n", file: "penstock.toml")
            }
        }
    }
}
