import Domain
import Glibc
import Numerics
import Testing

@testable import Inventory

@Suite("Lead times learned from deliveries")
struct SupplierLeadTimeTests {
    /// A Monday.
    static let monday = Day(number: 19_723)

    static func days(_ times: [Int]) -> [SupplierDelivery] {
        times.map { SupplierDelivery(ordered: monday, sellable: monday.advanced(by: $0)) }
    }

    static func open(_ ages: [Int], today: Day) -> [SupplierDelivery] {
        ages.map { SupplierDelivery(ordered: today.advanced(by: -$0)) }
    }

    /// Day by day.
    @Test("working days are counted without weekends and closures, either way", arguments: 0..<15)
    func workingDays(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let start = Self.monday.advanced(by: Int(random.uniform() * 7))
        let closures = (0..<4).map { _ in
            let first = start.advanced(by: Int(random.uniform() * 60) - 10)
            return first...first.advanced(by: Int(random.uniform() * 9))
        }
        let weekdays: Set<Weekday> = seed % 3 == 0 ? [] : [.monday, .tuesday, .wednesday, .friday]
        let days = WorkingDays(weekdays: weekdays, closures: closures)
        var count = 0
        #expect(days.day(0, after: start) == start)
        for distance in 1...70 {
            let day = start.advanced(by: distance)
            let isWorked = weekdays.isEmpty || weekdays.contains(day.weekday)
            if isWorked, !closures.contains(where: { $0.contains(day) }) {
                count += 1
                #expect(days.day(count, after: start) == day)
            }
            #expect(days.count(after: start, through: day) == count)
            #expect(days.count(after: day, through: start) == -count)
        }
        #expect(days.day(-1, after: start) == nil && days.day(100_000, after: start) == nil)
        let closed = WorkingDays(closures: [start...start.advanced(by: 5000)])
        #expect(closed.day(1, after: start) == nil && closed.count(after: start, through: start.advanced(by: 99)) == 0)
    }

    @Test("without open orders or a group it is the mean and spread of the logarithms")
    func plain() throws {
        let times = [5, 8, 6, 12, 9, 7, 30]
        let found = try #require(SupplierLeadTime(Self.days(times), today: Self.monday.advanced(by: 400)))
        let logs = times.map { log(Double($0)) }
        let mean = logs.reduce(0, +) / 7
        let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 7
        #expect(abs(found.logMean - mean) < 1e-9 && abs(found.logDeviation - variance.squareRoot()) < 1e-9)
        #expect(found.delivered == 7 && found.open == 0 && found.lateShare == nil)
        #expect(abs(found.mean - exp(mean + variance / 2)) < 1e-9)
    }

