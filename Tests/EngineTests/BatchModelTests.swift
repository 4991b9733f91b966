import Domain
import Numerics
import Testing

@testable import Engine

/// Every model that forecasts a series by itself, on series that nobody chose for it.
@Suite("Every model by name")
struct BatchModelTests {
    static let models = ForecastModel.allCases.filter { $0 != .auto && $0 != .global }

    /// Measures with a week in them, none of them whole.
    private static let measures: [Double] = {
        var generator = SplitMix64(seed: 21)
        return (0..<70).map { 400.25 + Double($0 % 7) * 30 + 90 * generator.uniform() }
    }()

    private func means(_ units: [Double], _ model: ForecastModel) throws -> [Double] {
        let forecast = try SeriesForecast(
            units: units, inStock: units.map { _ in 1 }, seasons: [7], model: model, horizon: 10)
        return (0..<10).map { forecast?.mean($0) ?? .nan }
    }

    @Test("eight times the series is eight times the forecast", arguments: models)
    func scale(model: ForecastModel) throws {
        let plain = try means(Self.measures, model)
        let scaled = try means(Self.measures.map { $0 * 8 }, model)
        for (left, right) in zip(plain, scaled) { #expect(abs(8 * left - right) < 1e-3 * right) }
    }

    @Test(
        "a shift of the series shifts the forecast",
        arguments: [.naive, .seasonalNaive, .drift, .mean, .ses, .holt, .damped, .holtWinters] as [ForecastModel])
    func shift(model: ForecastModel) throws {
        let plain = try means(Self.measures, model)
        let shifted = try means(Self.measures.map { $0 + 1024 }, model)
        for (left, right) in zip(plain, shifted) { #expect(abs(left + 1024 - right) < 2e-3 * left) }
    }

    private static let hostile: [(name: String, rows: String)] = [
        ("constant", rows([Double](repeating: 7, count: 40))), ("one", rows([3])), ("two", rows([3, 9])),
        ("zeros", rows([Double](repeating: 0, count: 40))), ("huge", rows((0..<40).map { $0 % 3 == 0 ? 1e15 : 2e14 })),
        ("tiny", rows((0..<40).map { $0 % 4 == 0 ? 1e-9 : 0 })), ("jump", rows((0..<40).map { $0 < 39 ? 0 : 1e12 })),
        ("gaps", "x,1,4\nx,30,2\nx,31,\nx,400,5\n"), ("nan", "x,1,NaN\nx,2,3\nx,3,nan\nx,4,5\nx,5,\n"),
        ("nothing", "x,1,\nx,2,\n"), ("negative", "x,1,-4\nx,2,4\nx,3,-1e300\nx,4,2\n"),
        ("doubled", "x,1,4\nx,1,4\nx,2,9\nx,2,3\nx,3,5\n"), ("infinite", "x,1,inf\nx,2,1e999\nx,3,4\nx,4,4\n"),
    ]

    private static func rows(_ values: [Double]) -> String {
        values.enumerated().map { "x,\($0 + 1),\($1)\n" }.joined()
    }

    @Test(
        "hostile series have forecasts that are finite, not negative and never cross, or none with a reason",
        arguments: models)
    func hostile(model: ForecastModel) throws {
        for (name, rows) in Self.hostile {
            let run = try ForecastRun("unique_id,ds,y\n" + rows, horizon: 4) { batch in
                batch.model = model
                batch.seasons = [7]
            }
            #expect(run.outcome.answered == 1 || !run.told.isEmpty, "\(name)")
            #expect(run.rows.count == 4 * run.outcome.answered, "\(name)")
            for row in run.rows {
                let numbers = row[2...].compactMap { Double($0) }
                #expect(numbers.count == 4 && numbers.allSatisfy { $0.isFinite && $0 >= 0 }, "\(name)")
                #expect(Array(numbers[1...]) == numbers[1...].sorted(), "\(name)")
            }
        }
    }

    @Test("any number of threads gives the same bytes", arguments: [ForecastModel.local, .counts, .ets, .tsb])
    func threads(model: ForecastModel) throws {
        let input = daily((0..<7).map { ("s\($0)", demand(50 + $0, mean: Double(1 + 5 * $0), seed: UInt64($0))) })
        let one = try ForecastRun(input) { $0.model = model }
        let many = try ForecastRun(input) { ($0.model, $0.jobs) = (model, 5) }
        #expect(one.text == many.text)
    }
}
