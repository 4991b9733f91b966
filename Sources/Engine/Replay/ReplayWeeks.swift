import Domain
import Store

/// What is known on the first morning of each week of a replay and is the same for all products.
struct ReplayWeeks: Sendable {
    /// The first day of each.
    let mornings: [Day]
    /// The days that its forecasts are made from.
    let windows: [HistoryWindow]
    /// The class of each product by its revenue of the 90 days before.
    let classes: [[Int64: String]]
    private let covered: [Set<Int64>?: [[Bool]]]
    private let told: [Set<Int64>?: [Bool]]

    /// - Throws: `EngineError(.usage)` where nothing is told of the days before the first.
    init(_ facts: Facts, _ days: ClosedRange<Day>, sources: [Int64: Set<Int64>]) throws {
        let coverage = try facts.coverageBySource()
        mornings = stride(from: 0, through: days.lowerBound.distance(to: days.upperBound), by: Replay.week).map {
            days.lowerBound.advanced(by: $0)
        }
        windows = mornings.compactMap { HistoryWindow(coverage: coverage, today: $0) }
        guard windows.count == mornings.count,
            let whole = HistoryWindow(coverage: coverage, today: days.upperBound.advanced(by: 1))
        else {
            throw EngineError(.usage, "nothing is told of the days before \(days.lowerBound); give a later --from")
        }
        let runs = windows.map { max($0.days.lowerBound, $0.days.upperBound.advanced(by: -89))...$0.days.upperBound }
        let revenue = try facts.revenue(in: runs)
        classes = runs.indices.map { run in
            RevenueClasses.classes(revenue.map { (product: $0.key, revenue: $0.value[run]) })
        }
        var covered: [Set<Int64>?: [[Bool]]] = [:]
        var told: [Set<Int64>?: [Bool]] = [:]
        let count = days.lowerBound.distance(to: days.upperBound) + 1
        for own in Set(sources.values.map(Optional.some)).union([nil]) {
            covered[own] = windows.map { $0.isCovered(by: own) }
            // The window of the whole run may begin after the run does: what is before it was told of long ago.
            let known = whole.isCovered(by: own).suffix(count)
            told[own] = [Bool](repeating: true, count: count - known.count) + known
        }
        self.covered = covered
        self.told = told
    }

    /// The days that any of the forecasts is made from.
    var past: Day { windows[0].days.lowerBound }

    /// Of each day of a week's window, whether those who sell a product had told of it.
    func isCovered(_ week: Int, by sources: Set<Int64>?) -> [Bool] { covered[sources]?[week] ?? [] }

    /// Of each day of the replay, whether they have told of it.
    func isTold(by sources: Set<Int64>?) -> [Bool] { told[sources] ?? [] }
}
