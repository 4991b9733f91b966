import Glibc
import Numerics

/// What the series of one shop have in common: how far demand follows its newest days and how far it returns to what is
/// usual, and how far it strays.
///
/// A gain chosen for each series alone is mostly chance: a year holds few independent months. Here the level is a sum of
/// three exponential memories whose weights are the same for all series, those with the least weighted squared error of
/// the following three seasons over all looks back (Bates & Granger, "The combination of forecasts", ORQ 20, 1969, with
/// weights kept from falling below 0). They are drawn towards those of public retail data as if those had been seen in
/// `beliefLooks` looks.
///
/// The variance of the level is κ-share × (κ·level)² + gap-share × (newest − oldest memory)²: a series whose newest days
/// differ from its usual ones may go either way. Both shares are those with the greatest likelihood of what came, as
/// negative binomials, on a grid.
public struct PooledDemand: Sendable, Hashable {
    /// Weight of each memory in the level, newest first, ≥ 0; their sum is near 1.
    public let weights: SIMD3<Double>
    /// Share of a series' own variance of the level that is kept, 0…1.
    public let kappaShare: Double
    /// Share of the squared distance between newest and oldest memory that is uncertain, ≥ 0.
    public let gapShare: Double
    /// Looks back that this was learnt from.
    public let looks: Int

    private var learned: Learned?

    /// Level and spread by what series look like.
    private struct Learned: Sendable, Hashable {
        let level: PooledLevel
        let spread: PooledSpread
    }

    /// What retail days are like, learnt from none: weights and shares of two stores of the public M5 data set.
    public static let usual = PooledDemand(
        weights: SIMD3(0.40, 0.16, 0.44), kappaShare: 0.55, gapShare: 0.33, looks: 0)

    /// Looks that the usual weights count for.
    static let beliefLooks = 200.0
    /// Most looks whose likelihood is taken; every so many of more.
    private static let mostLikely = 3000

    init(weights: SIMD3<Double>, kappaShare: Double, gapShare: Double, looks: Int) {
        self.weights = weights
        self.kappaShare = kappaShare
        self.gapShare = gapShare
        self.looks = looks
    }

    /// Learns from studies, in any number; from none comes `usual`.
    public init(
        _ studies: some Sequence<DemandStudy>,
        concurrently: @escaping Concurrently = { count, work in for index in 0..<count { work(index) } }
    ) {
        let studies = studies.filter { !$0.looks.isEmpty }
        var normal = NormalEquations()
        for study in studies {
            for look in study.looks { normal.add(look) }
        }
        guard normal.count > 0 else {
            self = .usual
            return
        }
        let weights = normal.weights(
            belief: PooledDemand.usual.weights,
            share: PooledDemand.beliefLooks / (PooledDemand.beliefLooks + Double(normal.count)))
        var best = PooledDemand(
            weights: weights, kappaShare: PooledDemand.usual.kappaShare, gapShare: PooledDemand.usual.gapShare,
            looks: normal.count)
        let looks = studies.flatMap(\.looks)
        let expected = looks.map { (weights * $0.expected).sum() }
        if let level = PooledLevel(looks, expected: expected, concurrently: concurrently) {
            let factors = level.factors(looks.map(\.traits))
            let spread = PooledSpread(looks, expected: zip(expected, factors).map { $0 * $1 })
            best.learned = Learned(level: level, spread: spread)
            self = best
            return
        }
        let every = max(1, normal.count / PooledDemand.mostLikely)
        var greatest = -Double.infinity
        for kappaShare in [0.3, 0.55, 1] {
            for gapShare in [0.1, 0.2, 0.33, 0.55] {
                let trial = PooledDemand(
                    weights: weights, kappaShare: kappaShare, gapShare: gapShare, looks: normal.count)
                let likelihood = trial.likelihood(studies, every: every)
                if likelihood > greatest {
                    greatest = likelihood
                    best = trial
                }
            }
        }
        self = best
    }

