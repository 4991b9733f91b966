import Numerics

/// What is left of a stock after a run of days in which demand beyond it is lost: (A − D)⁺ as values and chances.
struct Leftover {
    private var units: [Double]
    private var chances: [Double]

    /// Demand of `days` takes from `stock`; a negative stock leaves nothing.
    init(of stock: Int64, after demand: CountDistribution) {
        units = [0]
        chances = [0]
        for (cell, chance) in demand.probabilities.enumerated() where chance > 0 {
            let left = Double(stock) - Double((demand.first + cell) * demand.step)
            if left > 0 {
                units.append(left)
                chances.append(chance)
            } else {
                chances[0] += chance
            }
        }
    }

    /// The mean of a function of what is left.
    func mean(_ value: (Double) -> Double) -> Double {
        var sum = 0.0
        for index in units.indices { sum += chances[index] * value(units[index]) }
        return sum
    }

    /// E[(D − L − x)⁺]: units short of what is left and `more`, for demand independent of it.
    func shortage(_ demand: CountDistribution, with more: Double) -> Double {
        mean { demand.lossAbove($0 + more) }
    }
}
