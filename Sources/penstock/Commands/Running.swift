import ArgumentParser
import Engine
import Glibc

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the shop: plan, propose, and send what is approved.",
        discussion: """
            One runner serves a shop; a second one ends at once with code 4. Killed and started again it goes on where it \
            was: what it had begun to send is looked up at its target first. ^C ends it after the round in hand.
            """)
    @OptionGroup var shop: ShopOptions
    @Flag(help: "One round, then end.") var once = false

    func run() throws {
        let engine = try shop.open()
        let runner = try Runner(engine, actor: operatorName())
        catchInterrupts()
        if !once { complain("serving \(engine.folder.path); ^C ends it") }
        repeat {
            do {
                tell(try runner.round())
            } catch let error as StoreError where error.code == .busy && !once {
                complain("busy: \(error)")
            }
            if once { break }
            // Polls: files and decisions of other processes are noticed within a second.
            for _ in 0..<10 where !isInterrupted { usleep(100_000) }
        } while !isInterrupted
    }

    private func tell(_ round: Runner.Round) {
        if let proposed = round.proposed, !proposed.isEmpty {
            print(
                "planned: \(proposed.opened.count) new, \(proposed.revised.count) revised, \(proposed.superseded.count) no longer "
                    + "needed, \(proposed.approved.count) decided by the policy")
        }
        for delivery in round.deliveries {
            let outcome =
                switch delivery.outcome {
                case .done: "sent"
                case .notDone: "not sent"
                case .unknown: "UNKNOWN"
                case nil: "waits"
                }
            print("action \(delivery.action): \(outcome): \(delivery.reason)".printable)
        }
        for id in round.expired { print("action \(id): expired") }
        fflush(nil)
    }
}

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Who did what, on which evidence: show and verify.",
        discussion: """
            The journal is hash-chained: each entry's hash covers the one before. Keep a head (penstock journal head) \
            elsewhere; verifying against it later also shows a cut end. It guards against error and against tampering by \
            others than root and the shop's own group.
            """,
        subcommands: [Show.self, Verify.self, Head.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show entries, the newest last.")
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("How many.", valueName: "n")) var limit = 50

        func run() throws { show(try options.shop.open().journal(limit: max(1, limit)), json: options.json) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every entry; code 1 and the first bad or missing one where it is not whole.")
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("A head that was kept: N:HASH.", valueName: "head")) var head: String?

        func run() throws {
            let expected = try head.map { text in
                guard let head = Journal.Head(text) else {
                    throw EngineError(.usage, "--head must be what penstock journal head printed")
                }
                return head
            }
            let finding = try Journal.verify(options.shop.open().decisions, expected: expected)
            var isIntact = false
            if case .intact = finding { isIntact = true }
            if options.json {
                let json = JSONValue.object([("intact", .bool(isIntact)), ("finding", .string(finding.description))])
                print(String(decoding: json.bytes(pretty: true), as: UTF8.self))
            } else {
                print(finding.description)
            }
            if !isIntact { throw ExitCode(1) }
        }
    }

    struct Head: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print where the journal ends now, to be kept elsewhere.")
        @OptionGroup var shop: ShopOptions

        func run() throws { print(try shop.open().decisions.read(Journal.head)) }
    }
}

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write the whole shop into one file, while it works on.")
    @OptionGroup var shop: ShopOptions
    @Argument(help: ArgumentHelp("The file, by custom .tar.gz.", valueName: "file")) var file: String

    func run() throws {
        try Backup.write(shop.open(), to: file)
        print("wrote \(file)")
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a shop from a backup.",
        discussion: "The backup is checked before anything is moved. A shop that is there is kept aside with --replace."
    )
    @OptionGroup var shop: ShopOptions
    @Argument(help: ArgumentHelp("The backup.", valueName: "file")) var file: String
    @Flag(help: "Move the shop that is there aside.") var replace = false

    func run() throws {
        let aside = try Backup.restore(file, to: shop.folder, replacing: replace, now: Engine.systemClock())
        print("restored \(shop.folder.path)")
        if let aside { print("the shop that was there lies in \(aside)") }
    }
}
