@testable import Formats

/// Changes inputs in the ways that break careless readers: some know nothing of the format, most know its tokens.
struct FuzzMutator {
    /// Bytes that hold the tokens of all these formats apart.
    private static let structural = Set(",;|\t\"'{}[]:*~>\n\r ".utf8)

    /// What takes the place of a value, or is put in anywhere.
    private static let pieces: [[UInt8]] =
        [
            "0", "-1", "-0", "1.5", "0.0000001", "2147483648", "-2147483649", "9223372036854775807",
            "9223372036854775808", "-9223372036854775808", "18446744073709551616", "9223372036854.775807",
            "-9223372036854.775808", "1e308", "-1e308", "1e-400", "1e999", "0x10", "nan", "inf", "1_000", "1,000",
            "٣", "1000000000000", "1000000000001", "null", "true", "false", "\"", "\"\"", "\"a\"b\"", ",", ";", "|",
            "\t", "\n", "\r", "\r\n", "\n\n", "{", "}", "[", "]", "{}", "[]", ":", "*", "~", ">", "\\", "\\\"",
            "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u", "\\x", "\u{0}", "\u{1B}[2J", "\u{202E}",
            "\u{FEFF}", "\u{2028}", "e\u{301}", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
            "0001-01-01", "9999-12-31", "2011-02-29", "2012-02-29", "2011-03-27 01:30", "2011-10-30 01:30",
            "24:00", "23:59:60", "GBP", "JPY", "KWD", "gbp", "XXX", "=1+1", "shopify_GB_1_2", "shopify_zz_0_",
            "(not set)", "012345678905", "4006381333931", "supplier:Acme", "supplier:", "sku", "variant", "\n{", "{\n",
            "}\n{", "ISA", "IEA", "ST*846*1~", "SE*1*1~", "GS*IB~", "\u{0}\u{0}", " ", "\u{A0}", "A, B",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
        ]
        + [[0xFF, 0xFE], [0xFE, 0xFF], [0x80], [0xC0, 0x80]]

    var random: SplitMix

    mutating func below(_ count: Int) -> Int { count > 0 ? Int(random.next() % UInt64(count)) : 0 }

    /// `bytes` with one to six changes; `other` lends its parts.
    mutating func mutated(_ bytes: [UInt8], with other: [UInt8], limit: Int) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(6) {
            change(&bytes, other)
            if bytes.count > limit { bytes.removeSubrange(limit...) }
        }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let place = below(bytes.count + 1)
        switch below(17) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(below(8)) }
        case 1: if place < bytes.count { bytes[place] = UInt8(below(256)) }
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(below(4) == 0 ? 200 : 8)))
        case 3: bytes.insert(contentsOf: piece(), at: place)
        case 4, 5, 6, 7: bytes.replaceSubrange(token(of: bytes), with: piece())
        case 8:
            let (left, right) = (token(of: bytes), token(of: bytes))
            guard left.upperBound <= right.lowerBound else { return }
            let (first, second) = (Array(bytes[left]), Array(bytes[right]))
            bytes.replaceSubrange(right, with: first)
            bytes.replaceSubrange(left, with: second)
        case 9: bytes.removeSubrange(token(of: bytes))
        case 10: bytes.insert(contentsOf: bytes[line(of: bytes)], at: lineStart(of: bytes))
        case 11: bytes.removeSubrange(line(of: bytes))
        case 12: if below(4) == 0 { bytes.removeSubrange(place...) }
        case 13:
            guard below(3) == 0, !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[below(other.count)...])
        case 14: bytes.insert(contentsOf: other[line(of: other)], at: lineStart(of: bytes))
        case 15: bytes.replaceSubrange(token(of: bytes), with: other[token(of: other)])
        default: swell(&bytes, at: place)
        }
    }

    /// Deep nesting, long fields, many of the same.
    private mutating func swell(_ bytes: inout [UInt8], at place: Int) {
        let times = 1 << below(9)
        switch below(5) {
        case 0: bytes.insert(contentsOf: repeatElement([0x5B, 0x7B, 0x22][below(3)], count: times), at: place)
        case 1: bytes.replaceSubrange(token(of: bytes), with: repeatElement(0x30 + UInt8(below(50)), count: times))
        case 2: bytes.insert(contentsOf: repeatElement(piece(), count: min(times, 64)).joined(), at: place)
        case 3:
            let range = token(of: bytes)
            bytes.insert(contentsOf: repeatElement(Array(bytes[range]), count: min(times, 32)).joined(), at: place)
        default:
            let range = line(of: bytes)
            bytes.insert(
                contentsOf: repeatElement(Array(bytes[range]), count: min(times, 64)).joined(),
                at: range.upperBound)
        }
    }

    /// A large input: parts of a seed over and over, up to `size` bytes.
    mutating func large(_ seed: [UInt8], size: Int) -> [UInt8] {
        guard !seed.isEmpty else { return [] }
        let start = below(2) == 0 ? line(of: seed) : token(of: seed)
        let unit = start.isEmpty ? piece() : Array(seed[start]) + (below(3) == 0 ? piece() : [])
        guard !unit.isEmpty else { return seed }
        let many = repeatElement(unit, count: max(1, (size - seed.count) / unit.count)).joined()
        return Array(seed[..<start.upperBound]) + many + Array(seed[start.upperBound...])
    }

    private mutating func piece() -> [UInt8] { FuzzMutator.pieces[below(FuzzMutator.pieces.count)] }

    private mutating func token(of bytes: [UInt8]) -> Range<Int> {
        guard !bytes.isEmpty else { return 0..<0 }
        let place = below(bytes.count)
        guard !FuzzMutator.structural.contains(bytes[place]) else { return place..<place + 1 }
        let start = bytes[..<place].lastIndex { FuzzMutator.structural.contains($0) }.map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex { FuzzMutator.structural.contains($0) } ?? bytes.count
        return start..<end
    }

    private mutating func line(of bytes: [UInt8]) -> Range<Int> {
        guard !bytes.isEmpty else { return 0..<0 }
        let place = below(bytes.count)
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return start..<(bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count)
    }

    private mutating func lineStart(of bytes: [UInt8]) -> Int { line(of: bytes).lowerBound }
}
