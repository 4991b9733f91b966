import Glibc

/// The search for the gains and starting states of one model that make a series likeliest.
///
/// −2 log L is n·log Σ r² with r = e for absolute errors, and r = e ÷ μ times the geometric mean of |μ| for relative ones:
/// least squares in both cases, so Levenberg and Marquardt's method applies (SIAM J. Appl. Math. 11, 1963). Derivatives are
/// differences, eight parameters to a passage; eight step lengths are tried in one passage more.
struct ETSSearch {
    typealias Lanes = SIMD8<Double>

    /// A set of parameters and its −2 log L: α, β ÷ α, γ ÷ (1 − α), φ, level, trend, all but the last of the season's
    /// effects; those that the model does not have are left out.
    struct Point {
        var theta: [Double]
        var deviance: Double
    }

    let form: ETS.Form
    let series: ETSSeries
    private let isRelative: Bool
    private let hasTrend: Bool
    private let periods: Int
    /// Places of the season's starting effects in θ; none where the season is so long that they stay as decomposed.
    private let free: Int
    private let gains: Int
    private let count: Int
    private let lower: [Double]
    private let upper: [Double]
    private let opening: ETSSeries.Opening

    init(_ form: ETS.Form, _ series: ETSSeries) {
        self.form = form
        self.series = series
        isRelative = form.error == .multiplicative
        hasTrend = form.trend != .none
        periods = form.season == .none ? 0 : series.season
        free = periods > 24 ? 0 : max(0, periods - 1)
        gains = 1 + (hasTrend ? 1 : 0) + (periods > 0 ? 1 : 0) + (form.trend == .damped ? 1 : 0)
        count = gains + 1 + (hasTrend ? 1 : 0) + free
        opening = series.opening(form)
        var lower = [Double](repeating: 1e-4, count: gains)
        var upper = [Double](repeating: 0.9999, count: gains)
        if form.trend == .damped {
            lower[gains - 1] = 0.8
            upper[gains - 1] = 0.98
        }
        self.lower = lower + [Double](repeating: -.infinity, count: count - gains)
        self.upper = upper + [Double](repeating: .infinity, count: count - gains)
    }

    /// The point of the screened gains, with starting states as decomposed.
    func point(alpha: Double, beta: Double, gamma: Double, phi: Double, deviance: Double) -> Point {
        var theta = [alpha]
        if hasTrend { theta.append(beta) }
        if periods > 0 { theta.append(gamma) }
        if form.trend == .damped { theta.append(phi) }
        theta.append(opening.level)
        if hasTrend { theta.append(opening.slope) }
        theta += opening.season.prefix(free)
        return Point(theta: theta, deviance: deviance)
    }

    /// The runs of up to eight parameter sets that lie one after the other in `thetas`.
    func start(_ thetas: [Double]) -> ETSPass.Start {
        var start = ETSPass.Start()
        start.season = opening.season.map { Lanes(repeating: $0) }
        for lane in 0..<min(8, thetas.count / count) {
            let at = lane * count
            let alpha = thetas[at]
            var next = at + 1
            start.alpha[lane] = alpha
            if hasTrend {
                start.beta[lane] = alpha * thetas[next]
                start.phi[lane] = 1
                next += 1
            }
            if periods > 0 {
                start.gamma[lane] = (1 - alpha) * thetas[next]
                next += 1
            }
            if form.trend == .damped {
                start.phi[lane] = thetas[next]
                next += 1
            }
            start.level[lane] = thetas[next]
            next += 1
            if hasTrend {
                start.slope[lane] = thetas[next]
                next += 1
            }
            guard free > 0 else { continue }
            // The last effect is what makes them add up to nothing, or to the number of places.
            var rest = form.season == .multiplicative ? Double(periods) : 0
            for place in 0..<free {
                start.season[place][lane] = thetas[next + place]
                rest -= thetas[next + place]
            }
            start.season[free][lane] = rest
        }
        return start
    }

    /// Follows the least squares down from a point, for at most `rounds` or until a round gains less than `tolerance`.
    func polish(_ point: Point, rounds: Int, tolerance: Double) -> Point {
        var point = point
        let n = series.units.count
        let blocks = (count + 8) / 8
        var errors = [Lanes](repeating: .zero, count: n * blocks)
        var hessian = [Lanes](repeating: .zero, count: 8 * blocks * blocks)
        var gradient = [Lanes](repeating: .zero, count: blocks)
        var steps = [Double](repeating: 0, count: 8 * blocks)
        for round in 0..<rounds {
            guard differentiate(point, blocks, &errors, &hessian, &gradient, &steps) else { return point }
            let trials = trials(point.theta, blocks, hessian, gradient)
            let pass = series.units.withUnsafeBufferPointer {
                ETSPass($0, from: start(trials), season: form.season, isRelative: isRelative)
            }
            var best = -1
            var least = point.deviance
            for lane in 0..<8 {
                let deviance = pass.deviance(lane, observed: series.observed, isRelative: isRelative)
                if deviance < least {
                    least = deviance
                    best = lane
                }
            }
            guard best >= 0 else { return point }
            let gained = point.deviance - least
            point = Point(theta: Array(trials[(best * count)..<((best + 1) * count)]), deviance: least)
            if gained < tolerance, round > 0 { return point }
        }
        return point
    }

