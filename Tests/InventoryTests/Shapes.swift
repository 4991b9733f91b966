import Domain
import Numerics
import Testing

@testable import Inventory

/// Poisson demand of this mean.
func poisson(_ mean: Double) throws -> CountDistribution { try #require(CountDistribution.poisson(mean: mean)) }

/// What units of Poisson demand are worth.
func reward(_ mean: Double, margin: Double = 10, carrying: Double = 0) throws -> UnitReward {
    let demand = try poisson(mean)
    return try #require(UnitReward(demand: demand, margin: margin, carrying: carrying))
}

/// Whole pounds.
func pounds(_ amount: Int64) throws -> Money {
    let currency = try #require(Currency("GBP"))
    return Money(minor: amount * 100, currency: currency)
}

/// A unit price in whole units of the currency.
func price(_ amount: Int64) -> UnitPrice { UnitPrice(micros: amount * 1_000_000) }
