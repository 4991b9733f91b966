import Numerics
import Testing

@testable import Inventory

@Suite struct ReplayDrawsTests {
    @Test func `chance belongs to its day and question, whatever was asked before`() {
        let draws = ReplayDraws(seed: 7, series: 99, draw: 3)
        let first = draws.uniform(.leadTime, day: 12)
        for day in 0..<50 { _ = draws.uniform(.demand, day: day) }
        #expect(draws.uniform(.leadTime, day: 12) == first)
        #expect(ReplayDraws(seed: 7, series: 99, draw: 3).uniform(.leadTime, day: 12) == first)
        let others = [
            draws.uniform(.demand, day: 12), draws.uniform(.leadTime, day: 13), draws.uniform(.leadTime, day: -12),
            ReplayDraws(seed: 8, series: 99, draw: 3).uniform(.leadTime, day: 12),
            ReplayDraws(seed: 7, series: 98, draw: 3).uniform(.leadTime, day: 12),
            ReplayDraws(seed: 7, series: 99, draw: 2).uniform(.leadTime, day: 12),
        ]
        #expect(Set(others + [first]).count == 7)
    }

    @Test func `days are drawn evenly and apart from each other`() {
        let draws = ReplayDraws(seed: 1, series: 2, draw: 0)
        let values = (0..<20_000).map { draws.uniform(.demand, day: $0) }
        let mean = values.reduce(0, +) / 20_000
        #expect(abs(mean - 0.5) < 0.01, "four standard errors")
        let product = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) } / 20_000
        #expect(abs(product) < 0.0025, "four standard errors of a covariance of 0")
    }

    @Test func `lead times are drawn as often as they are likely`() throws {
        let leadTime = try LeadTime(outcomes: [(days: 3, weight: 1), (days: 5, weight: 2), (days: 9, weight: 1)])
        #expect([0.0, 0.25, 0.2501, 0.75, 0.7501, 1].map { leadTime.days(at: $0) } == [3, 3, 5, 5, 9, 9])
        #expect(try LeadTime(mean: 4).days(at: 0.999) == 4)
    }

    @Test func `days that were seen stay as they were, and the rest are at least what was sold`() throws {
        let expected = try #require(CountDistribution.negativeBinomial(mean: 6, variance: 15))
        let demand = ReplayDemand(sold: [4, 2, -3, 9], hidden: [1: expected, 3: expected, 70: expected])
        for draw in 0..<200 {
            let path = demand.path(ReplayDraws(seed: 5, series: 1, draw: draw))
            #expect(path[0] == 4 && path[2] == 0 && path[1] >= 2 && path[3] >= 9 && path.count == 4)
        }
    }

    @Test func `the mean of what is drawn is the mean of what is left of the distribution`() throws {
        let expected = try #require(CountDistribution.negativeBinomial(mean: 6, variance: 15))
        let demand = ReplayDemand(sold: [5], hidden: [0: expected])
        var sum = 0.0
        for draw in 0..<20_000 { sum += Double(demand.path(ReplayDraws(seed: 5, series: 1, draw: draw))[0]) }
        // E[D | D ≥ 5], from the probabilities themselves.
        var (mass, moment) = (0.0, 0.0)
        for units in 5...expected.maximum {
            mass += expected.probability(of: units)
            moment += expected.probability(of: units) * Double(units)
        }
        #expect(abs(sum / 20_000 - moment / mass) < 0.1)
    }

    @Test func `sales beyond all expectation are taken as they are`() throws {
        let expected = try #require(CountDistribution.poisson(mean: 1))
        let demand = ReplayDemand(sold: [5_000], hidden: [0: expected])
        #expect(demand.path(ReplayDraws(seed: 5, series: 1, draw: 0)) == [5_000])
    }
}
