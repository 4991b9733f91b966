import ArgumentParser
import Engine
import FoundationEssentials
import Glibc

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "See it all on a sample shop: real orders of a gift shop, from 2011-10-03 on.",
        discussion: """
            On a terminal it opens the cockpit over it: . plays the next real day, > plays on, a approves an order. With \
            --text it shows which orders the shop should place and why, approves the most urgent one and says where its \
            file lies; with --days the days that follow are played one by one, each bringing its real orders and its \
            deliveries.

            What is real and what is made for the sample is written in sample-data/README.md.
            """)
    @Flag(help: "Print what happens as text.") var text = false
    @Flag(help: "Only make the shop and its proposals; approve nothing.") var proposalsOnly = false
    @Option(help: ArgumentHelp("Days to play.", valueName: "n")) var days = 0
    @Option(help: ArgumentHelp("Where the demo's shop is made; it is kept.", valueName: "dir")) var shop: String?
    @Option(help: ArgumentHelp("The folder sample-data.", valueName: "dir")) var sample: String?

    @OptionGroup var looks: LooksOptions

    func run() throws {
        guard (0...60).contains(days) else { throw EngineError(.usage, "--days must lie between 0 and 60") }
        let folder = shop ?? DemoCommand.newFolder()
        if !text, !proposalsOnly, days == 0, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 {
            return try open(folder)
        }
        let demo = try Demo(at: folder, sample: try sample ?? Demo.sampleFolder(), actor: operatorName())
        let engine = demo.engine
        print("DEMO  \(try engine.now().iso8601(in: engine.settings.zone))  shop \(folder)\n")
        print(try engine.coverage(actor: operatorName()).text)
        print("\nDraft purchase orders:")
        print(try engine.actions(in: [.proposed, .held], actor: operatorName()).text)
        if !proposalsOnly, let first = try engine.desk(actor: operatorName()).actions(in: [.proposed]).first {
            print("\nThe most urgent one, number \(first.id), is approved and sent:")
            print(try approveAndSend(first, engine))
        }
        for _ in 0..<days {
            let (day, lines) = try demo.playDay(actor: operatorName())
            print("\n\(day): \(lines) order lines came in")
            print(try engine.actions(in: [.proposed, .held], actor: operatorName()).text)
        }
        print(
            """

            Go on with this shop:
              penstock orders --shop \(folder)
              penstock actions show ID --shop \(folder)
              penstock stock --shop \(folder)
              penstock why SKU --shop \(folder)
            """)
    }

    /// The cockpit over the demo's shop, with a runner of its own, which ends with it.
    private func open(_ folder: String) throws {
        complain("making the demo's shop in \(folder)…")
        let demo = try Demo(at: folder, sample: try sample ?? Demo.sampleFolder(), actor: operatorName())
        let engine = demo.engine
        let runner = try engine.startRunner(program: CockpitCommand.program(), beside: getpid())
        defer { engine.stopRunner(runner) }
        try CockpitCommand.open(engine, demo: demo, isReadOnly: false, looks)
        let files = try engine.approvedFiles()
        print("The demo's shop lies in \(folder); penstock --shop \(folder) opens it again.")
        print(files.isEmpty ? "No order was approved." : "Approved orders:")
        for file in files { print("  \(file)") }
    }

    private func approveAndSend(_ action: Decisions.Action, _ engine: Engine) throws -> String {
        let approved = try engine.approve(action.id, expecting: action.hash, actor: operatorName())
        guard case .queued(let key, _) = approved else { return "it awaits a second person" }
        let runner = try Runner(engine, actor: operatorName())
        _ = try runner.round()
        let state = try engine.desk(actor: operatorName()).record(action.id).action.state
        return "  \(state.rawValue): \(engine.folder.outbox)/\(key)/order.csv"
    }

    private static func newFolder() -> String {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/tmp"
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/state"
        return "\(state)/penstock/demo-\(Engine.systemClock().milliseconds)"
    }
}
