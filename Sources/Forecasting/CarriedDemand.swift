import Numerics

/// What a study leaves behind: a few numbers from which the demand is forecast, and that follow it from day to day without
/// its history.
///
/// New periods move the levels of the three memories as a fit with the same profile would; profile, scatter and drift stay
/// what the study found until the next one.
public struct CarriedDemand: Sendable, Hashable {
    /// Levels of the memories of `PooledDemand`, newest first, units per period.
    public private(set) var levels: SIMD3<Double>
    /// Exposure seen so far, periods.
    private var seen: Double
    /// Periods that said something.
    private var used: Int
    /// Periods in which demand was cut off.
    private var censored: Int
    /// Place in the season of the next period.
    private var phase: Int
    private let phi: Double
    private let kappa: Double
    /// Factor of the level by what series of its looks did; 1 where that is not known.
    private let factor: Double
    /// Whether `phi` and `kappa` are those of series of its looks, and not its own.
    private let isLearnt: Bool
    private let profile: [Double]
    private let demandClass: DemandClass
    private let launch: Int

    /// What a study found, and what the series it was studied with say of it.
    init(_ study: DemandStudy, _ pool: PooledDemand) {
        let learnt = pool.learnt(of: study)
        let found = study.own.explanation
        levels = study.levels
        seen = max(1, 0.5 / study.floor - 1)
        used = found.periodsUsed
        censored = found.censoredPeriods
        phase = study.own.phase
        phi = learnt?.phi ?? study.phi
        kappa = learnt?.kappa ?? study.kappa
        factor = learnt?.factor ?? 1
        isLearnt = learnt != nil
        profile = found.profile
        demandClass = found.demandClass
        launch = found.periodsBeforeLaunch
    }

    /// Takes in the next period.
    ///
    /// - Parameters:
    ///   - units: what was sold, 0…1e9; anything else says nothing, as a period without stock in which nothing was sold.
    ///   - inStock: share of the period with stock, 0…1. At 0, units sold are the least that was asked for.
    public mutating func take(units: Double, inStock: Double) {
        let factor = profile[phase]
        phase = phase + 1 == profile.count ? 0 : phase + 1
        let share = inStock >= 0 && inStock <= 1 ? inStock : 0
        if share < 1 { censored += 1 }
        guard units >= 0, units <= 1e9, share > 0 || units > 0 else { return }
        used += 1
        let exposure = (share > 0 ? share : 1) * factor
        seen += exposure
        for memory in 0..<3 {
            let mean = levels[memory] * exposure
            let came = share > 0 ? units : Fit.expected(atLeast: units, mean: mean, variance: phi * mean)
            let gain = min(max(DemandStudy.memories[memory], 1 / seen), 1 / exposure)
            levels[memory] = max(0, levels[memory] + gain * (came - mean))
        }
    }

    /// The forecast from here on.
    public func forecast(_ pool: PooledDemand) -> DemandForecast {
        // Half a unit in one period more than was seen: the mean of a Poisson rate after no events (Jeffreys' prior).
        let floor = 0.5 / (seen + 1)
        let asked = levels.max() > 0
        let level = asked ? max(floor, (pool.weights * levels).sum() * factor) : 0
        let own = pool.levelVariance(level: level, kappa: kappa, gap: levels[0] - levels[2]).squareRoot() / level
        return DemandForecast(
            explanation: .init(
                level: level, profile: profile, phi: phi, kappa: asked && !isLearnt ? own : kappa,
                demandClass: demandClass, smoothing: (pool.weights * DemandStudy.memories).sum(), sizeSmoothing: nil,
                periodsUsed: used, censoredPeriods: censored, periodsBeforeLaunch: launch),
            riskLevel: max(floor, level), phase: phase)
    }

    /// All of it as plain numbers, to be kept.
    public var numbers: [Double] {
        [
            CarriedDemand.form, levels[0], levels[1], levels[2], seen, Double(used), Double(censored), Double(phase),
            phi,
            kappa, Double(DemandClass.allCases.firstIndex(of: demandClass) ?? 0), Double(launch),
            factor, isLearnt ? 1 : 0,
        ] + profile
    }

    /// What was kept; nil where the numbers are of another form or make no sense.
    public init?(numbers: [Double]) {
        guard numbers.count > 14, numbers[0] == CarriedDemand.form, numbers.allSatisfy(\.isFinite),
            let season = Optional(numbers.count - 14), numbers[7] >= 0, numbers[7] < Double(season),
            numbers[1...6].allSatisfy({ $0 >= 0 && $0 < 1e15 }), numbers[8] >= 1, numbers[9] >= 0,
            numbers[10] >= 0, numbers[10] < Double(DemandClass.allCases.count), numbers[11] >= 0, numbers[11] < 1e9,
            numbers[12] > 0, numbers[13] >= 0, numbers[14...].allSatisfy({ $0 > 0 })
        else { return nil }
        levels = SIMD3(numbers[1], numbers[2], numbers[3])
        seen = numbers[4]
        used = Int(numbers[5])
        censored = Int(numbers[6])
        phase = Int(numbers[7])
        phi = numbers[8]
        kappa = numbers[9]
        demandClass = DemandClass.allCases[Int(numbers[10])]
        launch = Int(numbers[11])
        factor = numbers[12]
        isLearnt = numbers[13] != 0
        profile = Array(numbers[14...])
    }

    /// Raised when the numbers change their meaning.
    private static let form = 1.0
}
