import Numerics

/// The past forecasts that a model across series learns from: for each series, origins spread over its past, and for each
/// some targets ahead.
struct TrainingSamples: Sendable {
    /// One of them.
    struct Sample: Sendable {
        /// Period before which all is known.
        var origin: Int32
        /// Period that is forecast.
        var target: Int32
    }

    /// All samples, series after series.
    let all: [Sample]
    /// Where those of each series begin; one more at the end.
    let starts: [Int]

    /// Number of samples.
    var count: Int { all.count }

    /// Targets for each origin: one in each quarter of the horizon.
    private static let targets = 4

    init(_ panel: DemandPanel, _ settings: GlobalModel.Settings) {
        let targets = min(TrainingSamples.targets, panel.horizon)
        let origins = max(1, settings.rows / panel.series / targets)
        var all: [Sample] = []
        all.reserveCapacity(min(settings.rows, panel.series * panel.periods))
        var starts = [0]
        // Before two months (or a few periods of short histories) a level says little.
        let young = min(8 * panel.season, panel.periods / 3)
        for series in 0..<panel.series {
            var generator = SplitMix64(seed: settings.seed &* 1_000_003 &+ UInt64(series))
            let base = series * panel.periods
            let first = (0..<panel.periods).first { !panel.units[base + $0].isNaN } ?? panel.periods
            let earliest = max(first + 2 * panel.season, young)
            let span = panel.periods - 1 - earliest
            for index in 0..<max(0, min(origins, span)) {
                // One origin in each of as many stretches of the past.
                let low = earliest + span * index / origins
                let high = max(low + 1, earliest + span * (index + 1) / origins)
                let origin = low + Int(generator.uniform() * Double(high - low))
                for part in 0..<targets {
                    let from = panel.horizon * part / targets
                    let to = panel.horizon * (part + 1) / targets
                    let target = origin + from + Int(generator.uniform() * Double(to - from))
                    guard target < panel.periods, !panel.units[base + target].isNaN else { continue }
                    all.append(Sample(origin: Int32(origin), target: Int32(target)))
                }
            }
            starts.append(all.count)
        }
        self.all = all
        self.starts = starts
    }

    /// Borders of bins from the samples of some thousands of series.
    func edges(_ features: GlobalFeatures) -> BinEdges {
        let panel = features.panel
        var sample: [Float] = []
        var row = [Float](repeating: .nan, count: features.count)
        for series in stride(from: 0, to: panel.series, by: max(1, panel.series / 3000)) {
            let past = SeriesPast(features, series)
            for index in stride(from: starts[series], to: starts[series + 1], by: 4) {
                past.write(Int(all[index].origin), Int(all[index].target), to: &row)
                sample += row
            }
        }
        return BinEdges(sample: sample, features: features.count)
    }
}

/// The samples as rows of binned features, with what became of them.
struct TrainingTable {
    /// Features of each sample.
    var rows: BinnedRows
    /// Units of each target.
    var target: [Float]
    /// Logarithm of what was to be expected of each target, were its group's fortune on the day known.
    var offset: [Float]
    /// Logarithm of what its group did beyond expectation: part of `offset`.
    var shock: [Float]

    init(
        _ samples: TrainingSamples, _ features: GlobalFeatures, _ edges: BinEdges, _ concurrently: Concurrently
    ) {
        let panel = features.panel
        rows = BinnedRows(count: samples.count, edges: edges)
        target = [Float](repeating: 0, count: samples.count)
        offset = target
        shock = target
        rows.words.withUnsafeMutableBufferPointer { words in
            target.withUnsafeMutableBufferPointer { target in
                offset.withUnsafeMutableBufferPointer { offset in
                    shock.withUnsafeMutableBufferPointer { shock in
                        nonisolated(unsafe) let (words, target, offset, shock) = (words, target, offset, shock)
                        concurrently(TrainingTable.chunks(panel)) { part in
                            var row = [Float](repeating: .nan, count: features.count)
                            for series in TrainingTable.chunk(part, panel) {
                                let past = SeriesPast(features, series)
                                for place in samples.starts[series]..<samples.starts[series + 1] {
                                    let (from, to) = (Int(samples.all[place].origin), Int(samples.all[place].target))
                                    past.write(from, to, to: &row)
                                    edges.put(row, at: place, of: samples.count, into: words)
                                    target[place] = panel.units[series * panel.periods + to]
                                    shock[place] = past.shock(from, to)
                                    offset[place] = past.offset(from, to) + shock[place]
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Series that one thread takes at a time.
    private static let size = 64

    static func chunks(_ panel: DemandPanel) -> Int { (panel.series + size - 1) / size }

    static func chunk(_ part: Int, _ panel: DemandPanel) -> Range<Int> {
        part * size..<min(panel.series, (part + 1) * size)
    }
}
