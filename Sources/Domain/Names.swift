/// A name by which people and systems know a thing: trimmed, not empty, at most 200 bytes, free of control characters.
///
/// The phantom type keeps a SKU from standing where a place belongs.
public struct Name<Of>: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, CodingKeyRepresentable {
    /// The text, as trimmed.
    public let text: String

    /// The name of a text; nil where it is empty, longer than 200 bytes, or holds a control character.
    public init?(_ text: some StringProtocol) {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty, trimmed.utf8.count <= 200, !trimmed.hasControls else { return nil }
        self.text = String(trimmed)
    }

    /// As files and messages write it.
    public var description: String { text }
    /// The natural order.
    public static func < (left: Name, right: Name) -> Bool { left.text < right.text }

    /// Reads the text form; anything else is a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = Name(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text.printable)' is not a name"))
        }
        self = name
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// The text, as a key of a JSON object.
    public var codingKey: any CodingKey { AnyName(stringValue: text) }
    /// The name that a key of a JSON object spells.
    public init?<T: CodingKey>(codingKey: T) { self.init(codingKey.stringValue) }

    private struct AnyName: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// What a `SKU` names: something a shop buys and sells.
public enum ProductKind {}
/// What a `PlaceName` names: a warehouse, a shop, a third party's store.
public enum PlaceKind {}
/// What a `SupplierName` names: whom a shop buys from.
public enum SupplierKind {}

/// The code under which a shop stocks a product.
public typealias SKU = Name<ProductKind>
/// The name of a place that holds stock.
public typealias PlaceName = Name<PlaceKind>
/// The name of a supplier.
public typealias SupplierName = Name<SupplierKind>

extension SKU {
    /// How products are told apart: letter case and blanks at the ends do not count.
    public var key: String {
        let bytes = text.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without blanks and line ends at either end.
    public var trimmed: Substring {
        let text = String(self)
        let blank: (UInt8) -> Bool = { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        guard let first = text.utf8.firstIndex(where: { !blank($0) }),
            let last = text.utf8.lastIndex(where: { !blank($0) })
        else { return "" }
        return text[first..<text.utf8.index(after: last)]
    }

    /// Whether a control character (C0, DEL, C1), a line or paragraph separator, or a character that changes the
    /// direction of text is inside.
    public var hasControls: Bool {
        unicodeScalars.contains { $0.isControl }
    }

    /// Safe to print: what would steer a terminal is shown as `�`.
    public var printable: String {
        guard hasControls else { return String(self) }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append(scalar.isControl ? "\u{FFFD}" : scalar) }
        return String(text)
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
