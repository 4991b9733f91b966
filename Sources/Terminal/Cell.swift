/// One column of one row: a character, or the second half of the wide one before it.
///
/// Twelve bytes of scalars and three of looks: a frame is compared and copied as plain memory.
public struct Cell: Equatable, Sendable {
    /// What is added to the looks of a cell's role.
    public struct Attributes: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Attributes by their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Heavy.
        public static let bold = Attributes(rawValue: 1)
        /// Faint; many terminals show it as plain.
        public static let dim = Attributes(rawValue: 2)
        /// Underlined.
        public static let underline = Attributes(rawValue: 4)
        /// Ink and ground swapped.
        public static let reverse = Attributes(rawValue: 8)
        /// On the ground of the selection, with the ink of the role.
        public static let selected = Attributes(rawValue: 16)
    }

    /// The scalar with a width; 0 in a continuation.
    var base: UInt32
    /// The first mark on it, or 0.
    var firstMark: UInt32 = 0
    /// The second mark on it, or 0.
    var secondMark: UInt32 = 0
    /// What it means.
    public var role: Role
    /// What is added to the looks of the role.
    public var attributes: Attributes
    /// Columns taken: 1 or 2, or 0 for the second half of the wide character before it.
    public private(set) var width: UInt8

    /// An empty cell.
    public static func blank(_ role: Role = .text, _ attributes: Attributes = []) -> Cell {
        Cell(base: 0x20, width: 1, role: role, attributes: attributes)
    }

    /// The second half of a wide character.
    static func continuation(_ role: Role, _ attributes: Attributes) -> Cell {
        Cell(base: 0, width: 0, role: role, attributes: attributes)
    }

    init(_ glyph: Glyph, _ role: Role, _ attributes: Attributes) {
        self.init(base: glyph.base, width: UInt8(glyph.width), role: role, attributes: attributes)
    }

    private init(base: UInt32, width: UInt8, role: Role, attributes: Attributes) {
        self.base = base
        self.width = width
        self.role = role
        self.attributes = attributes
    }

    /// Whether it is the second half of the wide character before it.
    public var isContinuation: Bool { width == 0 }

    /// The character with its marks; empty for a continuation.
    public var text: String {
        var scalars = String.UnicodeScalarView()
        for value in [base, firstMark, secondMark] where value != 0 {
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    /// Puts a mark on the character; a third one is dropped.
    mutating func add(mark: UInt32) {
        if firstMark == 0 {
            firstMark = mark
        } else if secondMark == 0 {
            secondMark = mark
        }
    }
}
