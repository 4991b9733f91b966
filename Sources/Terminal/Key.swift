/// A key with what was held down with it.
///
/// Terminals do not tell all keys apart: Ctrl-I is Tab, Ctrl-M is Enter, Ctrl-H is Backspace, and Shift shows with
/// letters only in their case.
public struct Key: Hashable, Sendable, CustomStringConvertible {
    /// Which key.
    public enum Code: Hashable, Sendable {
        /// A character, as it would be typed.
        case character(Character)
        /// Keys with a name.
        case enter, escape, tab, backspace, delete, insert, up, down, left, right, home, end, pageUp, pageDown
        /// F1 to F24.
        case function(Int)
    }

    /// What was held down.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// The bits, as xterm counts them.
        public let rawValue: Int

        /// Modifiers by their bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Shift.
        public static let shift = Modifiers(rawValue: 1)
        /// Alt, or Escape before the key.
        public static let alt = Modifiers(rawValue: 2)
        /// Control.
        public static let control = Modifiers(rawValue: 4)
    }

    /// The key.
    public var code: Code
    /// What was held down with it.
    public var modifiers: Modifiers

    /// A key.
    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A key as it is written: `q`, `Enter`, `Ctrl-X`, `Alt-Shift-Up`, `F5`; nil for anything else.
    ///
    /// What `description` gives is read back as the same key.
    public init?(_ text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        for (name, modifier) in Self.modifierNames where rest.hasPrefix(name) && rest.count > name.count {
            rest.removeFirst(name.count)
            modifiers.insert(modifier)
        }
        if let code = Self.names.first(where: { $0.name == rest })?.code {
            self.init(code, modifiers)
        } else if rest.count == 1, let character = rest.first, character != " " {
            let isControl = modifiers.contains(.control)
            self.init(.character(isControl ? Character(character.lowercased()) : character), modifiers)
        } else if rest.first == "F", let number = Int(rest.dropFirst()), (1...24).contains(number) {
            self.init(.function(number), modifiers)
        } else {
            return nil
        }
    }

    /// The key as help writes it: `Ctrl-X`, `Alt-Shift-Up`.
    public var description: String {
        let held = Self.modifierNames.filter { modifiers.contains($0.modifier) }.map(\.name).joined()
        switch code {
        case .character(let character) where character != " ":
            return held + (modifiers.contains(.control) ? character.uppercased() : String(character))
        case .function(let number): return held + "F\(number)"
        default: return held + (Self.names.first { $0.code == code }?.name ?? "")
        }
    }

    private static let modifierNames: [(name: String, modifier: Modifiers)] = [
        ("Ctrl-", .control), ("Alt-", .alt), ("Shift-", .shift),
    ]

    private static let names: [(name: String, code: Code)] = [
        ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Backspace", .backspace), ("Delete", .delete),
        ("Insert", .insert), ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home),
        ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown), ("Space", .character(" ")),
    ]
}
