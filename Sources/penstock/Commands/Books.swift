import ArgumentParser
import Engine

struct Books: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "books",
        abstract: "The stock in the books, goods on their way, what is not invoiced, and closed months.",
        discussion: """
            What goods cost is said by the method that penstock.toml names under [books], cost_method: day-cost (declared, \
            else last paid, else offered), standard, moving-average or fifo. A product is in the books from its first count on. \
            Closing a month keeps its figures for ever; what facts say later is a restatement.

            Examples:
              penstock books stock-value --as-of 2011-11-30 --by category
              penstock books statement 2011-11
              penstock books close 2011-11
              penstock books restatements 2011-11
            """,
        subcommands: [
            StockValue.self, Statement.self, InTransit.self, NotInvoiced.self, Close.self, List.self, Show.self,
            Restated.self,
        ])

    static func day(_ text: String?, _ option: String) throws -> Day? {
        guard let text else { return nil }
        guard let day = Day(text) else { throw EngineError(.usage, "\(option) must be a day, as 2011-11-30") }
        return day
    }

    static func names(_ text: String?) -> [String] { (text ?? "").split(separator: ",").map { String($0.trimmed) } }

    struct StockValue: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stock-value", abstract: "What the stock was worth at the end of a day.")
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("The day; today where it is not given.", valueName: "day")) var asOf: String?
        @Option(help: ArgumentHelp("sku, product, category, vendor, place.", valueName: "names")) var by: String?
        @Flag(help: "CSV instead of a table.") var csv = false

        func run() throws {
            if csv, options.json { throw EngineError(.usage, "--csv and --json exclude each other") }
            let report = try options.shop.open().stockValue(
                asOf: Books.day(asOf, "--as-of"), by: Books.names(by))
            if csv { print(report.csv, terminator: "") } else { show(report, json: options.json) }
        }
    }

    struct Statement: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "statement", abstract: "From opening to closing: receipts, cost of goods sold, corrections.",
            discussion: """
                Opening and everything below it add up to closing, to the last minor unit. sold-uncounted is the cost of what \
                was sold of products that nobody had counted: it is in the cost of goods, and in no stock.
                """)
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The month: 2011-11, or 2011-P10 of a retail calendar.", valueName: "month"))
        var month: String?
        @Option(help: ArgumentHelp("The first day, instead of a month.", valueName: "day")) var from: String?
        @Option(help: ArgumentHelp("The last day.", valueName: "day")) var to: String?
        @Option(help: ArgumentHelp("sku, product, category, vendor, place.", valueName: "names")) var by: String?

        func run() throws {
            let engine = try options.shop.open()
            let days: ClosedRange<Day>
            if let month, from == nil, to == nil {
                days = try BooksPeriod(month, engine.settings.fiscalYear).days
            } else if month == nil, let first = try Books.day(from, "--from"), let last = try Books.day(to, "--to") {
                guard first <= last else { throw EngineError(.usage, "--from \(first) is after --to \(last)") }
                days = first...last
            } else {
                throw EngineError(.usage, "give a month, as 2011-11, or --from and --to")
            }
            show(try engine.booksStatement(days, by: Books.names(by)), json: options.json)
        }
    }

    struct InTransit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "in-transit",
            abstract: "What was ordered or sent and not received, and what is between places.",
            discussion: """
                Sent is what suppliers' ship notices say. Between places is what moves out with a reason such as "transfer" \
                have taken from a place and no move in has brought to another.
                """)
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("The day; today where it is not given.", valueName: "day")) var asOf: String?

        func run() throws {
            show(try options.shop.open().goodsInTransit(asOf: Books.day(asOf, "--as-of")), json: options.json)
        }
    }

    struct NotInvoiced: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "not-invoiced", abstract: "What came and is not invoiced, by supplier and order line.",
            discussion: """
                What is invoiced is what purchases say: the columns invoiced (units) or invoiced_amount of the purchases \
                layout, qty_invoiced of Odoo, billed_amt of ERPNext. It has no date: it is today's word for any day.
                """)
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("Received by this day; today where it is not given.", valueName: "day"))
        var asOf: String?

        func run() throws {
            show(try options.shop.open().receivedNotInvoiced(asOf: Books.day(asOf, "--as-of")), json: options.json)
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Close a month: keep its figures as they are now, for ever.",
            discussion: """
                Refused (code 3) while the month is not over, a source is silent, days are provisional, rows of the month are \
                in quarantine or wait for a product, or units have no cost. --force closes it all the same; the reason and \
                what spoke against it are kept with it and written into the journal.
                """)
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The month: 2011-11, or 2011-P10 of a retail calendar.", valueName: "month"))
        var month: String
        @Option(help: ArgumentHelp("Close it although something speaks against it, and why.", valueName: "reason"))
        var force: String?

        func run() throws {
            if let force, force.trimmed.isEmpty { throw EngineError(.usage, "--force needs a reason") }
            show(
                try options.shop.open().closeMonth(month, reason: force, actor: operatorName()), json: options.json)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the closed months.")
        @OptionGroup var options: ReadOptions

        func run() throws { show(try options.shop.open().closes(), json: options.json) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a month as it was closed.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The month.", valueName: "month")) var month: String

        func run() throws { show(try options.shop.open().closedBooks(month), json: options.json) }
    }

    struct Restated: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restatements",
            abstract: "What is said of a closed month today that was not said then, and what made it so.",
            discussion: "Exit code 0 where nothing differs, 1 where something does.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("The month.", valueName: "month")) var month: String

        func run() throws {
            let report = try options.shop.open().restatements(month)
            show(report, json: options.json)
            if !report.isUnchanged { throw ExitCode(1) }
        }
    }
}
