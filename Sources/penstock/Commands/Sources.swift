import ArgumentParser
import Engine

struct Sources: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources", abstract: "Show the live sources and whether they keep their promises.",
        discussion: """
            Live sources are named in penstock.toml, one [[source]] each, and flow while penstock run is running:

              [[source]]
              name = "till"
              kind = "file"                    # folder, file, command or stdin
              path = "/var/log/till.csv"       # command: program = "…", arguments = ["…"], timeout_seconds = 30
              as = "till-lines"                # or mapping = "NAME"; a folder's files may be recognised by their headers
              promise = "15 min"               # silent for longer, it raises a signal
              every = "60 s"                   # a command is run so often, a folder looked through
              provisional = "72 h"             # so long after the event facts may come
              keep_done = "7 d"                # so long files stay in the folder's done/
              max_quarantine_share = 0.05      # more refused rows than this raise a signal

            While a source is silent, fails or has too much refused, the policy decides nothing by itself: it asks.
            LAG: how far the newest fact lies behind now. LATE: rows that came after they were expected.
            """,
        subcommands: [List.self, Check.self, Disagreements.self, Oddities.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show the live sources (the default).")
        @OptionGroup var options: ReadOptions

        func run() throws { show(try options.shop.open().sources(), json: options.json) }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check their configuration against what is there; take nothing in.",
            discussion: "Exit code 1 where something is wrong.")
        @OptionGroup var options: ReadOptions

        func run() throws {
            let report = try options.shop.open().checkSources()
            show(report, json: options.json)
            if !report.isWell { throw ExitCode(1) }
        }
    }

    struct Disagreements: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disagreements",
            abstract: "Show where sources contradict each other: both words, and which holds.",
            discussion: """
                Stock is compared as of now: each system's last count, rolled forward by the same sales, receipts and \
                moves. Whose word counts is said in penstock.toml; where nothing is said the newest holds:

                  [records]
                  orders = "shopify"               # of record for orders; others' reports of them only reconcile
                  stock = ["wms", "shopify"]       # and so costs, prices, names, vendors, categories, lifecycles
                """)
        @OptionGroup var options: ReadOptions
        @Option(
            help: ArgumentHelp(
                "Only on this: \(Engine.contestedFields.joined(separator: ", ")).", valueName: "field"))
        var field: String?
        @Option(help: ArgumentHelp("Most to show.", valueName: "n")) var limit = 100

        func run() throws {
            show(try options.shop.open().disagreements(on: field, limit: max(1, limit)), json: options.json)
        }
    }

    struct Oddities: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "oddities", abstract: "Show what is odd about facts that were taken in all the same.",
            discussion: """
                Each is a rule of severity flag: an order whose stated totals disagree with its lines, a price of nothing. \
                Rules are changed in penstock.toml: [[rule]] name = "…" and severity = "refuse", "park", "flag" or "off".
                """)
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("Most to show.", valueName: "n")) var limit = 100

        func run() throws { show(try options.shop.open().oddities(limit: max(1, limit)), json: options.json) }
    }
}