    /// The censored likelihood itself, on a grid around the answer.
    @Test("open orders count by the chance that they take longer")
    func censored() throws {
        let today = Self.monday.advanced(by: 400)
        let known = [12, 9, 15, 11]
        let ages = [10, 14]
        let found = try #require(
            SupplierLeadTime(Self.days(known) + Self.open(ages, today: today), today: today))
        func likelihood(_ mean: Double, _ deviation: Double) -> Double {
            var sum = 0.0
            for time in known {
                let z = (log(Double(time)) - mean) / deviation
                sum += -z * z / 2 - log(deviation)
            }
            for age in ages { sum += log(0.5 * erfc((log(Double(age)) - mean) / deviation / 2.0.squareRoot())) }
            return sum
        }
        let best = likelihood(found.logMean, found.logDeviation)
        for mean in stride(from: -0.02, through: 0.02, by: 0.005) {
            for deviation in stride(from: -0.02, through: 0.02, by: 0.005) {
                #expect(likelihood(found.logMean + mean, found.logDeviation + deviation) <= best + 1e-9)
            }
        }
        let naive = try #require(SupplierLeadTime(Self.days(known), today: today))
        #expect(found.mean > naive.mean && found.open == 2)
    }

    @Test("few deliveries lie between their own mean and the group's, many are their own")
    func shrinkage() throws {
        let today = Self.monday.advanced(by: 400)
        let group = try #require(SupplierLeadTime(Self.days([10, 12, 9, 11, 10, 13, 8]), today: today))
        var last = group.logMean
        for count in [1, 2, 5, 20, 200] {
            let few = try #require(
                SupplierLeadTime(Self.days([Int](repeating: 30, count: count)), today: today, group: group))
            #expect(few.logMean > last && few.logMean < log(30))
            last = few.logMean
        }
        #expect(abs(last - log(30)) < 0.03)
        let none = try #require(SupplierLeadTime([], today: today, group: group))
        #expect(abs(none.mean - group.mean) < 1e-9 && abs(none.spread - group.spread) < 1e-9)
        // Five open orders of a hundred days say what no delivery has said yet.
        let silent = try #require(
            SupplierLeadTime(Self.open([100, 100, 90, 80, 95], today: today), today: today, group: group))
        #expect(silent.mean > 3 * group.mean)
    }

    /// 400 lead times drawn from a known law, the youngest orders still open.
    @Test("the law that deliveries were drawn from is found")
    func recovered() throws {
        var random = SplitMix64(seed: 11)
        let today = Self.monday.advanced(by: 300)
        let deliveries = (0..<1200).map { _ in
            let ordered = Self.monday.advanced(by: 270 + Int(random.uniform() * 30))
            let time = Int(exp(2.7 + 0.5 * random.normal()).rounded())
            return SupplierDelivery(ordered: ordered, sellable: ordered.advanced(by: time))
        }
        let seen = deliveries.map { delivery in
            var delivery = delivery
            if let day = delivery.sellable, day > today { delivery.sellable = nil }
            return delivery
        }
        let found = try #require(SupplierLeadTime(seen, today: today))
        #expect(found.open > 400)
        #expect(abs(found.logMean - 2.7) < 0.06 && abs(found.logDeviation - 0.5) < 0.05)
        // What lies in the future is not known yet.
        #expect(try #require(SupplierLeadTime(deliveries, today: today)) == found)
    }

    @Test("lateness is counted against the promise, open orders past it included")
    func late() throws {
        let today = Self.monday.advanced(by: 30)
        func delivery(_ taken: Int?, promised: Int?) -> SupplierDelivery {
            SupplierDelivery(
                ordered: Self.monday, sellable: taken.map { Self.monday.advanced(by: $0) },
                promised: promised.map { Self.monday.advanced(by: $0) })
        }
        let found = try #require(
            SupplierLeadTime(
                [
                    delivery(5, promised: 7), delivery(9, promised: 7), delivery(7, promised: 7),
                    delivery(nil, promised: 20), delivery(nil, promised: 40), delivery(6, promised: nil),
                ], today: today))
        #expect(found.lateShare == 0.5 && found.lateDays == 6)
    }

    @Test("the lead time of an order has its chances, and skips days that are not worked")
    func calendar() throws {
        let today = Self.monday.advanced(by: 400)
        let learned = try #require(SupplierLeadTime(Self.days([4, 5, 6, 5, 5, 7, 4]), today: today))
        #expect(abs(learned.outcomes().reduce(0) { $0 + $1.weight } - 1) < 1e-6)
        let lead = try learned.leadTime(orderedOn: Self.monday)
        #expect(abs(lead.mean - learned.mean) < 0.1 && abs(lead.spread - learned.spread) < 0.15)
        let week = WorkingDays(weekdays: [.monday, .tuesday, .wednesday, .thursday, .friday])
        let skipping = try learned.leadTime(orderedOn: Self.monday, days: week)
        for outcome in skipping.outcomes {
            #expect(Self.monday.advanced(by: outcome.days).weekday.rawValue < 5)
        }
        #expect(skipping.mean > lead.mean + 1)
        let waiting = learned.outcomes(waited: 6)
        #expect(waiting.first?.days == 7 && abs(waiting.reduce(0) { $0 + $1.weight } - 1) < 1e-6)
        #expect(learned.outcomes(waited: 200).count == 1 && learned.outcomes(waited: .max).count == 1)
        let closed = WorkingDays(closures: [Self.monday...Self.monday.advanced(by: 9000)])
        #expect(throws: InventoryError.self) { try learned.leadTime(orderedOn: Self.monday, days: closed) }
    }

    @Test("outcomes of a lead time are added up and must make sense")
    func outcomes() throws {
        let lead = try LeadTime(outcomes: [(5, 1), (3, 2), (5, 1)])
        #expect(lead.outcomes.map(\.days) == [3, 5] && lead.outcomes.map(\.chance) == [0.5, 0.5])
        #expect(lead.mean == 4 && lead.spread == 1)
        for bad in [[(-1, 1.0)], [(1001, 1)], [(1, -1)], [(1, .nan)], [(1, 0)], []] {
            #expect(throws: InventoryError.self) { try LeadTime(outcomes: bad.map { ($0.0, $0.1) }) }
        }
    }

    @Test("neither delivery nor group is no lead time, and one delivery is one")
    func least() throws {
        let today = Self.monday
        #expect(SupplierLeadTime([], today: today) == nil)
        #expect(SupplierLeadTime(Self.open([5], today: today), today: today) == nil)
        #expect(SupplierLeadTime(Self.days([5]), today: today.advanced(by: 9), priorWeight: .nan) == nil)
        let one = try #require(SupplierLeadTime(Self.days([5]), today: today.advanced(by: 9)))
        #expect(abs(one.mean - 5) < 0.05 && one.spread > 0)
        // Many open orders beside one quick delivery end at a bound, not nowhere.
        let lost = try #require(
            SupplierLeadTime(
                Self.days([0]) + Self.open([Int](repeating: 300, count: 50), today: today.advanced(by: 400)),
                today: today.advanced(by: 400)))
        #expect(lost.mean.isFinite && lost.spread.isFinite && lost.mean > 100)
    }
}
