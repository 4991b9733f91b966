import ArgumentParser

/// How long the commands take that people wait for, each as a process, the shop's files in the system's cache.
struct StartBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Time of status, why and of forecasting and planning every product.")

    @Option(help: "A shop with the whole Online Retail file.") var shop: String
    @Option(help: "A product of it.") var sku = "85123A"

    func run() throws {
        let penstock = try Run.penstock()
        func best(_ arguments: [String], _ rounds: Int) throws -> (seconds: Double, processor: Double) {
            let runs = try (0..<rounds).map { _ in try Run.well(penstock, arguments + ["--shop", shop]) }
            return (runs.map(\.seconds).min() ?? .nan, runs.map(\.processorSeconds).min() ?? .nan)
        }
        let status = try best(["status", "--json"], 10)
        print("open and status        \(decimals(status.seconds * 1000, 1)) ms   (at most 50)")
        let why = try best(["why", sku], 10)
        print("why \(sku)             \(decimals(why.seconds * 1000, 1)) ms   (at most 100)")
        let plan = try best(["stock", "--limit", "1"], 3)
        print("forecast and plan all  \(decimals(plan.seconds)) s, \(decimals(plan.processor)) s of one core   (at most 10)")
    }
}
