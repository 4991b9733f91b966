import Actions
import Domain
import Glibc
import Processes

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
    private let lock: String
    private let sharedWithGroup: Bool

    /// An executor for a configured program.
    ///
    /// - Parameters:
    ///   - command: the program, its arguments and its time limit.
    ///   - lock: the path of a file that the program holds locked while it places an order. It outlives the death of this
    ///     process, so that nobody looks an order up that is just being placed.
    ///   - sharedWithGroup: whether that file is 0660 instead of 0600, so that any of the group may run the shop.
    ///   - patience: how long it may take to end once it is asked to (TERM), before it is made to (KILL).
    public init(
        _ command: ExecutorSettings.Command, lock: String, sharedWithGroup: Bool = false,
        patience: Duration = .seconds(2)
    ) {
        self.init(
            command, lock: lock, sharedWithGroup: sharedWithGroup, limit: .seconds(command.timeoutSeconds),
            patience: patience)
    }

    init(
        _ command: ExecutorSettings.Command, lock: String, sharedWithGroup: Bool = false, limit: Duration,
        patience: Duration
    ) {
        self.command = command
        self.lock = lock
        self.sharedWithGroup = sharedWithGroup
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
        guard let held = holdLock(waiting: .zero) else {
            return .notDone(reason: "an earlier call of the program is still at work", retryable: true)
        }
        defer { close(held) }
        let result = run("perform", command.arguments, order, keeping: held)
        // A program that never ran has sent nothing.
        if case .notStarted(let reason) = result.ending { return .notDone(reason: reason, retryable: true) }
        return CommandExecutor.outcome(of: result, key: order.key)
    }

    /// Runs the program with its look-up arguments, under the same time limit; waits first for a call that is still at
    /// work because the process that made it died.
    public func lookUp(_ order: Outbound) -> Outcome {
        guard let arguments = command.lookUp else {
            return .unknown(reason: "the program cannot look up; ask the supplier, then resolve it")
        }
        guard let held = holdLock(waiting: limit + patience) else {
            return .unknown(reason: "an earlier call of the program is still at work; see to it, then resolve it")
        }
        close(held)
        return CommandExecutor.outcome(of: run("look-up", arguments, order), key: order.key)
    }

    /// The lock file, locked; nil where somebody else holds it for longer than we wait.
    private func holdLock(waiting: Duration) -> Int32? {
        let mode: mode_t = sharedWithGroup ? 0o660 : 0o600
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { return nil }
        // The umask must not lock the group out. For others than its owner this fails, and need not succeed.
        _ = fchmod(descriptor, mode)
        let end = ContinuousClock.now + waiting
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < end else {
                close(descriptor)
                return nil
            }
            usleep(10_000)
        }
        return descriptor
    }

    private func run(
        _ call: String, _ arguments: [String], _ order: Outbound, keeping lock: Int32? = nil
    ) -> ChildProcess.Result {
        ChildProcess(
            program: command.program, arguments: arguments.map { CommandExecutor.filled($0, key: order.key) },
            environment: ["PENSTOCK_KEY": order.key, "PENSTOCK_CALL": call], input: OrderForm.json(order), limit: limit,
            patience: patience, kept: lock
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
        case .command(let command):
            CommandExecutor(command, lock: "\(outbox)/.command.lock", sharedWithGroup: sharedWithGroup)
        }
    }
}
