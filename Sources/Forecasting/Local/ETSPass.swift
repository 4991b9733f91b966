import Glibc

/// One passage of the smoothing recursion over a series for eight sets of gains and starting states at once.
///
/// With additive trend the states of a model are the same whether its errors are absolute or relative, so one passage
/// yields the likelihood of both.
struct ETSPass {
    typealias Lanes = SIMD8<Double>

    /// Gains, damping and starting states of eight runs. Without trend φ, β and the slope are 0.
    struct Start {
        var alpha = Lanes.zero
        var beta = Lanes.zero
        var gamma = Lanes.zero
        var phi = Lanes.zero
        var level = Lanes.zero
        var slope = Lanes.zero
        /// Effects by place from the first period; empty for no season.
        var season: [Lanes] = []
    }

    /// States after the last period; the season by place, that of the first period first.
    private(set) var end: Start
    /// Σ e² or, for relative errors, Σ (e ÷ μ)².
    private(set) var squares = Lanes.zero
    /// Σ log |μ|, for relative errors only.
    private(set) var logs = Lanes.zero
    /// The least μ that was expected of any observed period, for relative errors only.
    private(set) var least = Lanes(repeating: .infinity)

    /// Runs over the series.
    ///
    /// - Parameters:
    ///   - units: the series; NaN is not observed.
    ///   - errors: takes each period's errors (e, or e ÷ μ if relative; 0 where not observed); as long as the series.
    init(
        _ units: UnsafeBufferPointer<Double>, from start: Start, season: ETS.Season, isRelative: Bool,
        errors: UnsafeMutablePointer<Lanes>? = nil, means: UnsafeMutablePointer<Lanes>? = nil
    ) {
        end = start
        var effects = start.season
        let periods = effects.count
        let tiny = Lanes(repeating: 1e-10)
        var level = start.level
        var slope = start.slope
        var product = Lanes(repeating: 1)
        var place = 0
        var squares = Lanes.zero
        var logs = Lanes.zero
        var least = Lanes(repeating: .infinity)
        let (alpha, beta, gamma, phi) = (start.alpha, start.beta, start.gamma, start.phi)
        effects.withUnsafeMutableBufferPointer { effects in
            for t in units.indices {
                slope *= phi
                let base = level + slope
                level = base
                var mean = base
                var effect = Lanes.zero
                if periods > 0 {
                    effect = effects[place]
                    mean = season == .additive ? base + effect : base * effect
                }
                if let means { means[t] = mean }
                if units[t].isNaN {
                    if let errors { errors[t] = .zero }
                } else {
                    let error = units[t] - mean
                    if isRelative {
                        least.replace(with: mean, where: mean .< least)
                        let ratio = error / mean
                        squares += ratio * ratio
                        product *= mean
                        if t & 15 == 15 {
                            logs += ETSPass.logarithm(product)
                            product = Lanes(repeating: 1)
                        }
                        if let errors { errors[t] = ratio }
                    } else {
                        squares += error * error
                        if let errors { errors[t] = error }
                    }
                    if season == .multiplicative, periods > 0 {
                        let part = error / effect.replacing(with: tiny, where: effect .< tiny)
                        level += alpha * part
                        slope += beta * part
                        let safe = base.replacing(with: tiny, where: abs(base) .< tiny)
                        effects[place] += gamma * (error / safe)
                    } else {
                        level += alpha * error
                        slope += beta * error
                        if periods > 0 { effects[place] += gamma * error }
                    }
                }
                place = place + 1 == periods ? 0 : place + 1
            }
        }
        if isRelative { logs += ETSPass.logarithm(product) }
        self.squares = squares
        self.logs = logs
        self.least = least
        end.level = level
        end.slope = slope
        end.season = effects
    }

    /// −2 × log-likelihood of a lane over `observed` periods, without terms that all models share; infinite where the
    /// run went astray or a relative error was taken of nothing.
    func deviance(_ lane: Int, observed: Int, isRelative: Bool) -> Double {
        let n = Double(observed)
        guard squares[lane].isFinite else { return .infinity }
        // A series that is followed exactly would have no least deviance.
        let sum = max(squares[lane], 1e-20 * n)
        guard isRelative else { return n * log(sum) }
        guard least[lane] > 0, logs[lane].isFinite else { return .infinity }
        return n * log(sum) + 2 * logs[lane]
    }

    /// The natural logarithm.
    static func natural(_ value: Double) -> Double { log(value) }

    private static func logarithm(_ product: Lanes) -> Lanes {
        var logs = Lanes.zero
        for lane in 0..<8 { logs[lane] = log(Swift.abs(product[lane])) }
        return logs
    }

    private func abs(_ lanes: Lanes) -> Lanes { lanes.replacing(with: -lanes, where: lanes .< 0) }
}
