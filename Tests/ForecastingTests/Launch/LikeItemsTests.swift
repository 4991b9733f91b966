import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Like items")
struct LikeItemsTests {
    private typealias Item = LikeItems.Item

    /// Units by day of one launch: a burst that settles in a month, at a level.
    private func sales(_ level: Double, days: Int, kappa: Double = 0.1, _ generator: inout SplitMix64) -> [Double] {
        (0..<days).map { day in
            let mean = level * (0.7 + 1.2 * exp(-Double(day) / 10))
            return Double(generator.negativeBinomial(mean: mean, variance: mean + kappa * mean * mean) ?? 0)
        }
    }

    /// Median level of a category and band: toys sell twice as well as books, cheap ones three times as well as dear ones.
    private func level(_ item: Item) -> Double {
        3 * (item.category == "toys" ? 2 : 1) * (item.priceBand == "low" ? 3 : 1) * (item.place == "north" ? 0.5 : 1)
    }

    private func world(_ count: Int, seed: UInt64 = 1, spread: Double = 0.5) -> (items: [Item], sales: [[Double]]) {
        var generator = SplitMix64(seed: seed)
        var (items, past): ([Item], [[Double]]) = ([], [])
        for launch in 0..<count {
            let item = Item(
                category: launch % 2 == 0 ? "toys" : "books", priceBand: launch / 2 % 2 == 0 ? "low" : "high",
                place: launch / 4 % 2 == 0 ? "north" : "south")
            items.append(item)
            past.append(sales(level(item) * exp(spread * generator.normal()), days: 60, &generator))
        }
        return (items, past)
    }

    @Test("levels of category, band and place are found, and the curve")
    func levels() throws {
        let world = world(160)
        let like = try #require(LikeItems(world.items, sales: world.sales))
        #expect(like.launches == 160)
        #expect(abs(like.spread - 0.25) < 0.1)
        #expect(abs(like.kappa - 0.1) < 0.05)
        for item in Set(world.items) {
            // The mean of a lognormal lies above its median.
            let truth = level(item) * exp(0.125) * (0..<28).reduce(0.0) { $0 + 0.7 + 1.2 * exp(-Double($1) / 10) }
            #expect(abs(log(like.launch(item).mean(days: 0..<28) / truth)) < 0.35)
        }
        let launch = like.launch(world.items[0])
        #expect(launch.mean(day: 2) > 1.6 * launch.mean(day: 40))
        #expect(launch.mean(day: 59) > 0.8 * launch.mean(day: 500))
        #expect(launch.multiple == 1)
    }

    @Test("new launches fall within their nine in ten as often as promised, before and after a week of their own")
    func coverage() throws {
        let world = world(120, seed: 3)
        let like = try #require(LikeItems(world.items, sales: world.sales))
        var generator = SplitMix64(seed: 99)
        var (before, after) = (0, 0)
        var (errorBefore, errorAfter) = (0.0, 0.0)
        for trial in 0..<300 {
            let item = world.items[trial % 8]
            let real = sales(level(item) * exp(0.5 * generator.normal()), days: 35, &generator)
            let total = real[7...].reduce(0, +)
            let first = like.launch(item).demand(days: 7..<35)
            let second = like.launch(item, own: Array(real[..<7])).demand(days: 0..<28)
            if (Double(first.quantile(0.05))...Double(first.quantile(0.95))).contains(total) { before += 1 }
            if (Double(second.quantile(0.05))...Double(second.quantile(0.95))).contains(total) { after += 1 }
            errorBefore += abs(first.mean - total)
            errorAfter += abs(second.mean - total)
        }
        #expect((255...297).contains(before))
        #expect((255...297).contains(after))
        #expect(errorAfter < 0.6 * errorBefore)
    }

    @Test("few launches of a band move it little; a category never seen is like all, and less sure")
    func shrunk() throws {
        var (items, past) = world(80, seed: 5)
        var generator = SplitMix64(seed: 6)
        let new = Item(category: "toys", priceBand: "luxury", place: "south")
        let without = try #require(LikeItems(items, sales: past)).launch(new).mean(days: 0..<28)
        items.append(new)
        past.append(sales(200, days: 60, &generator))
        let one = try #require(LikeItems(items, sales: past))
        let alone = sales(200, days: 28, kappa: 0, &generator).reduce(0, +)
        let mean = one.launch(new).mean(days: 0..<28)
        #expect(mean > without && mean < 0.6 * alone)
        let likeness = one.likeness(new)
        #expect(likeness.band == 1 && likeness.category == 41 && likeness.all == 81)
        let unknown = Item(category: "plants", priceBand: "low", place: "south")
        let toys = Item(category: "toys", priceBand: "low", place: "south")
        #expect(one.launch(unknown).shape < one.launch(toys).shape)
    }

