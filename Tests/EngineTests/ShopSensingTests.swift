import Domain
import Formats
import GRDB
import Intake
import Numerics
import Store
import TestSupport
import Testing

@testable import Engine

/// Visits and mentions that tell of the next days' sales in a shop, and those that do not.
@Suite struct ShopSensingTests {
    private static let names = (10..<34).map { "P\($0)" }

    /// A shop of 24 products whose views treble for three days now and then; where they bring sales, these rise to two and
    /// a half times the usual from the day after on. Views of the first three have trebled two days ago.
    private func shop(sells: Bool, days: Int = 280) throws -> EngineShop {
        let shop = try EngineShop()
        let first = try today(shop).advanced(by: -days)
        var sales: [String: [Int]] = [:]
        var views: [String: [Int]] = [:]
        for (index, name) in ShopSensingTests.names.enumerated() {
            var generator = SplitMix64(seed: UInt64(100 + index))
            var traffic = [Double](repeating: 1, count: days + 4)
            var lift = traffic
            var begun = (0..<days - 6).filter { _ in generator.uniform() < 1 / 35.0 }
            if index < 3 { begun.append(days - 2) }
            for day in begun {
                for offset in 0..<3 {
                    traffic[day + offset] = 3
                    if sells { lift[day + 1 + offset] = 2.5 }
                }
            }
            sales[name] = (0..<days).map { generator.poisson(mean: 6 * lift[$0]) ?? 0 }
            views[name] = (0..<days).map { generator.poisson(mean: 20 * traffic[$0]) ?? 0 }
        }
        try shop.sell(sales, from: first.description)
        try view(views, from: first, shop)
        return shop
    }

    /// Views as an import would leave them in the rollups; of as many events each test would take minutes.
    private func view(_ views: [String: [Int]], from first: Day, _ shop: EngineShop) throws {
        let queue = try DatabaseQueue(path: shop.engine.folder.facts)
        defer { try? queue.close() }
        try queue.write { database in
            var sums: [Int32: Int] = [:]
            for (name, days) in views {
                try database.execute(
                    sql:
                        "INSERT INTO item (scheme, value, product) SELECT scheme, value, product FROM identifier WHERE value = ?",
                    arguments: [name])
                let item = database.lastInsertedRowID
                for (index, count) in days.enumerated() where count > 0 {
                    let day = first.advanced(by: index).number
                    try database.execute(
                        sql: "INSERT INTO traffic_day VALUES (?, ?, ?, 0, 0, 0)", arguments: [item, day, count])
                    sums[day, default: 0] += count
                }
            }
            for (day, count) in sums {
                try database.execute(
                    sql: "INSERT INTO visit_day VALUES (?, 99, 0, 0, 0, ?, 0, ?, 0, 0, 0, ?, 0, 0, 0, 0, 0)",
                    arguments: [day, count, count, count])
            }
        }
    }

    private func today(_ shop: EngineShop) throws -> Day { shop.engine.settings.zone.day(of: try shop.engine.now()) }

    private func answer(_ shop: EngineShop) throws -> AnyJSON {
        let report = try shop.engine.surges(isWhole: true)
        #expect(!report.text.isEmpty)
        return try AnyJSON(String(decoding: report.json.bytes(), as: UTF8.self))
    }

    @Test func `views that sales follow are in use, warn of a surge, and lift its days`() throws {
        let shop = try shop(sells: true)
        let json = try answer(shop)
        #expect(try #require(json["series"]?["on"]?.integer) >= 18)
        let surges = try #require(json["surges"]?.list)
        let skus = Set(surges.compactMap { $0["sku"]?.text })
        #expect(skus.isSubset(of: ["P10", "P11", "P12"]) && skus.count >= 2)
        let today = try today(shop)
        let first = try #require(surges.first { $0["sku"]?.text == "P10" })
        #expect(first["signal"]?.text == "views")
        #expect(first["since"]?.text == today.advanced(by: -2).description)
        let multipliers = (first["multipliers"]?.list ?? []).compactMap(\.double)
        try #require(multipliers.count == 7)
        #expect(multipliers[0] > 1.5 && multipliers[0] < 4 && multipliers[6] < 1.3)
        #expect(try #require(first["warningHours"]?.integer) == 48)
        #expect(try #require(first["counted"]?.double) > 2 * #require(first["expected"]?.double))

        let soFar = try #require(json["soFar"])
        #expect(try #require(soFar["surges"]?.integer) >= 30)
        #expect(try #require(soFar["recall"]?.double) >= 0.7)
        #expect(try #require(soFar["medianWarningHours"]?.double) >= 24)
        #expect(try #require(soFar["falseAlarmsPerSeriesMonth"]?.double) <= 0.3)
        #expect(try #require(soFar["wapeWith"]?.double) < #require(soFar["wapeWithout"]?.double))
    }

