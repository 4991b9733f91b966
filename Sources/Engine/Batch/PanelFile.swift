import Domain
import Forecasting
import Formats

/// All series of a file on one axis of periods, with their drivers and what they belong to: what the model across series
/// takes.
struct PanelFile {
    /// Series of the file, in its order.
    private(set) var rows: [SeriesRows] = []
    /// Rows of all series.
    private(set) var count = 0
    /// Columns beside the known ones.
    let drivers: [String]
    /// Those of them of whose future nothing is known.
    private(set) var unused: [String] = []
    /// How periods are written.
    let form: PeriodForm
    /// The last period of the file.
    let last: Int64
    /// What to tell.
    let complaints: BatchComplaints
    private var words: [DriverWords]

    /// Reads a file to its end; nil where there is nothing to learn across series: too few of them, periods that cannot be
    /// read, or rows of a series that lie apart.
    init?(_ csv: CSVReader, share: String?, least: (series: Int, rows: Int)) throws {
        var reader = try SeriesReader(csv, share: share, gathers: false, keepsDrivers: true)
        while let series = try reader.next() {
            count += series.times.count
            rows.append(series)
        }
        reader.finish()
        guard reader.scattered == nil, let form = reader.form, let last = reader.last, rows.count >= least.series,
            count >= least.rows
        else { return nil }
        drivers = reader.drivers
        words = reader.words
        self.form = form
        self.last = last
        complaints = reader.complaints
    }

    /// The frequency of the series, the finest of any; nil where they have none.
    func frequency() -> Frequency? {
        var found: Frequency?
        for series in rows where series.times.count > 1 {
            found =
                found == nil
                ? .coarsest(fitting: series.times, form: form) : found?.refined(toFit: series.times)
            guard found != nil else { return nil }
        }
        return found
    }

    /// The panel.
    ///
    /// - Parameters:
    ///   - scales: the unit in which each series is counted.
    /// - Returns: nil where the series do not lie on one axis, or are too short for the horizon.
    mutating func panel(
        _ frequency: Frequency, _ batch: ForecastBatch, season: Int?, scales: [CountScale]
    ) throws -> PanelAxis? {
        guard let start = rows.lazy.compactMap(\.times.first).min() else { return nil }
        let grid = PeriodGrid([start], frequency)
        guard let end = grid.index(of: last) else { return nil }
        let (periods, horizon) = (end + 1, batch.horizon)
        guard periods >= 3 * horizon, (periods + horizon) * rows.count * (drivers.count + 1) <= PanelFile.largest
        else { return nil }
        let width = periods + horizon
        var units = [Float](repeating: .nan, count: rows.count * periods)
        var values = drivers.map { _ in [Float](repeating: .nan, count: rows.count * width) }
        for (row, series) in rows.enumerated() {
            if batch.fill == .zero, let first = series.times.first.flatMap({ grid.index(of: $0) }),
                let final = series.times.last.flatMap({ grid.index(of: $0) })
            {
                for period in first...final { units[row * periods + period] = 0 }
            }
            for (place, time) in series.times.enumerated() {
                guard let period = grid.index(of: time) else { return nil }
                let share = series.shares[place]
                // Half a period in stock tells of the whole; less does not.
                if !series.units[place].isNaN {
                    units[row * periods + period] =
                        share >= 0.5 ? Float(series.units[place] * scales[row].counts / share) : .nan
                }
                for driver in drivers.indices {
                    values[driver][row * width + period] = series.drivers[place * drivers.count + driver]
                }
            }
        }
        var isKnown = [Bool](repeating: false, count: drivers.count)
        if let future = batch.future {
            isKnown = [Bool](repeating: true, count: drivers.count)
            try read(future, grid, periods: periods, horizon: horizon, into: &values)
        }
        var numbers: [DemandPanel.NumericDriver] = []
        var names: [DemandPanel.NamedDriver] = []
        for (driver, name) in drivers.enumerated() {
            guard words[driver].isNumeric != false else {
                guard isKnown[driver] else {
                    unused.append(name)
                    continue
                }
                names.append(.init(name: name, codes: values[driver].map { $0.isNaN ? 0 : UInt8($0) }))
                continue
            }
            let isPrice = name.lowercased().contains("price")
            if isPrice, !isKnown[driver] {
                // Nobody has said that prices will change.
                for row in rows.indices {
                    let before = values[driver][row * width + periods - 1]
                    for ahead in periods..<width { values[driver][row * width + ahead] = before }
                }
            } else if !isKnown[driver] {
                unused.append(name)
                continue
            }
            numbers.append(.init(name: name, values: values[driver], isPrice: isPrice))
            values[driver] = []
        }
        let groupings = try batch.fixed.map { try self.groupings($0) } ?? []
        let usual = season ?? frequency.usualSeason
        let period = usual <= 31 ? usual : 1
        var phase = 0
        var monthDays: [UInt8] = []
        if frequency == .daily, form != .integer {
            let first = Day(number: Int32(clamping: start / 86_400))
            if period == 7 { phase = first.weekday.rawValue }
            monthDays = (0..<width).map { UInt8(first.advanced(by: $0).civil.day) }
        }
        let scaled = DemandPanel(
            series: rows.count, periods: periods, horizon: horizon, units: units, numbers: numbers, names: names,
            groupings: groupings, monthDays: monthDays, season: period, phase: phase)
        return scaled.map { PanelAxis(panel: $0, grid: grid) }
    }

    /// Values that one panel may hold: a gibibyte of them.
    private static let largest = 1 << 28

    private mutating func read(
        _ path: String, _ grid: PeriodGrid, periods: Int, horizon: Int, into values: inout [[Float]]
    ) throws {
        let csv = try CSVReader(ByteSource(path: path))
        let (id, time) = (try csv.required("unique_id"), try csv.required("ds"))
        var columns: [Int] = []
        for driver in drivers { columns.append(try csv.required(driver)) }
        var places: [[UInt8]: Int] = [:]
        for (row, series) in rows.enumerated() { places[series.id] = row }
        var current: [UInt8] = []
        var row: Int?
        let width = periods + horizon
        while try csv.next() {
            guard csv.problem == nil else { continue }
            if !current.elementsEqual(csv.field(id)) {
                current = Array(csv.field(id))
                row = places[current]
            }
            guard let row, let position = form.position(trimmed(csv.field(time))), position > last,
                let period = grid.index(of: position), period < width
            else { continue }
            for (driver, column) in columns.enumerated() {
                values[driver][row * width + period] = words[driver].value(of: csv.field(column))
            }
        }
    }

    /// The columns of the file of fixed words as codes, one a series.
    private func groupings(_ path: String) throws -> [[Int32]] {
        let csv = try CSVReader(ByteSource(path: path))
        let id = try csv.required("unique_id")
        let columns = csv.header.indices.filter { $0 != id && !csv.header[$0].isEmpty }
        var places: [[UInt8]: Int] = [:]
        for (row, series) in rows.enumerated() { places[series.id] = row }
        var codes = columns.map { _ in [Int32](repeating: 0, count: rows.count) }
        var known = columns.map { _ in [[UInt8]: Int32]() }
        while try csv.next() {
            guard csv.problem == nil, let row = places[Array(csv.field(id))] else { continue }
            for (place, column) in columns.enumerated() {
                let word = Array(csv.field(column))
                // 0 is for series without a row.
                let code = known[place][word] ?? Int32(known[place].count + 1)
                known[place][word] = code
                codes[place][row] = code
            }
        }
        return codes
    }
}

/// A panel and where its periods lie.
struct PanelAxis: Sendable {
    let panel: DemandPanel
    let grid: PeriodGrid
}
