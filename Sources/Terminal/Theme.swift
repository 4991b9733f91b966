import Config

/// How a role looks.
public struct Style: Equatable, Sendable {
    /// The colour of the character; nil is the terminal's own.
    public var ink: Colour?
    /// The colour behind it; nil is the terminal's own.
    public var ground: Colour?
    /// Bold, dim, underline, reverse.
    public var attributes: Cell.Attributes

    /// A style.
    public init(ink: Colour? = nil, ground: Colour? = nil, attributes: Cell.Attributes = []) {
        self.ink = ink
        self.ground = ground
        self.attributes = attributes
    }

    /// How well it is read, 1 to 21; nil where a colour is the terminal's own.
    public var contrast: Double? {
        guard let ink, let ground else { return nil }
        return ink.contrast(with: ground)
    }
}

/// How each role looks: read from a file, strictly, so that no role is left to chance.
///
///     [colours]
///     night = "#11161d"
///
///     [roles]
///     text = "#d3dae3 on night"
///     danger = "#ff8577 bold"
///
/// A role is an ink, then `on` and a ground, then attributes (bold, dim, underline, reverse). A colour is `#rrggbb`, a
/// name from `[colours]`, or `default`, the terminal's own. Without `on` a role stands on the ground of `text`.
public struct Theme: Equatable, Sendable {
    /// Its name: that of its file.
    public let name: String
    private let styles: [Style]

    /// Text that is easily read has this contrast (WCAG 2.2, success criterion 1.4.3).
    static let legible = 4.5

    /// The look of a role.
    ///
    /// - Parameters:
    ///   - role: The role.
    ///   - selected: On the ground of the selection: the role's own ink where it can be read there, else that of the
    ///     selection. Roles that bring a ground keep it.
    public func style(_ role: Role, selected: Bool = false) -> Style {
        let own = styles[role.index]
        guard selected, !role.hasGround else { return own }
        let selection = styles[Role.selection.index]
        let onSelection = Style(
            ink: own.ink, ground: selection.ground, attributes: own.attributes.union(selection.attributes))
        let isRead = role != .text && onSelection.contrast.map { $0 >= Self.legible } ?? true
        return isRead
            ? onSelection : Style(ink: selection.ink, ground: selection.ground, attributes: onSelection.attributes)
    }

    /// A theme by the text of its file.
    ///
    /// - Throws: `ConfigError` with the line, where a role or colour is missing, misspelt or unknown.
    public init(_ text: String, file: String) throws(ConfigError) {
        let root = try ConfigTable(text, file: file)
        var colours: [String: Colour] = [:]
        if let table = try root.table("colours") {
            for name in table.keys {
                guard let colour = try table.string(name).flatMap({ Colour($0) }) else {
                    throw table.error(name, "\(name) must be a colour as \"#rrggbb\"")
                }
                colours[name] = colour
            }
        }
        guard let roles = try root.table("roles") else {
            throw ConfigError(file: file, message: "the table [roles] is missing")
        }
        var styles: [Style] = []
        for role in Role.allCases {
            guard let line = try roles.string(role.rawValue) else {
                throw ConfigError(file: file, message: "the role '\(role.rawValue)' is missing in [roles]")
            }
            // `text` is the first role, and the ground of the others.
            var style = Style(ground: styles.first?.ground)
            do throws(UnknownWord) {
                try style.read(line, colours)
            } catch {
                throw roles.error(role.rawValue, "\(role.rawValue): \(error.message)")
            }
            styles.append(style)
        }
        try roles.end()
        try root.end()
        self.init(name: stem(of: file), styles: styles)
    }

    private init(name: String, styles: [Style]) {
        self.name = name
        self.styles = styles
    }

    /// What is left when no theme can be read: attributes alone.
    public static let plain = Theme(
        name: "plain",
        styles: Role.allCases.map { role in
            switch role {
            case .heading, .warning, .key, .focus: Style(attributes: .bold)
            case .danger, .badgeDanger: Style(attributes: [.bold, .underline])
            case .input: Style(attributes: .underline)
            default: Style(attributes: role.hasGround ? .reverse : [])
            }
        })
}

extension Role {
    /// Its place in `allCases`.
    var index: Int { Self.places[self] ?? 0 }

    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))
}

private struct UnknownWord: Error {
    var message: String
}

extension Style {
    fileprivate mutating func read(_ line: String, _ colours: [String: Colour]) throws(UnknownWord) {
        let named: [Substring: Cell.Attributes] = [
            "bold": .bold, "dim": .dim, "underline": .underline, "reverse": .reverse,
        ]
        func colour(_ word: Substring?) throws(UnknownWord) -> Colour? {
            guard let word else { throw UnknownWord(message: "a colour is missing") }
            if word == "default" { return nil }
            if let colour = Colour(word) ?? colours[String(word)] { return colour }
            throw UnknownWord(message: "'\(word)' is no colour: #rrggbb, a name from [colours], or default")
        }
        var words = line.split(separator: " ")[...]
        ink = try colour(words.popFirst())
        if words.first == "on" {
            words.removeFirst()
            ground = try colour(words.popFirst())
        }
        for word in words {
            guard let attribute = named[word] else {
                throw UnknownWord(message: "'\(word)' is no attribute: bold, dim, underline or reverse")
            }
            attributes.insert(attribute)
        }
    }
}
