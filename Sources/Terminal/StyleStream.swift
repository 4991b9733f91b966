/// Shortens what ncurses writes: it names both colours and all attributes anew with each change, and knows no 24 bits.
///
/// The bytes pass unchanged but for SGR sequences (ECMA-48, 8.3.117). Those are gathered until something is seen of them,
/// and then one sequence says what has changed since the last one: moving the cursor shows nothing, and a blank shows no
/// ink. Numbers of colours from `Palette.firstOwn` on become the 24 bits that they stand for, if there are any.
struct StyleStream {
    /// A rendition: the attributes 1 to 9 as bits, and the colours, -1 the terminal's own.
    private struct Rendition: Equatable {
        var attributes: UInt16 = 0
        var ink = -1
        var ground = -1

        /// Whether a blank looks the same: it has no ink, unless a line or the swap of colours shows it.
        func isBlankLike(_ other: Rendition) -> Bool {
            let seen: UInt16 = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9
            return ground == other.ground && (attributes | other.attributes) & seen == 0
        }
    }

    private let colours: [Colour]
    /// Whether the terminal can end one attribute and keep the others (21 to 29), or only all of them (0).
    private let endsSingly: Bool
    /// What the terminal has; nil where that is not known.
    private var sent: Rendition?
    private var wanted = Rendition()

    /// A stream to a terminal of which nothing is known.
    init(colours: [Colour], endsSingly: Bool) {
        self.colours = colours
        self.endsSingly = endsSingly
    }

    /// What the terminal has is no longer known.
    mutating func forget() { sent = nil }

