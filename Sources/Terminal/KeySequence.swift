/// What the sequences of terminals mean, one by one.
enum KeySequence {
    /// A control character.
    static func control(_ byte: UInt8) -> Key {
        switch byte {
        case 0x09: Key(.tab)
        case 0x0A, 0x0D: Key(.enter)
        case 0x08, 0x7F: Key(.backspace)
        case 0x00: Key(.character(" "), .control)
        case 0x01...0x1A: Key(.character(Character(Unicode.Scalar(byte + 0x60))), .control)
        default: Key(.character(Character(Unicode.Scalar(byte + 0x40))), .control)
        }
    }

    /// The byte after ESC O.
    static func single(_ byte: UInt8) -> Key.Code? {
        switch byte {
        case UInt8(ascii: "M"): .enter
        case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(byte) - 0x4F)
        default: letter(byte)
        }
    }

    /// A control sequence by its parameters and intermediates, and its last byte.
    static func control(_ bytes: [UInt8], _ final: UInt8) -> Event? {
        if bytes.first == UInt8(ascii: "<") {
            return mouse(numbers(bytes.dropFirst()), isRelease: final == UInt8(ascii: "m"), final).map { .mouse($0) }
        }
        // Other private sequences are answers to questions that were never put.
        guard let numbers = numbers(bytes[...]) else { return nil }
        let held = Key.Modifiers(rawValue: max(0, (numbers.count > 1 ? numbers[1] : 1) - 1) & 7)
        switch final {
        case UInt8(ascii: "~"):
            // Three numbers are xterm's way to tell other keys, which was not asked for.
            return numbers.count <= 2 ? numbers.first.flatMap(numbered).map { .key(Key($0, held)) } : nil
        case UInt8(ascii: "I") where numbers.isEmpty: return .focus(true)
        case UInt8(ascii: "O") where numbers.isEmpty: return .focus(false)
        case UInt8(ascii: "Z"): return .key(Key(.tab, held.union(.shift)))
        case UInt8(ascii: "P")...UInt8(ascii: "S") where numbers.count == 2 || numbers.isEmpty:
            return numbers.isEmpty || numbers[0] == 1 ? .key(Key(.function(Int(final) - 0x4F), held)) : nil
        default:
            guard numbers.isEmpty || numbers.count == 2 && numbers[0] == 1 else { return nil }
            return letter(final).map { .key(Key($0, held)) }
        }
    }

    private static func letter(_ byte: UInt8) -> Key.Code? {
        switch byte {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "H"): .home
        default: nil
        }
    }

    private static func numbered(_ number: Int) -> Key.Code? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    /// Numbers between semicolons, an empty one counting as 1, and what follows a colon left out; nil for anything else.
    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        guard !bytes.isEmpty else { return [] }
        var numbers: [Int] = []
        for part in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            let digits = part.prefix { $0 != UInt8(ascii: ":") }
            var number = digits.isEmpty ? 1 : 0
            for digit in digits {
                guard (0x30...0x39).contains(digit) else { return nil }
                number = min(number * 10 + Int(digit) - 0x30, 1 << 20)
            }
            numbers.append(number)
        }
        return numbers
    }

    // MARK: The mouse

    private static func mouse(_ numbers: [Int]?, isRelease: Bool, _ final: UInt8) -> Mouse? {
        guard let numbers, numbers.count == 3, isRelease || final == UInt8(ascii: "M") else { return nil }
        return mouse(code: numbers[0], x: numbers[1] - 1, y: numbers[2] - 1, isRelease: isRelease)
    }

    /// The three bytes after ESC [ M, each 32 more than its number.
    static func oldMouse(_ bytes: [UInt8]) -> Mouse? {
        guard bytes.count == 3, bytes.allSatisfy({ $0 >= 32 }) else { return nil }
        let code = Int(bytes[0]) - 32
        // It does not say which button has gone up.
        let isRelease = code & 3 == 3 && code < 64
        return mouse(
            code: isRelease ? code & ~3 : code, x: Int(bytes[1]) - 33, y: Int(bytes[2]) - 33, isRelease: isRelease)
    }

    private static func mouse(code: Int, x: Int, y: Int, isRelease: Bool) -> Mouse? {
        var modifiers: Key.Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.control) }
        let action: Mouse.Action
        switch code & ~28 {
        case 0: action = isRelease ? .release(.left) : .press(.left)
        case 1: action = isRelease ? .release(.middle) : .press(.middle)
        case 2: action = isRelease ? .release(.right) : .press(.right)
        case 64 where !isRelease: action = .wheelUp
        case 65 where !isRelease: action = .wheelDown
        default: return nil
        }
        return Mouse(action, at: Point(x: max(0, x), y: max(0, y)), modifiers)
    }

    // MARK: Paste

    /// A paste as text: line ends are `\n`, tabs stay, other controls are gone, and so is what is not UTF-8.
    static func pasted(_ bytes: some Sequence<UInt8>) -> String {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var text = String.UnicodeScalarView()
        var wasReturn = false
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return String(text)
            case .error: wasReturn = false
            case .scalarValue(let scalar):
                switch scalar {
                case "\r": text.append("\n")
                case "\n": if !wasReturn { text.append("\n") }
                case "\t": text.append(scalar)
                default: if scalar.properties.generalCategory != .control { text.append(scalar) }
                }
                wasReturn = scalar == "\r"
            }
        }
    }
}
