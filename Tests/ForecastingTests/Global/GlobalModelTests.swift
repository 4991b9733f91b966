import Numerics
import Testing

@testable import Forecasting

/// A made shop: items in stores, with a weekday pattern, benefit days, an event and prices.
private struct MadePanel {
    var panel: DemandPanel
    /// Expected units of every series and future period.
    var truth: [Double]

    init(items: Int = 40, stores: Int = 5, periods: Int = 200, horizon: Int = 14, seed: UInt64 = 7, scale: Float = 1)
        throws
    {
        var generator = SplitMix64(seed: seed)
        let (series, width) = (items * stores, periods + horizon)
        var units: [Float] = []
        var prices: [Float] = []
        var flags: [Float] = []
        var events: [UInt8] = []
        var item: [Int32] = []
        var store: [Int32] = []
        truth = []
        let shape = [0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.0]
        for number in 0..<series {
            item.append(Int32(number / stores))
            store.append(Int32(number % stores))
            let level = 0.5 + 6 * generator.uniform()
            let usual = 2 + 3 * generator.uniform()
            for period in 0..<width {
                // Half price for a week in five, at different times.
                let isCheap = (period / 7 + number) % 5 == 0
                let isEvent = period % 50 == 49
                let isFlag = period % 9 < 2
                let mean =
                    level * shape[period % 7] * (isCheap ? 1.8 : 1) * (isEvent ? 1.6 : 1) * (isFlag ? 1.25 : 1)
                if period < periods {
                    units.append(Float(generator.poisson(mean: mean) ?? 0) * scale)
                } else {
                    truth.append(mean * Double(scale))
                }
                prices.append(Float(usual * (isCheap ? 0.5 : 1)))
                flags.append(isFlag ? 1 : 0)
                events.append(isEvent ? 1 : 0)
            }
        }
        panel = try #require(
            DemandPanel(
                series: series, periods: periods, horizon: horizon, units: units,
                numbers: [
                    .init(name: "price", values: prices, isPrice: true),
                    .init(name: "benefit", values: flags, isPrice: false),
                ], names: [.init(name: "event", codes: events)], groupings: [item, store]))
    }
}

private let alone: Concurrently = { count, work in for index in 0..<count { work(index) } }
/// Backwards, as threads might come.
private let backwards: Concurrently = { count, work in for index in (0..<count).reversed() { work(index) } }

private func error(_ forecast: [Float], _ truth: [Double]) -> Double {
    let sum = zip(forecast, truth).reduce(0.0) { $0 + abs(Double($1.0) - $1.1) }
    return sum / truth.reduce(0, +)
}

@Suite("One model across series")
struct GlobalModelTests {
    private static func settings(trees: Int) -> GlobalModel.Settings {
        var settings = GlobalModel.Settings()
        settings.rows = 60_000
        settings.trees = trees
        return settings
    }

    @Test("it finds what prices, benefit days and events do, and comes near the true means")
    func finds() throws {
        let made = try MadePanel()
        let plain = try #require(GlobalModel(made.panel, settings: Self.settings(trees: 0), concurrently: alone))
        let model = try #require(GlobalModel(made.panel, settings: Self.settings(trees: 120), concurrently: alone))
        let without = error(plain.forecast(concurrently: alone).means, made.truth)
        let with = error(model.forecast(concurrently: alone).means, made.truth)
        // Half price brings 1.8 times the demand in one week of five: no series sees it coming by itself.
        #expect(without > 0.2)
        #expect(with < 0.6 * without)
        #expect(model.uses.prefix(8).contains { $0.feature.hasPrefix("price") })
    }

