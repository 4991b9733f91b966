import Glibc
import Numerics
import Testing

@testable import Inventory

@Suite("Supply that fails or falls short")
struct SupplyTests {
    /// stockpyl tests/test_supply_uncertainty.py, example 9.1.
    @Test("the order quantity under disruptions agrees with the published optimum")
    func disruptedOrder() throws {
        let found = try #require(
            SupplyDisruption.economicOrder(
                fixedCost: 8, holdingCost: 0.225, lostSale: 5, demandRate: 1300, failures: 1.5, recoveries: 14))
        #expect(abs(found.quantity - 772.811063191) < 1e-3)
        #expect(abs(found.cost - 173.9500025731971) < 1e-7)
        // With hardly a failure it is the plain order quantity.
        let plain = try #require(
            SupplyDisruption.economicOrder(
                fixedCost: 8, holdingCost: 0.225, lostSale: 5, demandRate: 1300, failures: 1e-9, recoveries: 14))
        #expect(abs(plain.quantity - 304.0467800264368) < 1e-2)
    }

    /// A simulation of cycles: the supplier's state when the order is due, and the wait for it.
    @Test("the cost under disruptions is that of simulated cycles")
    func simulated() throws {
        let (k, h, p, rate, fail, mend) = (20.0, 1.0, 4.0, 50.0, 0.8, 3.0)
        let best = try #require(
            SupplyDisruption.economicOrder(
                fixedCost: k, holdingCost: h, lostSale: p, demandRate: rate, failures: fail, recoveries: mend))
        func simulate(_ quantity: Double) -> Double {
            var random = SplitMix64(seed: 9)
            var (time, cost) = (0.0, 0.0)
            for _ in 0..<60_000 {
                cost += k + h * quantity * quantity / (2 * rate)
                time += quantity / rate
                // It was up when it delivered; failures and recoveries until the next order.
                var (left, isUp) = (quantity / rate, true)
                while true {
                    let next = -log(random.uniform()) / (isUp ? fail : mend)
                    if next > left { break }
                    left -= next
                    isUp.toggle()
                }
                if !isUp {
                    let wait = -log(random.uniform()) / mend
                    time += wait
                    cost += p * rate * wait
                }
            }
            return cost / time
        }
        #expect(abs(simulate(best.quantity) / best.cost - 1) < 0.02)
        #expect(simulate(best.quantity * 2) > best.cost && simulate(best.quantity / 2) > best.cost)
    }

    /// The same file, example 9.3, re-added by hand: π₀ = 0.86207, three periods of reserve.
    @Test("the base stock under disruptions agrees with the published optimum")
    func disruptedStock() throws {
        let found = try #require(
            SupplyDisruption.baseStock(holdingCost: 0.25, shortageCost: 3, demand: 2000, failure: 0.04, recovery: 0.25))
        #expect(found.level == 8000)
        #expect(abs(found.cost - 2737.068965490435) < 1e-6)
    }

    @Test("no other whole number of periods in reserve costs less", arguments: [0.01, 0.1, 0.5, 1], [0.05, 0.4, 1.0])
    func reserve(failure: Double, recovery: Double) throws {
        for shortage in [0.5, 3, 40] {
            let found = try #require(
                SupplyDisruption.baseStock(
                    holdingCost: 1, shortageCost: shortage, demand: 10, failure: failure, recovery: recovery))
            var best = Double.infinity
            for periods in 0..<200 {
                let level = 10 * Double(periods + 1)
                var cost = 0.0
                for n in 0..<3000 {
                    let share = failure * recovery / (failure + recovery)
                    let chance = n == 0 ? recovery / (failure + recovery) : share * pow(1 - recovery, Double(n - 1))
                    let needed = 10 * Double(n + 1)
                    cost += chance * (max(0, level - needed) + shortage * max(0, needed - level))
                }
                best = min(best, cost)
            }
            #expect(abs(found.cost / best - 1) < 1e-9)
        }
    }

    /// The same file, examples 9.4 and 9.5.
    @Test("order quantities under uncertain yield agree with published optima")
    func yield() throws {
        let added = try #require(
            YieldUncertainty.additive(
                fixedCost: 18500, holdingCost: 0.06, demandRate: 75000, mean: -15000, deviation: 9000))
        #expect(abs(added.quantity - 230246.3704688188) < 1e-6 && abs(added.cost - 12914.78222812913) < 1e-6)
        let share = try #require(
            YieldUncertainty.multiplicative(
                fixedCost: 18500, holdingCost: 0.06, demandRate: 75000, mean: 0.8333333333333334,
                deviation: 0.14085904245475275))
        #expect(abs(share.quantity - 254460.2129999894) < 1e-4 && abs(share.cost - 13086.52523999946) < 1e-6)
        let certain = try #require(EconomicOrder(fixedCost: 8, holdingCost: 0.225, demandRate: 1300))
        let sure = try #require(
            YieldUncertainty.multiplicative(
                fixedCost: 8, holdingCost: 0.225, demandRate: 1300, mean: 1, deviation: 0))
        #expect(abs(sure.quantity - certain.quantity) < 1e-9 && abs(sure.cost - certain.cost) < 1e-9)
    }

    @Test("numbers out of range have no answer", arguments: [Double.nan, .infinity, -1])
    func refused(bad: Double) {
        #expect(
            SupplyDisruption.economicOrder(
                fixedCost: 1, holdingCost: 1, lostSale: bad, demandRate: 1, failures: 1, recoveries: 1) == nil)
        #expect(
            SupplyDisruption.baseStock(
                holdingCost: 1, shortageCost: 1, demand: 1, failure: bad, recovery: 0.5) == nil)
        #expect(
            YieldUncertainty.additive(fixedCost: bad, holdingCost: 1, demandRate: 1, mean: 0, deviation: 1) == nil)
        #expect(
            YieldUncertainty.additive(fixedCost: 1, holdingCost: 1, demandRate: 1, mean: 5000, deviation: 1) == nil)
        #expect(
            YieldUncertainty.multiplicative(
                fixedCost: 1, holdingCost: 1, demandRate: 1, mean: bad, deviation: 1) == nil)
    }
}
