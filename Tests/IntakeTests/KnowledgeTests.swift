import Domain
import Formats
import Intake
import Numerics
import Store
import TestSupport
import Testing

/// What people know ahead, told late, twice, out of order and against itself.
@Suite struct KnowledgeTests {
    private static let products = "sku,name,category\nA,Lamp,Lamps\nB,Bulb,Lamps\nC,Cup,Cups\n"

    /// Every layout, each fact in several dated versions.
    private static let files: [(layout: KnownLayout, header: String, rows: [String])] = [
        (
            .promotions, "id,line,sku,category,channel,place,from,to,lift,status,updated_at",
            [
                "P1,,A,,,,2011-11-10,2011-11-20,1.4,,2011-10-01T08:00:00Z",
                "P1,,A,,,,2011-11-12,2011-11-20,1.5,,2011-10-03T08:00:00Z",
                "P1,,B,,,,2011-11-10,2011-11-20,1.2,,2011-10-01T08:00:00Z",
                "P1,,A,,web,main,2011-11-10,2011-11-20,2,,2011-10-01T08:00:00Z",
                "P2,1,,Cups,,,2011-11-10,2011-11-20,,,2011-10-01T08:00:00Z",
                "P2,1,,Lamps,,,2011-11-10,2011-11-20,,,2011-10-05T08:00:00Z",
                "P3,,,,,,2011-11-10,2011-11-20,,,2011-10-01T08:00:00Z",
                "P3,,*,,,,2011-11-10,2011-11-20,,cancelled,2011-10-02T08:00:00Z",
            ]
        ),
        (
            .firmOrders, "order,line,sku,place,customer,quantity,due,status,updated_at",
            [
                "W1,1,A,main,Acme,500,2011-11-20,open,2011-10-01T08:00:00Z",
                "W1,1,A,main,Acme,400,2011-11-22,open,2011-10-02T08:00:00Z",
                "W1,2,A,main,Acme,70,2011-12-20,open,2011-10-01T08:00:00Z",
                "W2,,B,,,9,2011-11-01,open,2011-10-01T08:00:00Z",
                "W2,,B,,,9,2011-11-01,shipped,2011-11-01T08:00:00Z",
            ]
        ),
        (
            .overrides, "id,sku,place,what,value,owner,reason,expires,status,updated_at",
            [
                "o1,A,,forecast,12,ann,fair,2011-12-31,,2011-10-01T08:00:00Z",
                "o1,A,,forecast,15,ann,larger fair,2011-12-31,,2011-10-04T08:00:00Z",
                "o1,A,,forecast,15,ann,no fair,2011-12-31,withdrawn,2011-10-06T08:00:00Z",
                "o2,B,main,target,98 %,bob,gift,2012-01-31,,2011-10-01T08:00:00Z",
            ]
        ),
        (
            .occasions, "day,name,kind,place,region,value,status",
            [
                "2011-12-25,Christmas,holiday,,GB,,", "2011-12-25,Christmas,holiday,,DE,,",
                "2011-11-08,temperature,weather,main,,7.5,", "2011-11-09,match,event,,,,cancelled",
            ]
        ),
    ]

    private func shop() throws -> FactsShop {
        let shop = try FactsShop()
        try shop.take(.products, Self.products)
        return shop
    }

    @Test(arguments: UInt64(1)...4)
    func `rows in any order, in parts and twice leave the same store`(seed: UInt64) throws {
        let straight = try shop()
        for file in Self.files {
            try straight.take(file.layout, ([file.header] + file.rows).joined(separator: "\n"))
        }
        let digest = try straight.facts.contentDigest()
        var random = SplitMix64(seed: seed)
        let shop = try FactsShop()
        if seed % 2 == 0 { try shop.take(.products, Self.products) }
        for (turn, file) in (Self.files + Self.files).shuffled(using: &random).enumerated() {
            let rows = file.rows.shuffled(using: &random)
            let cut = Int(random.next() % UInt64(rows.count))
            // Parts overlap by a row.
            for part in [rows[...cut], rows[cut...]] {
                try shop.take(
                    file.layout, ([file.header] + part).joined(separator: "\n"),
                    at: FactsShop.now.adding(seconds: Int64(turn) * 60))
            }
        }
        try shop.take(.products, Self.products)
        #expect(try shop.facts.quarantined(.parked).isEmpty && shop.facts.quarantined(.refused).isEmpty)
        #expect(try shop.facts.contentDigest() == digest)
        #expect(try shop.facts.flagCount() == 0)
        #expect(try shop.facts.database.integrityProblems().isEmpty)
    }

