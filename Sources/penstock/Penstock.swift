import ArgumentParser
import Engine
import Glibc
import Terminal

/// The command line: arguments and wiring; what it prints comes from Engine's reports.
///
/// Every command states its name: to work it out from its type's takes milliseconds of each start.
struct Penstock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "penstock",
        abstract:
            "The operations cockpit for retail and e-commerce: from a shop's own files to the orders it should place.",
        discussion: """
            A shop is a folder. Its files go in with `import`, `status` and `coverage` tell what is known, `stock` what is \
            about to run out, `orders` which draft purchase orders wait; `why SKU` prints the arithmetic behind each, and \
            `actions approve ID` sends one through the outbox, exactly once, while `run` is running.

            penstock alone opens the full-screen cockpit over the shop.

            First steps:
              penstock demo                     see all of it on a sample, full screen (--text: as text)
              penstock init ~/shop              make a shop; asks what it needs
              penstock import orders.csv        Shopify exports and Penstock's own layouts are recognised
              penstock offers template o.csv    a file of supplier terms to fill in, then import it
              penstock run                      plan, and send what is approved

            Which shop: --shop DIR, else $PENSTOCK_SHOP, else $XDG_DATA_HOME/penstock/default.
            Exit codes: 0 done, 1 done in part, 2 usage, 3 refused or stale, 4 busy, 5 newer schema, 6 not found.
            """,
        version: "0.1.0",
        subcommands: [
            Init.self, Import.self, Sources.self, Products.self, Coverage.self, Offers.self, Overrides.self,
            Quarantine.self,
            Status.self, Stock.self, Surges.self,
            Orders.self,
            Actions.self, Why.self, WhyNot.self, JournalCommand.self, Run.self, BackupCommand.self, Restore.self,
            Metrics.self, Books.self, ForecastCommand.self, PlanCommand.self, ReplayCommand.self,
            Doctor.self, DemoCommand.self,
            CockpitCommand.self,
        ], defaultSubcommand: CockpitCommand.self)
}

@main
enum Program {
    static func main() {
        do {
            var command = try Penstock.parseAsRoot()
            try command.run()
            exit(isOutputWhole() ? 0 : 2)
        } catch let code as ExitCode {
            exit(isOutputWhole() ? code.rawValue : 2)
        } catch {
            let own = Failure.code(of: error)
            if let own {
                complain("penstock: \(error)")
                exit(own)
            }
            // Help, version, and what the parser itself has to say; its usage errors are ours, code 2.
            let code = Penstock.exitCode(for: error)
            let message = Penstock.fullMessage(for: error)
            if code == .success {
                print(message)
                exit(isOutputWhole() ? 0 : 2)
            }
            complain(message)
            exit(2)
        }
    }
}

/// How failures become the exit codes of CONTRACT.md.
enum Failure {
    static func code(of error: any Error) -> Int32? {
        switch error {
        case let error as EngineError: error.code.rawValue
        case let error as StoreError:
            switch error.code {
            case .busy: 4
            case .newerSchema: 5
            case .notFound: 6
            case .refused: 3
            case .corrupt, .io: 2
            }
        case let error as ActionError:
            switch error.code {
            case .notFound: 6
            case .stale, .alreadyDecided, .refused, .overBudget, .notAllowed: 3
            case .usage, .settings, .damaged: 2
            }
        case let error as FormatError: error.code == .notFound ? 6 : 2
        case is ExecutorError, is TerminalError: 2
        case let error where "\(type(of: error))" == "ConfigError": 2
        default: nil
        }
    }
}