    @Test func `planners get the multipliers from today on, none for a product or pool that is not known`() throws {
        let shop = try shop(sells: true)
        let facts = shop.engine.facts
        let product = try #require(try facts.product("P10")).id
        let quiet = try #require(try facts.product("P20")).id
        func sensing(_ today: Day) throws -> ShopSensing {
            let window = try #require(HistoryWindow(coverage: facts.coverageBySource(), today: today))
            return try ShopSensing(
                facts, asOf: shop.engine.now(), today: today, window: window, regions: RegionPlaces())
        }
        let today = try today(shop)
        let one = try sensing(today)
        let lifted = try #require(one.multipliers(product: product, pool: Facts.defaultPool))
        #expect(lifted.count == 7 && lifted[0] > 1.5)
        #expect(one.multipliers(product: quiet, pool: Facts.defaultPool)?.allSatisfy { $0 < 1.5 } ?? true)
        #expect(one.multipliers(product: product, pool: 77) == nil)
        #expect(one.multipliers(product: 99_999, pool: Facts.defaultPool) == nil)
        #expect(try sensing(today).multipliers(product: product, pool: Facts.defaultPool) == lifted)
        // Two days later nothing more has been told: what was foretold of those days still holds.
        let later = try sensing(today.advanced(by: 2))
        #expect(later.multipliers(product: product, pool: Facts.defaultPool) == Array(lifted.dropFirst(2)))
        #expect(try sensing(today.advanced(by: 30)).multipliers(product: product, pool: Facts.defaultPool) == nil)
    }

    @Test func `what planners use is kept for the day, and found anew once more is told of the days before`() throws {
        let shop = try shop(sells: true)
        let facts = shop.engine.facts
        let product = try #require(try facts.product("P10")).id
        let today = try today(shop)
        let window = try #require(HistoryWindow(coverage: facts.coverageBySource(), today: today))
        func lifts() throws -> [Double]? {
            try SensedLifts(facts, asOf: shop.engine.now(), today: today, window: window, regions: RegionPlaces())
                .multipliers(product: product, pool: Facts.defaultPool)
        }
        let queue = try DatabaseQueue(path: shop.engine.folder.facts)
        func kept() throws -> [Int64] {
            try queue.read {
                try Int64.fetchAll($0, sql: "SELECT shelf FROM forecast WHERE product < 0 ORDER BY product")
            }
        }
        let sensing = try ShopSensing(
            facts, asOf: shop.engine.now(), today: today, window: window, regions: RegionPlaces())
        #expect(try kept().isEmpty)
        let first = try #require(try lifts())
        #expect(first == sensing.multipliers(product: product, pool: Facts.defaultPool))
        let before = try kept()
        #expect(before.count > 1 && Set(before).count == 1)
        #expect(try lifts() == first)
        #expect(try kept() == before)
        // Yesterday's views of the product were a slip, and are taken back.
        let yesterday = today.advanced(by: -1).number
        try queue.write {
            try $0.execute(
                sql:
                    "UPDATE traffic_day SET views = 20 WHERE day >= ? AND item = (SELECT id FROM item WHERE product = ?)",
                arguments: [yesterday - 1, product])
            try $0.execute(sql: "UPDATE visit_day SET views = views - 80 WHERE day = ?", arguments: [yesterday])
        }
        let second = try lifts()?[0] ?? 1
        #expect(second < first[0])
        let after = try kept()
        #expect(after.first != before.first)
        try queue.close()
    }

    @Test func `views that no sale follows are off and lift nothing`() throws {
        let json = try answer(shop(sells: false))
        #expect(try #require(json["series"]?["on"]?.integer) <= 1)
        #expect(try #require(json["surges"]?.list).count <= 1)
        let states = try #require(json["products"]?.list).compactMap { $0["state"]?.text }
        #expect(states.count == 24)
        #expect(states.count { $0 == "no-help" || $0 == "unproven" } >= 23)
    }

    @Test func `where less than twelve weeks are known nothing is in use`() throws {
        let json = try answer(shop(sells: true, days: 60))
        #expect(json["series"]?["short-history"]?.integer == 24)
        #expect(json["series"]?["on"]?.integer == 0 && json["surges"]?.list.isEmpty == true)
        #expect(json["soFar"]?["days"]?.text == nil)
    }

    @Test func `a shop without sales, or without visits and mentions, is told what to import`() throws {
        let empty = try EngineShop()
        let noSales = try #require(throws: EngineError.self) { try empty.engine.surges() }
        #expect(noSales.code == .notFound && noSales.message.contains("penstock import"))
        let silent = try EngineShop()
        try silent.sell(["MUG": daily(3, days: 100)], from: "2011-06-25")
        let noVisits = try #require(throws: EngineError.self) { try silent.engine.surges() }
        #expect(noVisits.code == .notFound && noVisits.message.contains("mentions"))
        let today = try today(silent)
        let facts = silent.engine.facts
        let window = try #require(HistoryWindow(coverage: facts.coverageBySource(), today: today))
        let sensing = try ShopSensing(
            facts, asOf: silent.engine.now(), today: today, window: window, regions: RegionPlaces())
        #expect(sensing.series.isEmpty && sensing.multipliers(product: 1, pool: Facts.defaultPool) == nil)
    }

