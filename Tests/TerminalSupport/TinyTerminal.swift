// A terminal of the tests: as much of ECMA-48 and xterm as ncurses writes, and a complaint about anything else.

/// How a cell of the terminal looks.
struct Looks: Equatable {
    /// -1 the terminal's own, 0 to 255 by number, above that 24 bits.
    var ink = -1
    var ground = -1
    /// The numbers of SGR, 1 to 9, as bits.
    var attributes = 0
}

struct TinyTerminal {
    struct Place: Equatable {
        /// Empty in the second half of a wide character.
        var text: String
        var looks: Looks
    }

    var size: (width: Int, height: Int)
    private(set) var rows: [[Place]]
    private(set) var x = 0
    private(set) var y = 0
    private var looks = Looks()
    private var wraps = false
    private var region: Range<Int>
    private var saved = (0, 0)
    private let erasesInColour: Bool
    private let wrapsAtOnce: Bool
    private(set) var modes: [Int: Bool] = [:]
    private(set) var complaints: [String] = []
    private var last: Unicode.Scalar = " "
    /// Where the last character stands.
    private var written = (x: 0, y: 0)

    /// A terminal full of rubbish: a frame must not rely on what stands there.
    init(width: Int, height: Int, erasesInColour: Bool, wrapsAtOnce: Bool = false) {
        size = (width, height)
        rows = Array(repeating: Array(repeating: Place(text: "?", looks: Looks(ink: 3)), count: width), count: height)
        region = 0..<height
        self.erasesInColour = erasesInColour
        self.wrapsAtOnce = wrapsAtOnce
    }

    /// Another size, and rubbish again.
    mutating func resize(width: Int, height: Int) {
        var other = TinyTerminal(width: width, height: height, erasesInColour: erasesInColour, wrapsAtOnce: wrapsAtOnce)
        other.looks = looks
        other.modes = modes
        (other.x, other.y) = (min(x, width - 1), min(y, height - 1))
        self = other
    }

