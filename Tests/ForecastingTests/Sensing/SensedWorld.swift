import Numerics

/// Made demand and visits whose truth is known: visits surge, and demand two days later where they bring any.
struct SensedWorld {
    /// What visits mean.
    enum Visits { case buyers, nothing, advertisements }

    var demand: [Double] = []
    var visits: [Double] = []
    /// First day of each surge of demand, by series.
    var surges: [[Int]] = []

    init(_ meaning: (Int) -> Visits, series: Int, days: Int, seed: UInt64, mean: Double = 8, gap: Double = 60) {
        for item in 0..<series {
            var generator = SplitMix64(seed: seed &+ UInt64(item) &* 7919)
            var lift = [Double](repeating: 1, count: days)
            var traffic = lift
            var begun: [Int] = []
            for day in 0..<days where generator.uniform() < 1 / gap {
                let more = 1 + 2 * generator.uniform()
                let meaning = meaning(item)
                if meaning != .nothing {
                    for (offset, share) in [0.7, 1, 0.8, 0.4].enumerated() where day + offset < days {
                        traffic[day + offset] = max(traffic[day + offset], 1 + more * share)
                    }
                }
                guard meaning == .buyers else { continue }
                begun.append(day + 2)
                for (offset, share) in [0.9, 1, 0.6, 0.3].enumerated() where day + 2 + offset < days {
                    lift[day + 2 + offset] = max(lift[day + 2 + offset], 1 + more * share)
                }
            }
            surges.append(begun)
            let size = mean * (0.5 + generator.uniform())
            for day in 0..<days {
                let usual = size * [0.8, 0.8, 0.9, 1, 1.2, 1.4, 0.9][day % 7]
                let sold = usual * lift[day]
                let seen = 20 * usual * traffic[day]
                demand.append(Double(generator.negativeBinomial(mean: sold, variance: sold + 0.1 * sold * sold) ?? 0))
                visits.append(Double(generator.negativeBinomial(mean: seen, variance: seen + 0.03 * seen * seen) ?? 0))
            }
        }
    }
}