    @Test func `versions of one fact count once, and what is older than known is a repeat`() throws {
        let shop = try shop()
        let overrides = try #require(Self.files.first { $0.layout == .overrides })
        func take(_ rows: [String]) throws -> BatchCount {
            try shop.take(.overrides, ([overrides.header] + rows).joined(separator: "\n")).count
        }
        let newest = try take([overrides.rows[2]])
        #expect(newest.accepted == 1)
        let older = try take([overrides.rows[0], overrides.rows[1], overrides.rows[2]])
        #expect(older.duplicate == 3 && older.replaced == 0)
        let next = try take([overrides.rows[0].replacing("2011-10-01T", with: "2011-10-07T")])
        #expect(next.replaced == 1)
        #expect(try shop.facts.tallies().first { $0.kind == "overrides" }?.count == 1)
    }

    // MARK: Without dates

    private func override(_ value: Int, status: String = "", dated: String = "") -> String {
        "id,sku,what,value,owner,reason,expires,status,updated_at\no1,A,minimum,\(value),ann,fair,2011-12-31,\(status),\(dated)\n"
    }

    /// What holds on the day of the shop's clock, or some days later.
    private func minimum(_ shop: FactsShop, days: Int = 0) throws -> [Override.Word] {
        try shop.facts.overrides(on: Day(number: 15_285).advanced(by: days)).map(\.word)
    }

    @Test func `without dates what came later holds, there and back again`() throws {
        let shop = try shop()
        for (turn, value) in [6, 8, 6].enumerated() {
            let at = FactsShop.now.adding(seconds: Int64(turn) * 60)
            #expect(try shop.take(.overrides, override(value), at: at).count.duplicate == 0)
            #expect(try minimum(shop) == [.minimum(units: Int64(value))])
            #expect(try shop.take(.overrides, override(value), at: at).count.duplicate == 1)
        }
    }

