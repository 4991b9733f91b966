import ArgumentParser
import Cockpit
import Engine
import FoundationEssentials
import Glibc
import Terminal

struct CockpitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cockpit",
        abstract: "The full-screen cockpit: what penstock alone opens.",
        discussion: """
            Five screens, keys 1 to 5: the shift, draft orders, risk, inbound and data, the journal. ? tells what every \
            key does, : finds any command, order or product. Leaving it stops nothing: a runner goes on.

            With --once a screen is written once and the program ends, for scripts and for screen readers.
            """)
    @OptionGroup var shop: ShopOptions
    @OptionGroup var looks: LooksOptions
    @Flag(help: "Look only: what changes anything is gone.") var readOnly = false
    @Option(
        help: ArgumentHelp("Write one screen and end: \(Once.names.joined(separator: ", ")).", valueName: "screen"))
    var once: String?
    @Flag(help: "With --once: as text (default).") var text = false
    @Flag(help: "With --once: as one JSON document.") var json = false
    @Flag(help: "With --once: as CSV.") var csv = false

    func run() throws {
        if let once { return try write(once) }
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw EngineError(
                .usage,
                "the cockpit needs a terminal; penstock --once SCREEN writes one screen, penstock --help tells more")
        }
        guard shop.folder.exists else { return try offer() }
        try CockpitCommand.open(shop.open(), demo: nil, isReadOnly: readOnly, looks)
    }

    private func write(_ screen: String) throws {
        guard [text, json, csv].filter({ $0 }).count <= 1 else {
            throw EngineError(.usage, "give one of --text, --json and --csv")
        }
        let format: Once.Format = json ? .json : csv ? .csv : .text
        let bytes = try Once.bytes(
            shop.open(), screen: screen, format: format, size: looks.printSize, glyphs: looks.glyphs,
            actor: operatorName())
        guard let bytes else {
            throw EngineError(
                .notFound, "no screen is called '\(screen.printable)'; there are \(Once.names.joined(separator: ", "))")
        }
        print(String(decoding: bytes, as: UTF8.self), terminator: "")
    }

    /// There is no shop yet: what would one like?
    private func offer() throws {
        print(
            """
            There is no shop in \(shop.folder.path.printable).

              d  see the demo: a gift shop's real orders
              i  make a shop here, then import its files
              q  leave
            """)
        while true {
            print("d, i or q? ", terminator: "")
            fflush(nil)
            switch readLine()?.lowercased().first {
            case "d": return try DemoCommand.parse([]).run()
            case "i":
                try Init.parse([shop.folder.path]).run()
                print("\nnext: penstock import FILE…, then penstock")
                return
            case "q", nil: return
            default: continue
            }
        }
    }

    /// Opens the cockpit over a shop until the operator leaves.
    static func open(_ engine: Engine, demo: sending Demo?, isReadOnly: Bool, _ looks: LooksOptions) throws {
        let environment = ProcessInfo.processInfo.environment
        let actor = operatorName()
        let seen = SeenMark(engine.folder.path, environment)
        let (theme, complaint) = Theme.find(looks.theme, in: looks.themeFolders)
        if let complaint { complain("theme: \(complaint)") }
        var options = Cockpit.Options(
            actor: actor, program: try CockpitCommand.program(), folder: FileManager.default.currentDirectoryPath)
        options.isReadOnly = isReadOnly
        options.seen = seen.read()
        options.theme = theme.name
        options.themeFolders = looks.themeFolders
        options.glyphs = looks.glyphs
        let wakeUp = try WakeUp()
        let screen = try CursesScreen(
            .init(
                environment: environment, theme: theme, depth: looks.depth, hasMouse: looks.mouse, title: "penstock"),
            wakeUp: wakeUp)
        defer { screen.close() }
        let last = try Cockpit(engine, demo: demo, on: screen, wakeUp: wakeUp, options: options).run()
        screen.close()
        seen.write(last)
    }

    /// The path of this program.
    static func program() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw EngineError(.notFound, "the program's own path is not known") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// How screens look.
struct LooksOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("dark, light, high-contrast, colour-blind, mono, or one of your own.", valueName: "name"))
    var theme = "dark"
    @Option(
        help: ArgumentHelp("Colours at most: 24bit, 256, 16 or none; as many as the terminal has.", valueName: "depth"))
    var colour: String?
    @Flag(help: "Draw with ASCII alone.") var ascii = false
    @Flag(help: "Report the mouse from the start; M turns it on and off.") var mouse = false
    @Option(help: ArgumentHelp("Size of what --once writes.", valueName: "columns x rows")) var size = "120x40"

    var depth: ColourDepth? {
        switch colour {
        case "24bit": .full
        case "256": .indexed
        case "16": .sixteen
        case "none": ColourDepth.none
        default: nil
        }
    }

    func validate() throws {
        if let colour, depth == nil { throw ValidationError("--colour is 24bit, 256, 16 or none, not '\(colour)'") }
        if printSize.width == 0 { throw ValidationError("--size is columns x rows, such as 120x40") }
    }

    var printSize: Size {
        let parts = size.split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (1...1000).contains(parts[0]), (1...1000).contains(parts[1]) else {
            return Size(width: 0, height: 0)
        }
        return Size(width: parts[0], height: parts[1])
    }

    var glyphs: Glyphs { ascii ? .ascii : Glyphs.suited(to: ProcessInfo.processInfo.environment) }

    var themeFolders: [String] {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? "/"
        let own = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
        return ["\(own)/penstock/themes"]
    }
}

/// Up to which journal entry an operator has looked, kept for the next time in the user's state folder.
struct SeenMark {
    private let path: String

    init(_ shop: String, _ environment: [String: String]) {
        let home = environment["HOME"] ?? "/"
        let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/state"
        let name = shop.utf8.map { byte -> Character in
            let isPlain = byte.isASCIIAlphanumeric || byte == 0x2D || byte == 0x2E
            return isPlain ? Character(Unicode.Scalar(byte)) : "_"
        }
        path = "\(state)/penstock/seen/\(String(name))"
    }

    /// 0 where there is none.
    func read() -> Int64 {
        let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8)
        return text.flatMap { Int64($0.trimmed) } ?? 0
    }

    /// What cannot be kept is no harm: the next shift screen shows more.
    func write(_ entry: Int64) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? Data("\(entry)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
