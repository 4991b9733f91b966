import CNcurses
import Testing

@testable import Terminal

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本", 4), ("한국", 4), ("e\u{301}", 1), ("\u{301}", 1), ("ｶ", 1), ("Ａ", 2), ("📦", 2),
        ("⚠", 1), ("⚠\u{FE0F}", 1), ("✅", 2), ("👩‍🚀", 4), ("👍🏽", 2), ("🇬🇧", 2), ("a\u{200B}b", 3), ("\u{AD}", 1),
        ("\u{1100}\u{1161}\u{11A8}", 2), ("─│█", 3), ("·±§", 3),
    ])
    func `Widths are those of terminals`(text: String, width: Int) {
        #expect(displayWidth(text) == width)
        var frame = Frame(Size(width: 10, height: 1))
        #expect(frame.write(text, x: 0, y: 0) == width)
    }

    @Test
    func `Widths agree with the system's table wherever it knows the character and the character is drawn as it is`() {
        #expect(cn_locale_utf8())
        // Made wide in Unicode 16, after most systems' tables.
        let newlyWide: [ClosedRange<UInt32>] = [0x2630...0x2637, 0x268A...0x268F, 0x4DC0...0x4DFF, 0x1D300...0x1D376]
        var different: [UInt32] = []
        for value in UInt32(0x20)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value), let glyph = Glyph(scalar), glyph.base == value else { continue }
            let category = scalar.properties.generalCategory
            guard category != .unassigned, category != .privateUse else { continue }
            let system = Int(cn_locale_width(value))
            if system >= 0, system != glyph.width, !newlyWide.contains(where: { $0.contains(value) }) {
                different.append(value)
            }
        }
        // Marks that lean on both sides, and Hangul's and Mongolian's own, on which systems differ from each other.
        #expect(different.count < 30, "\(different.map { String($0, radix: 16) })")
    }

    @Test
    func `Marks have no width by the standard library's categories, and nothing that takes room is called a mark`() {
        for value in UInt32(0x300)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), let glyph = Glyph(scalar), glyph.base == value else { continue }
            let isHangul = (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value)
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: #expect(glyph.width == 0, "\(String(value, radix: 16))")
            case .unassigned: break
            default: #expect(glyph.width > 0 || isHangul, "\(String(value, radix: 16))")
            }
        }
    }

    @Test func `No text of the shop can move the cursor, turn the direction or hide`() {
        let hostile = "a\u{1B}[2Jb\u{7}\u{202E}c\u{9B}d\u{200F}e\u{2066}f\u{FEFF}g\tz\r\nh"
        var frame = Frame(Size(width: 40, height: 1))
        frame.write(hostile, x: 0, y: 0)
        #expect(frame.lines == ["a�[2Jb��c�d�e�f�g z  h"])
        for value in UInt32(0)..<0x3000 {
            guard let scalar = Unicode.Scalar(value), let glyph = Glyph(scalar) else { continue }
            let category = Unicode.Scalar(glyph.base)?.properties.generalCategory
            #expect(category != .control && category != .lineSeparator && category != .paragraphSeparator)
            if category == .format { #expect(glyph.width == 0) }
        }
    }
}
