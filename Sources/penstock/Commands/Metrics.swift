import ArgumentParser
import Engine

struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "The shop's figures, each defined once: list, show, query, diff.",
        discussion: """
            Every figure that Penstock shows is one of these. A shop adds its own, or changes one, in metrics.toml beside \
            penstock.toml; penstock metrics show NAME tells how one is made.
            """,
        subcommands: [List.self, Show.self, Query.self, Diff.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List all metrics with what they mean.")
        @OptionGroup var options: ReadOptions

        func run() throws { show(try options.shop.open().metricList(), json: options.json) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show how a metric is made.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The metric.", valueName: "name")) var name: String

        func run() throws { show(try options.shop.open().metricDefinition(name), json: options.json) }
    }

    struct Query: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "query", abstract: "Read a metric's figures.",
            discussion: """
                Without --from it is the last 28 days. A ? stands for what cannot be known.

                Examples:
                  penstock metrics query net_revenue --by week --from 2011-07-01
                  penstock metrics query units --by sku,month --where "category = 'Lamps'" --csv
                  penstock metrics query stock_out_rate --by place --json
                """)
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The metric.", valueName: "name")) var name: String
        @Option(
            help: ArgumentHelp(
                "Period (day, week, month, quarter, year, fiscal-month, fiscal-quarter, fiscal-year) and dimensions: sku, place…",
                valueName: "names"))
        var by: String?
        @Option(help: ArgumentHelp("Which facts count: an expression over dimensions.", valueName: "expression"))
        var `where`: String?
        @Option(help: ArgumentHelp("The first day.", valueName: "day")) var from: String?
        @Option(help: ArgumentHelp("The last day; today where it is not given.", valueName: "day")) var to: String?
        @Flag(help: "CSV instead of a table.") var csv = false

        func run() throws {
            if csv, options.json { throw EngineError(.usage, "--csv and --json exclude each other") }
            let series = try options.shop.open().metricSeries(
                name, by: (by ?? "").split(separator: ",").map { String($0.trimmed) }, where: self.where,
                from: day(from, "--from"), to: day(to, "--to"))
            if csv { print(series.csv, terminator: "") } else { show(series, json: options.json) }
        }

        private func day(_ text: String?, _ option: String) throws -> Day? {
            guard let text else { return nil }
            guard let day = Day(text) else { throw EngineError(.usage, "\(option) must be a day, as 2011-10-03") }
            return day
        }
    }
}
