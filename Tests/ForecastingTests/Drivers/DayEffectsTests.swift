import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Day effects")
struct DayEffectsTests {
    private static let days = 730
    private static let horizon = 60

    /// Two groups of ten series, weekdays and a slow wave, and whatever else drives them.
    private func shop(
        seed: UInt64 = 4, mean: Double = 12, kappa: Double = 0.1, scale: Double = 1,
        drive: (Int, Int) -> Double = { _, _ in 1 }
    ) -> ShopDays {
        var demand: [Double] = []
        for series in 0..<20 {
            var generator = SplitMix64(seed: seed &+ UInt64(series) &* 101)
            let size = mean * (0.4 + 1.2 * generator.uniform())
            for day in 0..<DayEffectsTests.days {
                let usual = size * [0.8, 0.8, 0.9, 1, 1.2, 1.4, 0.9][day % 7] * (1 + 0.3 * sin(Double(day) / 58))
                let expected = usual * drive(series, day)
                let units = generator.negativeBinomial(mean: expected, variance: expected + kappa * expected * expected)
                demand.append(scale * Double(units ?? 0))
            }
        }
        var shop = ShopDays(demand: demand, days: DayEffectsTests.days, horizon: DayEffectsTests.horizon)
        shop.groups = (0..<20).map { $0 % 2 }
        return shop
    }

    @Test("without drivers nothing has an effect, nor an explanation")
    func identity() throws {
        let effects = try DayEffects(shop())
        #expect((0..<20).allSatisfy { series in effects.past(series).allSatisfy { $0 == .none } })
        #expect(effects.future(3).count == 60 && effects.future(3).allSatisfy { $0 == .none })
        #expect(effects.reasons(0, day: 100).isEmpty)
        #expect(effects.elasticity(0) == nil)
    }

    @Test("an occasion seen twice has nearly its effect on the day and about it, in each group its own")
    func occasion() throws {
        let days = [300, 664, 760]
        var shop = shop(mean: 40, kappa: 0.02) { series, day in
            guard days.contains(day) else { return days.contains(day + 1) ? 1.5 : 1 }
            return series % 2 == 0 ? 3 : 2
        }
        shop.occasions = [ShopDays.Occasion(name: "Black Friday", kind: "retail", days: days)]
        let effects = try DayEffects(shop)
        let even = effects.effect(0, day: 760)
        let odd = effects.effect(1, day: 760)
        #expect(even.multiplier > 2.3 && even.multiplier < 3.2)
        #expect(odd.multiplier > 1.7 && odd.multiplier < 2.3)
        #expect(abs(log(even.multiplier / 3)) < 3 * even.deviation)
        #expect(abs(log(odd.multiplier / 2)) < 3 * odd.deviation)
        let before = effects.effect(0, day: 759).multiplier
        #expect(before > 1.2 && before < 1.6)
        #expect(abs(effects.effect(0, day: 762).multiplier - 1) < 0.15)
        #expect(effects.effect(0, day: 740) == .none)
        let reason = try #require(effects.reasons(0, day: 759).first)
        #expect(reason.driver == "Black Friday −1 day")
        #expect(reason.seen == 2)
        #expect(reason.description.hasPrefix("Black Friday −1 day: ×1."))
        #expect(reason.description.hasSuffix(", seen 2 times"))
    }

    @Test("a holiday never seen does what its kind does, and is less sure than those that were")
    func newHoliday() throws {
        let seen = (0..<8).map { index in [40 + index * 41, 405 + index * 41] }
        let on = Set(seen.joined())
        var shop = shop { _, day in on.contains(day) ? 1.6 : 1 }
        shop.occasions = seen.enumerated().map {
            ShopDays.Occasion(name: "Holiday \($0.offset)", kind: "holiday", days: $0.element)
        }
        shop.occasions.append(ShopDays.Occasion(name: "Jubilee", kind: "holiday", days: [750]))
        shop.occasions.append(ShopDays.Occasion(name: "Fair", kind: "event", days: [770]))
        let effects = try DayEffects(shop)
        let new = effects.effect(0, day: 750)
        #expect(new.multiplier > 1.35 && new.multiplier < 1.7)
        #expect(new.deviation > effects.effect(0, day: 40).deviation)
        // Of a kind never seen nothing is known.
        #expect(effects.effect(0, day: 770).multiplier == 1)
        #expect(effects.effect(0, day: 770).deviation > new.deviation)
        #expect(effects.reasons(0, day: 750).first?.description.hasSuffix("never seen") == true)
    }

