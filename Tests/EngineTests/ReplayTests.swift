import Actions
import Domain
import Engine
import Formats
import Store
import TestSupport
import Testing

/// History played again: the same demand for every side, and no more known than was known.
@Suite struct ReplayTests {
    private let purchases =
        "order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state\n"
    private let offers = "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days\n"

    /// Ten a day of A from 2011-06-03 to 2011-09-30 for 10.00, which cost 4.00 and take a week; 55 counted the evening
    /// before September, and 100 came on the fifth.
    private func shop(spread: Int = 0) throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(["A": [Int](repeating: 10, count: 120)], from: "2011-06-03")
        try shop.count(["A": 55], at: moment("2011-08-31T20:00:00Z"))
        try shop.take(.offers, offers + "Acme,A,4.00,GBP,1,1,7,\(spread)\n")
        try shop.take(
            .purchases, purchases + "PO1,1,Acme,A,main,100,100,2011-09-05T09:00:00Z,GBP,2011-09-01,2011-09-05,closed\n")
        return shop
    }

    private func moment(_ text: String) throws -> Instant { try #require(Instant(iso8601: text)) }

    private func september(_ first: String = "2011-09-01", _ last: String = "2011-09-30") throws -> ClosedRange<Day> {
        try #require(Day(first))...#require(Day(last))
    }

    private func json(_ shop: EngineShop, _ replay: Replay) throws -> AnyJSON {
        try AnyJSON(String(decoding: shop.engine.replay(replay).json.bytes(), as: UTF8.self))
    }

    private func policy(_ text: String, _ name: String = "mine") throws -> Replay.Side {
        let pounds = try #require(Currency("GBP"))
        return Replay.Side(name: name, policy: try Policy(text, currency: pounds))
    }

    private let actual = Replay.Side(name: "actual", policy: nil)

    @Test func `what really happened is worked out by hand`() throws {
        let report = try json(shop(), Replay(sides: [actual], days: september()))
        let side = try #require(report["policies"]?[0])
        // 155 of 300 can be served, the last five on the sixteenth; 145 are lost at 10 − 4 each.
        #expect(side["unitsLost"]?.integer == 145)
        #expect(side["marginLost"]?["minor"]?.integer == 870_00)
        #expect(side["revenue"]?["minor"]?.integer == 1_550_00)
        #expect(side["marginLostInterval"]?["low"]?["minor"]?.integer == 870_00)
        #expect(side["orderLines"]?.integer == 1 && side["orders"]?.integer == 1)
        // 45, 35, 25, 15 in the evenings, then 105 down to 5 by tens, and nothing: 725 of the thirty days.
        #expect(side["capitalOnHand"]?["minor"]?.integer == 96_67)
        // A hundred on the way on the first four evenings.
        #expect(side["capitalInTransit"]?["minor"]?.integer == 53_33)
        #expect(side["daysOut"]?.integer == 15)
        let miss = try #require(side["misses"]?[0])
        #expect(miss["sku"]?.text == "A" && miss["place"]?.text == "main" && miss["unitsLost"]?.integer == 145)
        #expect(miss["cause"]?.text == "noOrderInTime")
        #expect(report["differences"]?.list.isEmpty == true)
    }

    @Test func `a policy that orders loses less than one order a month, and more service loses less`() throws {
        let shop = try shop(spread: 2)
        let low = try policy("[service]\ndefault = 0.6\n[reorder]\ncover_days = 7\n", "low")
        let high = try policy("[service]\ndefault = 0.99\n[reorder]\ncover_days = 7\n", "high")
        let report = try json(shop, Replay(sides: [low, high, actual], days: september()))
        let lost = (report["policies"]?.list ?? []).compactMap { $0["marginLost"]?["minor"]?.integer }
        try #require(lost.count == 3)
        #expect(lost[1] < lost[0] && lost[0] < lost[2])
        let difference = try #require(report["differences"]?[1])
        #expect(difference["policy"]?.text == "high" && difference["against"]?.text == "actual")
        let total = try #require(difference["marginLost"]?["minor"]?.integer)
        #expect(abs(total - (lost[1] - lost[2])) <= 1)
        let interval = try #require(difference["marginLostInterval"])
        let low90 = try #require(interval["low"]?["minor"]?.integer)
        let high90 = try #require(interval["high"]?["minor"]?.integer)
        #expect(low90 <= total && total <= high90 && high90 < 0)
    }

    @Test func `a policy against itself differs in nothing, whatever is left to chance`() throws {
        let side = try policy("[reorder]\ncover_days = 7\n")
        let report = try json(shop(spread: 3), Replay(sides: [side, side], days: september()))
        let difference = try #require(report["differences"]?[0])
        for measure in ["marginLost", "revenue", "capitalOnHand", "capitalInTransit"] {
            #expect(difference[measure]?["minor"]?.integer == 0)
            #expect(difference["\(measure)Interval"]?["low"]?["minor"]?.integer == 0)
            #expect(difference["\(measure)Interval"]?["high"]?["minor"]?.integer == 0)
        }
        #expect(difference["orderLines"]?.integer == 0 && difference["unitsLost"]?.integer == 0)
    }

    @Test func `the same seed gives the same bytes with any number of threads, another seed others`() throws {
        let shop = try shop(spread: 3)
        try shop.sell(["B": daily(4, days: 120), "C": daily(1, days: 120)], from: "2011-06-03")
        try shop.count(["B": 5, "C": 3], at: moment("2011-08-31T20:00:00Z"))
        try shop.take(.offers, offers + "Acme,B,4.00,GBP,6,6,9,4\nBolt,C,2.00,GBP,1,1,12,5\n")
        var replay = Replay(sides: [try policy(""), actual], days: try september())
        replay.draws = 7
        let one = try shop.engine.replay(replay).json.bytes()
        replay.jobs = 5
        #expect(try shop.engine.replay(replay).json.bytes() == one)
        replay.seed = 1
        #expect(try shop.engine.replay(replay).json.bytes() != one)
    }

    @Test func `what came after the last day changes nothing`() throws {
        let (plain, rising) = (try shop(spread: 2), try shop(spread: 2))
        try rising.sell(["A": [90, 90]], from: "2011-10-01")
        let replay = Replay(sides: [try policy("")], days: try september("2011-09-01", "2011-09-20"))
        #expect(try plain.engine.replay(replay).json.bytes() == rising.engine.replay(replay).json.bytes())
    }

    @Test func `a policy knows no more on a day than was known then`() throws {
        let (plain, rising) = (try EngineShop(), try EngineShop())
        for (shop, last) in [(plain, 10), (rising, 40)] {
            let days = [Int](repeating: 10, count: 110) + [Int](repeating: last, count: 10)
            try shop.sell(["A": days], from: "2011-06-03")
            try shop.count(["A": 55], at: moment("2011-08-31T20:00:00Z"))
            try shop.take(.offers, offers + "Acme,A,4.00,GBP,1,1,7,0\n")
        }
        // Demand is four times as high from the twenty-first on: nothing of that may be in the orders before.
        let days = try september("2011-09-01", "2011-09-20")
        let replay = Replay(sides: [try policy("[reorder]\ncover_days = 7\n")], days: days)
        #expect(try plain.engine.replay(replay).json.bytes() == rising.engine.replay(replay).json.bytes())
    }

    @Test func `days with an empty shelf are drawn, not read as days on which nobody asked`() throws {
        let shop = try EngineShop()
        var days = [Int](repeating: 10, count: 120)
        // Sold out on the evening of 2011-09-10, and back on the fourteenth.
        for day in 100..<103 { days[day] = 0 }
        try shop.sell(["A": days], from: "2011-06-03")
        try shop.count(["A": 500], at: moment("2011-08-31T20:00:00Z"))
        try shop.count(["A": 0], at: moment("2011-09-10T20:00:00Z"))
        try shop.count(["A": 300], at: moment("2011-09-14T06:00:00Z"))
        try shop.take(.offers, offers + "Acme,A,4.00,GBP,1,1,7,0\n")
        let report = try json(shop, Replay(sides: [actual], days: september()))
        #expect(report["notes"]?.list.contains { $0.text?.hasPrefix("on 4 days") ?? false } == true)
        guard case .number(let asked)? = report["policies"]?[0]?["unitsAsked"] else { throw Unmet("units asked") }
        // 270 were seen; three days of about ten, and what the day on which it sold out did not serve.
        #expect(asked > 285 && asked < 330)
    }

    @Test func `an order without a day of receipt comes when it was due, and is told of`() throws {
        let shop = try shop()
        try shop.take(.purchases, purchases + "PO2,1,Acme,A,main,50,50,,GBP,2011-09-10,2011-09-16,closed\n")
        let report = try json(shop, Replay(sides: [actual], days: september()))
        #expect(report["policies"]?[0]?["unitsLost"]?.integer == 95)
        #expect(report["notes"]?.list.contains { $0.text?.contains("no day of receipt") ?? false } == true)
    }

    @Test func `customers who wait are not lost`() throws {
        var replay = Replay(sides: [actual], days: try september())
        replay.shortage = .waits
        let report = try json(shop(), replay)
        #expect(report["unmetDemand"]?.text == "waits")
        #expect(report["policies"]?[0]?["unitsLost"]?.integer == 145)
    }

    @Test func `what cannot be replayed is left out and counted`() throws {
        let shop = try shop()
        try shop.sell(["NOCOUNT": daily(4), "NOOFFER": daily(4), "NOCOST": daily(4)], from: "2011-08-02")
        try shop.count(["NOOFFER": 9, "NOCOST": 9], at: moment("2011-08-31T20:00:00Z"))
        try shop.take(.offers, offers + "Acme,NOCOST,,GBP,1,1,7,0\n")
        let report = try json(shop, Replay(sides: [actual], days: september()))
        #expect(report["products"]?.integer == 1)
        let left = (report["leftOut"]?.list ?? []).compactMap { $0["reason"]?.text }
        #expect(left == ["notCounted", "noOffer", "noCost"])
    }

    @Test func `what is missing is said with what to do about it`() throws {
        let days = try september()
        func message(_ shop: EngineShop, _ days: ClosedRange<Day>, _ change: (inout Replay) -> Void = { _ in })
            -> String
        {
            var replay = Replay(sides: [actual], days: days)
            change(&replay)
            do {
                return try shop.engine.replay(replay).text
            } catch let error as EngineError {
                return error.code == .usage ? error.message : "code \(error.code)"
            } catch { return "\(error)" }
        }
        let empty = try EngineShop()
        #expect(message(empty, days).contains("import orders"))
        let uncounted = try EngineShop()
        try uncounted.sell(["A": daily(10)], from: "2011-08-04")
        #expect(message(uncounted, days).contains("import counts"))
        let shop = try shop()
        #expect(message(shop, try september("2011-08-01", "2011-09-01")).contains("--from 2011-09-01"))
        #expect(message(shop, try september("2011-09-01", "2011-10-01")).contains("--to 2011-09-30"))
        #expect(message(shop, try september("2012-09-01", "2012-10-01")).contains("2011-06-03 to 2011-09-30"))
        #expect(message(shop, try september("2011-06-03", "2011-09-01")).contains("later --from"))
        #expect(message(shop, days) { $0.draws = 0 }.contains("draws"))
        #expect(message(shop, days) { $0.reviewDays = 0 }.contains("review days"))
        #expect(message(shop, days) { $0.sides = [] }.contains("policy"))
    }

    @Test func `a policy file that is wrong is told with its own name`() throws {
        let shop = try shop()
        let path = try shop.folder.write("[service]\ndefault = 7\n", to: "bold.toml")
        do {
            _ = try shop.engine.replaySide(path, actor: EngineShop.actor)
            Issue.record("7 is no share")
        } catch let error as ActionError {
            #expect("\(error)".hasPrefix(path), "\(error)")
        }
        #expect(throws: EngineError.self) { try shop.engine.replaySide("/nowhere.toml", actor: EngineShop.actor) }
        #expect(try shop.engine.replaySide("actual", actor: EngineShop.actor).policy == nil)
        #expect(try shop.engine.replaySide("current", actor: EngineShop.actor).policy != nil)
    }
}
