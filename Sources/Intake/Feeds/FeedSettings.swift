import Config
import Domain
import Formats

/// One live source, as `penstock.toml` names it.
///
///     [[source]]
///     name = "till"                   # what lists and signals call it
///     kind = "file"                   # folder, file, command or stdin
///     path = "/var/log/till.csv"      # relative to the shop's folder, or absolute
///     as = "till-lines"               # or mapping = "my-till"
///     every = "60 s"                  # how often it is looked at besides what the kernel tells
///     promise = "15 min"              # silent for longer than this, it raises a signal
public struct FeedSettings: Sendable, Equatable {
    /// Where facts come from.
    public enum Origin: Sendable, Equatable {
        /// A folder into which somebody puts whole files.
        case folder(path: String)
        /// A file that grows by lines.
        case file(path: String)
        /// What a program writes to its standard output, each time that it is run.
        case command(program: String, arguments: [String], limit: Duration)
        /// The standard input of `penstock run`.
        case standardInput

        /// The word that `penstock.toml` uses.
        public var kind: String {
            switch self {
            case .folder: "folder"
            case .file: "file"
            case .command: "command"
            case .standardInput: "stdin"
            }
        }
    }

    /// How what comes is read.
    public enum Reading: Sendable, Equatable {
        /// By the layout that its first bytes show.
        case recognised
        /// By the layout of a name.
        case layout(String)
        /// By a mapping of the shop.
        case mapping(String)
    }

    /// What lists and signals call it; unique.
    public var name: String
    /// Where facts come from.
    public var origin: Origin
    /// How what comes is read.
    public var reading: Reading
    /// The system of record it speaks for; nil for the layout's own.
    public var system: String?
    /// How often it is looked at, or run.
    public var every: Duration
    /// How long it may be silent; nil where nobody was promised anything.
    public var promise: Duration?
    /// How long after the event a fact may come and still be expected: days younger than this are provisional.
    public var provisional: Duration
    /// How long files that were taken in stay in `done/`.
    public var keepDone: Duration
    /// The share of refused rows above which it raises a signal.
    public var maxQuarantineShare: Double

    /// Reads every `[[source]]`.
    ///
    /// - Throws: `ConfigError` with the line.
    static func read(_ tables: [ConfigTable]) throws(ConfigError) -> [FeedSettings] {
        var feeds: [FeedSettings] = []
        for table in tables {
            let feed = try FeedSettings(table)
            if feeds.contains(where: { $0.name == feed.name }) {
                throw table.error("name", "two sources are called '\(feed.name)'; give each a name of its own")
            }
            if feed.origin == .standardInput, feeds.contains(where: { $0.origin == .standardInput }) {
                throw table.error("kind", "only one source can be standard input")
            }
            feeds.append(feed)
        }
        return feeds
    }

    private init(_ table: ConfigTable) throws(ConfigError) {
        guard let name = try table.string("name") else {
            throw table.error("name", "a source needs a name, for example name = \"till\"")
        }
        // The name becomes part of a file's name.
        guard (1...60).contains(name.utf8.count), name.first != ".",
            name.utf8.allSatisfy({ FeedSettings.allowed.contains($0) })
        else {
            throw table.error("name", "a source's name has 1 to 60 letters, digits, '-', '_' or '.'")
        }
        self.name = name
        let kind = try table.string("kind")
        origin = try FeedSettings.origin(kind, table)
        reading = try FeedSettings.reading(origin, table)
        system = try table.string("system")
        if let system, !(1...200).contains(system.utf8.count) || system.hasControls {
            throw table.error("system", "a system's name has 1 to 200 bytes and no control characters")
        }
        every = try table.duration("every") ?? .seconds(60)
        promise = try table.duration("promise")
        provisional = try table.duration("provisional") ?? .seconds(72 * 3600)
        if case .folder = origin {
            keepDone = try table.duration("keep_done") ?? .seconds(7 * 86_400)
        } else {
            keepDone = .seconds(7 * 86_400)
        }
        maxQuarantineShare = try table.number("max_quarantine_share") ?? 0.05
        guard (0...1).contains(maxQuarantineShare) else {
            throw table.error("max_quarantine_share", "max_quarantine_share is a share between 0 and 1, such as 0.05")
        }
        if let promise, promise < every {
            throw table.error("promise", "promise is shorter than every: it would be broken between two looks")
        }
        try table.end()
    }

    private static let allowed = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)

    private static func origin(_ kind: String?, _ table: ConfigTable) throws(ConfigError) -> Origin {
        func path() throws(ConfigError) -> String {
            guard let path = try table.string("path"), !path.isEmpty, !path.utf8.contains(0) else {
                throw table.error("path", "a source of kind \"\(kind ?? "")\" needs a path")
            }
            return path
        }
        switch kind {
        case "folder": return .folder(path: try path())
        case "file":
            let path = try path()
            guard !path.hasSuffix(".gz") else {
                throw table.error(
                    "path", "a compressed file cannot be followed; put it into a folder (kind = \"folder\")")
            }
            return .file(path: path)
        case "command":
            guard let program = try table.string("program"), !program.isEmpty, !program.utf8.contains(0) else {
                throw table.error("program", "a command needs a program, for example program = \"/usr/bin/curl\"")
            }
            let arguments = try table.strings("arguments") ?? []
            let seconds = try table.number("timeout_seconds") ?? 30
            guard (0.05...86_400).contains(seconds), !arguments.contains(where: { $0.utf8.contains(0) }) else {
                throw table.error("timeout_seconds", "timeout_seconds lies between 0.05 and 86400")
            }
            return .command(
                program: program, arguments: arguments, limit: .milliseconds(Int64((seconds * 1000).rounded())))
        case "stdin": return .standardInput
        default:
            throw table.error("kind", "kind must be \"folder\", \"file\", \"command\" or \"stdin\"")
        }
    }

    private static func reading(_ origin: Origin, _ table: ConfigTable) throws(ConfigError) -> Reading {
        let (layout, mapping) = (try table.string("as"), try table.string("mapping"))
        if let mapping {
            guard layout == nil else { throw table.error("mapping", "as and mapping exclude each other") }
            return .mapping(mapping)
        }
        guard let layout else {
            switch origin {
            case .folder, .command: return .recognised
            case .file, .standardInput:
                throw table.error(
                    "kind", "what grows by lines must say how it is read: as = LAYOUT or mapping = NAME")
            }
        }
        guard let known = Layout(name: layout) else {
            throw table.error(
                "as",
                "no layout is called '\(layout.printable)'; known: \(Layout.names.joined(separator: ", "))")
        }
        switch origin {
        case .file, .standardInput:
            guard known.growsByLines else {
                throw table.error(
                    "as", "\(layout) does not come line by line; have its files put into a folder (kind = \"folder\")")
            }
        case .folder, .command: break
        }
        return .layout(layout)
    }
}

extension Layout {
    /// Whether a file of it can be taken in as it grows: a record ends where a line does.
    var growsByLines: Bool {
        switch self {
        case .x12: false
        default: true
        }
    }
}
