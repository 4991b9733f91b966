import ArgumentParser
import Engine

struct Quarantine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at, mend and retry the rows that could not be taken in.",
        subcommands: [List.self, Show.self, Fix.self, Edit.self, Retry.self, Drop.self, Export.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List refused rows, or with --parked those that wait.")
        @OptionGroup var options: ReadOptions
        @Flag(help: "Rows that wait: for a product, an order, a rate, or for somebody to let them in.") var parked =
            false
        @Option(help: ArgumentHelp("Rows to show.", valueName: "n")) var limit = 100

        func run() throws {
            let engine = try options.shop.open()
            show(try engine.quarantine(parked ? .parked : .refused, limit: max(1, limit)), json: options.json)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one row whole, column by column.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws { show(try options.shop.open().quarantined(id), json: options.json) }
    }

    struct Fix: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fix", abstract: "Mend a row and take it in.",
            discussion: """
                Whenever the broken row comes again, the mended one stands in for it. With --keep other rows of the layout \
                that are refused for the same value are read the same way from now on: the rule is a [[rewrite]] of \
                penstock.toml.

                Examples:
                  penstock quarantine fix 7 --set quantity=12 --set "supplier=Acme Ltd"
                  penstock quarantine fix 9 --set currency=GBP --keep
                  penstock quarantine fix 11 --set "line_items[0].quantity=2"        # a JSON record
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(
            help: ArgumentHelp("A column, or the path of a JSON member, and its new value.", valueName: "name=value"))
        var set: [String] = []
        @Option(help: ArgumentHelp("The whole row anew.", valueName: "text")) var row: String?
        @Flag(help: "Keep the change as a rule for other rows.") var keep = false

        func run() throws {
            guard set.isEmpty != (row == nil) else {
                throw EngineError(.usage, "give --set NAME=VALUE, or --row TEXT")
            }
            guard !keep || row == nil else {
                throw EngineError(.usage, "--keep needs --set: a rule is one value that means another")
            }
            var changes: [(name: String, value: String)] = []
            for text in set {
                guard let equals = text.firstIndex(of: "=") else {
                    throw EngineError(.usage, "'\(text.printable)' is not NAME=VALUE")
                }
                changes.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            let report = try shop.open().mend(id, changes: changes, row: row, keeping: keep)
            try Quarantine.tell(report)
        }
    }

    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Edit a row whole in $VISUAL or $EDITOR, and take it in.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws {
            let engine = try shop.open()
            let before = try engine.textOfQuarantined(id)
            let after = try Editor.edited(before)
            guard after != before else {
                complain("nothing was changed")
                throw ExitCode(1)
            }
            try Quarantine.tell(engine.mend(id, changes: [], row: after))
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Try rows again as they are: one, or all that wait.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number; all where none is given.", valueName: "id")) var id: Int64?

        func run() throws {
            let engine = try shop.open()
            if let id {
                try Quarantine.tell(engine.mend(id, changes: [], row: nil))
            } else {
                let (tried, taken) = try engine.retryQuarantine()
                print("\(tried) rows tried, \(taken) taken in")
                if taken < tried { throw ExitCode(1) }
            }
        }
    }

    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Put a row aside for good; it stays on record.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws {
            try shop.open().facts.settle(quarantined: id, as: .dropped)
            print("row \(id) is put aside")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write refused rows as they came, under their header, to be mended elsewhere and imported again.")
        @OptionGroup var shop: ShopOptions
        @Argument(
            help: ArgumentHelp(
                "A file, - for standard output, or a folder for a file each layout.", valueName: "path")) var path = "-"
        @Option(help: ArgumentHelp("Only rows of this layout.", valueName: "layout")) var layout: String?

        func run() throws {
            let (rows, files) = try shop.open().exportQuarantine(layout: layout, to: path)
            complain("\(rows) rows" + (path == "-" ? "" : files.map { "\n\($0)" }.joined()))
        }
    }

    private static func waiting(for kind: String) -> String {
        switch kind {
        case "order": "is sound, and waits for its order"
        case "rate": "is sound, and waits for a rate of exchange"
        case "person": "waits for somebody to let it in; retry or drop it"
        default: "is sound, and waits for its product to be named"
        }
    }

    private static func tell(_ report: ImportReport) throws {
        let count = report.count
        guard count.refused == 0, count.parked == 0 else {
            for complaint in report.complaints { complain("still refused: \(complaint)") }
            for kind in report.waits.keys.sorted() { complain("it \(Quarantine.waiting(for: kind))") }
            throw ExitCode(1)
        }
        for complaint in report.complaints { complain("it stays in quarantine: \(complaint)") }
        if !report.complaints.isEmpty { throw ExitCode(1) }
        print(count.duplicate > 0 ? "taken in; it was known already" : "taken in")
    }
}
