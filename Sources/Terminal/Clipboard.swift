/// The clipboard of whoever sits before the terminal, reached through it (xterm, OSC 52).
enum Clipboard {
    /// The most bytes of base64: more is dropped by terminals without a word.
    static let longest = 74_994

    /// The sequence that hands a text over; nil where it is too long.
    static func sequence(_ text: String) -> [UInt8]? {
        let coded = base64(Array(text.utf8))
        guard coded.count <= longest else { return nil }
        return Array("\u{1B}]52;c;".utf8) + coded + [0x1B, 0x5C]
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var coded: [UInt8] = []
        coded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                coded.append(place <= group.count ? alphabet[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return coded
    }
}
