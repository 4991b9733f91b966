import Domain
@testable import Engine
import Store
import TestSupport
import Testing

/// Whether overrides helped, in a shop whose clock stands at 2011-10-03.
@Suite struct OverrideScoreTests {
    private let columns = "id,sku,place,what,value,unit,from,to,owner,reason,expires,status,updated_at\n"

    /// 120 days of two units a day of each product up to 2011-09-18, then 14 of `then`.
    private func shop(_ then: [String: Int], settings: String = "") throws -> EngineShop {
        let shop = try EngineShop(settings: settings)
        try shop.sell(
            then.mapValues { [Int](repeating: 2, count: 120) + [Int](repeating: $0, count: 14) }, from: "2011-05-22")
        return shop
    }

    private func scores(_ shop: EngineShop, _ id: String? = nil) throws -> [OverrideScore] {
        try shop.engine.overrideScores(id, actor: EngineShop.actor).scores
    }

    private func only(_ shop: EngineShop) throws -> OverrideScore {
        let all = try scores(shop)
        try #require(all.count == 1)
        return all[0]
    }

    private func day(_ text: String) throws -> Day { try #require(Day(text)) }

    /// Counts of one product at eight in the evening of each day from `first` on.
    private func count(_ shop: EngineShop, _ sku: String, _ units: [Int], from first: String, place: String = "main")
        throws
    {
        let start = try day(first)
        let rows = units.enumerated().map {
            "\(sku),\(place),\($1),on-hand,\(start.advanced(by: $0))T20:00:00Z\n"
        }
        try shop.take(.counts, "sku,place,quantity,state,counted_at\n" + rows.joined())
    }

    // MARK: Forecasts

    @Test func `a forecast is held against the model's of the day before it began`() throws {
        let shop = try shop(["MUG": 20, "BOWL": 2, "JUG": 2, "POT": 20])
        try shop.take(
            .overrides,
            columns + """
                o1,MUG,,forecast,20,,2011-09-19,2011-10-02,ann,on television,2011-10-02,,2011-09-18T08:00:00Z
                o2,BOWL,,forecast,20,,2011-09-19,2011-10-02,bob,a feeling,2011-10-02,,2011-09-18T08:00:00Z
                o3,JUG,,forecast,2,,2011-09-19,2011-10-02,bob,as ever,2011-10-02,,2011-09-18T08:00:00Z
                o4,POT,,forecast,x10,,2011-09-19,2011-10-02,ann,on television,2011-10-02,,2011-09-18T08:00:00Z

                """)
        let report = try shop.engine.overrideScores(actor: EngineShop.actor)
        let found = Dictionary(uniqueKeysWithValues: report.scores.map { ($0.span.id, $0) })
        #expect(
            found.mapValues(\.verdict) == ["o1": .helped, "o2": .hurt, "o3": .noDifference, "o4": .helped])
        // What sells two a day is forecast at two a day; eighteen of twenty were unforeseen, or foreseen and did not come.
        guard case .forecast(let mug?) = found["o1"]?.outcome, case .forecast(let bowl?) = found["o2"]?.outcome,
            case .forecast(let pot?) = found["o4"]?.outcome
        else {
            Issue.record("no comparison")
            return
        }
        #expect(mug.days == 14 && mug.error == 0 && abs(mug.errorWithout - 14 * 18) < 3)
        let biasWithout = try #require(mug.biasWithout)
        #expect(mug.wape == 0 && mug.bias == 0 && abs(biasWithout + 0.9) < 0.01)
        let bias = try #require(bowl.bias)
        #expect(bowl.error == 14 * 18 && bowl.errorWithout < 3 && abs(bias - 9) < 1e-9)
        #expect(pot.error < 30 && abs(pot.errorWithout - mug.errorWithout) < 1e-9)
        #expect(report.owners.map(\.name) == ["ann", "bob"])
        #expect(report.owners[0].verdicts == [.helped: 2] && report.owners[1].verdicts == [.hurt: 1, .noDifference: 1])
        #expect(abs(report.owners[0].unitsSaved - mug.saved - pot.saved) < 1e-9 && report.owners[1].unitsSaved < -245)
        #expect(try scores(shop, "o2").map(\.span.id) == ["o2"])
        for word in ["o4", "no difference", "252 units of error more", "UNITS OF ERROR SAVED"] {
            #expect(report.text.contains(word), "\(word)")
        }
    }

