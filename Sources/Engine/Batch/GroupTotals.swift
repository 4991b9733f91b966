import Forecasting
import Formats

/// Forecasts of totals over all series and over each group of each column of `--static`, that agree with their parts.
///
/// A total's spread is that of its own history, forecast by the automatic local model; its mean is the sum of its parts.
/// Where they are to be reconciled, the parts first move as little as may be towards what the totals' own histories say,
/// each by how many series it holds (structural scaling: Wickramasuriya, Athanasopoulos & Hyndman, JASA 114, 2019), and
/// none below 0.
struct GroupTotals {
    private let batch: ForecastBatch
    private let way: ForecastBatch.Totals
    private let groups: SeriesGroups
    private let seasons: [Int]
    /// Groups of each series, column by column; the first column has all in one.
    private var members: [[Int]] = []
    /// History of each group of each column by distance from the end of the file, the last period first.
    private var histories: [[[Double]]]
    /// Expected units of each series and period.
    private var means: [Double] = []
    /// Where the file's last period lies.
    private var end: (grid: PeriodGrid, periods: Int)?

    init(_ batch: ForecastBatch, _ way: ForecastBatch.Totals, seasons: [Int]) throws(FormatError) {
        self.batch = batch
        self.way = way
        self.seasons = seasons
        groups = try SeriesGroups(path: batch.fixed)
        histories = [[]] + groups.columns.map { _ in [] }
    }

    /// Takes the next series.
    mutating func take(_ fitted: FittedSeries, _ rows: ForecastRows) {
        guard case .forecast(let forecast) = fitted.answer, let history = fitted.history else { return }
        let own = [0] + groups.groups(of: fitted.id)
        members.append(own)
        let shift = rows.shift(fitted)
        if shift == 0 || end == nil { end = (fitted.grid, fitted.periods + shift) }
        for ahead in 0..<batch.horizon { means.append(max(0, forecast.mean(shift + ahead))) }
        // What was not observed counts as the series' mean: a gap in one is no dip of all.
        var sold = 0.0
        var seen = 0.0
        for (units, share) in zip(history.units, history.inStock) where share > 0 {
            sold += units
            seen += share
        }
        let mean = seen > 0 ? sold / seen : 0
        for (column, group) in own.enumerated() {
            while histories[column].count <= group { histories[column].append([]) }
            let length = shift + history.units.count
            let missing = length - histories[column][group].count
            if missing > 0 { histories[column][group] += [Double](repeating: 0, count: missing) }
            // After its last row a series goes on as it is forecast to, in what was and in what comes.
            for ahead in 0..<shift { histories[column][group][shift - 1 - ahead] += max(0, forecast.mean(ahead)) }
            for (t, (units, share)) in zip(history.units, history.inStock).enumerated() {
                histories[column][group][length - 1 - t] += share > 0 ? units + (1 - share) * mean : mean
            }
        }
    }

    /// The totals as series, and the means of all series where they have moved, one row a series in the order they came.
    ///
    /// - Throws: `.usage` where a total would have the name of a series.
    func agreed(names: Set<[UInt8]>) throws(EngineError) -> (totals: [FittedSeries], moved: [Double]?) {
        guard let end, !members.isEmpty else { return ([], nil) }
        // Groups of the file that no series of the demand file belongs to are left out.
        var numbers = histories.map { column in column.map { _ in -1 } }
        var found: [(name: [UInt8], column: Int, group: Int)] = []
        var levels: [[Int]] = []
        for column in histories.indices {
            var next = 0
            levels.append(
                members.map { own in
                    if numbers[column][own[column]] < 0 {
                        numbers[column][own[column]] = next
                        next += 1
                        let name =
                            column == 0 ? Array("total".utf8) : groups.name(column: column - 1, group: own[column])
                        found.append((name, column, own[column]))
                    }
                    return numbers[column][own[column]]
                })
        }
        if let taken = found.first(where: { names.contains($0.name) }) {
            throw EngineError(.usage, "\(shown(taken.name)) has the name of a total; rename it, or leave --totals away")
        }
        let units = found.map { Array(histories[$0.column][$0.group].reversed()) }
        let (seasons, horizon) = (seasons, batch.horizon)
        let paths = inParallel(units, jobs: batch.jobs) { units -> (path: PeriodPath, scale: CountScale)? in
            let scale = CountScale(units)
            let counted = units.map { $0 * scale.counts }
            return PeriodPath(counted, seasons: seasons, model: .local, horizon: horizon).map { ($0, scale) }
        }
        guard let hierarchy = Hierarchy(bottomCount: members.count, levels: levels) else { return ([], nil) }
        var sums = [Double](repeating: 0, count: found.count * horizon)
        var moved = means
        for ahead in 0..<horizon {
            let bottom = members.indices.map { means[$0 * horizon + ahead] }
            var nodes = hierarchy.aggregated(bottom) ?? []
            if way == .reconcile {
                for (node, path) in paths.enumerated() {
                    if let path { nodes[node] = path.path.mean(ahead) / path.scale.counts }
                }
                nodes =
                    Reconciliation.reconciled(nodes, hierarchy: hierarchy, errors: .structural, nonNegative: true)
                    ?? hierarchy.aggregated(bottom) ?? []
            }
            for node in found.indices { sums[node * horizon + ahead] = nodes[node] }
            for series in members.indices { moved[series * horizon + ahead] = nodes[found.count + series] }
        }
        let totals = found.indices.map { node -> FittedSeries in
            let answer: FittedSeries.Answer
            if let (path, scale) = paths[node] {
                let own = sums[node * horizon..<(node + 1) * horizon]
                answer = .forecast(SeriesForecast(path.about(own.map { $0 * scale.counts }), scale: scale))
            } else {
                answer = .none("nothing is known of its spread")
            }
            return FittedSeries(id: found[node].name, grid: end.grid, periods: end.periods, answer: answer)
        }
        return (totals, way == .reconcile ? moved : nil)
    }
}
