import Actions
import Domain
import Glibc

/// Orders handed to a program: the order as JSON on its standard input, our reference in its arguments (`{key}`) and in
/// `PENSTOCK_KEY`; `PENSTOCK_CALL` says `perform` or `look-up`.
///
/// Exit code 0 means that the target has it, and the standard output is the receipt; 3 means that it does not have it,
/// and trying again may help. Anything else, a signal or running out of time means that nobody knows: then the same
/// program is asked with the look-up arguments, 0 for yes and 3 for no. Where it cannot look up, a person has to.
/// The program should treat our reference as an idempotency key. Secrets reach it through the environment of the runner
/// or as paths of files, never as arguments, which every user of the machine can read.
public struct CommandExecutor: Executor {
    private let command: ExecutorSettings.Command
    private let limit: Duration
    private let patience: Duration

    /// An executor for a configured program.
    ///
    /// - Parameters:
    ///   - command: the program, its arguments and its time limit.
    ///   - patience: how long it may take to end once it is asked to (TERM), before it is made to (KILL).
    public init(_ command: ExecutorSettings.Command, patience: Duration = .seconds(2)) {
        self.init(command, limit: .seconds(command.timeoutSeconds), patience: patience)
    }

    init(_ command: ExecutorSettings.Command, limit: Duration, patience: Duration) {
        self.command = command
        self.limit = limit
        self.patience = patience
    }

    /// Checks that the program is there and may be run.
    ///
    /// - Throws: `ExecutorError` with code `.program`.
    public func prepare(_ order: Outbound) throws {
        guard access(command.program, X_OK) == 0 else {
            throw ExecutorError(
                .program, "it cannot be run: \(systemMessage(errno)); see [executor.reorder] in penstock.toml",
                place: command.program)
        }
    }

    /// Runs the program with the order; returns at its end or when its time is over.
    public func perform(_ order: Outbound) -> Outcome {
        let result = run("perform", command.arguments, order)
        // A program that never ran has sent nothing.
        if case .notStarted(let reason) = result.ending { return .notDone(reason: reason, retryable: true) }
        return CommandExecutor.outcome(of: result, key: order.key)
    }

    /// Runs the program with its look-up arguments, under the same time limit.
    public func lookUp(_ order: Outbound) -> Outcome {
        guard let arguments = command.lookUp else {
            return .unknown(reason: "the program cannot look up; ask the supplier, then resolve it")
        }
        return CommandExecutor.outcome(of: run("look-up", arguments, order), key: order.key)
    }

    private func run(_ call: String, _ arguments: [String], _ order: Outbound) -> ChildProcess.Result {
        ChildProcess(
            program: command.program, arguments: arguments.map { CommandExecutor.filled($0, key: order.key) },
            environment: ["PENSTOCK_KEY": order.key, "PENSTOCK_CALL": call], input: OrderForm.json(order), limit: limit,
            patience: patience
        ).run()
    }

    private static func outcome(of result: ChildProcess.Result, key: String) -> Outcome {
        let said = lastLine(result.complaint)
        switch result.ending {
        case .exited(0):
            let receipt = lastLine(result.output)
            return .done(receipt: receipt.isEmpty ? key : receipt)
        case .exited(3): return .notDone(reason: said.isEmpty ? "the program says no" : said, retryable: true)
        case .exited(let code): return .unknown(reason: "the program ended with code \(code). \(said)".trimmedText)
        case .killed(let signal): return .unknown(reason: "signal \(signal) ended the program. \(said)".trimmedText)
        case .timedOut: return .unknown(reason: "the program ran out of time. \(said)".trimmedText)
        case .notStarted(let reason): return .unknown(reason: reason)
        }
    }

    private static func filled(_ argument: String, key: String) -> String {
        argument.split(separator: "{key}", omittingEmptySubsequences: false).joined(separator: key)
    }

    /// The last line that is not blank, safe to print, at most 500 characters.
    private static func lastLine(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
        return String((lines.last ?? "").prefix(500)).printable
    }
}

extension String {
    fileprivate var trimmedText: String { String(trimmed) }
}

extension ExecutorSettings {
    /// The executor that these settings ask for.
    ///
    /// - Parameters:
    ///   - outbox: the shop's folder for orders as files.
    ///   - sharedWithGroup: whether that folder is shared with the shop's group.
    public func executor(outbox: String, sharedWithGroup: Bool) -> any Executor {
        switch self {
        case .file: FileExecutor(outbox: outbox, sharedWithGroup: sharedWithGroup)
        case .command(let command): CommandExecutor(command)
        }
    }
}