    @Test func `days without stock and days of which nobody has told say nothing`() throws {
        let shop = try shop(["MUG": 0])
        try count(shop, "MUG", [9, 0, 0, 0, 0, 9], from: "2011-09-18")
        try shop.take(
            .overrides,
            columns + "o1,MUG,,forecast,20,,2011-09-19,2011-10-31,ann,x,2011-10-31,,2011-09-18T08:00:00Z\n")
        guard case .forecast(let mug?) = try only(shop).outcome else {
            Issue.record("no comparison")
            return
        }
        // Empty from the count of 19 September to that of the 23rd: the days between are unknown.
        #expect(mug.days == 14 - 3 && mug.error == 20 * 11 && mug.wape == nil)
        // A fortnight later nobody has told of any sale since.
        try shop.move(to: EngineShop.start.adding(seconds: 14 * 86_400))
        guard case .forecast(let later?) = try only(shop).outcome else {
            Issue.record("no comparison")
            return
        }
        #expect(later.days == mug.days)
    }

    @Test func `a version counts until it is replaced or withdrawn, and not for days to come`() throws {
        let shop = try shop(["MUG": 20])
        try shop.take(
            .overrides,
            columns + """
                o1,MUG,,forecast,2,,2011-09-19,,ann,x,2011-12-31,,2011-09-18T08:00:00Z
                o1,MUG,,forecast,20,,2011-09-19,,ann,x,2011-12-31,,2011-09-25T08:00:00Z
                o1,MUG,,forecast,20,,2011-09-19,,ann,it is over,2011-12-31,withdrawn,2011-10-01T08:00:00Z
                o2,MUG,,forecast,20,,2011-10-02,,ann,x,2011-12-31,,2011-09-18T08:00:00Z
                o3,MUG,,forecast,20,,2011-10-03,,ann,x,2011-12-31,,2011-09-18T08:00:00Z
                o4,MUG,atlantis,forecast,20,,2011-09-19,,ann,x,2011-12-31,,2011-09-18T08:00:00Z

                """)
        let all = try scores(shop)
        #expect(all.map(\.span.id) == ["o1", "o1", "o2"])
        let wanted = try [
            day("2011-09-19")...day("2011-09-24"), day("2011-09-25")...day("2011-09-30"),
            day("2011-10-02")...day("2011-10-02"),
        ]
        #expect(all.map(\.days) == wanted)
        #expect(all.map(\.verdict) == [.noDifference, .helped, .tooEarly])
        #expect(all[2].unitsSaved == nil && all[2].doubt != nil)
        #expect(try scores(shop, "o3").isEmpty)
        #expect(throws: EngineError.self) { try scores(shop, "o9") }
    }

    @Test func `without history there is nothing to hold it against`() throws {
        let shop = try EngineShop()
        try shop.sell(["MUG": [3, 3, 3, 3, 3]], from: "2011-09-28")
        try shop.take(
            .overrides, columns + "o1,MUG,,forecast,3,,2011-09-28,,ann,x,2011-12-31,,2011-09-20T08:00:00Z\n")
        #expect(try only(shop).verdict == .unknown)
        let empty = try EngineShop()
        try empty.take(.products, "sku,name\nMUG,Mug\n")
        try empty.take(
            .overrides, columns + "o1,MUG,,forecast,3,,2011-09-28,,ann,x,2011-12-31,,2011-09-20T08:00:00Z\n")
        #expect(try only(empty).verdict == .unknown)
        #expect(try EngineShop().engine.overrideScores(actor: EngineShop.actor).text.contains("no override"))
    }

    @Test func `a place is judged by what was asked for there`() throws {
        let shop = try shop(["MUG": 20])
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nMUG,harbour,5,on-hand,2011-06-01T08:00:00Z\n")
        try shop.take(
            .overrides,
            columns + """
                o1,MUG,harbour,forecast,20,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z
                o2,MUG,main,forecast,20,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z

                """)
        let all = try scores(shop)
        #expect(all.map(\.verdict) == [.hurt, .helped], "nothing was sold at the harbour")
    }

    // MARK: Lead times

    private let purchases =
        "order,line,supplier,sku,place,quantity,received,currency,ordered_on,expected_on,state,reference\n"

    /// Orders of MUG from Acme, who says seven days: one a week from a day on, each after so many days; nil is open.
    private func order(_ shop: EngineShop, took: [Int?], from first: String, place: String = "main") throws {
        var (lines, receipts) = ("", "")
        let first = try day(first)
        for (index, days) in took.enumerated() {
            let ordered = first.advanced(by: 7 * index)
            let number = "PO-\(place)-\(ordered)"
            lines +=
                "\(number),1,Acme,MUG,\(place),50,\(days == nil ? 0 : 50),GBP,\(ordered),,\(days == nil ? "open" : "closed"),\n"
            guard let days else { continue }
            receipts += "R-\(number),1,\(number),1,Acme,MUG,\(place),50,0,\(ordered.advanced(by: days))T12:00:00Z\n"
        }
        try shop.take(.purchases, purchases + lines)
        try shop.take(
            .receipts, "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at\n" + receipts)
        try shop.engine.facts.refreshProducts()
    }