    mutating func take(_ bytes: [UInt8]) {
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch scalar.value {
            case 0x1B: escape(&scalars)
            case 0x08: (x, wraps) = (max(0, x - 1), false)
            case 0x09: (x, wraps) = (min(size.width - 1, (x / 8 + 1) * 8), false)
            case 0x0A: lineFeed()
            case 0x0D: (x, wraps) = (0, false)
            // Character sets.
            case 0x0E, 0x0F: break
            case 0..<0x20: complaints.append("control \(scalar.value)")
            default: put(scalar)
            }
        }
    }

    /// The rows as text, without the blanks at their ends.
    var lines: [String] {
        rows.map { row in
            var line = row.map(\.text).joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    // MARK: Text

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = wcwidthOfTests(scalar)
        if width == 0 {
            rows[written.y][written.x].text.unicodeScalars.append(scalar)
            return
        }
        if wraps || x + width > size.width {
            (x, wraps) = (0, false)
            lineFeed()
        }
        last = scalar
        for column in x..<min(x + width, size.width) { cut(column) }
        rows[y][x] = Place(text: String(scalar), looks: looks)
        written = (x, y)
        if width == 2, x + 1 < size.width { rows[y][x + 1] = Place(text: "", looks: looks) }
        x += width
        guard x >= size.width else { return }
        (x, wraps) = (size.width - 1, !wrapsAtOnce)
        if wrapsAtOnce {
            x = 0
            lineFeed()
        }
    }

    /// What is written over one half of a wide character takes the other one with it.
    private mutating func cut(_ column: Int) {
        if rows[y][column].text.isEmpty, column > 0 { rows[y][column - 1].text = " " }
        if column + 1 < size.width, rows[y][column + 1].text.isEmpty { rows[y][column + 1].text = " " }
        if rows[y][column].text.isEmpty { rows[y][column].text = " " }
    }

    private mutating func lineFeed() {
        wraps = false
        if y == region.upperBound - 1 {
            scroll(up: 1, from: region.lowerBound)
        } else {
            y = min(size.height - 1, y + 1)
        }
    }

    private var blank: Place { Place(text: " ", looks: Looks(ground: erasesInColour ? looks.ground : -1)) }

    private var blankRow: [Place] { Array(repeating: blank, count: size.width) }

    private mutating func scroll(up count: Int, from top: Int) {
        for _ in 0..<min(count, region.upperBound - top) {
            rows.remove(at: top)
            rows.insert(blankRow, at: region.upperBound - 1)
        }
    }

    private mutating func scroll(down count: Int, from top: Int) {
        for _ in 0..<min(count, region.upperBound - top) {
            rows.remove(at: region.upperBound - 1)
            rows.insert(blankRow, at: top)
        }
    }

    private mutating func erase(_ columns: Range<Int>) {
        guard !columns.isEmpty else { return }
        cut(columns.lowerBound)
        cut(columns.upperBound - 1)
        for column in columns { rows[y][column] = blank }
    }

    // MARK: Sequences

    private mutating func escape(_ scalars: inout String.UnicodeScalarView.Iterator) {
        switch scalars.next() {
        case "[": control(&scalars)
        case "M": if y == region.lowerBound { scroll(down: 1, from: y) } else { y = max(0, y - 1) }
        case "7": saved = (x, y)
        case "8": (x, y, wraps) = (saved.0, saved.1, false)
        case "(", ")": _ = scalars.next()
        case "=", ">": break
        case let other: complaints.append("ESC \(other.map { String($0) } ?? "end")")
        }
    }

    private mutating func control(_ scalars: inout String.UnicodeScalarView.Iterator) {
        var text = ""
        var final: Unicode.Scalar = " "
        while let scalar = scalars.next() {
            if (0x40...0x7E).contains(scalar.value) {
                final = scalar
                break
            }
            text.unicodeScalars.append(scalar)
        }
        if text.hasPrefix("?") {
            guard ["h", "l", "c"].contains(final) else { return complaints.append("CSI \(text)\(final)") }
            if final == "c" { return }
            for mode in text.dropFirst().split(separator: ";") { modes[Int(mode) ?? -1] = final == "h" }
            return
        }
        let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = max(1, numbers.first ?? 1)
        let second = max(1, numbers.count > 1 ? numbers[1] : 1)
        if final != "m" && final != "b" { wraps = false }
        switch final {
        case "A": y = max(0, y - first)
        case "B": y = min(size.height - 1, y + first)
        case "C": x = min(size.width - 1, x + first)
        case "D": x = max(0, x - first)
        case "G", "`": x = min(size.width - 1, first - 1)
        case "d": y = min(size.height - 1, first - 1)
        case "H", "f": (y, x) = (min(size.height - 1, first - 1), min(size.width - 1, second - 1))
        case "Z": x = max(0, (x - 1) / 8 * 8)
        case "J":
            let below = numbers.first != 2
            erase(below ? x..<size.width : 0..<size.width)
            for row in below ? y + 1..<size.height : 0..<size.height { rows[row] = blankRow }
        case "K": erase(numbers.first == 1 ? 0..<x + 1 : numbers.first == 2 ? 0..<size.width : x..<size.width)
        case "X": erase(x..<min(size.width, x + first))
        case "@":
            cut(x)
            for _ in 0..<first { rows[y].insert(blank, at: x) }
            rows[y].removeLast(first)
        case "P":
            cut(x)
            for _ in 0..<min(first, size.width - x) {
                rows[y].remove(at: x)
                rows[y].append(blank)
            }
        case "L": scroll(down: first, from: y)
        case "M": scroll(up: first, from: y)
        case "S": scroll(up: first, from: region.lowerBound)
        case "T": scroll(down: first, from: region.lowerBound)
        case "b": for _ in 0..<first { put(last) }
        case "r":
            let bottom = numbers.count > 1 && numbers[1] > 0 ? min(numbers[1], size.height) : size.height
            region = min(first - 1, bottom - 1)..<bottom
            (x, y) = (0, 0)
        case "m": rendition(numbers.isEmpty ? [0] : numbers)
        // Insert mode, the cursor's shape, and the stack of titles.
        case "h", "l", "t": break
        default: complaints.append("CSI \(text)\(final)")
        }
    }

    private mutating func rendition(_ numbers: [Int]) {
        var rest = numbers[...]
        func colour() -> Int {
            if rest.popFirst() == 5 { return rest.popFirst() ?? -1 }
            return 1 << 24 | (0..<3).reduce(0) { value, _ in value << 8 | (rest.popFirst() ?? 0) }
        }
        while let number = rest.popFirst() {
            switch number {
            case 0: looks = Looks()
            case 1...9: looks.attributes |= 1 << number
            case 22: looks.attributes &= ~6
            case 23...29: looks.attributes &= ~(1 << (number - 20))
            case 30...37: looks.ink = number - 30
            case 38: looks.ink = colour()
            case 39: looks.ink = -1
            case 40...47: looks.ground = number - 40
            case 48: looks.ground = colour()
            case 49: looks.ground = -1
            case 90...97: looks.ink = number - 82
            case 100...107: looks.ground = number - 92
            default: complaints.append("SGR \(number)")
            }
        }
    }
}

/// Widths as the terminal of the tests has them: of the few characters that the tests use.
func wcwidthOfTests(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xFF01...0xFF60, 0x1F300...0x1FAFF: 2
    default: 1
    }
}
