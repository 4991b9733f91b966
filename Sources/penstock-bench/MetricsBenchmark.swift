import ArgumentParser
import Engine
import Foundation
import Glibc

/// How long every metric of the catalogue takes, as the command that people and scripts wait for.
struct MetricsBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Time of every metric as 365 days for the shop, a place and a product, and by product and day.")

    @Option(
        help: """
            The shop, which may be brought to today's schema; where it is missing, one of a year of the mixed stream is made \
            there. Without it one is made for the time of the benchmark.
            """)
    var shop: String?
    @Option(help: "Facts of the shop that is made.") var facts = 600_000
    @Option(help: "How often each is timed; the best counts.") var rounds = 2
    @Option(help: "How many of the slowest are shown.") var shown = 5

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = shop ?? "\(folder)/shop"
        if access(shop, F_OK) != 0 {
            try MixedShop.make(penstock, shop, facts: facts, factsADay: max(1, facts / 365), scratch: folder)
        }
        let engine = try Engine(ShopFolder(path: shop))
        guard let last = try engine.facts.coveredDays().last?.upperBound else {
            throw BenchError("no sales in \(shop)")
        }
        let days = last.advanced(by: -364)...last
        // The first question brings stock histories and costs up to date; that is intake's work, not the reader's.
        print("bringing up to date    \(try engine.facts.refreshProducts()) products")
        func most(_ dimension: String) throws -> String {
            let rows = try engine.read("units", MetricQuery(days: days, dimensions: [dimension])).rows
            guard let label = rows.max(by: { ($0.value ?? 0) < ($1.value ?? 0) })?.labels[0] else {
                throw BenchError("nothing sold in \(shop)")
            }
            return label.replacing("'", with: "''")
        }
        let (place, product) = (try most("place"), try most("sku"))
        let catalogue = try engine.metrics()
        let span = ["--from", "\(days.lowerBound)", "--to", "\(days.upperBound)", "--json", "--shop", shop]
        for (what, dimension, by, condition, limit) in [
            ("shop", nil, "day", nil, 100.0), ("place \(place)", "place", "day", "place = '\(place)'", 100),
            ("product \(product)", "sku", "day", "sku = '\(product)'", 100),
            ("product and day", "sku", "sku,day", nil, 1000),
        ] as [(String, String?, String, String?, Double)] {
            var times: [(name: String, milliseconds: Double)] = []
            for metric in catalogue.sorted {
                if let dimension, !catalogue.knows(dimension, metric) { continue }
                let arguments =
                    ["metrics", "query", metric.name, "--by", by] + (condition.map { ["--where", $0] } ?? []) + span
                let best = try (0..<rounds).map { _ in try Run.well(penstock, arguments).seconds }.min() ?? .nan
                times.append((metric.name, best * 1000))
            }
            times.sort { $0.milliseconds > $1.milliseconds }
            let slow = times.count { $0.milliseconds > limit }
            print(
                "\(what): \(times.count) metrics, \(slow) above \(decimals(limit, 0)) ms, median \(decimals(times[times.count / 2].milliseconds, 0)) ms"
            )
            for (name, milliseconds) in times.prefix(max(shown, slow)) {
                print("    \(name.padding(toLength: 24, withPad: " ", startingAt: 0)) \(decimals(milliseconds, 0)) ms")
            }
        }
    }
}

extension MetricCatalogue {
    /// Whether all that a metric rests on can be told apart by a dimension.
    fileprivate func knows(_ dimension: String, _ metric: Metric) -> Bool {
        switch metric.kind {
        case .sum(let relation, _, _), .cumulative(let relation, _, _): relation.dimensions.contains(dimension)
        default: metric.inputs.allSatisfy { name in metrics[name].map { knows(dimension, $0) } ?? false }
        }
    }
}
