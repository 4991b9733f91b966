import Domain
import Forecasting
import Glibc
import Numerics
import Testing

@testable import Engine

/// A file of items in shops whose demand doubles at half price, with what is known of the week to come.
private struct PricedFile {
    var demand = "unique_id,ds,y,price,event\n"
    var future = "unique_id,ds,price,event\n"
    var fixed = "unique_id,item,shop\n"
    static let horizon = 7

    init(series: Int = 24, days: Int = 119) {
        var generator = SplitMix64(seed: 5)
        let start = Day(number: 16_800)
        for number in 0..<series {
            let level = 2 + 6 * generator.uniform()
            fixed += "s\(number),i\(number / 4),p\(number % 4)\n"
            for day in 0..<days + PricedFile.horizon {
                // One week of four at half price; every second series has its week just after the history.
                let isCheap = (day / 7 + (number % 2 == 0 ? 1 : 3)) % 4 == (days / 7 + 1) % 4
                let known = "s\(number),\(start.advanced(by: day)),"
                let (price, event) = (isCheap ? "5" : "10", day % 30 == 0 ? "fair" : "")
                if day < days {
                    let units = generator.poisson(mean: level * (isCheap ? 2 : 1)) ?? 0
                    demand += known + "\(units),\(price),\(event)\n"
                } else {
                    future += known + "\(price),\(event)\n"
                }
            }
        }
    }
}

@Suite("A file forecast across its series")
struct BatchAcrossTests {
    private func run(
        _ file: PricedFile, horizon: Int = PricedFile.horizon, _ change: (inout ForecastBatch) throws -> Void = { _ in }
    ) throws -> ForecastRun {
        let files = try BatchFiles()
        return try ForecastRun(file.demand, horizon: horizon) { batch in
            batch.model = .global
            batch.future = try files.write(file.future, as: "future.csv")
            batch.fixed = try files.write(file.fixed, as: "static.csv")
            try change(&batch)
        }
    }

    /// Total of the means of each series.
    private func totals(_ run: ForecastRun) throws -> [Double] {
        try stride(from: 0, to: run.rows.count, by: PricedFile.horizon).map { start in
            try run.rows[start..<start + PricedFile.horizon].reduce(0) { $0 + (try #require(Double($1[2]))) }
        }
    }

    @Test("any number of threads gives the same bytes")
    func threads() throws {
        let file = PricedFile()
        let one = try run(file)
        #expect(one.outcome == BatchOutcome(series: 24, answered: 24))
        #expect(one.rows.count == 24 * PricedFile.horizon)
        #expect(try run(file) { $0.jobs = 3 }.text == one.text)
    }

    @Test("a price known for the days to come is heeded")
    func prices() throws {
        var file = PricedFile()
        let told = try totals(run(file))
        file.future = file.future.replacing(",5,", with: ",10,")
        let dear = try totals(run(file))
        let cheap = stride(from: 0, to: 24, by: 2).reduce(0.0) { $0 + told[$1] / dear[$1] } / 12
        let same = stride(from: 1, to: 24, by: 2).reduce(0.0) { $0 + told[$1] / dear[$1] } / 12
        #expect(cheap > 1.15 * same)
    }

    @Test("without a future file prices stay, and words of which nothing is known are named")
    func noFuture() throws {
        let found = try run(PricedFile()) { $0.future = nil }
        #expect(found.outcome.answered == 24)
        #expect(
            found.told == ["columns not used, as nothing is known of their future: event; give --future"])
    }

    @Test("a back-test scores the same model from each origin")
    func evaluation() throws {
        let scores = try #require(try run(PricedFile()) { $0.evaluate = 14 }.outcome.evaluation).all
        #expect(scores.series == 24)
        #expect(scores.periods == 24 * 14)
        #expect(try #require(scores.wape) < 0.6)
    }

    @Test("a series that ended before the file did, and one without a row in either file, have their answer")
    func ragged() throws {
        var file = PricedFile()
        let lines = file.demand.split(separator: "\n", omittingEmptySubsequences: false)
        file.demand = lines.filter { !($0.hasPrefix("s23,2016-04") || $0.hasPrefix("s23,2016-03")) }
            .joined(separator: "\n")
        file.fixed = file.fixed.split(separator: "\n").filter { !$0.hasPrefix("s7,") }.joined(separator: "\n") + "\n"
        let found = try run(file)
        #expect(found.outcome.answered == 24)
        let own = try run(file) { $0.horizonFrom = .series }
        #expect(own.outcome.answered == 24)
    }

    @Test("the explanation of a series takes apart the very forecast that is written")
    func explanation() throws {
        let file = PricedFile()
        let files = try BatchFiles()
        var batch = ForecastBatch(
            input: try files.write(file.demand), horizon: PricedFile.horizon, output: files.path("out.csv"))
        batch.model = .global
        batch.future = try files.write(file.future, as: "future.csv")
        batch.fixed = try files.write(file.fixed, as: "static.csv")
        let found = try batch.explain("s4")
        let written = try run(file).rows.filter { $0[0] == "s4" }
        #expect(found.model == "global")
        #expect(found.forecast.map(\.period) == written.map { $0[1] })
        let across = try #require(found.across)
        let local = try #require(across.local)
        for (ahead, row) in written.enumerated() {
            let mean = try #require(Double(row[2]))
            #expect(abs(found.forecast[ahead].mean - mean) < 1e-5)
            let share = across.localShare
            let combined =
                pow(across.own[ahead] * across.trees[ahead], 1 - share) * pow(local[ahead], share)
                * across.alignment[ahead]
            #expect(abs(combined - mean) < 1e-3 * mean)
        }
        let price = try #require(across.drivers.first { $0.name == "price" })
        #expect(price.factors.count == PricedFile.horizon && price.factors.allSatisfy { $0 > 0 && $0.isFinite })
        #expect(found.text.contains("driver price"))
        let error = #expect(throws: EngineError.self) { try batch.explain("s99") }
        #expect(error?.code == .notFound)
    }

    @Test("what cannot be learned across says so, and auto takes each series by itself")
    func tooLittle() throws {
        let small = PricedFile(series: 3, days: 15)
        let error = #expect(throws: EngineError.self) { try run(small) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("use auto or local") == true)
        #expect(try run(small) { $0.model = .auto }.outcome.answered == 3)
    }
}
