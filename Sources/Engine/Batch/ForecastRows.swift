import Domain
import Formats

/// Writes forecasts as rows of `unique_id,ds,mean,q0.05,…`.
struct ForecastRows: Sendable {
    let form: PeriodForm
    let horizon: Int
    let levels: [QuantileLevel]
    /// The position after which forecasts begin; nil for each series' own end.
    let origin: Int64?

    /// The first row.
    static func header(_ levels: [QuantileLevel]) -> [UInt8] {
        Array((["unique_id", "ds", "mean"] + levels.map { "q\($0)" }).joined(separator: ",").utf8) + [0x0A]
    }

    /// Periods from the end of a series to its first forecast.
    func shift(_ series: FittedSeries) -> Int {
        guard let origin else { return 0 }
        return max(0, series.grid.firstIndex(after: origin) - series.periods)
    }

    /// Whether the last period that is to be forecast has a name: years end at 9999.
    func isWritable(_ series: FittedSeries) -> Bool {
        form == .integer
            || series.grid.position(at: series.periods + shift(series) + horizon - 1) < PeriodForm.end
    }

    /// The rows of one series.
    func bytes(of series: FittedSeries, _ forecast: SeriesForecast) -> [UInt8] {
        let shift = shift(series)
        let name = ForecastRows.quoted(series.id)
        let first = shift % forecast.season
        let places = min(forecast.season, horizon)
        // Only so many different distributions, however long the horizon.
        let counts = forecast.quantiles(levels.map(\.value), places: first..<(first + places))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(horizon * (name.count + 24 + 5 * levels.count))
        for ahead in 0..<horizon {
            let start = ahead % places * levels.count
            append(
                name: name, periods: [series.grid.position(at: series.periods + shift + ahead)],
                mean: forecast.mean(shift + ahead), quantiles: counts[start..<start + levels.count],
                scale: forecast.scale, to: &bytes)
        }
        return bytes
    }

    /// A name as a field of the file.
    static func quoted(_ id: [UInt8]) -> [UInt8] {
        let writer = CSVWriter()
        id.withUnsafeBufferPointer { writer.field($0) }
        return writer.bytes
    }

    /// Appends a row: a name, one period or more, the mean, and quantiles as counts of `scale`.
    func append(
        name: [UInt8], periods: [Int64], mean: Double, quantiles: ArraySlice<Int>, scale: CountScale,
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: name)
        for period in periods {
            bytes.append(0x2C)
            form.write(period, to: &bytes)
        }
        bytes.append(0x2C)
        let decimals = max(6, scale.decimals + 2)
        let scaled = (mean * Double(FixedPoint.powers[decimals])).rounded()
        if scaled < 9e18 {
            append(Int64(scaled), decimals: decimals, to: &bytes)
        } else {
            append(Int64(min(mean, 9e18).rounded()), decimals: 0, to: &bytes)
        }
        for quantile in quantiles {
            bytes.append(0x2C)
            append(Int64(quantile), decimals: scale.decimals, to: &bytes)
        }
        bytes.append(0x0A)
    }

    /// Appends `value` × 10^−`decimals` without trailing zeros; `value` ≥ 0.
    private func append(_ value: Int64, decimals: Int, to bytes: inout [UInt8]) {
        guard value > 0 else { return bytes.append(0x30) }
        var value = value
        var decimals = decimals
        while decimals > 0, value % 10 == 0 {
            value /= 10
            decimals -= 1
        }
        let start = bytes.count
        for _ in 0..<max(0, -decimals) { bytes.append(0x30) }
        var written = 0
        while value > 0 || written <= decimals {
            if written == decimals, written > 0 { bytes.append(0x2E) }
            bytes.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
            value /= 10
            written += 1
        }
        bytes[start...].reverse()
    }
}
