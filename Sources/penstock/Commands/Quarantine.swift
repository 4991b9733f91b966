import ArgumentParser
import Engine

struct Quarantine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at, mend and retry the rows that could not be taken in.",
        subcommands: [List.self, Show.self, Fix.self, Retry.self, Drop.self, Export.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List refused rows, or with --parked those that wait.")
        @OptionGroup var options: ReadOptions
        @Flag(help: "Rows that wait for a product to be named.") var parked = false
        @Option(help: ArgumentHelp("Rows to show.", valueName: "n")) var limit = 100

        func run() throws {
            let engine = try options.shop.open()
            show(try engine.quarantine(parked ? .parked : .refused, limit: max(1, limit)), json: options.json)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one row whole, column by column.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws { show(try options.shop.open().quarantined(id), json: options.json) }
    }

    struct Fix: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Mend a row and take it in.",
            discussion: """
                Whenever the broken row comes again, the mended one stands in for it.

                Example: penstock quarantine fix 7 --set quantity=12 --set "supplier=Acme Ltd"
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(help: ArgumentHelp("A column and its new value.", valueName: "column=value")) var set: [String] = []
        @Option(help: ArgumentHelp("The whole row anew, as CSV.", valueName: "text")) var row: String?

        func run() throws {
            guard set.isEmpty != (row == nil) else {
                throw EngineError(.usage, "give --set COLUMN=VALUE, or --row TEXT")
            }
            var changes: [(column: String, value: String)] = []
            for text in set {
                guard let equals = text.firstIndex(of: "=") else {
                    throw EngineError(.usage, "'\(text.printable)' is not COLUMN=VALUE")
                }
                changes.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            let report = try shop.open().mend(id, changes: changes, row: row)
            try Quarantine.tell(report)
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Try rows again as they are: one, or all that wait.")
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
        static let configuration = CommandConfiguration(abstract: "Put a row aside for good; it stays on record.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws {
            try shop.open().facts.settle(quarantined: id, as: .dropped)
            print("row \(id) is put aside")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write refused rows as a CSV with their header, to be mended elsewhere and imported again.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("The file to write, or - for standard output.", valueName: "file")) var file = "-"
        @Option(help: ArgumentHelp("Only rows of this layout.", valueName: "layout")) var layout: String?

        func run() throws {
            let sink = try ByteSink(path: file)
            let count = try shop.open().exportQuarantine(layout: layout, to: sink)
            try sink.finish()
            complain("\(count) rows")
        }
    }

    private static func tell(_ report: ImportReport) throws {
        let count = report.count
        guard count.refused == 0, count.parked == 0 else {
            for complaint in report.complaints { complain("still refused: \(complaint)") }
            if count.parked > 0 { complain("it is sound, and waits for its product to be named") }
            throw ExitCode(1)
        }
        for complaint in report.complaints { complain("it stays in quarantine: \(complaint)") }
        if !report.complaints.isEmpty { throw ExitCode(1) }
        print(count.duplicate > 0 ? "taken in; it was known already" : "taken in")
    }
}
