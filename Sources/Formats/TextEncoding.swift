/// How the characters of a text file are spelt in bytes.
///
/// A byte order mark wins over what was said: it cannot be anything else.
public enum TextEncoding: String, Sendable, Codable, CaseIterable {
    /// Passed through; readers refuse the records that are not valid.
    case utf8 = "utf-8"
    /// Western European Windows, as older spreadsheets export it. Its five unassigned bytes become C1 controls.
    case windows1252 = "windows-1252"
    /// Latin-1.
    case latin1 = "iso-8859-1"
    /// UTF-16 whose byte order mark says which way round.
    case utf16 = "utf-16"
    /// UTF-16, low byte first.
    case utf16LittleEndian = "utf-16le"
    /// UTF-16, high byte first.
    case utf16BigEndian = "utf-16be"

    /// The encoding of a name, as people also write it: `latin-1`, `UTF8`, `cp1252`; nil where there is none.
    public init?(name: String) {
        let name = name.lowercased()
        switch name.filter({ $0 != "-" && $0 != "_" }) {
        case "latin1", "iso88591": self = .latin1
        case "utf8": self = .utf8
        case "cp1252", "windows1252": self = .windows1252
        default: self.init(rawValue: name)
        }
    }
}

/// Turns a stream of bytes into UTF-8, piece by piece.
///
/// What has no meaning in the source (half a surrogate pair, an odd last byte) comes out as bytes that are not valid
/// UTF-8, so that the record that holds it is refused instead of being mended silently.
struct Transcoder {
    private let encoding: TextEncoding
    /// A first byte of a UTF-16 unit whose second has not come yet.
    private var half: UInt8?
    /// A high surrogate whose low one has not come yet.
    private var high: UInt32?

    init(_ encoding: TextEncoding) { self.encoding = encoding }

    /// Most bytes of UTF-8 that one byte of any source makes, and what may be pending at the end.
    static let growth = 3

    /// Appends `bytes` as UTF-8.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
        switch encoding {
        case .utf8: out.append(contentsOf: bytes)
        case .latin1: for byte in bytes { Transcoder.append(UInt32(byte), to: &out) }
        case .windows1252:
            for byte in bytes {
                let isHigh = byte >= 0x80 && byte < 0xA0
                Transcoder.append(isHigh ? UInt32(Transcoder.windows[Int(byte) - 0x80]) : UInt32(byte), to: &out)
            }
        case .utf16, .utf16LittleEndian, .utf16BigEndian:
            for byte in bytes {
                guard let first = half else {
                    half = byte
                    continue
                }
                half = nil
                let unit =
                    encoding == .utf16LittleEndian
                    ? UInt32(byte) << 8 | UInt32(first) : UInt32(first) << 8 | UInt32(byte)
                append(unit: unit, to: &out)
            }
        }
    }

    /// Appends what is still pending at the end of the source.
    mutating func finish(_ out: inout [UInt8]) {
        if let high { Transcoder.append(high, to: &out) }
        if half != nil { out.append(0xFF) }
        high = nil
        half = nil
    }

    private mutating func append(unit: UInt32, to out: inout [UInt8]) {
        if let first = high {
            high = nil
            if unit & 0xFC00 == 0xDC00 {
                Transcoder.append(0x10000 + (first & 0x3FF) << 10 + (unit & 0x3FF), to: &out)
                return
            }
            Transcoder.append(first, to: &out)
        }
        if unit & 0xFC00 == 0xD800 { high = unit } else { Transcoder.append(unit, to: &out) }
    }

    /// The UTF-8 of a code point; a lone surrogate becomes the three bytes that UTF-8 forbids.
    private static func append(_ code: UInt32, to out: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (code >> shift & 0x3F)) }
        switch code {
        case 0..<0x80: out.append(UInt8(code))
        case 0x80..<0x800: out.append(contentsOf: [UInt8(0xC0 | code >> 6), tail(0)])
        case 0x800..<0x10000: out.append(contentsOf: [UInt8(0xE0 | code >> 12), tail(6), tail(0)])
        default: out.append(contentsOf: [UInt8(0xF0 | code >> 18), tail(12), tail(6), tail(0)])
        }
    }

    /// Code points of bytes 0x80…0x9F (WHATWG Encoding Standard, index windows-1252).
    private static let windows: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
