// Text of the shop is hostile until shown harmless: it may hold controls that move the cursor, marks that turn the
// direction of what follows, or characters without a shape that make two different names look the same. All text reaches
// the screen through `glyphs(of:)`, which lets none of that pass.
//
// Widths follow Unicode Standard Annex 11 (East Asian Width) of Unicode 18.0: W and F are two columns, ambiguous ones are
// one. Emoji are taken scalar by scalar, without joiners, selectors and skin tones, because terminals disagree on the width
// of the sequences and agree on that of the parts.

/// A scalar as it is drawn.
struct Glyph: Equatable {
    var base: UInt32
    /// 1 or 2; 0 for a mark on what stands before it.
    var width: Int

    static let replacement = Glyph(base: 0xFFFD, width: 1)
    static let space = Glyph(base: 0x20, width: 1)

    /// The scalar as it is drawn; nil where nothing is.
    @inline(__always)
    init?(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        if value >= 0x20 && value < 0x7F {
            self.init(base: value, width: 1)
            return
        }
        guard let glyph = Self.beyondASCII(value) else { return nil }
        self = glyph
    }

    init(base: UInt32, width: Int) {
        self.base = base
        self.width = width
    }

    private static func beyondASCII(_ value: UInt32) -> Glyph? {
        switch value {
        // Tab and line ends are as common in product names as they are meaningless there.
        case 0x09, 0x0A, 0x0D, 0xA0, 0x2028, 0x2029: return .space
        case 0..<0x20, 0x7F..<0xA0: return .replacement
        // The soft hyphen is drawn by some terminals only.
        case 0xAD: return Glyph(base: 0x2D, width: 1)
        case 0xA1..<0x300: return Glyph(base: value, width: 1)
        // Zero-width joiners, variation selectors, skin tones and tags: part of an emoji or of a script's spelling.
        case 0x200C, 0x200D, 0xFE00...0xFE0F, 0x1F3FB...0x1F3FF, 0xE0000...0xE0FFF: return nil
        // Spaces and operators without a width, marks and turns of direction: a name that holds one says so.
        case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB:
            return .replacement
        default:
            if contains(DisplayWidthTable.wide, value) { return Glyph(base: value, width: 2) }
            if contains(DisplayWidthTable.zero, value) { return Glyph(base: value, width: 0) }
            return Glyph(base: value, width: 1)
        }
    }

    private static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count / 2
        while low < high {
            let middle = (low + high) / 2
            if value > ranges[2 * middle + 1] {
                low = middle + 1
            } else if value < ranges[2 * middle] {
                high = middle
            } else {
                return true
            }
        }
        return false
    }
}

/// Counts the columns that a text takes on the screen, as `Frame` draws it.
public func displayWidth(_ text: some StringProtocol) -> Int {
    var width = 0
    for scalar in text.unicodeScalars {
        guard let glyph = Glyph(scalar) else { continue }
        // A mark with nothing before it stands on a space of its own.
        width += glyph.width == 0 && width == 0 ? 1 : glyph.width
    }
    return width
}
