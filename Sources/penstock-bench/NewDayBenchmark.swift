import ArgumentParser
import Domain
import Engine
import Foundation
import Formats
import Numerics

/// What a new day costs a shop with many products, beside a fit of everything.
struct NewDayBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "newday",
        abstract: "Time of a shop's first plan, of another one, of one after a new day, and of a fit in the background."
    )

    @Option(help: "Products, each counted and offered.") var products = 30_000
    @Option(help: "Days of history.") var days = 400
    @Option(help: "Orders of a product and day, on average.") var rate = 0.1

    func run() throws {
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard let currency = Currency("GBP"), let place = PlaceName("main"), let start = Day("2024-01-01") else {
            throw BenchError("no pounds")
        }
        let shop = try ShopFolder.create(
            "\(folder)/shop", zone: Zone(identifier: "Europe/London"), currency: currency, place: place,
            leadTimeDays: 14, group: nil)
        let engine = try Engine(shop)
        // From a Tuesday on the fit is that of Sunday; the day after is planned from the same one.
        var today = start.advanced(by: days)
        while today.weekday != .tuesday { today = today.advanced(by: 1) }
        let zone = engine.settings.zone
        func open(_ day: Day) throws {
            try engine.facts.setClock(.fixed(zone.instant(day: day).adding(seconds: 8 * 3600)))
        }
        func take(_ text: String, _ layout: KnownLayout, _ covers: ClosedRange<Day>? = nil) throws {
            let report = try engine.importer().run(
                ByteSource(bytes: Array(text.utf8), name: "made.csv"), layout: .known(layout), covers: covers)
            if report.count.refused > 0 { throw BenchError("\(report.complaints.first ?? "a row") was refused") }
        }
        var draw = SplitMix64(seed: 1)
        let rates = (0..<products).map { _ in rate * 2 * draw.uniform() }
        func sales(_ days: ClosedRange<Day>) -> String {
            var text = "receipt,line,sold_at,sku,quantity,price\n"
            for day in days {
                for product in 0..<products where draw.uniform() < rates[product] {
                    text += "\(day)-\(product),1,\(day)T12:00:00,P\(product),\(1 + Int(draw.uniform() * 3)),9.50\n"
                }
            }
            return text
        }
        try open(today)
        let history = start...today.advanced(by: -1)
        try take(sales(history), .tillLines, history)
        let counted = try engine.now()
        try take(
            "sku,place,quantity,state,counted_at\n"
                + (0..<products).map { "P\($0),main,\(Int(rates[$0] * 40)),on-hand,\(counted)\n" }.joined(), .counts)
        try take(
            "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"
                + (0..<products).map { "S\($0 % 50),P\($0),5.00,GBP,1,1,10,2\n" }.joined(), .offers)
        _ = try engine.facts.refreshProducts()
        func timed(_ what: String, _ work: () throws -> Void) rethrows -> Double {
            let clock = ContinuousClock()
            let begin = clock.now
            try work()
            let seconds = (clock.now - begin) / .seconds(1)
            print("\(what.padding(toLength: 44, withPad: " ", startingAt: 0)) \(decimals(seconds, 2)) s")
            return seconds
        }
        print("\(products) products, \(days) days")
        let first = try timed("first plan, everything fitted") { _ = try engine.replan(actor: "bench") }
        let second = try timed("another plan, nothing changed") { _ = try engine.replan(actor: "bench") }
        let tomorrow = today.advanced(by: 1)
        try open(tomorrow)
        try take(sales(today...today), .tillLines, today...today)
        let next = try timed("a plan after a new day") { _ = try engine.replan(actor: "bench") }
        // On the Monday after, the fit up to Sunday is made beside whatever is asked.
        var monday = tomorrow
        while monday.weekday != .monday { monday = monday.advanced(by: 1) }
        try open(monday)
        try take(sales(tomorrow...monday.advanced(by: -1)), .tillLines, tomorrow...monday.advanced(by: -1))
        let ahead = FitAhead(engine)
        var slowest = 0.0
        var asked = 0
        _ = try timed("a fit of everything in the background") {
            try ahead.tend()
            let clock = ContinuousClock()
            while ahead.isFitting {
                let begin = clock.now
                _ = try engine.facts.keptPlan()
                slowest = max(slowest, (clock.now - begin) / .milliseconds(1))
                asked += 1
                usleep(50_000)
            }
        }
        print("reading the kept plan meanwhile, \(asked) times: at most \(decimals(slowest, 0)) ms")
        print(
            "a new day over the first plan: \(decimals(next / first, 2)); another plan \(decimals(second / first, 2))")
    }
}
