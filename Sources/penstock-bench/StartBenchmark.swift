import ArgumentParser
import Foundation

/// How long the commands take that people wait for, each as a process, the shop's files in the system's cache.
struct StartBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Time of status, why and of forecasting and planning every product.")

    @Option(help: "The Online Retail file, .csv or .csv.gz.") var file: String

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = "\(folder)/shop"
        _ = try Run.well(
            penstock,
            [
                "init", shop, "--timezone", "Europe/London", "--currency", "GBP", "--lead-time", "14", "--at",
                "2011-12-10T08:00:00+00:00",
            ])
        _ = try Run.well(penstock, ["import", "--shop", shop, file, "--mapping", "online-retail"])
        let skus = try Run.well("sqlite3", ["\(shop)/facts.db", "SELECT sku FROM product"]).output.split(
            separator: "\n")
        // Every product counted and offered, so that none is spared the whole of the arithmetic.
        let counts = skus.map { "\"\($0)\",main,40,on-hand,2011-12-09T18:00:00Z" }
        let offers = skus.map { "Acme,\"\($0)\",1.00,GBP,6,6,12,3" }
        for (name, head, rows) in [
            ("counts", "sku,place,quantity,state,counted_at", counts),
            ("offers", "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days", offers),
        ] {
            try ([head] + rows).joined(separator: "\n").appending("\n").write(
                toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
            _ = try Run.well(penstock, ["import", "--shop", shop, "\(folder)/\(name).csv"])
        }
        func best(_ arguments: [String], _ rounds: Int) throws -> (seconds: Double, processor: Double) {
            let runs = try (0..<rounds).map { _ in try Run.well(penstock, arguments + ["--shop", shop]) }
            return (runs.map(\.seconds).min() ?? .nan, runs.map(\.processorSeconds).min() ?? .nan)
        }
        let status = try best(["status", "--json"], 10)
        print("open and status        \(decimals(status.seconds * 1000, 1)) ms   (at most 50)")
        let why = try best(["why", "85123A"], 10)
        print("why 85123A             \(decimals(why.seconds * 1000, 1)) ms   (at most 100)")
        let plan = try best(["stock", "--limit", "1"], 3)
        print(
            "plan of \(skus.count) products  \(decimals(plan.seconds)) s, \(decimals(plan.processor)) s of one core   (at most 10)"
        )
    }
}
