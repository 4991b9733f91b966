import ArgumentParser
import Engine

struct Coverage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "Tell how many products can be planned, and what the others lack.",
        discussion: "For each missing input it says how to mend it and names the products that matter most.")
    @OptionGroup var options: ReadOptions

    func run() throws { show(try options.shop.open().coverage(actor: operatorName()), json: options.json) }
}

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell how the shop stands.",
        discussion:
            "What is known and as of when, what waits for a decision, whether anything is held, unknown or wrong.")
    @OptionGroup var options: ReadOptions

    func run() throws { show(try options.shop.open().status(actor: operatorName()), json: options.json) }
}

struct Stock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock", abstract: "Show stock and risk, the most avoidable money first.",
        discussion: """
            COVER: days that the stock lasts. OUT BEFORE NEXT: chance of running out before an order placed at the next \
            chance could arrive. SAVES: margin that ordering now saves. ORDER: units that the plan orders. A ? stands for \
            what is not known; WHY names the missing input.
            """)
    @OptionGroup var options: ReadOptions
    @Option(help: ArgumentHelp("Only products whose SKU or name contains this.", valueName: "text")) var find: String?
    @Option(help: ArgumentHelp("Rows to show; 0 for all.", valueName: "n")) var limit = 40
    @Flag(help: "What is left of each lot, the first to expire first, and what will expire before it is sold.")
    var lots = false
    @Option(help: ArgumentHelp("With --lots: only what expires within so many days.", valueName: "days"))
    var within: Int?

    func run() throws {
        guard limit >= 0 else { throw EngineError(.usage, "--limit must not be negative") }
        guard lots || within == nil else { throw EngineError(.usage, "--within goes with --lots") }
        if lots {
            let report = try options.shop.open().lots(within: within, matching: find, actor: operatorName())
            return show(report, json: options.json)
        }
        let all = limit == 0 || options.json
        show(
            try options.shop.open().stock(matching: find, limit: all ? nil : limit, actor: operatorName()),
            json: options.json)
    }
}

struct Orders: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Show the draft purchase orders that wait, or with --inbound what suppliers still owe.",
        discussion: """
            One draft order for each supplier, place and currency. SAVES is the margin that ordering now saves. Look at one \
            with penstock actions show ID, approve it with penstock actions approve ID.
            """)
    @OptionGroup var options: ReadOptions
    @Flag(help: "What is on order: late, short and unseen lines.") var inbound = false
    @Flag(help: "Plan anew first.") var refresh = false

    func run() throws {
        let engine = try options.shop.open()
        if refresh { try engine.replan(actor: operatorName()) }
        if inbound {
            show(try engine.inbound(actor: operatorName()), json: options.json)
        } else {
            show(try engine.actions(in: [.proposed, .snoozed, .held], actor: operatorName()), json: options.json)
        }
    }
}

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Print the arithmetic behind a product: stock, demand, order, risk, and the facts they rest on.")
    @OptionGroup var options: ReadOptions
    @Argument(help: ArgumentHelp("SKU or barcode.", valueName: "sku")) var sku: String

    func run() throws {
        show(try options.shop.open().explain(sku, isNegative: false, actor: operatorName()), json: options.json)
    }
}

struct WhyNot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why-not",
        abstract: "Say why a product is not ordered, and the smallest change that would order it.")
    @OptionGroup var options: ReadOptions
    @Argument(help: ArgumentHelp("SKU or barcode.", valueName: "sku")) var sku: String

    func run() throws {
        show(try options.shop.open().explain(sku, isNegative: true, actor: operatorName()), json: options.json)
    }
}

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check databases, rollups, journal, policy, mappings and permissions.",
        discussion: """
            Changes nothing. Exit code 1 where something is wrong. The contents digest is the same for shops that hold the \
            same facts, whatever the order of imports.
            """)
    @OptionGroup var options: ReadOptions

    func run() throws {
        let report = try options.shop.open().examine(actor: operatorName())
        show(report, json: options.json)
        if !report.isWell { throw ExitCode(1) }
    }
}

struct Offers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers", abstract: "Supplier terms.", subcommands: [Template.self])

    struct Template: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "template",
            abstract: "Write a file of supplier terms to fill in: the shop's products by vendor.",
            discussion: """
                Fill in supplier, cost and lead_time_days, then penstock import the file. Blank costs and lead times are \
                allowed: they mean not known.
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("The file to write, or - for standard output.", valueName: "file")) var file = "-"

        func run() throws {
            let sink = try ByteSink(path: file)
            let count = try shop.open().writeOfferTemplate(to: sink)
            try sink.finish()
            complain("\(count) products; fill in supplier, cost and lead_time_days, then penstock import \(file)")
        }
    }
}
