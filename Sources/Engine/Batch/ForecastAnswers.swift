import Formats

/// What becomes of the series of a file, in its order: forecasts are written as they come, scores are kept.
struct ForecastAnswers {
    private let batch: ForecastBatch
    private let rows: ForecastRows?
    private let sink: ByteSink?
    private let keepsNames: Bool
    private var totals: GroupTotals?
    private var windows: WindowTotals?
    /// Series whose forecasts still move with the totals.
    private var moving: [FittedSeries] = []

    /// Series so far.
    private(set) var series = 0
    /// Their scores, where a back-test was asked for.
    private(set) var scores: [SeriesScores] = []
    /// Series that have no answer.
    private(set) var failures = BatchComplaints()
    /// Names of the series, where further files are to be checked against them.
    private(set) var names: Set<[UInt8]> = []

    /// - Parameters:
    ///   - form: how periods are written; nil where there is none.
    ///   - last: the last period of the file.
    ///   - sink: where rows go; nil for a back-test.
    ///   - seasons: of the totals.
    init(
        _ batch: ForecastBatch, form: PeriodForm?, last: Int64?, seasons: [Int], sink: ByteSink?
    ) throws(FormatError) {
        self.batch = batch
        self.sink = sink
        rows = form.map { form in
            ForecastRows(
                form: form, horizon: batch.horizon, levels: batch.levels,
                origin: batch.horizonFrom == .file ? last : nil)
        }
        keepsNames = batch.future != nil || batch.fixed != nil || batch.totals != nil
        totals = try batch.totals.map { way throws(FormatError) in try GroupTotals(batch, way, seasons: seasons) }
        windows = batch.windows.isEmpty ? nil : WindowTotals(batch)
        try sink?.write(ForecastRows.header(batch.levels))
    }

    /// Takes the next series.
    mutating func take(_ block: [FittedSeries]) throws {
        series += block.count
        for fitted in block {
            if keepsNames { names.insert(fitted.id) }
            switch fitted.answer {
            case .none(let reason): failures.fail(fitted.id, reason)
            case .scores(let found): scores.append(found)
            case .forecast, .misfit: break
            }
        }
        guard let sink, let rows else { return }
        if let late = block.first(where: { !rows.isWritable($0) }) {
            throw EngineError(.usage, "\(shown(late.id)): the horizon runs past the year 9999; give a shorter one")
        }
        for fitted in block {
            totals?.take(fitted, rows)
            windows?.take(fitted)
        }
        if batch.totals == .reconcile {
            for fitted in block {
                var kept = fitted
                (kept.history, kept.window) = (nil, nil)
                moving.append(kept)
            }
        } else {
            try write(block, rows, sink)
        }
    }

    /// Writes what waits for the totals, the totals and the sums over windows, and makes the files appear.
    mutating func finish() throws {
        guard let sink else { return }
        if let totals, let rows {
            let agreed = try totals.agreed(names: names)
            if let moved = agreed.moved {
                var row = 0
                for index in moving.indices {
                    guard case .forecast(let forecast) = moving[index].answer else { continue }
                    let own = moved[row * batch.horizon..<(row + 1) * batch.horizon]
                    moving[index].answer = .forecast(
                        forecast.agreeing(Array(own), from: rows.shift(moving[index])))
                    row += 1
                }
            }
            try write(moving, rows, sink)
            try write(agreed.totals, rows, sink)
        }
        if let windows, let path = batch.windowsOutput { try windows.write(rows, to: path) }
        try sink.finish()
    }

    private func write(_ block: [FittedSeries], _ rows: ForecastRows, _ sink: ByteSink) throws {
        // Texts are many times the size of what they are made from.
        for start in stride(from: 0, to: block.count, by: 1024) {
            let part = Array(block[start..<min(start + 1024, block.count)])
            let texts = inParallel(part, jobs: batch.jobs) { fitted -> [UInt8] in
                if case .forecast(let forecast) = fitted.answer { rows.bytes(of: fitted, forecast) } else { [] }
            }
            for text in texts { try sink.write(text) }
        }
    }

    /// How it all ended.
    func outcome(refusedRows: Int) -> BatchOutcome {
        var outcome = BatchOutcome(
            series: series, answered: series - failures.failedSeries, refusedRows: refusedRows)
        if let heldBack = batch.evaluate {
            outcome.evaluation = ForecastEvaluation(
                scores, of: series, heldBack: heldBack, horizon: batch.horizon, levels: batch.levels)
        }
        return outcome
    }
}
