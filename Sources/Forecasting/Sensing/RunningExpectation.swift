import Glibc

/// What a count of the next period is expected to be, from its own past alone: a level that follows slowly, times a factor
/// for each place in each cycle (hour of the day, hour of the week), with the spread of a negative binomial about it.
///
/// Level and factors are what was counted over what the others explain, both discounted by age (the power-steady
/// gamma-Poisson model: Smith & Miller, "A non-Gaussian state space model", JRSS B 48, 1986; Harvey & Fernandes, JBES 7,
/// 1989). A count is taken at no more than three deviations from what was expected, and not at all while the caller holds,
/// so a burst does not become its own measure. A hold that outlasts the patience was no burst: the level starts anew from
/// what was counted in it.
struct RunningExpectation: Sendable, Hashable {
    /// Expected count of the next period, ≥ 0; 0 before anything was seen.
    private(set) var mean = 0.0
    /// Variance over squared mean beyond Poisson's of a period whose expectation is known, > 0.
    private(set) var kappa: Double
    /// The same with what is not known of level and factors, for a forecast of the next period.
    private(set) var predictiveKappa: Double
    /// How many times as much the sum over a cycle varies as independent periods would, ≥ 1.
    private(set) var inflation = 1.0
    /// Periods that counted.
    private(set) var seen = 0

    private let cycles: [Int]
    private let starts: [Int]
    private let memory: Double
    private let patience: Int
    private var period = 0
    private var level = SIMD2<Double>.zero
    /// Counted and explained, by cycle and place.
    private var places: [SIMD2<Double>]
    private var looks: [Double]
    /// Squared errors beyond Poisson's, and squared means.
    private var spread: SIMD2<Double>
    private var held = SIMD2<Double>.zero
    private var holding = 0
    private var batch = 0.0
    private var batchLength = 0
    private var batches = SIMD2<Double>(4, 4)

    /// Occurrences that a place of a cycle remembers, and those that speak for no effect before any was seen.
    private static let placeMemory = 12.0
    private static let placeBelief = 1.0
    private static let usualKappa = 0.05
    private static let kappaBelief = 20.0
    private static let leastKappa = 0.002
    private static let reach = 3.0

    /// - Parameters:
    ///   - cycles: periods of each cycle, shortest first, each ≥ 2; a longer one corrects the shorter.
    ///   - memory: periods that the level remembers, ≥ 2.
    ///   - patience: periods after which a hold is taken for a new level.
    init(cycles: [Int], memory: Double, patience: Int) {
        self.cycles = cycles.filter { $0 > 1 }
        self.memory = max(2, memory)
        self.patience = max(1, patience)
        var starts: [Int] = []
        var length = 0
        for cycle in self.cycles {
            starts.append(length)
            length += cycle
        }
        self.starts = starts
        places = [SIMD2<Double>](repeating: .zero, count: length)
        looks = [Double](repeating: 0, count: length)
        kappa = RunningExpectation.usualKappa
        predictiveKappa = kappa
        spread = .zero
    }

    /// The factor of a period that lies `ahead` periods after the next one, 1 for no cycles.
    func factor(ahead: Int = 0) -> Double {
        var factor = 1.0
        for (index, cycle) in cycles.enumerated() { factor *= place(starts[index] + (period + ahead) % cycle) }
        return factor
    }

    /// Units a period that the level stands at, before any cycle's factor.
    var rate: Double { level[1] > 0 ? level[0] / level[1] : 0 }

    /// Takes the count of the next period; nil, negative or not finite says nothing but that time has passed.
    ///
    /// - Parameters:
    ///   - count: what was counted.
    ///   - isHeld: whether it belongs to a burst and is not to be learnt from.
    mutating func take(_ count: Double, isHeld: Bool = false) {
        if count >= 0, count.isFinite {
            let factor = factor()
            if isHeld {
                held = held * (1 - 1 / memory) + SIMD2(count, factor)
                holding += 1
                if holding >= patience {
                    level = held
                    (held, holding) = (.zero, 0)
                }
            } else {
                (held, holding) = (.zero, 0)
                learn(count, factor)
            }
        }
        period += 1
        foresee()
    }

    private func place(_ index: Int) -> Double {
        let usual = rate * RunningExpectation.placeBelief
        let explained = places[index][1] + usual
        return explained > 0 ? max(1e-3, (places[index][0] + usual) / explained) : 1
    }

    private mutating func learn(_ count: Double, _ factor: Double) {
        // Before the first cycle is over there is nothing to hold a count against.
        let isKnown = seen >= (cycles.first ?? 2)
        var taken = count
        if isKnown {
            let deviation = (mean + predictiveKappa * mean * mean + 0.25).squareRoot()
            taken = min(
                max(count, mean - RunningExpectation.reach * deviation), mean + RunningExpectation.reach * deviation)
            taken = max(0, taken)
            let error = taken - mean
            spread = spread * (1 - 1 / (8 * memory)) + SIMD2(error * error - mean, mean * mean)
            batch += error / deviation
            batchLength += 1
            if batchLength == cycles.first ?? 7 {
                batches = batches * (1 - 1 / 60.0) + SIMD2(batch * batch / Double(batchLength), 1)
                (batch, batchLength) = (0, 0)
            }
        }
        level = level * (1 - 1 / memory) + SIMD2(taken, factor)
        let rate = rate
        for (index, cycle) in cycles.enumerated() {
            let at = starts[index] + period % cycle
            let others = rate * factor / place(at)
            places[at] = places[at] * (1 - 1 / RunningExpectation.placeMemory) + SIMD2(taken, others)
            looks[at] = looks[at] * (1 - 1 / RunningExpectation.placeMemory) + 1
        }
        seen += 1
    }

    private mutating func foresee() {
        mean = rate * factor()
        let usual = RunningExpectation.kappaBelief * mean * mean
        kappa = max(
            RunningExpectation.leastKappa,
            spread[1] + usual > 0
                ? (spread[0] + RunningExpectation.usualKappa * usual) / (spread[1] + usual)
                : RunningExpectation.usualKappa)
        // Of geometric weights, memory m, the mean has the variance of 2m − 1 periods.
        var doubt = 1 / max(1, min(Double(seen), 2 * memory - 1))
        for (index, cycle) in cycles.enumerated() {
            doubt += 1 / (looks[starts[index] + period % cycle] + RunningExpectation.placeBelief)
        }
        predictiveKappa = kappa + (kappa + 1 / max(mean, 0.05)) * doubt
        inflation = max(1, batches[0] / batches[1])
    }
}
