/// How many colours a terminal shows.
public enum ColourDepth: Int, CaseIterable, Comparable, Sendable {
    /// None: attributes alone.
    case none = 0
    /// The eight of ANSI.
    case eight = 8
    /// The eight, and the bright eight.
    case sixteen = 16
    /// The 256 of xterm.
    case indexed = 256
    /// 24 bits.
    case full = 16_777_216

    /// Fewer colours come first.
    public static func < (one: ColourDepth, two: ColourDepth) -> Bool { one.rawValue < two.rawValue }

    /// The depth that the environment promises.
    ///
    /// NO_COLOR, set to anything, means none (no-color.org). COLORTERM promises 24 bits, but GNU screen hands it on
    /// without keeping the promise, and what lies under it is not known. Terminals that say their name and have always had
    /// 24 bits need no COLORTERM, which an SSH session rarely hands on.
    ///
    /// - Parameters:
    ///   - environment: The variables of the process.
    ///   - terminfo: The number of colours that the terminal's description knows, 0 without colour.
    public init(environment: [String: String], terminfo: Int) {
        let term = environment["TERM"] ?? ""
        let isScreen = term.hasPrefix("screen") && (environment["TMUX"] ?? "").isEmpty
        let always = ["kitty", "alacritty", "foot", "wezterm", "ghostty", "contour", "direct"]
        if !(environment["NO_COLOR"] ?? "").isEmpty {
            self = .none
        } else if !isScreen && terminfo >= 8
            && (["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
                || always.contains { term.contains($0) })
        {
            self = .full
        } else {
            switch terminfo {
            case 256...: self = .indexed
            case 16...: self = .sixteen
            case 8...: self = .eight
            default: self = .none
            }
        }
    }

    /// The colours to choose from, with their numbers; none for `none` and `full`.
    ///
    /// Of the 256 only those above 15 are used: the first sixteen look as the user has set them.
    var choices: [(number: Int, colour: Colour)] {
        switch self {
        case .none, .full: []
        case .eight: Self.ansi.prefix(8).enumerated().map { ($0.offset, $0.element) }
        case .sixteen: Self.ansi.enumerated().map { ($0.offset, $0.element) }
        case .indexed: Self.xterm
        }
    }

    /// The first sixteen as xterm has them by default.
    private static let ansi: [Colour] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ].map { (red: UInt8, green: UInt8, blue: UInt8) in Colour(red: red, green: green, blue: blue) }

    /// xterm's cube of 6 × 6 × 6 and its 24 greys, numbers 16 to 255.
    private static let xterm: [(number: Int, colour: Colour)] = {
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        var colours: [Colour] = []
        for red in steps {
            for green in steps {
                for blue in steps { colours.append(Colour(red: red, green: green, blue: blue)) }
            }
        }
        for step in 0..<24 {
            let grey = UInt8(8 + 10 * step)
            colours.append(Colour(red: grey, green: grey, blue: grey))
        }
        return colours.enumerated().map { (16 + $0.offset, $0.element) }
    }()
}
