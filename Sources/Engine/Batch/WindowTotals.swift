import Formats
import Forecasting
import Inventory

/// Forecasts of the sums over the next periods, as an order must last: lead time and review together.
///
/// Days' errors hang together, so quantiles of a sum are not sums of quantiles: how far past sums lay from their means is
/// learned over all series, class by class of volume (`TotalCalibration`).
struct WindowTotals {
    private let batch: ForecastBatch
    private var series: [(fitted: FittedSeries, forecast: SeriesForecast, past: WindowSeries)] = []

    init(_ batch: ForecastBatch) { self.batch = batch }

    /// Takes the next series.
    mutating func take(_ fitted: FittedSeries) {
        guard case .forecast(let forecast) = fitted.answer, let past = fitted.window else { return }
        series.append((fitted, forecast, past))
    }

    /// Writes `unique_id,from,to,mean,q…`, each series' windows in ascending order.
    func write(_ rows: ForecastRows?, to path: String) throws {
        let sink = try ByteSink(path: path)
        let names = ["unique_id", "from", "to", "mean"] + batch.levels.map { "q\($0)" }
        try sink.write(Array(names.joined(separator: ",").utf8) + [0x0A])
        if let rows, !series.isEmpty {
            let classes = AbcXyz.classes(values: series.map(\.past.volume)).map { $0 == .a ? 0 : $0 == .b ? 1 : 2 }
            guard let calibration = calibration(classes) else {
                throw EngineError(
                    .usage,
                    "sums over windows are learned from past forecasts, and no series is two horizons long; "
                        + "give more history or a shorter --horizon")
            }
            for start in stride(from: 0, to: series.count, by: 1024) {
                let part = Array(start..<min(start + 1024, series.count))
                let texts = inParallel(part, jobs: batch.jobs) { [self] index in
                    bytes(series[index], rows, calibration, classes[index])
                }
                for text in texts { try sink.write(text) }
            }
        }
        try sink.finish()
    }

    private func calibration(_ classes: [Int]) -> TotalCalibration? {
        var actual: [Double] = []
        var mean: [Double] = []
        var deviation: [Double] = []
        var owners: [Int] = []
        for (index, number) in classes.enumerated() {
            let past = series[index].past
            actual += past.actual
            mean += past.mean
            deviation += past.deviation
            owners += [Int](repeating: number, count: past.actual.count / batch.horizon)
        }
        return TotalCalibration(
            actual: actual, mean: mean, deviation: deviation, classes: owners, horizon: batch.horizon,
            windows: batch.windows)
    }

    private func bytes(
        _ series: (fitted: FittedSeries, forecast: SeriesForecast, past: WindowSeries), _ rows: ForecastRows,
        _ calibration: TotalCalibration, _ number: Int
    ) -> [UInt8] {
        let (fitted, forecast) = (series.fitted, series.forecast)
        let shift = rows.shift(fitted)
        let counts = forecast.scale.counts
        let order = batch.levels.indices.sorted { batch.levels[$0].value < batch.levels[$1].value }
        var bytes: [UInt8] = []
        for window in batch.windows.sorted() {
            let periods = shift..<shift + window
            let means = periods.map { max(0, forecast.mean($0)) * counts }
            let found = calibration.quantiles(
                means: means, deviations: periods.map { forecast.deviation($0) * counts },
                levels: order.map { batch.levels[$0].value }, class: number)
            var quantiles = [Int](repeating: 0, count: order.count)
            for (rank, level) in order.enumerated() { quantiles[level] = found?[rank] ?? 0 }
            rows.append(
                name: ForecastRows.quoted(fitted.id),
                periods: [periods.lowerBound, periods.upperBound - 1].map {
                    fitted.grid.position(at: fitted.periods + $0)
                }, mean: means.reduce(0, +) / counts, quantiles: quantiles[...], scale: forecast.scale, to: &bytes)
        }
        return bytes
    }
}
