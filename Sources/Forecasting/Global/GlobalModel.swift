import Glibc
import Numerics

/// One model for all series: gradient-boosted trees that correct each series' own forecast, brought into line with the
/// levels of their groups.
///
/// In three steps. What the calendar does is estimated on groups of series, where it can be seen (`CalendarEffects`). Each
/// series' level and season, free of it, make a forecast of its own, which the trees correct by what they have learned from
/// all series: life cycles, prices, promotions, the fortune of the same item elsewhere. They learn each series' part in its
/// group, not the day's fortune: what a group did on a day beyond expectation is taken out of the rows to learn from. The
/// result is combined with each series' automatic local forecast (`AutomaticLocal`), and the sums are then aligned with the smoothed levels of the groups (`GroupLevels`).
///
/// Trees of our own and not a library: none for Swift resolves without a C++ tool chain and a binary of its own, and
/// starting each row from a local forecast is what makes a few hundred small trees enough.
public struct GlobalModel: Sendable {
    /// How it learns.
    public struct Settings: Sendable {
        /// Rows to learn from, at most about.
        public var rows = 1_000_000
        /// Trees.
        public var trees = 120
        /// Seed.
        public var seed: UInt64 = 1

        /// The usual settings.
        public init() {}
    }

    let features: GlobalFeatures
    let edges: BinEdges
    let trees: TreeEnsemble
    private let spread: GlobalSpread

    /// Learns from a panel; nil where it has too little to learn from: fewer than 1,000 rows.
    public init?(_ panel: DemandPanel, settings: Settings = Settings(), concurrently: @escaping Concurrently) {
        let features = GlobalFeatures(panel)
        self.features = features
        let samples = TrainingSamples(panel, settings)
        guard samples.count >= 1000 else { return nil }
        edges = samples.edges(features)
        let table = TrainingTable(samples, features, edges, concurrently)
        var growing = GradientBoosting.Settings()
        growing.trees = settings.trees
        growing.seed = settings.seed
        trees = GradientBoosting.train(
            rows: table.rows, target: table.target, offset: table.offset, settings: growing, concurrently: concurrently)
        spread = GlobalSpread(features, samples, table, trees, concurrently)
    }

    /// The forecast of every series and period of the horizon.
    public func forecast(concurrently: Concurrently) -> GlobalForecast {
        let panel = features.panel
        var means = [Float](repeating: 0, count: panel.series * panel.horizon)
        let (features, edges, trees) = (features, edges, trees)
        means.withUnsafeMutableBufferPointer { means in
            nonisolated(unsafe) let means = means
            concurrently(TrainingTable.chunks(panel)) { part in
                let range = TrainingTable.chunk(part, panel)
                let count = range.count * panel.horizon
                var rows = BinnedRows(count: count, edges: edges)
                var scores = [Float](repeating: 0, count: count)
                var row = [Float](repeating: .nan, count: features.count)
                for series in range {
                    let past = SeriesPast(features, series)
                    for ahead in 0..<panel.horizon {
                        let place = (series - range.lowerBound) * panel.horizon + ahead
                        let target = panel.periods + ahead
                        scores[place] = past.offset(panel.periods, target)
                        past.write(panel.periods, target, to: &row)
                        rows.put(row, at: place)
                    }
                }
                trees.add(to: &scores, rows)
                for series in range {
                    let start = (series - range.lowerBound) * panel.horizon
                    let alone = GlobalModel.alone(series, panel)
                    for ahead in 0..<panel.horizon {
                        var score = scores[start + ahead]
                        if let alone { score += GlobalModel.share * (logf(alone[ahead]) - score) }
                        means[series * panel.horizon + ahead] = expf(score)
                    }
                }
            }
        }
        GroupLevels(panel, features.coarse, features.calendar).align(&means, features.coarse, horizon: panel.horizon)
        return GlobalForecast(horizon: panel.horizon, means: means, spread: spread)
    }

    /// Share of each series' own automatic forecast in the logarithm of the whole: two forecasters err in different ways. Over
    /// four windows of the public M5 data set anything from 0.1 to 0.4 helps.
    static let share: Float = 0.25

    /// The automatic local forecast of a series, never quite 0; nil where it has none.
    static func alone(_ series: Int, _ panel: DemandPanel) -> [Float]? {
        let past = panel.units[series * panel.periods..<(series + 1) * panel.periods].drop(while: \.isNaN)
        return AutomaticLocal.forecast(past.map { Double($0) }, horizon: panel.horizon, season: panel.season)?
            .mean.map { Float(max(1e-6, min(1e12, $0))) }
    }

    /// How often each feature parts the rows, most used first: what the model looks at.
    public var uses: [(feature: String, count: Int)] {
        var counts = [Int](repeating: 0, count: features.count)
        for node in trees.nodes where node.feature >= 0 { counts[Int(node.feature)] += 1 }
        return zip(features.names, counts).map { ($0, $1) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }
}
