import Glibc

/// How far the forecasts of a model across series are off: the variance of each series about its mean, and by how much the
/// negative binomial of that variance has to be corrected.
///
/// A period's variance is φ·μ + (κ·μ)²: φ is the series' own (Pearson's estimate from its one-step errors, drawn to that
/// of series of its size), κ what the level is off over the horizon. Where past outcomes lay in these distributions then
/// says, by class of size and scatter, at which level to read them (Kuleshov, Fenner & Ermon, "Accurate uncertainties for
/// deep learning using calibrated regression", ICML 2018).
struct GlobalSpread: Sendable {
    private let phi: [Float]
    private let kappa: Float
    /// For each class, the level at which `GlobalSpread.levels[i]` is to be read, ascending.
    private let maps: [[Float]]

    /// Levels at which the correction is known; straight lines between them.
    private static let grid: [Float] = [
        0.0, 0.0025, 0.005, 0.0125, 0.025, 0.05, 0.1, 0.165, 0.25, 0.35, 0.5, 0.65, 0.75, 0.835, 0.9, 0.95, 0.975,
        0.9875, 0.995, 0.9975, 1.0,
    ]
    /// Outcomes' worth of the belief that no correction is needed.
    private static let belief: Float = 400

    init(
        _ features: GlobalFeatures, _ samples: TrainingSamples, _ table: TrainingTable, _ trees: TreeEnsemble,
        _ concurrently: Concurrently
    ) {
        let panel = features.panel
        var phi = [Float](repeating: 1, count: panel.series)
        var size = phi
        phi.withUnsafeMutableBufferPointer { phi in
            size.withUnsafeMutableBufferPointer { size in
                nonisolated(unsafe) let (phi, size) = (phi, size)
                concurrently(TrainingTable.chunks(panel)) { part in
                    for series in TrainingTable.chunk(part, panel) {
                        let scatter = SeriesPast(features, series).scatter
                        phi[series] = scatter.ratio
                        size[series] = scatter.level
                    }
                }
            }
        }
        // What series of a size scatter on the whole.
        var sums = [SIMD2<Double>](repeating: .zero, count: 40)
        for series in 0..<panel.series where phi[series].isFinite {
            sums[GlobalSpread.octave(size[series])] += SIMD2(Double(log(phi[series])), 1)
        }
        for series in 0..<panel.series {
            let sum = sums[GlobalSpread.octave(size[series])]
            let usual = sum[1] > 0 ? Float(exp(sum[0] / sum[1])) : 1
            phi[series] = max(1, phi[series].isFinite ? expf(0.8 * logf(phi[series]) + 0.2 * logf(usual)) : usual)
        }

        // Samples of the later half of the past, as they would have been forecast.
        var scores = table.offset
        for index in scores.indices { scores[index] -= table.shock[index] }
        trees.add(to: &scores, table.rows)
        var excess = 0.0
        var squares = 0.0
        var owner = [Int32](repeating: 0, count: samples.count)
        for series in 0..<panel.series {
            for index in samples.starts[series]..<samples.starts[series + 1] {
                owner[index] = Int32(series)
                let mean = expf(scores[index])
                let error = table.target[index] - mean
                // Each over its mean, so that the largest series do not speak for all.
                excess += Double((error * error - phi[series] * mean) / mean)
                squares += Double(mean)
            }
        }
        let kappa = squares > 0 ? Float(min(1, max(0, excess / squares)).squareRoot()) : 0.3
        self.kappa = kappa

        let classes = GlobalSpread.classes
        var found = [[Float]](repeating: [], count: classes)
        let step = max(1, samples.count / 400_000)
        for index in stride(from: 0, to: samples.count, by: step) {
            let mean = expf(scores[index])
            let phi = phi[Int(owner[index])]
            let place = CountWalk(mean: mean, variance: phi * mean + kappa * kappa * mean * mean)
                .place(of: Int(table.target[index]), draw: GlobalSpread.draw(index))
            found[GlobalSpread.kind(mean, phi)].append(place)
        }
        maps = found.map { places in
            let sorted = places.sorted()
            return GlobalSpread.grid.map { level in
                guard !sorted.isEmpty else { return level }
                let at = sorted[min(sorted.count - 1, Int(level * Float(sorted.count)))]
                let weight = Float(sorted.count) / (Float(sorted.count) + GlobalSpread.belief)
                return level == 0 ? 0 : level == 1 ? 1 : weight * at + (1 - weight) * level
            }
        }
        self.phi = phi
    }

    /// Variance of a count of this mean, before any correction.
    func variance(_ series: Int, mean: Float) -> Float { phi[series] * mean + kappa * kappa * mean * mean }

    /// Quantiles of a count of this mean, one a level, levels ascending.
    func quantiles(_ series: Int, mean: Float, levels: [Double], into counts: inout [Int]) {
        let phi = phi[series]
        let map = maps[GlobalSpread.kind(mean, phi)]
        let walk = CountWalk(mean: mean, variance: phi * mean + kappa * kappa * mean * mean)
        walk.quantiles(levels.map { GlobalSpread.read(map, Float($0)) }, into: &counts)
    }

    private static func read(_ map: [Float], _ level: Float) -> Float {
        guard let upper = grid.firstIndex(where: { $0 >= level }), upper > 0 else { return level }
        let share = (level - grid[upper - 1]) / (grid[upper] - grid[upper - 1])
        return map[upper - 1] + share * (map[upper] - map[upper - 1])
    }

    /// Number of classes of forecasts.
    private static let classes = 12 * 3

    private static func kind(_ mean: Float, _ phi: Float) -> Int {
        let size = max(0, min(11, Int((log2f(max(mean, 1e-6)) + 5).rounded(.down))))
        return size * 3 + (phi < 1.3 ? 0 : phi < 2.2 ? 1 : 2)
    }

    private static func octave(_ level: Float) -> Int {
        max(0, min(39, Int(log2f(max(level, 1e-6)).rounded(.down)) + 20))
    }

    /// Where in a step of a distribution an outcome lies is drawn by its number.
    private static func draw(_ index: Int) -> Float {
        var hash = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        hash = hash &* 0xBF58_476D_1CE4_E5B9
        return Float(hash >> 40) * 0x1p-24
    }
}
