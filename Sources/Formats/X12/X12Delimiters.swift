/// The bytes that hold the parts of an X12 interchange apart; every interchange says its own in its ISA segment.
public struct X12Delimiters: Hashable, Sendable {
    /// Between two elements of a segment.
    public let element: UInt8
    /// Between two components of an element.
    public let component: UInt8
    /// After each segment.
    public let segment: UInt8

    /// `*`, `>` and `~`, as most partners have them.
    public static let standard = X12Delimiters(
        unchecked: UInt8(ascii: "*"), UInt8(ascii: ">"), UInt8(ascii: "~"))

    /// Three delimiters; nil unless they are three, and none of them a letter, a digit, a blank, a part of numbers or
    /// beyond ASCII.
    public init?(element: UInt8, component: UInt8, segment: UInt8) {
        let all = [element, component, segment]
        guard Set(all).count == 3, all.allSatisfy(X12Delimiters.canDelimit) else { return nil }
        self.init(unchecked: element, component, segment)
    }

    private init(unchecked element: UInt8, _ component: UInt8, _ segment: UInt8) {
        self.element = element
        self.component = component
        self.segment = segment
    }

    /// Whether any of them stands in a text.
    func isIn(_ text: String) -> Bool { text.utf8.contains { $0 == element || $0 == component || $0 == segment } }

    static func canDelimit(_ byte: UInt8) -> Bool {
        let isLetter = (byte | 0x20) &- 0x61 < 26
        return byte > 0 && byte < 0x80 && byte != 0x20 && !isLetter && byte &- 0x30 >= 10 && !"+-.".utf8.contains(byte)
    }
}
