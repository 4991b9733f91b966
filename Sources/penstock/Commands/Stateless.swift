import ArgumentParser
import Engine

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan orders from two files: no shop, nothing kept.",
        discussion: """
            Demand: unique_id,ds,y,in_stock. Positions: unique_id,on_hand,on_order,unit_cost,unit_price,lead_time_days,\
            lead_time_sd,pack,moq. Output: unique_id,order_qty in the order of the positions.

            Example: penstock plan --demand demand.csv --positions positions.csv --as-of 2016-01-04 --review-days 7 \
            --service-level 0.95 --output orders.csv
            """)
    @Option(help: ArgumentHelp("The file of daily demand, or -.", valueName: "file")) var demand: String
    @Option(help: ArgumentHelp("The file of stock and terms.", valueName: "file")) var positions: String
    @Option(help: ArgumentHelp("The day of the plan; its demand is still to come.", valueName: "day")) var asOf: String
    @Option(help: ArgumentHelp("Days between chances to order.", valueName: "n")) var reviewDays: Int
    @Option(
        help: ArgumentHelp(
            "Share of the file's revenue to serve from the shelf, 0 to 1; for a single position its fill rate.",
            valueName: "p")) var serviceLevel: Double?
    @Option(help: ArgumentHelp("Money lost for each unit short, instead of a fill rate.", valueName: "x"))
    var shortageCost: Double?
    @Option(help: ArgumentHelp("The file to write, or -.", valueName: "file")) var output: String
    @Flag(help: "Adds the reorder point, the level ordered up to, and expected demand.") var explain = false
    @Option(help: ArgumentHelp("Threads.", valueName: "n")) var jobs = 1

    func run() throws {
        guard let day = Day(asOf) else { throw EngineError(.usage, "--as-of must be a day such as 2016-01-04") }
        let target: PlanBatch.Target
        switch (serviceLevel, shortageCost) {
        case (let level?, nil): target = .serviceLevel(level)
        case (nil, let cost?): target = .shortageCost(cost)
        default: throw EngineError(.usage, "give --service-level or --shortage-cost, one of the two")
        }
        var batch = PlanBatch(
            demand: demand, positions: positions, asOf: day, reviewDays: reviewDays, target: target, output: output)
        batch.explains = explain
        batch.jobs = jobs
        let outcome = try batch.run { complain($0) }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }
}