    @Test("the same panel and seed give the same bytes, whatever the order in which the work is done")
    func deterministic() throws {
        let made = try MadePanel(items: 12, stores: 4)
        let one = try #require(GlobalModel(made.panel, settings: Self.settings(trees: 20), concurrently: alone))
        let other = try #require(GlobalModel(made.panel, settings: Self.settings(trees: 20), concurrently: backwards))
        let (first, second) = (one.forecast(concurrently: alone), other.forecast(concurrently: backwards))
        #expect(first.means == second.means)
        #expect(
            first.quantiles(row: 3, periods: 0..<14, levels: [0.1, 0.9])
                == second.quantiles(row: 3, periods: 0..<14, levels: [0.1, 0.9]))
    }

    @Test("quantiles never cross, are never negative, and hold what they promise")
    func quantiles() throws {
        let made = try MadePanel(items: 60)
        let model = try #require(GlobalModel(made.panel, settings: Self.settings(trees: 80), concurrently: alone))
        let forecast = model.forecast(concurrently: alone)
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95]
        var generator = SplitMix64(seed: 99)
        var below = [0.0, 0, 0, 0, 0]
        var upTo = below
        for row in 0..<made.panel.series {
            let counts = forecast.quantiles(row: row, periods: 0..<14, levels: levels)
            for period in 0..<14 {
                let own = Array(counts[period * 5..<period * 5 + 5])
                #expect(own == own.sorted())
                #expect(own[0] >= 0)
                let outcome = generator.poisson(mean: made.truth[row * 14 + period]) ?? 0
                for level in levels.indices {
                    if outcome < own[level] { below[level] += 1 }
                    if outcome <= own[level] { upTo[level] += 1 }
                }
            }
        }
        let count = Double(made.panel.series * 14)
        for (level, promised) in levels.enumerated() {
            #expect(below[level] / count <= promised + 0.03)
            #expect(upTo[level] / count >= promised - 0.03)
        }
    }

    @Test("a history with gaps, a series that was never seen and one that never sold are forecast all the same")
    func gaps() throws {
        let made = try MadePanel(items: 20, stores: 4)
        var units = made.panel.units
        let periods = made.panel.periods
        for period in 0..<periods {
            units[period] = .nan
            units[periods + period] = 0
            if period % 3 == 0 { units[2 * periods + period] = .nan }
        }
        let panel = try #require(
            DemandPanel(
                series: made.panel.series, periods: periods, horizon: made.panel.horizon, units: units,
                numbers: made.panel.numbers, names: made.panel.names, groupings: made.panel.groupings))
        let model = try #require(GlobalModel(panel, settings: Self.settings(trees: 20), concurrently: alone))
        let means = model.forecast(concurrently: alone).means
        #expect(means.allSatisfy { $0.isFinite && $0 >= 0 })
        #expect(means[14..<28].allSatisfy { $0 < 0.2 })
    }

    @Test("too little to learn from is no model")
    func tooLittle() throws {
        let made = try MadePanel(items: 2, stores: 2, periods: 30, horizon: 10)
        #expect(GlobalModel(made.panel, settings: Self.settings(trees: 5), concurrently: alone) == nil)
    }

    @Test("a panel cut before a period is the panel that was known then")
    func cut() throws {
        let made = try MadePanel(items: 3, stores: 2, periods: 60, horizon: 7)
        let cut = try #require(made.panel.cut(before: 50))
        #expect(cut.periods == 50)
        for row in 0..<6 {
            #expect(Array(cut.units[row * 50..<row * 50 + 50]) == Array(made.panel.units[row * 60..<row * 60 + 50]))
            #expect(
                Array(cut.numbers[0].values[row * 57..<row * 57 + 57])
                    == Array(made.panel.numbers[0].values[row * 67..<row * 67 + 57]))
        }
        #expect(made.panel.cut(before: 0) == nil)
        #expect(made.panel.cut(before: 60) == nil)
    }

    @Test("columns of the wrong length are refused")
    func lengths() {
        #expect(DemandPanel(series: 2, periods: 3, horizon: 1, units: [1, 2, 3]) == nil)
        #expect(DemandPanel(series: 1, periods: 3, horizon: 1, units: [1, 2, 3], groupings: [[0, 1]]) == nil)
        #expect(DemandPanel(series: 1, periods: 3, horizon: 1, units: [1, 2, 3], season: 7, phase: 7) == nil)
    }
}