    @Test("an occasion seen once by chance on a wild day moves less than the day did; no effect stays none")
    func shrunk() throws {
        var shop = shop { _, _ in 1 }
        shop.occasions = [ShopDays.Occasion(name: "Payday", kind: "payday", days: (0..<26).map { $0 * 30 + 5 })]
        let effects = try DayEffects(shop)
        for series in 0..<20 { #expect(abs(effects.effect(series, day: 755).multiplier - 1) < 0.06) }
    }

    @Test("holidays in a row share their days: together they do what was done, each day once")
    func neighbours() throws {
        let starts = [200, 565]
        var shop = shop(mean: 40, kappa: 0.02) { _, day in
            starts.contains(day + 1) || starts.contains(day - 3)
                ? 1.6 : starts.contains { ($0..<$0 + 3).contains(day) } ? 0.6 : 1
        }
        shop.occasions = (0..<3).map { offset in
            ShopDays.Occasion(name: "Day \(offset + 1)", kind: "holiday", days: (starts + [740]).map { $0 + offset })
        }
        // Two names for one day.
        shop.occasions.append(ShopDays.Occasion(name: "Also day 1", kind: "retail", days: starts + [740]))
        let effects = try DayEffects(shop)
        for day in 740..<743 { #expect(abs(effects.effect(0, day: day).multiplier / 0.6 - 1) < 0.15) }
        for day in [739, 743] { #expect(abs(effects.effect(0, day: day).multiplier / 1.6 - 1) < 0.15) }
        for day in [736, 746] { #expect(abs(effects.effect(0, day: day).multiplier - 1) < 0.1) }
    }

    @Test("elasticity is found and drawn to the group's where a series' own price hardly moved")
    func price() throws {
        var prices: [Double] = []
        for series in 0..<20 {
            for day in 0..<790 {
                let isCheap = series < 18 && (day + 13 * series) / 9 % 6 == 0
                prices.append(log(20) + (isCheap ? log(0.8) : 0))
            }
        }
        // Two series had one week of another price.
        for series in 18..<20 { for day in 300..<307 { prices[series * 790 + day] = log(20 * 0.8) } }
        var shop = shop { series, day in pow(exp(prices[series * 790 + day]) / 20, -2) }
        shop.logPrices = prices
        let effects = try DayEffects(shop)
        for series in 0..<20 {
            let elasticity = try #require(effects.elasticity(series))
            #expect(abs(elasticity.value + 2) < 0.5)
            #expect(elasticity.deviation > 0.03)
        }
        #expect(try #require(effects.elasticity(19)).deviation > #require(effects.elasticity(3)).deviation)
        let cheap = try #require((730..<790).first { prices[3 * 790 + $0] < 2.9 })
        let dear = try #require((730..<790).first { prices[3 * 790 + $0] > 2.9 })
        let ratio = effects.effect(3, day: cheap).multiplier / effects.effect(3, day: dear).multiplier
        #expect(abs(ratio / pow(0.8, -2) - 1) < 0.12)
    }

    @Test("declared lifts are corrected by how right declarations were; a promotion of unknown effect has the pool's")
    func promotion() throws {
        // Declared to double, they bring half as much again; one series promotes for the first time tomorrow.
        func isOn(_ series: Int, _ day: Int) -> Bool { series != 7 && (day + 17 * series) % 50 < 5 }
        var shop = shop { series, day in isOn(series, day) ? 1.5 : 1 }
        shop.promotions = (0..<20).flatMap { series in (0..<790).map { isOn(series, $0) ? 2.0 : 0 } }
        for day in 730..<740 { shop.promotions[7 * 790 + day] = 2 }
        let declared = try DayEffects(shop).effect(7, day: 732)
        #expect(declared.multiplier > 1.4 && declared.multiplier < 1.7)
        shop.promotions = shop.promotions.map { $0 == 0 ? 0 : .nan }
        let unknown = try DayEffects(shop).effect(7, day: 732)
        #expect(unknown.multiplier > 1.35 && unknown.multiplier < 1.6)
        // With no past promotion at all the declaration is all there is.
        shop.promotions = [Double](repeating: 0, count: 20 * 790)
        shop.promotions[7 * 790 + 732] = 1.8
        let first = try DayEffects(shop)
        #expect(abs(first.effect(7, day: 732).multiplier - 1.8) < 1e-9)
        #expect(first.reasons(7, day: 732).first?.driver == "promotion")
    }

    @Test("warm days sell more where they do")
    func weather() throws {
        var generator = SplitMix64(seed: 77)
        var warmth = 0.0
        let values = (0..<790).map { day -> Double in
            warmth = 0.6 * warmth + generator.normal() * 3
            return 12 + 8 * sin(Double(day) / 58) + warmth
        }
        let seasonal = (0..<790).map { 12 + 8 * sin(Double($0) / 58) }
        var shop = shop { series, day in series % 2 == 0 ? exp(0.04 * (values[day] - seasonal[day])) : 1 }
        shop.weather = values
        let effects = try DayEffects(shop)
        let warm = try #require((730..<790).max { values[$0] - seasonal[$0] < values[$1] - seasonal[$1] })
        let truth = exp(0.04 * (values[warm] - seasonal[warm]))
        #expect(effects.effect(0, day: warm).multiplier > 1 + 0.5 * (truth - 1))
        #expect(effects.effect(0, day: warm).multiplier < 1 + 1.3 * (truth - 1))
        #expect(abs(effects.effect(1, day: warm).multiplier - 1) < 0.05)
    }

    @Test("a driver that is on every day has no effect of its own")
    func always() throws {
        var shop = shop()
        shop.promotions = [Double](repeating: .nan, count: 20 * 790)
        shop.logPrices = [Double](repeating: 3, count: 20 * 790)
        shop.weather = [Double](repeating: 21, count: 790)
        let effects = try DayEffects(shop)
        for series in 0..<20 { #expect(abs(effects.effect(series, day: 740).multiplier - 1) < 0.02) }
    }

    @Test("the same shop in cases of twelve, or in another order, has the same effects")
    func scaleAndOrder() throws {
        let days = [100, 200, 300, 400, 500, 600, 740]
        func made(_ scale: Double) -> ShopDays {
            var shop = shop(mean: 60, scale: scale) { _, day in days.contains(day) ? 1.8 : 1 }
            shop.occasions = [
                ShopDays.Occasion(name: "Fair", kind: "event", days: days),
                ShopDays.Occasion(name: "Payday", kind: "payday", days: (0..<26).map { $0 * 30 + 5 }),
            ]
            return shop
        }
        let one = try DayEffects(made(1))
        let twelve = try DayEffects(made(12))
        #expect(abs(one.effect(0, day: 740).multiplier / twelve.effect(0, day: 740).multiplier - 1) < 0.04)
        var turned = made(1)
        turned.occasions.reverse()
        let other = try DayEffects(turned)
        for day in 0..<790 {
            #expect(abs(one.effect(4, day: day).multiplier - other.effect(4, day: day).multiplier) < 1e-9)
        }
    }

    @Test("days that were missing or out of stock say nothing")
    func missing() throws {
        let days = [150, 450, 740]
        func truth(_ series: Int, _ day: Int) -> Double { days.contains(day) ? 2 : 1 }
        var whole = shop(mean: 40, kappa: 0.02, drive: truth)
        whole.occasions = [ShopDays.Occasion(name: "Fair", kind: "event", days: days)]
        var holed = ShopDays(
            demand: whole.demand.enumerated().map { $0.offset % 7 == 3 ? .nan : $0.element }, days: 730, horizon: 60)
        holed.groups = whole.groups
        holed.occasions = whole.occasions
        // Sold out on the second fair: nothing sold, nothing said.
        holed.inStock = [Double](repeating: 1, count: holed.demand.count)
        for series in 0..<20 { holed.inStock[series * 730 + 450] = 0 }
        let left = try DayEffects(whole).effect(0, day: 740)
        let right = try DayEffects(holed).effect(0, day: 740)
        #expect(abs(log(right.multiplier / 2)) < 3 * right.deviation)
        #expect(right.multiplier > 1.5)
        #expect(right.deviation > left.deviation)
        #expect(try DayEffects(holed).reasons(0, day: 740).first?.seen == 1)
    }

    @Test("multipliers stay within .05 and 20 whatever the input; arrays that do not fit are named")
    func hostile() throws {
        var generator = SplitMix64(seed: 2)
        let values: [Double] = [0, 1e11, .nan, .infinity, -3, 1, 2, 1e300]
        let demand = (0..<3 * 200).map { _ in values[Int(generator.next() % 8)] }
        var shop = ShopDays(demand: demand, days: 200, horizon: 30)
        shop.promotions = (0..<3 * 230).map { _ in values[Int(generator.next() % 8)] }
        shop.logPrices = (0..<3 * 230).map { _ in values[Int(generator.next() % 8)] }
        shop.weather = (0..<230).map { _ in values[Int(generator.next() % 7)] }
        shop.occasions = [
            ShopDays.Occasion(name: "", kind: "", days: [Int.min / 2, -1, 5, 5, 199, 210, Int.max / 2]),
            ShopDays.Occasion(name: "", kind: "", days: []),
        ]
        let effects = try DayEffects(shop)
        for series in 0..<3 {
            for effect in effects.past(series) + effects.future(series) {
                #expect((0.0499...20.001).contains(effect.multiplier) && effect.deviation.isFinite)
            }
        }
        #expect(effects.effect(9, day: 0) == .none && effects.effect(0, day: -1) == .none)
        #expect(try DayEffects(ShopDays(demand: [], days: 10, horizon: 2)).future(0).allSatisfy { $0 == .none })
        var wrong = ShopDays(demand: [1, 2, 3, 4], days: 2, horizon: 1)
        wrong.weather = [1]
        #expect(throws: ForecastingError.self) { try DayEffects(wrong) }
        #expect(throws: ForecastingError.self) { try DayEffects(ShopDays(demand: [1, 2, 3], days: 2, horizon: 1)) }
        var groups = ShopDays(demand: [1, 2], days: 2, horizon: 0)
        groups.groups = [-1]
        #expect(throws: ForecastingError.self) { try DayEffects(groups) }
    }
}