    @Test func `products that nobody looks at by themselves are judged by the visits of the shop`() throws {
        let shop = try shop(sells: true)
        let queue = try DatabaseQueue(path: shop.engine.folder.facts)
        try queue.write { try $0.execute(sql: "DELETE FROM traffic_day; DELETE FROM item") }
        try queue.close()
        let json = try answer(shop)
        let states = try #require(json["products"]?.list).compactMap { $0["state"]?.text }
        #expect(states.count == 24)
        #expect(!states.contains("short-history") && !states.contains("few-sales"))
    }

    @Test func `visits and mentions speak for the pools of their region, those of no known one for all`() throws {
        let shop = try EngineShop(settings: "[regions]\n\"United Kingdom\" = [\"london\"]\n")
        try shop.take(.products, "sku,name,price\nP1,Thing,5.00\n")
        try shop.take(
            .counts,
            "sku,place,quantity,state,counted_at\nP1,London,9,on-hand,2011-09-01T18:00:00Z\nP1,France,9,on-hand,2011-09-01T18:00:00Z\n"
        )
        var lines = ""
        // Views of P1: three from the United Kingdom on the first day, two from France and one from Peru on the third.
        for (index, (day, region)) in [
            ("2011-09-26", "United Kingdom"), ("2011-09-26", "united kingdom"), ("2011-09-26", "United Kingdom"),
            ("2011-09-28", "France"), ("2011-09-28", "France"), ("2011-09-28", "Peru"),
        ].enumerated() {
            let event = WebEvent(
                visitor: "v\(index)", session: "1", at: try #require(Instant(iso8601: "\(day)T10:30:00Z")), kind: .view,
                product: ProductReference(try #require(SKU("P1"))), region: region)
            lines += String(decoding: GA4EventsReader.json(event).bytes(), as: UTF8.self) + "\n"
        }
        let report = try shop.engine.importer().run(
            ByteSource(bytes: Array(lines.utf8), name: "events.jsonl"), layout: .json(.mixed))
        #expect(report.count.refused + report.count.parked == 0)
        try shop.take(
            .mentions,
            """
            id,mentioned_at,network,sku,region,reach,sentiment
            1,2011-09-26T09:00:00Z,chat,P1,France,7000,0.5
            2,2011-09-26T09:30:00Z,chat,P1,France,0,-0.9
            3,2011-09-27T09:30:00Z,chat,,,0,
            4,2011-09-27T09:40:00Z,chat,NOSUCH,,0,

            """)
        let facts = shop.engine.facts
        let product = try #require(try facts.product("P1")).id
        let places = try facts.places()
        func pool(_ name: String) throws -> Int64 { try #require(places.first { $0.name.text == name }).pool }
        let (london, france) = (try pool("London"), try pool("France"))
        let first = try #require(Day("2011-09-24"))
        let signals = try #require(
            try DemandSignals(
                facts, from: first, demandUntil: first.advanced(by: 6), today: today(shop), pools: [london, france],
                regions: RegionPools(places: places, pools: [:], said: shop.engine.settings.regions)))
        #expect(signals.products == [product])
        func known(_ counts: [Double]) -> [Double?] { counts.map { $0.isNaN ? nil : $0 } }
        let english = try signals.own(product, london).map(known)
        let french = try signals.own(product, france).map(known)
        #expect(english[0] == [nil, nil, 3, 0, 1, nil, nil])
        #expect(french[0] == [nil, nil, 0, 0, 3, nil, nil])
        #expect(english[1] == [nil, nil, 0, 0, 0, nil, nil])
        // One mention that seven thousand may have seen: 1 + log2(1 + 7); the bad one does not count.
        #expect(french[2] == [nil, nil, 4, 0, nil, nil, nil])
        #expect(english[2] == [nil, nil, 0, 0, nil, nil, nil])
        #expect(known(signals.common(london)[0]) == [nil, nil, 3, 0, 1, nil, nil])
        #expect(known(signals.common(london)[1]) == [nil, nil, 0, 1, nil, nil, nil])
        // Without a word of regions in the settings, the United Kingdom is no place's name and speaks for all.
        let plain = RegionPools(places: places, pools: [:], said: RegionPlaces())
        #expect(plain.speaks("United Kingdom", for: france) && plain.speaks(nil, for: france))
        #expect(plain.speaks("FRANCE", for: france) && !plain.speaks("france", for: london))
    }

    @Test func `a region without a place is refused with its line`() throws {
        #expect(throws: (any Error).self) { try EngineShop(settings: "[regions]\nFrance = []\n") }
    }
}