    @Test(
        "own days that sell as its like change the level little; twice as much moves it most of the way after a month")
    func own() throws {
        let world = world(120, seed: 8)
        let like = try #require(LikeItems(world.items, sales: world.sales))
        let item = world.items[1]
        let expected = like.launch(item)
        let same = like.launch(item, own: (0..<28).map { expected.mean(day: $0) })
        #expect(abs(same.multiple - 1) < 1e-9)
        #expect(abs(same.mean(day: 0) - expected.mean(day: 28)) < 1e-9)
        #expect(same.shape > expected.shape)
        let twice = like.launch(item, own: (0..<28).map { 2 * expected.mean(day: $0) })
        #expect(twice.multiple > 1.7 && twice.multiple < 2)
        // Days out of stock change nothing but the place on the curve.
        let unseen = like.launch(item, own: [Double](repeating: .nan, count: 28))
        #expect(unseen.multiple == 1 && unseen.shape == expected.shape)
    }

    @Test("moments of a run of days are those of the law, drawn from")
    func moments() throws {
        let like = try #require(LikeItems(world(60).items, sales: world(60).sales))
        let launch = like.launch(Item(category: "toys", priceBand: "low", place: "north"))
        var generator = SplitMix64(seed: 4)
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<20_000 {
            let multiple = generator.gamma(shape: launch.shape, scale: 1 / launch.shape) ?? 1
            var total = 0.0
            for day in 3..<8 {
                let mean = launch.mean(day: day) * multiple
                total += Double(
                    generator.negativeBinomial(mean: mean, variance: mean + launch.kappa * mean * mean) ?? 0)
            }
            sum += total
            squares += total * total
        }
        let mean = sum / 20_000
        #expect(abs(mean / launch.mean(days: 3..<8) - 1) < 0.02)
        #expect(abs((squares / 20_000 - mean * mean) / launch.variance(days: 3..<8) - 1) < 0.06)
        let law = launch.demand(days: 3..<8)
        #expect(abs(law.mean / launch.mean(days: 3..<8) - 1) < 1e-3)
        #expect(launch.demand(days: 4..<4).mean == 0)
    }

    @Test("the order of past launches does not matter, and one wild launch among many hardly")
    func robust() throws {
        var (items, past) = world(80, seed: 12)
        let item = items[3]
        let mean = try #require(LikeItems(items, sales: past)).launch(item).mean(days: 0..<28)
        let turned = try #require(LikeItems(items.reversed(), sales: past.reversed()))
        #expect(abs(turned.launch(item).mean(days: 0..<28) / mean - 1) < 1e-9)
        items.append(item)
        past.append([Double](repeating: 1e6, count: 60))
        let wild = try #require(LikeItems(items, sales: past)).launch(item).mean(days: 0..<28)
        #expect(wild / mean < 2)
    }

    @Test("launches that differ in length, hold gaps or never sold are borne; none at all gives nothing")
    func badInput() throws {
        #expect(LikeItems([], sales: []) == nil)
        let item = Item(category: "a", priceBand: "b")
        #expect(LikeItems([item], sales: [[0, 0]]) == nil)
        #expect(LikeItems([item], sales: []) == nil)
        #expect(LikeItems([item], sales: [[.nan, -1, .infinity]]) == nil)
        let like = try #require(LikeItems([item, item, item], sales: [[3, .nan, 5, 2], [0, 0, 0, 0, 0, 0], []]))
        #expect(like.launches == 2)
        let launch = like.launch(item, own: [.nan, -3, .infinity, 2, 1e300])
        #expect(launch.mean(days: 0..<1000).isFinite && launch.mean(days: 0..<1000) > 0)
        #expect(launch.variance(days: 0..<10) >= launch.mean(days: 0..<10))
        #expect(like.outlookWeights(item).weights == [1, 1, 0])
        #expect(like.outlookWeights(item).scale > 0)
    }
}
