import Glibc

/// A log-linear regression of counts on a few features, the counts' variance being m + κ·m².
///
/// Weighted least squares repeated (McCullagh & Nelder, "Generalized Linear Models", 2nd ed., 1989), slopes drawn to nothing
/// and errors cut at four deviations, so that one wild day does not make a slope.
struct CountRegression {
    /// By row × feature.
    let features: [Float]
    /// Features of a row.
    let count: Int
    /// By row: what is expected without the features, > 0, what came (NaN where not known), κ, and weight (empty for 1).
    var expected: [Double] = []
    var real: [Double] = []
    var kappas: [Double] = []
    var weights: [Double] = []

    static let cut = 4.0
    private static let rounds = 3

    init(features: [Float], count: Int) {
        self.features = features
        self.count = count
    }

    /// The slopes and their covariance by rows; `belief` is the precision of their being nothing, > 0.
    func solved(belief: Double) -> (slopes: [Double], covariance: [Double]) {
        var slopes = [Double](repeating: 0, count: count)
        var information = [Double](repeating: 0, count: count * count)
        for _ in 0..<CountRegression.rounds {
            var score = slopes.map { -belief * $0 }
            for index in information.indices { information[index] = index % (count + 1) == 0 ? belief : 0 }
            for row in real.indices where !real[row].isNaN {
                var change = 0.0
                for index in 0..<count { change += slopes[index] * Double(features[row * count + index]) }
                let mean = expected[row] * exp(min(max(change, -3), 3))
                let scale = (mean + kappas[row] * mean * mean).squareRoot()
                let error = min(max((real[row] - mean) / scale, -CountRegression.cut), CountRegression.cut) * scale
                let share = (weights.isEmpty ? 1 : weights[row]) / (1 + kappas[row] * mean)
                for index in 0..<count {
                    let part = share * Double(features[row * count + index])
                    guard part != 0 else { continue }
                    score[index] += part * error
                    for other in 0...index {
                        information[index * count + other] += part * mean * Double(features[row * count + other])
                    }
                }
            }
            for index in 0..<count {
                for other in 0..<index { information[other * count + index] = information[index * count + other] }
            }
            var matrix = information
            guard Cholesky.solve(&matrix, &score, count) else { break }
            for index in 0..<count { slopes[index] = min(max(slopes[index] + min(max(score[index], -1), 1), -3), 3) }
        }
        return (slopes, inverse(information))
    }

    private func inverse(_ matrix: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: count * count)
        for column in 0..<count {
            var matrix = matrix
            var unit = [Double](repeating: 0, count: count)
            unit[column] = 1
            guard Cholesky.solve(&matrix, &unit, count) else { return [Double](repeating: 0, count: count * count) }
            for row in 0..<count { result[row * count + column] = unit[row] }
        }
        return result
    }
}
