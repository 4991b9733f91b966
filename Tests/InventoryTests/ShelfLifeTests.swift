import Numerics
import Testing

@testable import Inventory

@Suite("Shelf life and haste")
struct ShelfLifeTests {
    /// Every pair of demands before and after the arrival.
    @Test("what expires of an order is the mean over all that may be asked for", arguments: [Int64(-2), 0, 3, 12])
    func expired(stock: Int64) throws {
        let before = try #require(CountDistribution.poisson(mean: 3))
        let during = try #require(CountDistribution.negativeBinomial(mean: 7, variance: 12))
        let life = ShelfLife(stock: stock, before: before, during: during)
        for units in [Int64(0), 1, 5, 14] {
            var (expired, chance) = (0.0, 0.0)
            for first in before.minimum...before.maximum {
                let left = max(0, Int(stock) - first)
                for second in during.minimum...during.maximum {
                    let mass = before.probability(of: first) * during.probability(of: second)
                    let sold = min(Int(units), max(0, second - left))
                    expired += mass * Double(Int(units) - sold)
                    if sold == Int(units) { chance += mass }
                }
            }
            #expect(abs(life.expired(units) - expired) < 1e-9)
            #expect(abs(life.chanceOfSelling(units) - chance) < 1e-9)
        }
    }

    @Test("the largest order sells with its chance, one pack more does not", arguments: [0.5, 0.8, 0.95, 1])
    func largest(chance: Double) throws {
        let before = try #require(CountDistribution.poisson(mean: 3))
        let during = try #require(CountDistribution.negativeBinomial(mean: 40, variance: 90))
        for pack in [Int64(1), 4, 1000] {
            let life = ShelfLife(stock: 10, before: before, during: during)
            let units = life.largestOrder(chance: chance, pack: pack)
            #expect(units % pack == 0 && life.chanceOfSelling(units) >= chance - 1e-9)
            #expect(life.chanceOfSelling(units + pack) < chance)
            let fuller = ShelfLife(stock: 20, before: before, during: during)
            #expect(fuller.largestOrder(chance: chance, pack: pack) <= units)
        }
        let life = ShelfLife(stock: 0, before: .zero, during: .zero)
        #expect(life.largestOrder(chance: chance) == 0)
        #expect(life.largestOrder(chance: .nan) == 0 && life.largestOrder(chance: 0.5, pack: .max) == 0)
        #expect(ShelfLife(stock: .min, before: before, during: during).expired(5) >= 0)
    }

    /// Every number of packs, every pair of demands.
    @Test("haste saves the most that any number of packs can", arguments: [Int64(-3), 0, 4, 9], [0.0, 3, 40])
    func expedite(supply: Int64, fixed: Double) throws {
        let before = try #require(CountDistribution.poisson(mean: 3))
        let during = try #require(CountDistribution.poisson(mean: 5))
        let haste = try #require(
            Expedite(
                supply: supply, before: before, during: during, unitLoss: 9, unitFee: 2, fixedFee: fixed, pack: 2))
        func lost(_ units: Int64) -> Double {
            var sum = 0.0
            for first in before.minimum...before.maximum {
                let left = supply < 0 ? Int(supply) : max(0, Int(supply) - first)
                for second in during.minimum...during.maximum {
                    sum +=
                        before.probability(of: first) * during.probability(of: second)
                        * Double(max(0, second - left - Int(units)))
                }
            }
            return sum
        }
        let best = stride(from: Int64(2), through: 40, by: 2)
            .map { (9 * (lost(0) - lost($0)) - 2 * Double($0) - fixed) }.reduce(0, max)
        #expect(abs(haste.gain - best) < 1e-9)
        #expect(abs(haste.lost - lost(0)) < 1e-9)
        #expect(abs(haste.saved - (lost(0) - lost(haste.units))) < 1e-9)
    }

    @Test("numbers out of range have no answer", arguments: [Double.nan, .infinity, -1])
    func refused(bad: Double) throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        #expect(Expedite(supply: 0, before: demand, during: demand, unitLoss: bad, unitFee: 1) == nil)
        #expect(Expedite(supply: 0, before: demand, during: demand, unitLoss: 1, unitFee: bad) == nil)
        #expect(Expedite(supply: 0, before: demand, during: demand, unitLoss: 1, unitFee: 1, pack: .max) == nil)
        #expect(Expedite(supply: .min, before: demand, during: demand, unitLoss: 1, unitFee: 2)?.units == 0)
    }
}
