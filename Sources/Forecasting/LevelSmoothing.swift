/// The level of demand per unit of exposure, followed through time by exponential smoothing.
///
/// A period's exposure is the share of it that was seen times its seasonal factor, so an expected demand is
/// level × exposure, and a period of no exposure changes nothing. Until 1 ÷ gain periods have been seen the level is their
/// plain mean, which needs no starting value.
struct LevelSmoothing {
    /// Demand of each period, units.
    let units: [Double]
    /// Exposure of each period, ≥ 0.
    let exposure: [Double]

    /// How fast the level follows.
    struct Gains: Equatable {
        /// Gain of the level or, for intermittent demand, of the chance of a demand; 0…1.
        var level: Double
        /// Gain of the size of a demand; nil where size and chance are not smoothed apart.
        var size: Double?
    }

    /// Gains that are tried: memories of 125 down to 4.5 periods.
    private static let grid = SIMD8<Double>(0.008, 0.015, 0.025, 0.04, 0.06, 0.09, 0.14, 0.22)
    private static let sizes = [0.05, 0.2]

    /// The gains with the least squared error of the total over the next `ahead` periods, forecast from each period in
    /// `start...`; all gains of the level at once, one to a lane.
    func bestGains(separate: Bool, ahead: Int, from start: Int) -> Gains {
        let totals = windows(ahead: ahead)
        var best = Gains(level: LevelSmoothing.grid[2], size: separate ? LevelSmoothing.sizes[0] : nil)
        var least = Double.infinity
        for size in separate ? LevelSmoothing.sizes : [0] {
            let losses =
                separate
                ? lossesApart(size: size, totals: totals, from: start) : losses(totals: totals, from: start)
            for lane in 0..<8 where losses[lane] < least && losses[lane] > 0 {
                least = losses[lane]
                best = Gains(level: LevelSmoothing.grid[lane], size: separate ? size : nil)
            }
        }
        return best
    }

    /// The level before each period, and last the level after all of them, at these gains.
    func path(_ gains: Gains) -> [Double] {
        var levels: [Double] = []
        levels.reserveCapacity(units.count + 1)
        var level = 0.0
        var chance = 0.0
        var size = 0.0
        var seen = 0.0
        var demands = 0.0
        for t in units.indices {
            levels.append(level)
            guard exposure[t] > 0 else { continue }
            seen += exposure[t]
            let gain = max(gains.level, 1 / seen)
            guard let sizeGain = gains.size else {
                level = max(0, level + min(gain, 1 / exposure[t]) * (units[t] - level * exposure[t]))
                continue
            }
            chance += min(gain, 1 / exposure[t]) * ((units[t] > 0 ? 1 : 0) - chance * exposure[t])
            if units[t] > 0 {
                demands += 1
                size += max(sizeGain, 1 / demands) * (units[t] - size)
            }
            level = chance * size
        }
        levels.append(level)
        return levels
    }

    /// Units and exposure of the `ahead` periods from each period on; none where fewer are left.
    func windows(ahead: Int) -> [(units: Double, exposure: Double)] {
        guard units.count >= ahead else { return [] }
        var totals: [(units: Double, exposure: Double)] = []
        totals.reserveCapacity(units.count - ahead + 1)
        var sum = 0.0
        var seen = 0.0
        for t in units.indices {
            sum += units[t]
            seen += exposure[t]
            if t >= ahead {
                sum -= units[t - ahead]
                seen -= exposure[t - ahead]
            }
            if t >= ahead - 1 { totals.append((max(0, sum), max(0, seen))) }
        }
        return totals
    }

    private func losses(totals: [(units: Double, exposure: Double)], from start: Int) -> SIMD8<Double> {
        var level = SIMD8<Double>.zero
        var losses = SIMD8<Double>.zero
        var seen = 0.0
        for t in units.indices {
            if t >= start, t < totals.count {
                let error = totals[t].units - level * totals[t].exposure
                losses += error * error
            }
            let exposed = exposure[t]
            guard exposed > 0 else { continue }
            seen += exposed
            let gain = pointwiseMin(
                pointwiseMax(LevelSmoothing.grid, SIMD8(repeating: 1 / seen)), SIMD8(repeating: 1 / exposed))
            level += gain * (units[t] - level * exposed)
        }
        return losses
    }

    private func lossesApart(
        size sizeGain: Double, totals: [(units: Double, exposure: Double)], from start: Int
    ) -> SIMD8<Double> {
        var chance = SIMD8<Double>.zero
        var losses = SIMD8<Double>.zero
        var size = 0.0
        var seen = 0.0
        var demands = 0.0
        for t in units.indices {
            if t >= start, t < totals.count {
                let error = totals[t].units - chance * size * totals[t].exposure
                losses += error * error
            }
            let exposed = exposure[t]
            guard exposed > 0 else { continue }
            seen += exposed
            let gain = pointwiseMin(
                pointwiseMax(LevelSmoothing.grid, SIMD8(repeating: 1 / seen)), SIMD8(repeating: 1 / exposed))
            chance += gain * ((units[t] > 0 ? 1 : 0) - chance * exposed)
            if units[t] > 0 {
                demands += 1
                size += max(sizeGain, 1 / demands) * (units[t] - size)
            }
        }
        return losses
    }
}