@Suite("What the calendar does")
struct CalendarEffectsTests {
    @Test("weekday, flag and event factors come out as they went in")
    func recovers() throws {
        let (series, periods, horizon) = (6, 364, 28)
        let shape = [0.6, 0.8, 1.0, 1.0, 1.1, 1.5, 1.0]
        var units: [Float] = []
        var flags: [Float] = []
        var events: [UInt8] = []
        for row in 0..<series {
            for period in 0..<periods + horizon {
                let (isFlag, isEvent) = (period % 11 < 3, period % 60 == 30)
                let mean = 50 * Double(row + 1) * shape[period % 7] * (isFlag ? 1.4 : 1) * (isEvent ? 2 : 1)
                if period < periods { units.append(Float(mean)) }
                flags.append(isFlag ? 1 : 0)
                events.append(isEvent ? 1 : 0)
            }
        }
        let panel = try #require(
            DemandPanel(
                series: series, periods: periods, horizon: horizon, units: units,
                numbers: [.init(name: "flag", values: flags, isPrice: false)],
                names: [.init(name: "event", codes: events)]))
        let groups = GroupDemand(panel, group: [Int32](repeating: 0, count: series))
        let calendar = CalendarEffects(panel, groups)
        #expect(calendar.takesNumber == [true])
        #expect(calendar.takesName == [true])
        func ratio(_ one: Int, _ other: Int) -> Double { calendar.factors[one] / calendar.factors[other] }
        // Days of neither flag nor event, a Saturday and a Monday of the shape.
        let plain = (200..<periods).filter { $0 % 11 >= 3 && ($0 + 60) % 60 > 34 }
        let saturday = try #require(plain.first { $0 % 7 == 5 })
        let monday = try #require(plain.first { $0 % 7 == 0 })
        #expect(abs(ratio(saturday, monday) - 2.5) < 0.1)
        let flagged = try #require((200..<periods).first { $0 % 11 < 3 && $0 % 7 == 0 && $0 % 60 > 34 })
        #expect(abs(ratio(flagged, monday) - 1.4) < 0.06)
        // Seen six times, and drawn to none by one ordinary day.
        let event = try #require((0..<periods + horizon).last { $0 % 60 == 30 })
        let like = try #require(plain.first { $0 % 7 == event % 7 })
        let factor = ratio(event, like) / (event % 11 < 3 ? 1.4 : 1)
        #expect(factor > 1.7 && factor < 2.05)
    }

    @Test("a driver that differs between series of a group is none of the calendar's")
    func own() throws {
        let panel = try #require(
            DemandPanel(
                series: 2, periods: 30, horizon: 2, units: [Float](repeating: 1, count: 60),
                numbers: [
                    .init(
                        name: "promotion", values: (0..<64).map { $0 < 32 ? 0 : Float($0 % 2) }, isPrice: false)
                ]))
        #expect(CalendarEffects(panel, GroupDemand(panel, group: [0, 0])).takesNumber == [false])
        #expect(CalendarEffects(panel, GroupDemand(panel, group: [0, 1])).takesNumber == [true])
    }
}

@Suite("Gradient boosting")
struct GradientBoostingTests {
    @Test("one tree of two leaves parts a step where it is, at the values of a Poisson deviance")
    func step() {
        // Twenty rows of 1 below 0, twenty of 4 above.
        let values = (0..<40).map { Float($0 - 20) + 0.5 }
        let edges = BinEdges(sample: values, features: 1)
        var rows = BinnedRows(count: 40, edges: edges)
        for (row, value) in values.enumerated() { rows.put([value], at: row) }
        var settings = GradientBoosting.Settings()
        settings.trees = 400
        settings.leaves = 2
        settings.minimumWeight = 1
        settings.shrinkage = 0
        settings.minimumGain = 0
        settings.rowShare = 1
        settings.featureShare = 1
        settings.power = 1
        let trees = GradientBoosting.train(
            rows: rows, target: values.map { $0 < 0 ? 1 : 4 }, offset: [Float](repeating: 0.5, count: 40),
            settings: settings, concurrently: alone)
        var scores = [Float](repeating: 0.5, count: 40)
        trees.add(to: &scores, rows)
        // The likeliest mean of a leaf is the mean of its rows.
        for (row, value) in values.enumerated() {
            #expect(abs(Double(scores[row]) - (value < 0 ? 0 : 1.386_294_361)) < 1e-3)
        }
    }

    @Test("values are binned in order, equal ones together, missing ones apart")
    func bins() {
        var generator = SplitMix64(seed: 3)
        let sample = (0..<5000).map { _ in Float(Int(generator.uniform() * 300)) }
        let edges = BinEdges(sample: sample + [.nan], features: 1)
        var rows = BinnedRows(count: 302, edges: edges)
        for value in 0..<300 { rows.put([Float(value)], at: value) }
        rows.put([.nan], at: 300)
        rows.put([.infinity], at: 301)
        let bins = rows.words.map { Int($0) }
        #expect(bins[..<300].min() == 1)
        #expect(Array(bins[..<300]) == bins[..<300].sorted())
        #expect(Set(bins[..<300]).count > 55)
        #expect(bins[300] == 0)
        #expect(bins[301] <= 63)
    }

    @Test("walked quantiles of a count are those of its distribution", arguments: [0.3, 2.5, 40.0, 180.0])
    func walk(mean: Double) throws {
        for ratio in [1.2, 2.0, 5.0] {
            let whole = try #require(CountDistribution.negativeBinomial(mean: mean, variance: ratio * mean))
            let levels = [0.01, 0.25, 0.5, 0.9, 0.99]
            var counts: [Int] = []
            CountWalk(mean: Float(mean), variance: Float(ratio * mean)).quantiles(
                levels.map { Float($0) }, into: &counts)
            for (count, level) in zip(counts, levels) {
                // A level that falls on a step may go either way in single precision.
                #expect(abs(count - whole.quantile(level)) <= 1)
                #expect(whole.cumulative(Double(count)) >= level - 1e-4)
            }
        }
    }
}
