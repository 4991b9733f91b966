import Domain

/// How orders leave the shop, as `penstock.toml` says in `[executor.reorder]`.
///
///     [executor.reorder]
///     kind = "command"                        # or "file", the default: a folder for each order in outbox/
///     program = "/usr/local/bin/send-order"   # absolute; run without a shell, the order as JSON on its input
///     arguments = ["--place", "{key}"]        # {key} stands for our reference
///     look_up = ["--status", "{key}"]         # asks whether a reference has arrived: exit 0 yes, 3 no
///     timeout_seconds = 30
public enum ExecutorSettings: Hashable, Sendable {
    /// Each order becomes a folder in the shop's `outbox`.
    case file
    /// Each order is handed to a program.
    case command(Command)

    /// A program that takes orders.
    public struct Command: Hashable, Sendable {
        /// Absolute path.
        public var program: String
        /// Arguments that place an order; `{key}` stands for our reference.
        public var arguments: [String]
        /// Arguments that look one up; nil where the program cannot, and a person has to.
        public var lookUp: [String]?
        /// Seconds after which it is stopped, ≥ 1.
        public var timeoutSeconds: Int64

        /// A program with its arguments.
        public init(program: String, arguments: [String] = [], lookUp: [String]? = nil, timeoutSeconds: Int64 = 30) {
            self.program = program
            self.arguments = arguments
            self.lookUp = lookUp
            self.timeoutSeconds = timeoutSeconds
        }
    }

    private enum Kind: String, CaseIterable {
        case file, command
    }

    /// Reads the text of a `penstock.toml`; without the table orders become files. Other tables are not looked at.
    ///
    /// - Throws: `ActionError` with code `.settings`, naming every wrong line.
    public init(_ text: String) throws {
        var root = try SettingsTable(text, file: "penstock.toml")
        var kind = Kind.file
        var command = Command(program: "")
        root.table("executor") { table in
            table.table("reorder") { table in
                table.choice("kind", &kind)
                guard kind == .command else { return }
                table.text("program", &command.program)
                if !command.program.hasPrefix("/") {
                    table.complain("program", "must be the absolute path of a program")
                }
                table.names("arguments", &command.arguments)
                if table.has("look_up") {
                    var lookUp: [String] = []
                    table.names("look_up", &lookUp)
                    command.lookUp = lookUp
                }
                table.count("timeout_seconds", &command.timeoutSeconds, 1...3600)
            }
        }
        try root.finish(refusingOthers: false)
        self = kind == .file ? .file : .command(command)
    }
}