    private func leadTimeShop(_ value: String = "14", place: String = "", settings: String = "") throws -> EngineShop {
        let shop = try shop(["MUG": 2], settings: settings)
        try shop.take(.counts, "sku,place,quantity,state,counted_at\nMUG,harbour,5,on-hand,2011-06-01T08:00:00Z\n")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,MUG,4.00,GBP,7\n")
        try shop.take(
            .overrides,
            columns
                + "o1,MUG,\(place),lead_time,\(value),,2011-08-01,2011-08-31,ann,strike,2011-08-31,,2011-07-31T08:00:00Z\n"
        )
        return shop
    }

    @Test func `a lead time is held against the supplier's word, in what was ordered in its days`() throws {
        let shop = try leadTimeShop()
        try order(shop, took: [14, 15, 13, nil], from: "2011-08-01")
        try order(shop, took: [20], from: "2011-09-05")
        let score = try only(shop)
        guard case .leadTime(let time) = score.outcome else {
            Issue.record("no lead time")
            return
        }
        #expect(time == OverrideScore.LeadTime(deliveries: 3, open: 1, error: 0 + 1 + 1, errorWithout: 7 + 8 + 6))
        #expect(score.verdict == .helped && score.unitsSaved == nil)
    }

    @Test func `it is held against what deliveries had shown by then`() throws {
        for (settings, isWorse) in [("", true), ("learn_lead_times = false\n", false)] {
            let shop = try leadTimeShop("10", settings: settings)
            try order(shop, took: [14, 14, 14, 14, 14, 14], from: "2011-06-01")
            try order(shop, took: [14, 14], from: "2011-08-01")
            // Known by then: the six of June, which took fourteen days each; the supplier says seven.
            let score = try only(shop)
            guard case .leadTime(let time) = score.outcome else {
                Issue.record("no lead time")
                return
            }
            #expect(time.deliveries == 2 && time.error == 8)
            #expect(isWorse ? time.errorWithout < 2 : time.errorWithout == 14)
            #expect(score.verdict == (isWorse ? .hurt : .helped))
        }
    }

    @Test func `a place has its own deliveries, and none yet is too early`() throws {
        let shop = try leadTimeShop(place: "harbour")
        try order(shop, took: [14, 14], from: "2011-08-01")
        #expect(try only(shop).verdict == .unknown, "nothing was ordered for the harbour")
        try order(shop, took: [nil], from: "2011-08-01", place: "harbour")
        #expect(try only(shop).verdict == .tooEarly)
        try order(shop, took: [7], from: "2011-08-10", place: "harbour")
        #expect(try only(shop).verdict == .hurt)
    }

    // MARK: Minimums

