/// The automatic local model where several seasons may be at work.
extension AutomaticLocal {
    /// Forecasts a series that may have several seasons.
    ///
    /// The automatic model under each season alone, and under all of them at once (`SeveralSeasons`), forecast the recent
    /// past from what came before; they are combined by the inverse squares of their mean squared errors over up to three
    /// horizons. What is left of a past too short to judge them has all seasons that it holds twice.
    ///
    /// Nil as for one season.
    ///
    /// - Parameters:
    ///   - units: the series, oldest first; NaN is not observed.
    ///   - horizon: future periods, 1…100,000.
    ///   - seasons: periods in each season; one, or none, is the plain forecast.
    public static func forecast(_ units: [Double], horizon: Int, seasons: [Int]) -> Forecast? {
        let usable = Set(seasons).filter { $0 >= 2 && $0 <= units.count / 2 }.sorted()
        guard usable.count > 1 else {
            return forecast(units, horizon: horizon, season: usable.first ?? 1)
        }
        guard horizon >= 1, horizon <= 100_000, let kind = Kind(units) else { return nil }
        let choices = usable.map { [$0] } + [usable]
        func answers(_ units: [Double]) -> [Forecast?] {
            choices.map { forecast(units, horizon: horizon, taking: $0, isPositive: kind.least >= 0) }
        }
        var squares = choices.map { _ in 0.0 }
        var judged = 0.0
        let longest = usable[usable.count - 1]
        for origin in (1...3).map({ units.count - $0 * horizon }) where origin >= max(2 * longest, 2 * horizon, 8) {
            let found = answers(Array(units[..<origin]))
            guard found.allSatisfy({ $0 != nil }) else { continue }
            for ahead in 0..<horizon where !units[origin + ahead].isNaN {
                judged += 1
                for (k, answer) in found.enumerated() {
                    let error = units[origin + ahead] - (answer?.mean[ahead] ?? 0)
                    squares[k] += error * error
                }
            }
        }
        let found = answers(units)
        guard judged > 0, let least = squares.min(), squares.allSatisfy(\.isFinite) else {
            return found.last.flatMap { $0 } ?? found[0]
        }
        var weights = found.indices.map { k -> Double in
            guard found[k] != nil else { return 0 }
            // Errors of next to nothing are alike.
            let relative = squares[k] <= least * (1 + 1e-9) ? 1 : max(least, 1e-9 * squares[k]) / squares[k]
            return relative * relative
        }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return nil }
        for k in weights.indices { weights[k] /= sum }
        var mean = [Double](repeating: 0, count: horizon)
        var deviation = mean
        var spreads = 0.0
        for (k, answer) in found.enumerated() {
            guard let answer else { continue }
            for ahead in mean.indices { mean[ahead] += weights[k] * answer.mean[ahead] }
            guard let own = answer.deviation else { continue }
            spreads += weights[k]
            for ahead in own.indices { deviation[ahead] += weights[k] * own[ahead] }
        }
        guard mean.allSatisfy(\.isFinite) else { return nil }
        let candidates = choices.indices.compactMap { k in
            found[k].map { _ in
                Candidate(
                    model: "Season " + choices[k].map(String.init).joined(separator: " and "),
                    error: (squares[k] / judged).squareRoot(), weight: weights[k], parameters: [])
            }
        }
        return Forecast(
            mean: mean, deviation: spreads > 0 ? deviation.map { $0 / spreads } : nil, candidates: candidates,
            isDemand: kind.isDemand, returning: nil)
    }

    /// The forecast under these seasons, one or all.
    private static func forecast(
        _ units: [Double], horizon: Int, taking seasons: [Int], isPositive: Bool
    ) -> Forecast? {
        guard seasons.count > 1 else { return forecast(units, horizon: horizon, season: seasons.first ?? 1) }
        guard let parts = SeveralSeasons(units, seasons: seasons),
            let plain = forecast(parts.rest, horizon: horizon, season: 1)
        else { return nil }
        let mean = plain.mean.indices.map { ahead in
            let value = plain.mean[ahead] + parts.effect(units.count + ahead)
            return isPositive ? max(0, value) : value
        }
        return Forecast(
            mean: mean, deviation: plain.deviation, candidates: plain.candidates, isDemand: false, returning: nil)
    }
}
