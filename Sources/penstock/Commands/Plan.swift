import ArgumentParser
import Domain
import Engine

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Plan a shop, or orders from two files; see what to buy, move, hurry or clear, and what has changed.",
        subcommands: [Show.self, Buy.self, Move.self, Hurry.self, Clear.self, Changes.self],
        defaultSubcommand: Show.self)

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Risk and orders of a shop; or orders from two files: no shop, nothing kept.",
            discussion: """
                Over a shop: for each product the chance of running out by some days, the units, revenue and margin \
                expected to be lost until the order after the next arrives, and the order. A ? stands for what is not \
                known; WHY names the missing input.

                With --demand and --positions: orders from files. Demand: unique_id,ds,y,in_stock. Positions: unique_id,\
                on_hand,on_order,unit_cost,unit_price,lead_time_days,lead_time_sd,pack,moq. Output: unique_id,order_qty in \
                the order of the positions.

                Examples: penstock plan --within 7,14
                penstock plan --demand demand.csv --positions positions.csv --as-of 2016-01-04 --review-days 7 \
                --service-level 0.95 --output orders.csv
                """)
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("Days at which the chance of running out is shown.", valueName: "n,…"))
        var within: String?
        @Option(parsing: .unconditional, help: ArgumentHelp("Rows to show; 0 for all.", valueName: "n")) var limit: Int?
        @Option(help: ArgumentHelp("Files: daily demand, or -.", valueName: "file")) var demand: String?
        @Option(help: ArgumentHelp("Files: stock and terms.", valueName: "file")) var positions: String?
        @Option(help: ArgumentHelp("Files: the day of the plan; its demand is still to come.", valueName: "day"))
        var asOf: String?
        @Option(help: ArgumentHelp("Files: days between chances to order.", valueName: "n")) var reviewDays: Int?
        @Option(
            help: ArgumentHelp(
                "Files: share of their revenue to serve from the shelf, 0 to 1; for a single position its fill rate.",
                valueName: "p")) var serviceLevel: Double?
        @Option(help: ArgumentHelp("Files: money lost for each unit short, instead of a fill rate.", valueName: "x"))
        var shortageCost: Double?
        @Option(help: ArgumentHelp("Files: the file to write, or -.", valueName: "file")) var output: String?
        @Flag(help: "Files: adds the reorder point, the level ordered up to, and expected demand.") var explain = false
        @Option(help: ArgumentHelp("Files: threads.", valueName: "n")) var jobs: Int?

        func run() throws {
            let isOfFiles =
                demand != nil || positions != nil || asOf != nil || reviewDays != nil || serviceLevel != nil
                || shortageCost != nil || output != nil || explain || jobs != nil
            guard isOfFiles else { return try showShop() }
            guard within == nil, limit == nil, !options.json else {
                throw EngineError(
                    .usage, "--within, --limit and --json are of a shop's plan; leave them out with files")
            }
            try planFiles()
        }

        private func showShop() throws {
            let days = try (within ?? "7,14,28").split(separator: ",").map { text in
                guard let day = Int(text) else {
                    throw EngineError(.usage, "'\(text)' is no number of days".printable)
                }
                return day
            }
            guard !days.isEmpty, Set(days).count == days.count else {
                throw EngineError(.usage, "--within is different numbers of days, such as 7,14,28")
            }
            show(
                try options.shop.open().risks(
                    within: days, limit: try rows(limit, json: options.json), actor: operatorName()),
                json: options.json)
        }

        private func planFiles() throws {
            func given<Value>(_ value: Value?, _ option: String) throws -> Value {
                guard let value else {
                    throw EngineError(
                        .usage,
                        "\(option) is missing; a plan of files needs --demand, --positions, --as-of, "
                            + "--review-days, --output and --service-level or --shortage-cost")
                }
                return value
            }
            guard let day = Day(try given(asOf, "--as-of")) else {
                throw EngineError(.usage, "--as-of must be a day such as 2016-01-04")
            }
            let target: PlanBatch.Target
            switch (serviceLevel, shortageCost) {
            case (let level?, nil): target = .serviceLevel(level)
            case (nil, let cost?): target = .shortageCost(cost)
            default: throw EngineError(.usage, "give --service-level or --shortage-cost, one of the two")
            }
            var batch = PlanBatch(
                demand: try given(demand, "--demand"), positions: try given(positions, "--positions"), asOf: day,
                reviewDays: try given(reviewDays, "--review-days"), target: target,
                output: try given(output, "--output"))
            batch.explains = explain
            batch.jobs = jobs ?? 1
            let outcome = try batch.run { complain($0) }
            if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
        }
    }

    struct Buy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "buy", abstract: "What to buy next, the most margin for its money first.",
            discussion: """
                Every unit is worth the margin that it is expected to save until the order after the next arrives, less the \
                cost of carrying what is left. With --budget the list ends where the money does, and says what comes next.

                Example: penstock plan buy --budget 5000
                """)
        @OptionGroup var options: ReadOptions
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Most money to spend, in the shop's currency.", valueName: "amount"))
        var budget: String?
        @Flag(help: "Go on with smaller purchases past one that the rest of the budget does not reach.")
        var fillUp = false
        @Option(parsing: .unconditional, help: ArgumentHelp("Rows to show; 0 for all.", valueName: "n")) var limit: Int?

        func run() throws {
            let engine = try options.shop.open()
            let currency = engine.settings.currency
            let minor = try budget.map { text in
                guard case .success(let minor) = FixedPoint.parse(text, decimals: currency.decimals) else {
                    throw EngineError(.usage, "--budget must be an amount of \(currency) such as 5000")
                }
                return minor
            }
            show(
                try engine.buyingList(
                    budget: minor, fillsUp: fillUp, limit: try rows(limit, json: options.json), actor: operatorName()),
                json: options.json)
        }
    }

    struct Move: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Stock worth moving between places before any is bought.",
            discussion:
                "No place falls below its own reorder point, and no trip is made that costs more than it brings.")
        @OptionGroup var options: ReadOptions
        @Option(parsing: .unconditional, help: ArgumentHelp("Money for a trip of one product.", valueName: "x"))
        var tripCost = 0.0
        @Option(parsing: .unconditional, help: ArgumentHelp("Money for each unit on it.", valueName: "x"))
        var unitCost = 0.0

        func run() throws {
            show(
                try options.shop.open().transfers(tripCost: tripCost, unitCost: unitCost, actor: operatorName()),
                json: options.json)
        }
    }

    struct Hurry: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hurry", abstract: "Orders worth paying to hurry, of suppliers whose offers say that they can."
        )
        @OptionGroup var options: ReadOptions
        @Option(parsing: .unconditional, help: ArgumentHelp("Money for hurrying an order at all.", valueName: "x"))
        var fee = 0.0
        @Option(parsing: .unconditional, help: ArgumentHelp("Money for each unit hurried.", valueName: "x"))
        var unitFee: Double

        func run() throws {
            show(
                try options.shop.open().expedites(fee: fee, unitFee: unitFee, actor: operatorName()),
                json: options.json)
        }
    }

    struct Clear: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "clear", abstract: "Excess, slow and dead stock, the cash it holds, and the best way out.",
            discussion: """
                What was paid is gone either way: the ways out are compared by the money that still comes in, less the cost \
                of keeping. The elasticity says how demand answers a markdown; -2.62 is the mean of 1,851 published ones \
                (Bijmolt, van Heerde & Pieters, 2005).
                """)
        @OptionGroup var options: ReadOptions
        @Option(parsing: .unconditional, help: ArgumentHelp("Elasticity of demand to the price.", valueName: "x"))
        var elasticity = -2.62
        @Option(
            help: ArgumentHelp("Days of cover from which a stock is slow, and without a sale dead.", valueName: "n"))
        var slowAfter = 180
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("What a scrapped unit brings, as a share of its cost.", valueName: "share"))
        var scrap = 0.0
        @Option(parsing: .unconditional, help: ArgumentHelp("Rows to show; 0 for all.", valueName: "n")) var limit: Int?

        func run() throws {
            show(
                try options.shop.open().slowStock(
                    elasticity: elasticity, slowAfter: slowAfter, scrapShare: scrap,
                    limit: try rows(limit, json: options.json), actor: operatorName()),
                json: options.json)
        }
    }

    struct Changes: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "changes", abstract: "Why orders differ from those of an earlier day's plan.",
            discussion: """
                Each difference is parted among what will be asked for, what is there and to come, the lead time, the target                 and the terms; the parts add up to it, and none depends on which was looked at first.

                Example: penstock plan changes --since 2011-09-26
                """)
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("The earlier day; yesterday where it is left out.", valueName: "day"))
        var since: String?
        @Option(parsing: .unconditional, help: ArgumentHelp("Rows to show; 0 for all.", valueName: "n")) var limit: Int?

        func run() throws {
            let day = try since.map { text in
                guard let day = Day(text) else { throw EngineError(.usage, "--since must be a day such as 2011-09-26") }
                return day
            }
            show(
                try options.shop.open().planChanges(
                    since: day, limit: try rows(limit, json: options.json), actor: operatorName()),
                json: options.json)
        }
    }
}

/// Rows to show: 40 unless said otherwise, all in JSON.
private func rows(_ limit: Int?, json: Bool) throws -> Int? {
    if let limit, limit < 0 { throw EngineError(.usage, "--limit must not be negative") }
    return limit == 0 || limit == nil && json ? nil : limit ?? 40
}