    /// Errors at the point and about it, and from them the gradient and Gauss' approximation of the second derivatives.
    /// False where the point itself cannot be evaluated.
    private func differentiate(
        _ point: Point, _ blocks: Int, _ errors: inout [Lanes], _ hessian: inout [Lanes], _ gradient: inout [Lanes],
        _ steps: inout [Double]
    ) -> Bool {
        let n = series.units.count
        var scales: [Lanes] = []
        for block in 0..<blocks {
            var thetas: [Double] = []
            for lane in 0..<8 {
                thetas += point.theta
                let parameter = block * 8 + lane - 1
                guard parameter >= 0, parameter < count else { continue }
                let size = max(abs(point.theta[parameter]), 0.01) * 1e-6
                let step = point.theta[parameter] + size > upper[parameter] ? -size : size
                steps[block * 8 + lane] = 1 / step
                thetas[lane * count + parameter] += step
            }
            let pass = series.units.withUnsafeBufferPointer { units in
                errors.withUnsafeMutableBufferPointer { errors in
                    ETSPass(
                        units, from: start(thetas), season: form.season, isRelative: isRelative,
                        errors: errors.baseAddress.map { $0 + block * n })
                }
            }
            var scale = Lanes(repeating: 1)
            for lane in 0..<8 {
                guard pass.deviance(lane, observed: series.observed, isRelative: isRelative).isFinite else {
                    return false
                }
                if isRelative { scale[lane] = exp(pass.logs[lane] / Double(series.observed)) }
            }
            scales.append(scale)
        }
        let slots = count + 1
        for i in hessian.indices { hessian[i] = .zero }
        for i in gradient.indices { gradient[i] = .zero }
        var slopes = [Lanes](repeating: .zero, count: blocks)
        let inverses = (0..<blocks).map { block in
            var inverse = Lanes.zero
            for lane in 0..<8 { inverse[lane] = steps[block * 8 + lane] }
            return inverse
        }
        errors.withUnsafeBufferPointer { errors in
            hessian.withUnsafeMutableBufferPointer { hessian in
                gradient.withUnsafeMutableBufferPointer { gradient in
                    slopes.withUnsafeMutableBufferPointer { slopes in
                        // The same slopes one by one: a lane picked by number from a vector costs more.
                        let single = UnsafeRawBufferPointer(slopes).bindMemory(to: Double.self)
                        for t in 0..<n {
                            let here = errors[t][0] * scales[0][0]
                            for block in 0..<blocks {
                                let slope = (errors[block * n + t] * scales[block] - here) * inverses[block]
                                slopes[block] = slope
                                gradient[block] += slope * here
                            }
                            for slot in 1..<slots {
                                let slope = single[slot]
                                for block in (slot >> 3)..<blocks {
                                    hessian[slot * blocks + block] += slope * slopes[block]
                                }
                            }
                        }
                    }
                }
            }
        }
        return true
    }

    /// Eight steps from a point, from Newton's to a short one down the gradient, held within bounds.
    private func trials(_ theta: [Double], _ blocks: Int, _ hessian: [Lanes], _ gradient: [Lanes]) -> [Double] {
        func second(_ a: Int, _ b: Int) -> Double {
            let (low, high) = a < b ? (a + 1, b + 1) : (b + 1, a + 1)
            return hessian[low * blocks + high >> 3][high & 7]
        }
        func first(_ a: Int) -> Double { gradient[(a + 1) >> 3][(a + 1) & 7] }
        let active = (0..<count).filter {
            let down = -first($0)
            return second($0, $0) > 0 && !(theta[$0] <= lower[$0] && down < 0) && !(theta[$0] >= upper[$0] && down > 0)
        }
        let size = active.count
        var trials: [Double] = []
        trials.reserveCapacity(8 * count)
        var matrix = [Double](repeating: 0, count: size * size)
        var step = [Double](repeating: 0, count: size)
        for damping in [0, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10] {
            for (row, a) in active.enumerated() {
                for (column, b) in active.enumerated() { matrix[row * size + column] = second(a, b) }
                matrix[row * size + row] *= 1 + damping + 1e-12
                step[row] = -first(a)
            }
            let isSolved = Cholesky.solve(&matrix, &step, size)
            let from = trials.count
            trials += theta
            guard isSolved else { continue }
            for (row, a) in active.enumerated() {
                trials[from + a] = min(max(theta[a] + step[row], lower[a]), upper[a])
            }
        }
        return trials
    }
}
