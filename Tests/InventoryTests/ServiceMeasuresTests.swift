import Numerics
import Testing

@testable import Inventory

@Suite("Measures of service")
struct ServiceMeasuresTests {
    /// A base stock of 8 against Poisson demand of mean 6, from the distribution itself.
    @Test("a base stock's cycle service and fill rate are different numbers")
    func baseStock() throws {
        let demand = try #require(CountDistribution.poisson(mean: 6))
        let found = ServiceMeasures(baseStock: 8, leadTimeDemand: demand)
        #expect(abs(found.fillRate - 0.7439797605) < 1e-9 && found.readyRate == found.fillRate)
        #expect(abs(found.cycleService - 0.8472374940) < 1e-9)
        #expect(abs(found.backorders - 0.3140213892) < 1e-9)
        #expect(abs(found.onHand - 2.3140213892) < 1e-9)
    }

    /// stockpyl example 5.8: r 3, Q 5, mean 3 over the lead time; the position is uniform on 4…8.
    @Test("an order quantity's fill rate, backorders and stock agree with published values")
    func orderQuantity() throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        let found = try #require(ServiceMeasures(reorderPoint: 4, quantity: 5, leadTimeDemand: demand))
        #expect(abs(found.fillRate - 0.8666328304219004) < 1e-9)
        #expect(abs(found.backorders - 0.10543282725382216) < 1e-9)
        #expect(abs(found.onHand - 3.1054328272538223) < 1e-9)
        #expect(abs(found.cycleService - 0.6472318887822313) < 1e-9)
        let single = try #require(ServiceMeasures(reorderPoint: 8, quantity: 1, leadTimeDemand: demand))
        #expect(abs(single.fillRate - ServiceMeasures(baseStock: 8, leadTimeDemand: demand).fillRate) < 1e-12)
        #expect(ServiceMeasures(reorderPoint: 4, quantity: 0, leadTimeDemand: demand) == nil)
    }

    /// 400,000 periods of the shop itself, with backorders.
    @Test("periodic levels are those that a simulation sees", arguments: [(12, 12), (9, 16), (4, 30)])
    func periodic(point: Int64, upTo: Int64) throws {
        let period = try #require(CountDistribution.negativeBinomial(mean: 3, variance: 6))
        let leadTime = period.convolved(with: period)
        let found = try #require(
            ServiceMeasures(
                reorderPoint: point, orderUpTo: upTo, periodDemand: period, leadTimeDemand: leadTime))
        var random = SplitMix64(seed: 3)
        let periods = 400_000
        var (net, asked, served, short, held) = (upTo, Int64(0), Int64(0), Int64(0), Int64(0))
        var cycles = 0
        // Orders arrive after two periods, before demand.
        var pipeline: [Int64] = [0, 0]
        for _ in 0..<periods {
            let position = net + pipeline[0] + pipeline[1]
            net += pipeline[0]
            pipeline = [pipeline[1], position < point ? upTo - position : 0]
            let units = Int64(period.draw(using: &random))
            asked += units
            served += min(units, max(0, net))
            net -= units
            if net >= 0 { cycles += 1 }
            short += max(0, -net)
            held += max(0, net)
        }
        let count = Double(periods)
        #expect(abs(Double(served) / Double(asked) - found.fillRate) < 0.004)
        #expect(abs(Double(short) / count - found.backorders) < 0.02)
        #expect(abs(Double(held) / count - found.onHand) < 0.05)
        #expect(abs(Double(cycles) / count - found.cycleService) < 0.004)
    }

    @Test("more stock never serves worse")
    func monotone() throws {
        let demand = try #require(CountDistribution.negativeBinomial(mean: 5, variance: 20))
        var last = ServiceMeasures(baseStock: -3, leadTimeDemand: demand)
        for level in Int64(-2)...60 {
            let next = ServiceMeasures(baseStock: level, leadTimeDemand: demand)
            #expect(next.fillRate >= last.fillRate && next.cycleService >= last.cycleService)
            #expect(next.backorders <= last.backorders && next.onHand >= last.onHand)
            last = next
        }
    }

    @Test("levels out of order, or no demand, have no measures")
    func refused() throws {
        let demand = try #require(CountDistribution.poisson(mean: 3))
        func measures(_ point: Int64, _ upTo: Int64, _ demand: CountDistribution) -> ServiceMeasures? {
            ServiceMeasures(reorderPoint: point, orderUpTo: upTo, periodDemand: demand, leadTimeDemand: demand)
        }
        #expect(measures(5, 4, demand) == nil && measures(.min, .max, demand) == nil)
        #expect(measures(1, 1_000_000, demand) == nil && measures(4, 5, .zero) == nil)
    }
}
