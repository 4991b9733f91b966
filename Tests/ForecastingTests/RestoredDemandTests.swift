import Forecasting
import Numerics
import Testing

@Suite("Restoring the demand of hours out of stock")
struct RestoredDemandTests {
    /// A made world of known demand: levels, hours, days that move all series, and days of a series' own.
    struct World {
        let series = 60
        let days = 40
        let hours = 12
        var demand: [Double] = []
        var inStock: [Double] = []
        var products: [Int] = []

        /// Stock is up to twice a mean day and runs out for the rest of the day; `scale` is the unit of measure.
        init(seed: UInt64, scale: Double = 1) {
            var generator = SplitMix64(seed: seed)
            let shape = (0..<12).map { 0.4 + Double(($0 * 5) % 12) / 10 }
            let day = (0..<days).map { _ in generator.gamma(shape: 20, scale: 0.05) ?? 1 }
            for i in 0..<series {
                products.append(i % 20)
                let level = 0.3 + 1.5 * generator.uniform()
                for d in 0..<days {
                    let own = generator.gamma(shape: 12, scale: 1.0 / 12) ?? 1
                    var stock = 2.5 * level * 12 * generator.uniform()
                    for h in 0..<hours {
                        let mean = level * day[d] * own * shape[h]
                        let units = Double(generator.poisson(mean: mean) ?? 0)
                        demand.append(units * scale)
                        inStock.append(stock > 0 ? 1 : 0)
                        stock -= units
                    }
                }
            }
        }

        func shelf() throws -> ShelfHours {
            try ShelfHours(
                series: series, days: days, hours: hours, sold: zip(demand, inStock).map { $0 * $1 }, inStock: inStock,
                groups: [products])
        }
    }

    func share(_ demand: [Double], of world: World) -> (bias: Double, error: Double, naive: Double) {
        var (truth, estimate, error, lost) = (0.0, 0.0, 0.0, 0.0)
        for row in 0..<world.series * world.days {
            let cells = row * world.hours..<(row + 1) * world.hours
            let real = world.demand[cells].reduce(0, +)
            let found = demand[cells].reduce(0, +)
            let sold = cells.reduce(0.0) { $0 + world.demand[$1] * world.inStock[$1] }
            truth += real
            estimate += found
            error += abs(real - found)
            lost += real - sold
        }
        return ((estimate - truth) / truth, error / truth, lost / truth)
    }

    @Test("stock-outs that demand itself caused are restored without bias", arguments: [UInt64(5), 6])
    func unbiased(seed: UInt64) throws {
        let world = World(seed: seed)
        let restored = try RestoredDemand(world.shelf())
        let (bias, error, naive) = share(restored.demand, of: world)
        #expect(naive > 0.15)
        #expect(abs(bias) < 0.01)
        #expect(error < 0.6 * naive)
        // True variances are 1/12 for a day's own and 1/20 for all.
        #expect(restored.dayVariance > 0.04 && restored.dayVariance < 0.13)
        #expect(restored.groupVariances[0] > 0.015 && restored.groupVariances[0] < 0.11)
        #expect(restored.phi > 0.8 && restored.phi < 1.5)
    }

    @Test("hours in stock keep what was sold, and no hour falls below it")
    func keepsSales() throws {
        let world = World(seed: 9)
        let shelf = try world.shelf()
        let restored = RestoredDemand(shelf)
        for cell in shelf.sold.indices {
            if shelf.inStock[cell] == 1 { #expect(restored.demand[cell] == shelf.sold[cell]) }
            #expect(restored.demand[cell] >= shelf.sold[cell])
        }
        #expect(RestoredDemand(shelf).demand == restored.demand)
    }

    @Test("the unit of measure does not matter")
    func scale() throws {
        let one = try RestoredDemand(World(seed: 3).shelf())
        let tenth = try RestoredDemand(World(seed: 3, scale: 0.1).shelf())
        for (left, right) in zip(one.demand, tenth.demand) { #expect(abs(left * 0.1 - right) < 1e-6) }
    }

    @Test("a driver that doubles demand is found and used")
    func driver() throws {
        var generator = SplitMix64(seed: 21)
        let (series, days, hours) = (20, 40, 10)
        var (sold, stock, driver, truth) = ([Double](), [Double](), [Double](), [Double]())
        for _ in 0..<series {
            for _ in 0..<days {
                let isPromoted = generator.uniform() < 0.2
                driver.append(isPromoted ? 1 : 0)
                let isOut = generator.uniform() < 0.3
                for h in 0..<hours {
                    let units = Double(generator.poisson(mean: isPromoted ? 4 : 2) ?? 0)
                    let seen = isOut && h >= 2 ? 0.0 : 1
                    truth.append(units)
                    sold.append(units * seen)
                    stock.append(seen)
                }
            }
        }
        let shelf = try ShelfHours(
            series: series, days: days, hours: hours, sold: sold, inStock: stock, drivers: driver)
        let restored = RestoredDemand(shelf)
        #expect(abs(restored.driverEffects[0] - 0.6931) < 0.08)
        let bias = restored.demand.reduce(0, +) / truth.reduce(0, +) - 1
        #expect(abs(bias) < 0.01)
    }

    @Test("a series never in stock is taken to be like its product elsewhere")
    func neverSeen() throws {
        let hours = 8
        var sold: [Double] = []
        var stock: [Double] = []
        for i in 0..<6 {
            for _ in 0..<30 * hours {
                let level: Double = i < 3 ? 5 : 1
                sold.append(i == 0 ? 0 : level)
                stock.append(i == 0 ? 0 : 1)
            }
        }
        let shelf = try ShelfHours(
            series: 6, days: 30, hours: hours, sold: sold, inStock: stock, groups: [[0, 0, 0, 1, 1, 1]])
        let restored = RestoredDemand(shelf)
        let first = restored.demand[0..<30 * hours].reduce(0, +) / Double(30 * hours)
        #expect(first > 3.5 && first < 5.2)
    }

    @Test("nothing sold, no series, parts of hours, and what does not fit")
    func edges() throws {
        let nothing = try ShelfHours(
            series: 1, days: 2, hours: 2, sold: [0, 0, 0, 0], inStock: [1, 0, 1, 0])
        #expect(RestoredDemand(nothing).demand == [0, 0, 0, 0])
        let empty = try ShelfHours(series: 0, days: 0, hours: 0, sold: [], inStock: [])
        #expect(RestoredDemand(empty).demand.isEmpty)
        let half = try ShelfHours(
            series: 1, days: 30, hours: 1, sold: (0..<30).map { $0 == 7 ? 1 : 2 },
            inStock: (0..<30).map { $0 == 7 ? 0.5 : 1 })
        #expect(abs(RestoredDemand(half).demand[7] - 2) < 0.1)
        let never = try ShelfHours(series: 1, days: 3, hours: 1, sold: [1, 2, 3], inStock: [0, 0, 0])
        #expect(RestoredDemand(never).demand == [1, 2, 3])
        #expect(throws: ForecastingError.self) {
            try ShelfHours(series: 1, days: 1, hours: 1, sold: [.nan], inStock: [1])
        }
        #expect(throws: ForecastingError.self) {
            try ShelfHours(series: 1, days: 1, hours: 1, sold: [1], inStock: [2])
        }
        #expect(throws: ForecastingError.self) {
            try ShelfHours(series: 2, days: 1, hours: 1, sold: [1], inStock: [1])
        }
        #expect(throws: ForecastingError.self) {
            try ShelfHours(series: 1, days: 1, hours: 1, sold: [1], inStock: [1], groups: [[4]])
        }
    }
}
