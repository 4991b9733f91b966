import Domain
import Numerics
import Testing

@testable import Inventory

@Suite("The next best unit to buy")
struct CashRankingTests {
    /// Poisson demand of mean 4, margin 10, carrying 3, from the formula.
    @Test("each further unit is worth what the formula says, up to the newsvendor's stock")
    func rewards() throws {
        let demand = try #require(CountDistribution.poisson(mean: 4))
        let reward = try #require(UnitReward(demand: demand, margin: 10, carrying: 3))
        let values = [9.761897, 8.809483, 6.904657, 4.364888, 1.825120, -0.206695]
        for (index, value) in values.enumerated() {
            #expect(abs(reward.value(ofUnit: Int64(index) + 1) - value) < 1e-6)
        }
        #expect(reward.best == 5)
        #expect(abs(reward.value(from: 0, to: 5) - values.prefix(5).reduce(0, +)) < 5e-6)
        #expect(abs(reward.value(from: 5, to: 0) + reward.value(from: 0, to: 5)) < 1e-12)
        #expect(abs(reward.value(from: -2, to: 0) - 20) < 1e-9)
        #expect(UnitReward(demand: demand, margin: .nan, carrying: 1) == nil)
        #expect(UnitReward(demand: demand, margin: 1, carrying: -1) == nil)
    }

    /// Margin 10, carrying 3, cost 20, mean 4 beside margin 4, carrying 1, cost 5, mean 6: by reward for money eight of the
    /// second and three of the first take exactly 100, the first's fourth unit
    /// being passed over as it no longer fits.
    static func two() throws -> [CashRanking.Line] {
        let first = try reward(4, margin: 10, carrying: 3)
        let second = try reward(6, margin: 4, carrying: 1)
        return [
            CashRanking.Line(reward: first, position: 0, cost: price(20)),
            CashRanking.Line(reward: second, position: 0, cost: price(5)),
        ]
    }

    @Test("a budget buys what brings most for its money")
    func budget() throws {
        let ranking = CashRanking(try Self.two())
        let cut = ranking.cut(at: try pounds(100))
        #expect(cut.quantities == [3, 6] && cut.micros == 90_000_000)
        let filled = ranking.cut(at: try pounds(100), fillsUp: true)
        #expect(filled.quantities == [3, 8] && filled.micros == 100_000_000)
        #expect(cut.next?.line == 0 && cut.next?.bought == 4)
        let all = ranking.cut(at: try pounds(1000))
        #expect(all.quantities == [5, 8] && all.next == nil)
        #expect(ranking.cut(at: try pounds(-5)).quantities == [0, 0])
        #expect(ranking.cut(at: Money(minor: .max, currency: try pounds(1).currency)).quantities == [5, 8])
        #expect(CashRanking([]).cut(at: try pounds(5)).micros == 0)
    }

    /// Every pair of quantities that the money allows.
    @Test("where the money comes out even, nothing that it can buy brings more", arguments: [5, 25, 40, 60, 100])
    func exact(budget: Int64) throws {
        let lines = try Self.two()
        let cut = CashRanking(lines).cut(at: try pounds(budget))
        guard cut.micros == budget * 1_000_000 else { return }
        var best = 0.0
        for a in Int64(0)...10 {
            for b in Int64(0)...20 where a * 20 + b * 5 <= budget {
                best = max(best, lines[0].reward.value(from: 0, to: a) + lines[1].reward.value(from: 0, to: b))
            }
        }
        #expect(abs(cut.reward - best) < 1e-9)
    }

    @Test("rewards for money only fall, and a larger budget buys all that a smaller one does", arguments: 0..<8)
    func monotone(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let lines = try (0..<12).map { _ in
            let demand = try #require(
                CountDistribution.negativeBinomial(mean: 9 * random.uniform(), variance: 30 * random.uniform()))
            let reward = try #require(
                UnitReward(demand: demand, margin: 8 * random.uniform(), carrying: random.uniform()))
            return CashRanking.Line(
                reward: reward, position: Int64(random.uniform() * 4) - 1,
                cost: UnitPrice(micros: Int64(random.uniform() * 9e6)), pack: Int64(1 + random.uniform() * 3),
                minimum: Int64(random.uniform() * 8), maximum: 20)
        }
        let ranking = CashRanking(lines)
        var last = Double.infinity
        for pick in ranking {
            #expect(pick.rate <= last * (1 + 1e-9) && pick.reward > 0)
            last = pick.rate
        }
        var before = [Int64](repeating: 0, count: lines.count)
        for budget in stride(from: Int64(0), through: 400, by: 7) {
            let money = try pounds(budget)
            let cut = ranking.cut(at: money)
            #expect(zip(before, cut.quantities).allSatisfy { $0 <= $1 })
            #expect(cut.micros <= budget * 1_000_000)
            let filled = ranking.cut(at: money, fillsUp: true)
            #expect(filled.micros >= cut.micros && filled.micros <= budget * 1_000_000)
            #expect(filled.reward >= cut.reward)
            for (line, units) in zip(lines, cut.quantities) where units > 0 {
                #expect(units % line.pack == 0 && units >= line.minimum && units <= 20)
            }
            before = cut.quantities
        }
    }

    @Test("a heap gives its items by falling key, the lesser first among equals")
    func heap() {
        var random = SplitMix64(seed: 5)
        var heap = RankHeap()
        let keys = (0..<200).map { _ in (random.uniform() * 20).rounded() }
        for (item, key) in keys.enumerated() { heap.push(key, item) }
        heap.push(.nan, 999)
        let sorted = keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
        var found: [Int] = []
        while let (_, item) = heap.pop() { found.append(item) }
        #expect(found == sorted && heap.isEmpty)
    }
}
