import ArgumentParser
import Engine
import Executors
import Glibc

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve the shop: keep its live sources flowing, plan, propose, and send what is approved.",
        discussion: """
            One runner serves a shop. A second one stands by and takes over within seconds of the first one's end; with \
            --once it ends at once with code 4. Killed and started again it goes on where it was: followed files from the \
            line that was reached, and what it had begun to send is looked up at its target first. ^C ends it after the \
            round in hand.

            The live sources are those that penstock.toml names under [[source]]: a watched folder, a followed file, a \
            command's output, standard input. See penstock sources. With --once each is looked at once, standard input \
            not at all.
            """)
    @OptionGroup var shop: ShopOptions
    @Flag(help: "One round, then end.") var once = false
    @Option(help: ArgumentHelp("End when this process has.", visibility: .hidden)) var beside: Int32?

    func run() throws {
        let engine = try shop.open()
        // A metric that cannot be read is told now, not when the first panel asks for it.
        try engine.checkMetrics()
        catchInterrupts()
        guard let runner = try runner(engine) else { return }
        if once {
            for complaint in try FeedRunner.look(runner) { complain(complaint) }
            return tell(try runner.round())
        }
        complain("serving \(engine.folder.path); ^C ends it")
        let feeds = try FeedRunner(runner) { complain($0) }
        defer { feeds.end() }
        let models = FitAhead(engine)
        var pause = 1
        while !isOver {
            do {
                try feeds.tend()
                tell(try runner.round())
                try models.tend()
                pause = 1
            } catch  where Run.mayPass(error) {
                complain("\(error); trying again in \(pause) s")
                wait(seconds: pause)
                pause = min(60, pause * 2)
                continue
            }
            // Polls: files and decisions of other processes are noticed within a second.
            wait(seconds: 1)
        }
    }

    private var isOver: Bool { isInterrupted || beside.map { kill($0, 0) != 0 } ?? false }

    /// The shop's runner, as soon as no other one is there; nil where it is over before that.
    private func runner(_ engine: Engine) throws -> Runner? {
        var hasTold = false
        while !isOver {
            do {
                return try Runner(engine, actor: operatorName())
            } catch let error as EngineError where error.code == .busy && !once {
                if !hasTold {
                    let holder = RunLock.holder(engine.folder.lock).flatMap { $0 > 0 ? " (process \($0))" : nil }
                    complain("another runner\(holder ?? "") serves this shop; standing by")
                    hasTold = true
                }
                usleep(500_000)
            }
        }
        return nil
    }

    private func wait(seconds: Int) {
        for _ in 0..<seconds * 10 where !isInterrupted { usleep(100_000) }
    }

    /// Whether an error may pass without anybody changing the configuration: a full disk, a locked file.
    private static func mayPass(_ error: any Error) -> Bool {
        if let error = error as? StoreError { return error.code == .io || error.code == .busy }
        return error is ExecutorError
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
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show entries, the newest last.")
        @OptionGroup var options: ReadOptions
        @Option(help: ArgumentHelp("How many.", valueName: "n")) var limit = 50

        func run() throws { show(try options.shop.open().journal(limit: max(1, limit)), json: options.json) }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
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
                show(json)
            } else {
                print(finding.description)
            }
            if !isIntact { throw ExitCode(1) }
        }
    }

    struct Head: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "head", abstract: "Print where the journal ends now, to be kept elsewhere.")
        @OptionGroup var options: ReadOptions

        func run() throws {
            let head = try options.shop.open().decisions.read(Journal.head)
            if options.json { show(.object([("head", .string(head.description))])) } else { print(head) }
        }
    }
}

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write the whole shop into one file, while it works on.")
    @OptionGroup var shop: ShopOptions
    @Argument(help: ArgumentHelp("The file, by custom .tar.gz, or - for standard output.", valueName: "file")) var file:
        String

    func run() throws {
        try Backup.write(shop.open(), to: file)
        if file != "-" { print("wrote \(file)") }
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a shop from a backup.",
        discussion: """
            The backup is checked before anything is moved. A shop that is there is kept aside with --replace. What was \
            decided after the backup is lost, so the restored shop is on hold: see what was approved or sent, take back \
            what has been ordered since, then penstock actions release.
            """
    )
    @OptionGroup var shop: ShopOptions
    @Argument(help: ArgumentHelp("The backup.", valueName: "file")) var file: String
    @Flag(help: "Move the shop that is there aside.") var replace = false
    @Option(help: ArgumentHelp("Share the shop with a Unix group (default: as the replaced one).", valueName: "group"))
    var group: String?

    func run() throws {
        let restored = try Backup.restore(
            file, to: shop.folder, replacing: replace, group: group, now: Engine.systemClock(), actor: operatorName())
        print("restored \(shop.folder.path); it is on hold, and what was decided after the backup is lost")
        if let aside = restored.aside { print("the shop that was there lies in \(aside)") }
        if !restored.approved.isEmpty {
            print(
                "approved, perhaps sent since the backup: actions \(restored.approved.map(String.init).joined(separator: ", "));"
                    + " where the supplier has one: penstock actions undo ID, then reject it")
        }
        if !restored.unknown.isEmpty {
            print(
                "on their way when the backup was made: actions \(restored.unknown.map(String.init).joined(separator: ", "));"
                    + " ask the target, then penstock actions resolve ID --done or --not-done")
        }
        print("then penstock actions release --reason TEXT lets orders leave again")
    }
}
