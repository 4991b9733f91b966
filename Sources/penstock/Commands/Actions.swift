import ArgumentParser
import Engine
import Glibc

struct Actions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions",
        abstract: "Decide: list, show, approve, reject, snooze, undo; hold and release everything.",
        subcommands: [
            List.self, Show.self, Approve.self, Edit.self, Reject.self, Snooze.self, Undo.self, Resolve.self, Hold.self,
            Release.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List actions: those that wait, or those in --state.")
        @OptionGroup var options: ReadOptions
        @Option(
            help: ArgumentHelp(
                "proposed, snoozed, held, approved, sent, confirmed, rejected, expired, superseded, failed, unknown, all.",
                valueName: "state"))
        var state: [String] = []

        func run() throws {
            var states: Set<ActionState> =
                state.isEmpty ? [.proposed, .snoozed, .held, .approved, .sent, .unknown] : []
            for name in state {
                if name == "all" {
                    states = Set(ActionState.allCases)
                } else if let state = ActionState(rawValue: name) {
                    states.insert(state)
                } else {
                    throw EngineError(.usage, "no state is called '\(name.printable)'")
                }
            }
            show(try options.shop.open().actions(in: states, actor: operatorName()), json: options.json)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show an action: lines, evidence, guardrails, history.")
        @OptionGroup var options: ReadOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws { show(try options.shop.open().action(id, actor: operatorName()), json: options.json) }
    }

    struct Approve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve", abstract: "Approve an action, whole or by line.",
            discussion: """
                Approves exactly the version that is current, or with --expect exactly the one that was shown: anything \
                else is refused as stale (code 3). Lines that are left out are proposed again later. The order is sent by \
                the runner after its grace period, until then penstock actions undo takes it back.

                Examples:
                  penstock actions approve 4
                  penstock actions approve 4 --line 22423 --line 85123A --quantity 22423=48
                  penstock actions approve 4 --expect 1f3c… --wait
                """)
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(help: ArgumentHelp("The hash that was shown.", valueName: "hash")) var expect: String?
        @Option(help: ArgumentHelp("Only this product's line; may be given again.", valueName: "sku")) var line:
            [String] = []
        @Option(help: ArgumentHelp("Another quantity for a line.", valueName: "sku=units")) var quantity: [String] = []
        @Flag(help: "Wait until the order is confirmed or has failed.") var wait = false

        func run() throws {
            let engine = try shop.open()
            let shown = try engine.desk(actor: operatorName()).record(id).action
            let approved = try engine.approve(
                id, expecting: expect ?? shown.hash, lines: line.isEmpty ? nil : Set(try line.map(Actions.sku)),
                edits: try Actions.quantities(quantity), actor: operatorName())
            switch approved {
            case .awaitsSecond(let hash):
                print("approved; a second person must approve version \(hash)")
                return
            case .queued(let key, let notBefore):
                print("approved as \(key)")
                let seconds = max(0, (notBefore.milliseconds - engine.wallNow().milliseconds) / 1000)
                if seconds > 0 {
                    print("it is sent in \(seconds) s; until then penstock actions undo \(id) takes it back")
                }
                if RunLock.holder(engine.folder.lock) == nil {
                    complain("no runner serves this shop: the order waits until penstock run")
                }
            }
            if wait { try Actions.wait(for: id, engine) }
        }
    }

    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Put other quantities beside the proposed ones.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(help: ArgumentHelp("A line's new quantity; may be given again.", valueName: "sku=units")) var quantity:
            [String]
        @Option(help: ArgumentHelp("The hash that was shown.", valueName: "hash")) var expect: String?

        func run() throws {
            let engine = try shop.open()
            let desk = try engine.desk(actor: operatorName())
            let shown = try desk.record(id).action
            let hash = try desk.edit(
                id, expecting: expect ?? shown.hash, quantities: try Actions.quantities(quantity), now: engine.now(),
                actor: operatorName())
            print("edited; the new version is \(hash)")
        }
    }

    struct Reject: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reject", abstract: "Turn an action or some of its lines down.",
            discussion:
                "The need stays closed for the policy's rejected_days, until --until, or until the supplier's terms change."
        )
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(help: ArgumentHelp("Why, for those who come later.", valueName: "text")) var reason: String
        @Option(help: ArgumentHelp("Only this product's line; may be given again.", valueName: "sku")) var line:
            [String] = []
        @Option(help: ArgumentHelp("The day from which it may be proposed again.", valueName: "day")) var until: String?
        @Flag(help: "Until the supplier's terms change.") var untilTermsChange = false

        func run() throws {
            let engine = try shop.open()
            var reopening: Reopening? = untilTermsChange ? .whenTermsChange : nil
            if let until {
                guard let day = Day(until) else {
                    throw EngineError(.usage, "--until must be a day such as 2011-10-20")
                }
                reopening = .on(engine.settings.zone.instant(day: day))
            }
            try engine.desk(actor: operatorName()).reject(
                id, lines: line.isEmpty ? nil : Set(try line.map(Actions.sku)), reason: reason, reopening: reopening,
                now: engine.now(), actor: operatorName())
            print("rejected")
        }
    }

    struct Snooze: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "snooze", abstract: "Put an action off.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Option(help: ArgumentHelp("Hours from now.", valueName: "hours")) var hours = 24

        func run() throws {
            let engine = try shop.open()
            let now = try engine.now()
            try engine.desk(actor: operatorName()).snooze(
                id, until: now.adding(seconds: Int64(clamping: hours) * 3600), now: now, actor: operatorName())
            print("snoozed for \(hours) h")
        }
    }

    struct Undo: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo", abstract: "Take an approval back while its grace period lasts.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64

        func run() throws {
            let engine = try shop.open()
            try engine.desk(actor: operatorName()).undo(id, now: engine.now(), actor: operatorName())
            print("taken back; it waits for a decision again")
        }
    }

    struct Resolve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve", abstract: "Say what became of an order whose outcome nobody could look up.")
        @OptionGroup var shop: ShopOptions
        @Argument(help: ArgumentHelp("Its number.", valueName: "id")) var id: Int64
        @Flag(exclusivity: .exclusive) var outcome: Outcome

        enum Outcome: String, EnumerableFlag {
            case done, notDone

            static func help(for value: Outcome) -> ArgumentHelp? {
                value == .done
                    ? "The target has it." : "The target does not have it: it is sent after a new grace period."
            }
        }

        func run() throws {
            let engine = try shop.open()
            try engine.desk(actor: operatorName()).resolve(
                id, done: outcome == .done, now: engine.now(), wall: engine.wallNow(), actor: operatorName())
            print(outcome == .done ? "confirmed" : "it is sent again after its grace period")
        }
    }

    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold",
            abstract: "Stop everything: no order leaves the shop until it is released, whatever is restarted.")
        @OptionGroup var shop: ShopOptions
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String

        func run() throws {
            let engine = try shop.open()
            try engine.desk(actor: operatorName()).hold(reason: reason, now: engine.now(), actor: operatorName())
            print("held; penstock actions release lets it go on")
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "Let everything go on after a hold.")
        @OptionGroup var shop: ShopOptions
        @Option(help: ArgumentHelp("Why.", valueName: "text")) var reason: String

        func run() throws {
            let engine = try shop.open()
            try engine.desk(actor: operatorName()).release(reason: reason, now: engine.now(), actor: operatorName())
            print("released")
        }
    }

    static func sku(_ text: String) throws -> SKU {
        guard let sku = SKU(text) else { throw EngineError(.usage, "'\(text.printable)' is no SKU") }
        return sku
    }

    static func quantities(_ texts: [String]) throws -> [SKU: Int64] {
        var result: [SKU: Int64] = [:]
        for text in texts {
            guard let equals = text.lastIndex(of: "="), let units = Int64(text[text.index(after: equals)...]), units > 0
            else {
                throw EngineError(.usage, "'\(text.printable)' is not SKU=UNITS with units above 0")
            }
            result[try sku(String(text[..<equals]))] = units
        }
        return result
    }

    private static func wait(for id: Int64, _ engine: Engine) throws {
        catchInterrupts()
        while !isInterrupted {
            let action = try engine.desk(actor: operatorName()).record(id).action
            switch action.state {
            case .confirmed, .measured:
                print("confirmed")
                return
            case .approved, .sent: usleep(200_000)
            case .failed, .unknown:
                throw EngineError(.partial, "\(action.state.rawValue): \(action.reason)")
            default: throw EngineError(.refused, "it is \(action.state.rawValue) again: \(action.reason)")
            }
        }
        throw ExitCode(1)
    }
}
