import ArgumentParser
import Engine

struct Overrides: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "override",
        abstract: "Set a forecast, lead time, minimum or target against the models, until a day, in your name.",
        discussion: """
            What is set counts from the next plan on, and is scored afterwards. It is kept in mappings/overrides.csv of the \
            shop, which a rebuilt store reads again with penstock import; a file of the layout overrides says the same.

            Examples:
              penstock override set MUG --what forecast --value 12 --reason "school fair" --expires 2011-12-31
              penstock override set MUG --what forecast --value +20% --from 2011-11-01 --to 2011-11-14 \\
                --reason "on television" --expires 2011-11-14
              penstock override set MUG --what lead_time --value 21 --reason "port strike" --expires 2011-11-30
              penstock override list --json
              penstock override withdraw o3 --reason "it is over"
              penstock override score
            """,
        subcommands: [Set.self, List.self, Score.self, Withdraw.self], defaultSubcommand: List.self)

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set a figure of a product.",
            discussion: """
                forecast is units a day, or with x1.5 or +20% a factor; lead_time is days from order to shelf; minimum is \
                units on the shelf; target is the share of demand to be served, 0.98 or 98%.
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its SKU, or another of its codes.", valueName: "sku")) var sku: String
        @Option(help: ArgumentHelp("forecast, lead_time, minimum or target.", valueName: "figure")) var what: String
        @Option(
            parsing: .unconditional, help: ArgumentHelp("What it should be.", valueName: "value")) var value: String
        @Option(help: ArgumentHelp("units_per_day or factor, where the value does not say it.", valueName: "unit"))
        var unit: String?
        @Option(help: ArgumentHelp("The place; all where none is named.", valueName: "place")) var place: String?
        @Option(help: ArgumentHelp("The first day that it is for; today where not given.", valueName: "day"))
        var from: String?
        @Option(help: ArgumentHelp("The last day that it is for; until it expires where not given.", valueName: "day"))
        var to: String?
        @Option(help: ArgumentHelp("Who answers for it; you where nobody is named.", valueName: "name"))
        var owner: String?
        @Option(help: ArgumentHelp("Why; it is judged by it afterwards.", valueName: "text")) var reason: String
        @Option(help: ArgumentHelp("The last day on which it holds.", valueName: "day")) var expires: String

        func run() throws {
            let actor = operatorName()
            let id = try shop.open().setOverride(
                TypedOverride(
                    sku: sku, place: place, what: what, value: value, unit: unit, from: from, to: to,
                    owner: owner ?? actor, reason: reason, expires: expires), actor: actor)
            print(id)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List overrides that are in force or to come (the default).")
        @OptionGroup var options: ReadOptions
        @Flag(help: "Every version: replaced, withdrawn and expired ones too.") var all = false

        func run() throws { show(try options.shop.open().overrides(all: all), json: options.json) }
    }

    struct Score: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "score", abstract: "Tell whether overrides helped, on the days that have passed.",
            discussion: """
                A forecast is held against the model's of the day before it began, a lead time against what was known without \
                it, a minimum by what was drawn on and what the rest cost, a target against as many days before. Every version \
                counts, withdrawn and expired ones too; then all of each owner together. Under a twentieth is no difference.
                """)
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("That one alone.", valueName: "id")) var id: String?

        func run() throws {
            show(try options.shop.open().overrideScores(id, actor: operatorName()), json: options.json)
        }
    }

    struct Withdraw: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "withdraw", abstract: "Take an override back; its history stays.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its id.", valueName: "id")) var id: String
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String

        func run() throws {
            try shop.open().withdrawOverride(id, reason: reason, actor: operatorName())
            print("override \(id) is withdrawn".printable)
        }
    }
}
