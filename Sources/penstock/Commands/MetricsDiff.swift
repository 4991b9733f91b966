import ArgumentParser
import Engine

extension Metrics {
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff", abstract: "Explain where a number from another system differs, order by order.",
            discussion: """
                The file has a row or more for each order, or for each SKU, with an amount; rows of one order add up. Its \
                columns are found by their usual names. Each difference is one of: only-there (and why not here: in \
                quarantine, a test, cancelled, outside the dates, seen by a system that is not of record), only-here, amount \
                (and what adds up to it: tax, postage, discounts, refunds, another currency, rounding), day. They add up to \
                the difference of the totals. Exit code 0 where nothing differs, 1 where something does.

                Examples:
                  penstock metrics diff erp.csv --metric net_revenue --from 2011-11-01 --to 2011-11-30
                  penstock metrics diff ledger.csv --metric net_revenue --document Voucher --amount "Net EUR" --csv
                  penstock metrics diff stock.csv --metric stock_units --to 2011-11-30
                """)
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The other system's file, - for standard input.", valueName: "file"))
        var file: String
        @Option(help: ArgumentHelp("The metric to compare.", valueName: "name")) var metric: String
        @Option(help: ArgumentHelp("The column of orders or SKUs.", valueName: "column")) var document: String?
        @Option(help: ArgumentHelp("The column of amounts.", valueName: "column")) var amount: String?
        @Option(help: ArgumentHelp("The column of dates.", valueName: "column")) var date: String?
        @Option(help: ArgumentHelp("The column of currencies.", valueName: "column")) var currency: String?
        @Option(help: ArgumentHelp("The first day; the first of all where it is not given.", valueName: "day"))
        var from: String?
        @Option(help: ArgumentHelp("The last day; today where it is not given.", valueName: "day")) var to: String?
        @Flag(help: "CSV of the differences instead of a table.") var csv = false

        func run() throws {
            if csv, options.json { throw EngineError(.usage, "--csv and --json exclude each other") }
            let report = try options.shop.open().metricDiff(
                file, metric: metric, document: document, amount: amount, date: date, currency: currency,
                from: Books.day(from, "--from"), to: Books.day(to, "--to"))
            if csv { print(report.csv, terminator: "") } else { show(report, json: options.json) }
            if !report.isSame { throw ExitCode(1) }
        }
    }
}