    /// Shortens the next bytes; a sequence is never split between two calls.
    mutating func shorten(_ bytes: some RandomAccessCollection<UInt8>, into output: inout [UInt8]) {
        let bytes = Array(bytes)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x1B, index + 2 < bytes.count {
                if bytes[index + 1] == UInt8(ascii: "["), let end = take(bytes, from: index + 2) {
                    index = end
                    continue
                }
            }
            let (end, shows) = unit(bytes, from: index)
            switch shows {
            case .never:
                index = end
                continue
            case .nothing: break
            case .ground: if sent?.isBlankLike(wanted) != true { settle(&output) }
            case .all: settle(&output)
            }
            output += bytes[index..<end]
            index = end
        }
    }

    private enum Shown {
        /// To be left out: what leads back to a character set that was never left, and to a palette that was never
        /// changed. xterm would forget the user's own.
        case never
        case nothing, ground, all
    }

    /// The end of a byte or a control sequence, and what it shows of the rendition.
    private func unit(_ bytes: [UInt8], from start: Int) -> (end: Int, shows: Shown) {
        if bytes[start] == 0x20 { return (start + 1, .ground) }
        if bytes[start] == 0x0F { return (start + 1, sent == nil ? .nothing : .never) }
        guard bytes[start] == 0x1B, start + 2 < bytes.count else { return (start + 1, .all) }
        if bytes[start + 1] == UInt8(ascii: "("), bytes[start + 2] == UInt8(ascii: "B") {
            return (start + 3, sent == nil ? .nothing : .never)
        }
        if bytes[start + 1] == UInt8(ascii: "]") {
            // The Linux console's has no end.
            let isWhole = bytes[start + 2] == UInt8(ascii: "R")
            return ((isWhole ? start + 2 : bytes[start...].firstIndex(of: 0x07) ?? bytes.count - 1) + 1, .never)
        }
        guard bytes[start + 1] == UInt8(ascii: "[") else { return (start + 1, .all) }
        var end = start + 2
        while end < bytes.count, (0x30...0x3B).contains(bytes[end]) { end += 1 }
        guard end < bytes.count else { return (start + 1, .all) }
        switch bytes[end] {
        // Cursor: up, down, right, left, column, place, row.
        case UInt8(ascii: "A")...UInt8(ascii: "D"), UInt8(ascii: "G"), UInt8(ascii: "H"), UInt8(ascii: "d"):
            return (end + 1, .nothing)
        // Erase: the screen, the line, characters.
        case UInt8(ascii: "J"), UInt8(ascii: "K"), UInt8(ascii: "X"): return (end + 1, .ground)
        default: return (start + 1, .all)
        }
    }

    /// Says what has changed.
    private mutating func settle(_ output: inout [UInt8]) {
        guard sent != wanted else { return }
        var codes: [UInt8] = []
        func add(_ code: [UInt8]) { codes += (codes.isEmpty ? [] : [UInt8(ascii: ";")]) + code }
        var now = Rendition()
        if let sent {
            now = sent
            let ended = now.attributes & ~wanted.attributes
            if ended != 0 {
                if endsSingly, wanted != Rendition() {
                    for attribute in 2...9 where ended >> attribute & 1 == 1 || attribute == 2 && ended & 0b10 != 0 {
                        add(Array("2\(attribute)".utf8))
                    }
                    // Bold and dim end together.
                    now.attributes &= ended & 0b110 != 0 ? ~(ended | 0b110) : ~ended
                } else {
                    now = Rendition()
                    add([UInt8(ascii: "0")])
                }
            }
        } else {
            add([UInt8(ascii: "0")])
        }
        for attribute in 1...9 where (wanted.attributes & ~now.attributes) >> attribute & 1 == 1 {
            add([UInt8(0x30 + attribute)])
        }
        if wanted.ink != now.ink { add(code(wanted.ink, base: 30)) }
        if wanted.ground != now.ground { add(code(wanted.ground, base: 40)) }
        output += [0x1B, UInt8(ascii: "[")] + codes + [UInt8(ascii: "m")]
        sent = wanted
    }

    private func code(_ colour: Int, base: Int) -> [UInt8] {
        let own = colour - Palette.firstOwn
        let text =
            if colour < 0 {
                "\(base + 9)"
            } else if colour < 8 {
                "\(base + colour)"
            } else if colour < 16 {
                "\(base + 52 + colour)"
            } else if own < colours.count {
                "\(base + 8);2;\(colours[own].red);\(colours[own].green);\(colours[own].blue)"
            } else {
                "\(base + 8);5;\(colour)"
            }
        return Array(text.utf8)
    }

    /// Reads an SGR sequence after its ESC [; nil, and nothing changed, where it is another one.
    private mutating func take(_ bytes: [UInt8], from start: Int) -> Int? {
        var numbers = [0]
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: "m") {
            switch bytes[index] {
            case 0x30...0x39: numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(bytes[index]) - 0x30
            case UInt8(ascii: ";"), UInt8(ascii: ":"): numbers.append(0)
            default: return nil
            }
            guard numbers[numbers.count - 1] < 1 << 16 else { return nil }
            index += 1
        }
        guard index < bytes.count else { return nil }
        apply(numbers[...])
        return index + 1
    }

    private mutating func apply(_ numbers: ArraySlice<Int>) {
        var numbers = numbers
        while let number = numbers.popFirst() {
            switch number {
            case 0: wanted = Rendition()
            case 1...9: wanted.attributes |= 1 << number
            case 22: wanted.attributes &= ~0b110
            case 23...25, 27...29: wanted.attributes &= ~(1 << (number - 20))
            case 30...37: wanted.ink = number - 30
            case 39: wanted.ink = -1
            case 40...47: wanted.ground = number - 40
            case 49: wanted.ground = -1
            case 90...97: wanted.ink = number - 82
            case 100...107: wanted.ground = number - 92
            case 38, 48:
                guard numbers.popFirst() == 5, let colour = numbers.popFirst() else { return }
                if number == 38 { wanted.ink = colour } else { wanted.ground = colour }
            // Fonts and frames, which nothing here asks for.
            default: break
            }
        }
    }
}