    private func minimumShop(_ value: Int, from: String, to: String = "2011-10-02") throws -> EngineShop {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name,price\nMUG,Mug,10.00\n")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,MUG,4.00,GBP,7\n")
        try shop.take(
            .overrides,
            columns + "o1,MUG,,minimum,\(value),,\(from),\(to),ann,shelf,\(to),,\(from)T00:00:00Z\n")
        return shop
    }

    private func minimum(_ shop: EngineShop) throws -> (OverrideScore.Minimum, OverrideVerdict) {
        let score = try only(shop)
        guard case .minimum(let places) = score.outcome, places.count == 1 else { throw Unmet("one place") }
        return (places[0], score.verdict)
    }

    @Test func `a minimum that was drawn on earned what it sold`() throws {
        let shop = try minimumShop(5, from: "2011-09-20", to: "2011-09-24")
        try count(shop, "MUG", [30, 12, 9, 2, 4, 11, 1], from: "2011-09-19")
        let (place, verdict) = try minimum(shop)
        #expect(place.place == "main" && place.use.days == 5 && place.use.lowest == 2)
        #expect(place.use.drawn == 3 && place.use.undrawn == 2 && place.use.daysSaved == 2)
        // Three that earned 6.00 each; two that cost a quarter of 4.00 a year, for five days.
        #expect(place.margin?.minor == 1800 && place.holding?.minor == 3)
        #expect(verdict == .helped)
    }

    @Test(arguments: [("2011-06-25", 548, OverrideVerdict.noDifference), ("2011-03-17", 1096, .hurt)])
    func `a minimum that was never needed cost its holding`(from: String, cost: Int64, wanted: OverrideVerdict) throws {
        let shop = try minimumShop(20, from: from)
        try count(shop, "MUG", [50], from: from)
        let (place, verdict) = try minimum(shop)
        // 20 × 4.00 × 0.25 × 100 days ÷ 365, or twice as long; all of them would have earned 120.00.
        #expect(place.holding?.minor == cost && place.margin?.minor == 0 && place.fullMargin?.minor == 12_000)
        #expect(verdict == wanted)
    }

    @Test func `one that never stood on the shelf, and one that nobody counted, are not known`() throws {
        let shop = try minimumShop(20, from: "2011-09-20")
        #expect(try only(shop).verdict == .unknown)
        try count(shop, "MUG", [3, 2], from: "2011-09-20")
        #expect(try only(shop).verdict == .unknown)
        #expect(try only(shop).doubt?.isEmpty == false)
    }

    @Test func `without a cost it helped where it was needed`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nMUG,Mug\n")
        try shop.take(
            .overrides,
            columns + "o1,MUG,,minimum,5,,2011-09-20,2011-09-24,ann,shelf,2011-09-24,,2011-09-19T00:00:00Z\n")
        try count(shop, "MUG", [30, 12, 9, 2, 4, 11, 1], from: "2011-09-19")
        let (place, verdict) = try minimum(shop)
        #expect(place.holding == nil && place.margin == nil && verdict == .helped)
    }

    // MARK: Targets

    @Test func `a target is held against what was served on as many days before`() throws {
        let shop = try EngineShop()
        // Four a day, but for five days on which there was none.
        let sold = [Int](repeating: 4, count: 51) + [0, 0, 0, 0, 0] + [Int](repeating: 4, count: 18)
        try shop.sell(["MUG": sold], from: "2011-07-21")
        let stock = [Int](repeating: 40, count: 51) + [0, 0, 0, 0, 0] + [Int](repeating: 40, count: 18)
        try count(shop, "MUG", stock, from: "2011-07-21")
        try shop.take(
            .overrides,
            columns + """
                o1,MUG,,target,99%,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z
                o2,MUG,,target,70%,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z

                """)
        let all = try scores(shop)
        let score = try #require(all.first)
        guard case .target(let now, let before) = score.outcome else {
            Issue.record("no target")
            return
        }
        #expect(now == OverrideScore.Service(served: 1, inStock: 1, lostUnits: 0))
        // Of the fourteen days from 5 September on, five were empty: 36 units were sold and 20 lost.
        let served = try #require(before.served)
        #expect(abs(served - 36.0 / 56) < 1e-9 && before.lostUnits == 20)
        #expect(abs(try #require(before.inStock) - 9.0 / 14) < 1e-9)
        #expect(all.map(\.verdict) == [.helped, .helped], "a raised target may be exceeded")
    }

    @Test func `one that was missed by more than before has hurt`() throws {
        // Served in full before, and half in its days.
        let shop = try EngineShop()
        let sold = [Int](repeating: 4, count: 60) + [0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4]
        try shop.sell(["MUG": sold], from: "2011-07-21")
        try count(shop, "MUG", sold.map { 10 * $0 }, from: "2011-07-21")
        try shop.take(
            .overrides,
            columns + """
                o1,MUG,,target,0.95,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z
                o2,MUG,,target,0.5,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z
                o3,MUG,,target,0.95,,2011-10-01,,ann,x,2011-12-31,,2011-09-18T08:00:00Z

                """)
        #expect(try scores(shop).map(\.verdict) == [.hurt, .helped, .tooEarly])
    }

    @Test func `a target of what nobody counts is not known`() throws {
        let shop = try shop(["MUG": 2])
        try shop.take(
            .overrides,
            columns + "o1,MUG,,target,0.95,,2011-09-19,2011-10-02,ann,x,2011-10-02,,2011-09-18T08:00:00Z\n")
        #expect(try only(shop).verdict == .unknown)
    }

    // MARK: All of them

    @Test func `a code with a quote in it is a code`() throws {
        let shop = try EngineShop()
        try shop.take(.products, "sku,name\nO'MUG,Mug\n")
        try shop.take(
            .overrides,
            columns + "o1,O'MUG,,minimum,5,,2011-09-20,2011-09-24,ann,x,2011-09-24,,2011-09-19T00:00:00Z\n")
        try count(shop, "O'MUG", [30, 12, 9, 2, 4, 11, 1], from: "2011-09-19")
        #expect(try minimum(shop).0.use.drawn == 3)
    }
}