    /// What the looks of other series say of one: the factor of its level by the weights, variance over mean of single
    /// periods and relative standard deviation of the level; nil where too few looks were learnt from.
    func learnt(of study: DemandStudy) -> (factor: Double, phi: Double, kappa: Double)? {
        guard let learned else { return nil }
        let (phi, kappa) = learned.spread.spread(study.traits)
        return (learned.level.factors([study.traits])[0], phi, kappa)
    }

    /// Variance of a level, units² per period².
    ///
    /// - Parameters:
    ///   - level: expected units per period.
    ///   - kappa: relative standard deviation by the series' own errors.
    ///   - gap: newest less oldest memory.
    func levelVariance(level: Double, kappa: Double, gap: Double) -> Double {
        kappaShare * (kappa * level) * (kappa * level) + gapShare * gap * gap
    }

    private func likelihood(_ studies: [DemandStudy], every: Int) -> Double {
        var sum = 0.0
        var place = 0
        for study in studies {
            for look in study.looks {
                place += 1
                guard place % every == 0 else { continue }
                let mean = max(1e-3, (weights * look.expected).sum())
                let spread = levelVariance(
                    level: mean, kappa: study.kappa, gap: look.expected[0] - look.expected[2])
                let excess = max(1e-4 * mean, (study.phi - 1) * mean + spread)
                let shape = mean * mean / excess
                let chance = mean / (mean + excess)
                sum +=
                    lgamma(look.came + shape) - lgamma(shape) + shape * log(chance)
                    + look.came * log1p(-chance)
            }
        }
        return sum
    }

    /// Σ w·x·xᵀ and Σ w·x·y of all looks, w being one over the variance to be expected of the look.
    private struct NormalEquations {
        var count = 0
        private var products = [SIMD3<Double>](repeating: .zero, count: 3)
        private var answers = SIMD3<Double>.zero

        mutating func add(_ look: DemandStudy.Look) {
            let base = look.expected[2] + 0.5
            let weight = 1 / (1.5 * base + 0.09 * base * base)
            for row in 0..<3 { products[row] += weight * look.expected[row] * look.expected }
            answers += weight * look.came * look.expected
            count += 1
        }

        /// The weights ≥ 0 with the least squared error: the best of those of every set of memories, of which there are
        /// seven. Drawn towards `belief` by `share`.
        func weights(belief: SIMD3<Double>, share: Double) -> SIMD3<Double> {
            var least = Double.infinity
            var best = belief
            for set in 1...7 {
                guard let found = solved(set), found.min() >= 0 else { continue }
                var error = -2 * (answers * found).sum()
                for row in 0..<3 { error += found[row] * (products[row] * found).sum() }
                if error < least {
                    least = error
                    best = found
                }
            }
            return (1 - share) * best + share * belief
        }

        /// The least squares of the memories in `set`, by elimination; nil where they are as good as dependent.
        private func solved(_ set: Int) -> SIMD3<Double>? {
            let members = (0..<3).filter { set & (1 << $0) != 0 }
            var rows = members.map { row in members.map { products[row][$0] } + [answers[row]] }
            for pivot in members.indices {
                guard rows[pivot][pivot] > 1e-9 * products[members[pivot]][members[pivot]] else { return nil }
                for row in members.indices where row != pivot {
                    let factor = rows[row][pivot] / rows[pivot][pivot]
                    for column in pivot...members.count { rows[row][column] -= factor * rows[pivot][column] }
                }
            }
            var found = SIMD3<Double>.zero
            for (place, member) in members.enumerated() {
                found[member] = rows[place][members.count] / rows[place][place]
            }
            return found
        }
    }
}

extension PooledDemand {
    /// Weights and shares as plain numbers, to be kept; what was learnt of looks is in what is carried on of each series.
    public var numbers: [Double] { [weights[0], weights[1], weights[2], kappaShare, gapShare, Double(looks)] }

    /// What was kept; nil where the numbers make no sense.
    public init?(numbers: [Double]) {
        guard numbers.count == 6, numbers.allSatisfy({ $0 >= 0 && $0 < 1e12 }) else { return nil }
        self.init(
            weights: SIMD3(numbers[0], numbers[1], numbers[2]), kappaShare: numbers[3], gapShare: numbers[4],
            looks: Int(numbers[5]))
    }
}
