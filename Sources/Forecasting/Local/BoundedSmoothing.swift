/// Simple exponential smoothing from the first value on with the gain between 0.1 and 0.3 that has the least squared error.
struct BoundedSmoothing {
    /// The gain.
    let alpha: Double
    /// The next value.
    let forecast: Double

    /// - Parameter values: one at least; of none the forecast is 0.
    init(_ values: [Double]) {
        var low = 0.1
        var high = 0.3
        // Each round looks at eight gains at once and keeps the interval about the best: 2 ÷ 9 of it.
        for round in 0..<12 {
            let step = (high - low) / 7
            var gains = SIMD8<Double>(repeating: low)
            for lane in 0..<8 { gains[lane] += step * Double(lane) }
            let errors = BoundedSmoothing.squares(values, gains)
            var best = 0
            for lane in 1..<8 where errors[lane] < errors[best] { best = lane }
            // Where the gain makes no difference it stays in the middle.
            if round == 0, errors.max() <= errors.min() * (1 + 1e-12) { break }
            let centre = gains[best]
            low = max(0.1, centre - step)
            high = min(0.3, centre + step)
        }
        let middle = (low + high) / 2
        alpha = middle < 0.1 + 1e-6 ? 0.1 : middle > 0.3 - 1e-6 ? 0.3 : middle
        var level = values.first ?? 0
        for value in values.dropFirst() { level += alpha * (value - level) }
        forecast = level
    }

    private static func squares(_ values: [Double], _ gains: SIMD8<Double>) -> SIMD8<Double> {
        var level = SIMD8<Double>(repeating: values.first ?? 0)
        var sum = SIMD8<Double>.zero
        for value in values.dropFirst() {
            let error = value - level
            sum += error * error
            level += gains * error
        }
        return sum
    }
}
