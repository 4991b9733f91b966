import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

@Suite struct SuppliersTests {
    private let header = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,valid_from,valid_to\n"

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, "sku,name\nA,Thing\n")
        return shop
    }

    @Test(arguments: [
        ("2011-09-30", ["1.00"]), ("2011-10-01", ["2.00"]), ("2011-10-15", ["2.00"]), ("2011-10-16", ["1.00"]),
        ("2012-01-01", ["3.00"]), ("2019-01-01", ["3.00"]),
    ])
    func `the terms of a day are those with the latest first day that still hold`(day: String, costs: [String]) throws {
        let shop = try shop()
        try shop.take(
            .offers,
            header + """
                Acme,A,1.00,GBP,,,7,,2011-12-31
                Acme,A,2.00,GBP,,,7,2011-10-01,2011-10-15
                Acme,a,3.00,GBP,,,7,2012-01-01,

                """)
        let offers = try shop.facts.offers(on: try #require(Day(day)))
        #expect(offers[try shop.product("A").id]?.map { $0.cost?.description } == costs.map(Optional.some))
    }

    @Test func `what is not known stays not known`() throws {
        let shop = try shop()
        try shop.take(.offers, header + "Acme,A,,EUR,6,12,,,\n")
        let offer = try #require(try shop.facts.offers(on: Day(number: 15_000)).values.first?.first)
        #expect(offer.cost == nil && offer.leadTimeDays == nil && offer.expediteDays == nil)
        #expect(offer.minimumQuantity == 6 && offer.pack == 12 && offer.currency.code == "EUR")
    }

    @Test func `terms that come again are known, changed ones replace`() throws {
        let shop = try shop()
        #expect(try shop.take(.offers, header + "Acme,A,1.00,GBP,,,7,,\n").count.accepted == 1)
        #expect(try shop.take(.offers, header + "Acme,A,1.000,GBP,1,1,7.0,,\n").count.duplicate == 1)
        #expect(try shop.take(.offers, header + "Acme,A,1.01,GBP,,,7,,\n").count.replaced == 1)
        #expect(try shop.facts.tallies().first { $0.kind == "offers" }?.count == 1)
    }

    @Test func `a calendar is order days, a cut-off, a minimum and closures`() throws {
        let shop = try FactsShop()
        let file =
            "supplier,order_days,cut_off,minimum_order_value,closures\nAcme,fri mon,16:30,250.00,2011-12-24..2012-01-02 2012-04-06\nBolt,,,,\n"
        #expect(try shop.take(.calendars, file).count.accepted == 2)
        let calendars = try shop.facts.calendars()
        let acme = try #require(SupplierName("Acme").flatMap { calendars[$0] })
        #expect(
            acme.orderDays == [.monday, .friday] && acme.cutOff?.description == "16:30"
                && acme.minimumOrderValue == 25_000)
        #expect(acme.closures.map(\.lowerBound.description) == ["2011-12-24", "2012-04-06"])
        let bolt = try #require(SupplierName("Bolt").flatMap { calendars[$0] })
        #expect(bolt.orderDays == Weekday.allCases && bolt.closures.isEmpty)
        #expect(try shop.take(.calendars, file).count.duplicate == 2)
        let changed = file.replacing(" 2012-04-06", with: "")
        #expect(try shop.take(.calendars, changed).count.replaced == 1)
        #expect(try shop.facts.calendars()[acme.supplier]?.closures.count == 1)
    }

    @Test func `a catalogue declares, and a blank leaves what is known`() throws {
        let shop = try FactsShop()
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n1,abc,Till's words,2,2011-10-04 10:00:00,1.50,7\n",
            .mapped(tillMapping()))
        let before = try shop.product("ABC")
        #expect(!before.isDeclared && before.name == "Till's words" && before.lifecycle == .active)
        let file = "sku,name,vendor,barcode,price,cost,lifecycle\nABC,Alphabet,Potter,4006381333931,2.50,1.10,new\n"
        #expect(try shop.take(.products, file).count.replaced == 1)
        #expect(try shop.take(.products, file).count.duplicate == 1)
        try shop.take(.products, "sku,name,vendor,lifecycle\nabc,,,phase-out\n")
        let after = try shop.product("4006381333931")
        #expect(after.id == before.id && after.isDeclared && after.name == "Alphabet" && after.vendor == "Potter")
        #expect(after.price?.description == "2.50" && after.cost?.description == "1.10" && after.lifecycle == .phaseOut)
        // A catalogue's words outlast those of later sales.
        try shop.take(
            "Doc,Code,Title,Qty,Date,Price,Customer\n2,ABC,Later words,2,2011-10-05 10:00:00,1.50,7\n",
            .mapped(tillMapping()))
        #expect(try shop.product("ABC").name == "Alphabet")
    }
}