    @Test func `a file that is read every night does not bring back what was withdrawn`() throws {
        let shop = try shop()
        try shop.take(.overrides, override(6))
        let withdrawn = override(6, status: "withdrawn", dated: "2011-11-07T10:30:00Z")
        try shop.take(.overrides, withdrawn, at: FactsShop.now.adding(seconds: 3600))
        #expect(try minimum(shop) == [])
        #expect(
            try shop.take(.overrides, override(6), at: FactsShop.now.adding(seconds: 86_400)).count.duplicate == 1)
        #expect(try minimum(shop, days: 1) == [])
        #expect(
            try shop.take(.overrides, override(7), at: FactsShop.now.adding(seconds: 86_400)).count.replaced == 1)
        #expect(try minimum(shop, days: 1) == [.minimum(units: 7)], "that is another word")
    }

    @Test func `of two rows that contradict each other in one file the same holds in any order, and it is flagged`()
        throws
    {
        let header = "order,sku,quantity,due\n"
        let rows = ["W1,A,5,2011-11-20\n", "W1,A,7,2011-11-21\n", "W1,A,6,2011-11-30\n"]
        var digests: Set<String> = []
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let shop = try shop()
            let text = header + order.map { rows[$0] }.joined()
            try shop.take(.firmOrders, text)
            #expect(try shop.facts.firmOrders(openOn: Day(number: 15_285)).map(\.quantity) == [7])
            #expect(try shop.facts.flags(limit: 9).map(\.flag.rule) == ["said-twice"])
            try digests.insert(shop.facts.contentDigest())
            try shop.take(.firmOrders, text)
            try digests.insert(shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
        let shop = try shop()
        try shop.take(.firmOrders, "order,line,sku,quantity,due\nW1,1,A,5,2011-11-20\nW1,2,A,7,2011-11-21\n")
        #expect(try shop.facts.firmOrders(openOn: Day(number: 15_285)).map(\.quantity) == [5, 7])
        #expect(try shop.facts.flagCount() == 0)
    }

    @Test func `a row that waited for its product was said when it came`() throws {
        let shop = try FactsShop()
        let text = override(6)
        #expect(try shop.take(.overrides, text).count.parked == 1)
        // Meanwhile somebody says better.
        let later = FactsShop.now.adding(seconds: 3600)
        #expect(try shop.take(.overrides, override(9), at: later).count.parked == 1)
        let named = try shop.take(.products, Self.products, at: FactsShop.now.adding(seconds: 7200))
        #expect(named.released == 2)
        #expect(try minimum(shop) == [.minimum(units: 9)])
        #expect(try shop.facts.overrides().map(\.saidAt) == [FactsShop.now, later])
    }

    @Test func `of a file that is taken in as it grows the later line holds, there and back again`() throws {
        let shop = try shop()
        let mug = try ProductReference(#require(SKU("A")))
        let (first, next) = try shop.facts.database.together {
            let first = try shop.facts.beginGrowing(
                system: "operator", file: "f", layout: "overrides", continuing: nil, now: FactsShop.now)
            return (
                first,
                try shop.facts.beginGrowing(
                    system: "operator", file: "f", layout: "overrides", continuing: first.reading,
                    now: FactsShop.now.adding(seconds: 3600))
            )
        }
        for (batch, units) in [(first, 9), (first, 4), (first, 9), (next, 3), (next, 9), (next, 2)] as [(Batch, Int64)]
        {
            let word = Override(
                id: "o1", product: mug, word: .minimum(units: units), owner: "ann", reason: "shelf",
                expires: Day(number: 15_300))
            #expect(try shop.facts.take([.override(word)], of: batch) != [.duplicate])
            #expect(try minimum(shop) == [.minimum(units: units)])
        }
        #expect(try shop.facts.flagCount() == 0)
    }

    // MARK: Doors

    @Test func `overrides are the operator's word however they come, and other systems keep their own`() throws {
        let shop = try shop()
        let line =
            #"{"id":"o1","sku":"A","what":"minimum","value":6,"owner":"ann","reason":"fair","expires":"2011-12-31"}"#
        #expect(try shop.take(override(6), .known(.overrides)).count.accepted == 1)
        #expect(try shop.take(line + "\n", .json(.mixed), name: "a.json").count.duplicate == 1)
        #expect(try shop.take(line + "\n", .json(.plain(.overrides)), name: "b.json").count.duplicate == 1)
        #expect(try shop.take(line + "\n", .json(.mixed), name: "c.json", system: "erp").count.accepted == 1)
        #expect(try shop.facts.overrides().map(\.system) == ["erp", "operator"])
    }

    @Test func `what cannot be taken in says what to do and is kept whole`() throws {
        let shop = try shop()
        let report = try shop.take(
            .overrides,
            "id,sku,what,value,owner,reason,expires\no1,A,minimum,6,,fair,2011-12-31\no2,A,minimum,6,ann,,2011-12-31\n"
                + "o3,A,minimum,6,ann,fair,\no4,NEW,minimum,6,ann,fair,2011-12-31\n")
        #expect(report.count.refused == 3 && report.count.parked == 1)
        let reasons = try shop.facts.quarantined(.refused).map(\.reason)
        for (reason, words) in zip(reasons, ["name who answers", "say why", "write the last day"]) {
            #expect(reason.contains(words), "\(reason)")
        }
        #expect(try shop.facts.quarantined(.refused).map(\.raw).first == Array("o1,A,minimum,6,,fair,2011-12-31".utf8))
        #expect(try shop.facts.overrides().isEmpty)
        let quarantined = try shop.facts.quarantined(.refused) + shop.facts.quarantined(.parked)
        let row = try #require(quarantined.first)
        let mended = try shop.importer().retry(row, mended: Array("o1,A,minimum,6,ann,fair,2011-12-31".utf8))
        #expect(mended.count.accepted == 1)
    }

    @Test func `a company's name is in no flag and no reason`() throws {
        let shop = try shop()
        try shop.take(
            .firmOrders,
            "order,sku,customer,quantity,due\nW1,A,Secret Ltd,500000,2011-11-20\nW1,A,Secret Ltd,6,2011-11-20\n"
                + "W2,A,Secret Ltd,none,2011-11-20\nW3,NEW,Secret Ltd,5,2011-11-20\n")
        let flags = try shop.facts.flags(limit: 9).map { "\($0.flag)" }
        let rows = try shop.facts.quarantined(.refused) + shop.facts.quarantined(.parked)
        #expect(flags.count == 2 && rows.count == 2)
        #expect((flags + rows.map(\.reason)).allSatisfy { !$0.contains("Secret") })
    }

    @Test func `products that become one take what is known of them along`() throws {
        let shop = try shop()
        for file in Self.files { try shop.take(file.layout, ([file.header] + file.rows).joined(separator: "\n")) }
        try shop.take(.aliases, "sku,scheme,value\nC,sku,B\n")
        let c = try shop.product("C").id
        let overrides = try shop.facts.overrides().filter { $0.id == "o2" }
        #expect(overrides.map(\.product) == [c] && overrides.map(\.sku) == ["C"])
        #expect(try shop.facts.firmOrders(openOn: Day(number: 15_264)).contains { $0.product == c })
    }
}
