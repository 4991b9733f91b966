/// Bytes of a terminal in, events out: a state machine without a clock.
///
/// Sequences follow ECMA-48 and xterm ("XTerm Control Sequences"). A sequence that is not known is swallowed whole, and
/// so is what is not UTF-8: whatever arrives, nothing becomes a typed character but characters that were sent as such.
/// Sequences and characters may be split anywhere between two calls.
///
/// Only a lone Escape needs time to be told from the start of a sequence. While `isWaiting`, the caller waits
/// `KeyDecoder.patience` for more bytes and calls `flush` if there are none.
public struct KeyDecoder: Sendable {
    /// How long the rest of a sequence may take: longer than any line splits one, shorter than anyone notices.
    public static let patience = Duration.milliseconds(25)
    /// The most bytes of one paste that are kept; the rest is dropped.
    public static let longestPaste = 1 << 20

    private enum State: Equatable {
        case ground
        /// After ESC.
        case escape
        /// After ESC [.
        case control
        /// After ESC O.
        case single
        /// After ESC and one of ] P X ^ _, up to their end.
        case string(isEnding: Bool, isEmpty: Bool, introducer: UInt8)
        /// After the start of a paste, with the bytes of its end that have matched.
        case paste
        /// After ESC [ M: so many bytes are still to come.
        case oldMouse
        /// After ESC [ [: the Linux console's F1 to F5.
        case console
    }

    private var state = State.ground
    /// The bytes of the sequence or paste at hand.
    private var collected: [UInt8] = []
    /// The bytes of a character at hand, and how many it has.
    private var character: [UInt8] = []
    private var characterLength = 0
    /// Escape came twice: the key that follows is held with Alt.
    private var isAlt = false
    /// Escape was given up as a key; if a whole sequence follows at once, it was the start of it after all.
    private var hasFlushedEscape = false

    /// A decoder at the start of a stream.
    public init() {}

    /// Whether the bytes at hand may be a key of their own: wait, then `flush`.
    public var isWaiting: Bool {
        switch state {
        case .escape, .single: true
        case .string(_, let isEmpty, _): isEmpty
        default: false
        }
    }

    /// Nothing more has come: takes what is at hand as keys.
    public mutating func flush() -> [Event] {
        defer {
            if isWaiting { reset() }
        }
        switch state {
        case .escape:
            hasFlushedEscape = true
            let escape = Event.key(Key(.escape))
            return isAlt ? [escape, escape] : [escape]
        case .single: return [.key(Key(.character("O"), .alt))]
        case .string(_, isEmpty: true, let introducer):
            return [.key(Key(.character(Character(Unicode.Scalar(introducer))), .alt))]
        default: return []
        }
    }

    /// Decodes the next bytes.
    public mutating func decode(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        let bytes = Array(bytes)
        // On a slow line a sequence may come later than anyone would wait; nobody types a whole one within one read.
        if hasFlushedEscape, state == .ground, let first = bytes.first {
            hasFlushedEscape = false
            let parameters = bytes.dropFirst().prefix { (0x20...0x3F).contains($0) }
            let final = bytes.dropFirst(1 + parameters.count).first
            if first == UInt8(ascii: "["), let final, (0x40...0x7E).contains(final) { state = .escape }
        }
        for byte in bytes { take(byte, &events) }
        return events
    }

    private mutating func reset() {
        state = .ground
        collected.removeAll(keepingCapacity: true)
        isAlt = false
    }

    private mutating func take(_ byte: UInt8, _ events: inout [Event]) {
        switch state {
        case .ground: ground(byte, &events)
        case .escape: escape(byte, &events)
        case .control: control(byte, &events)
        case .single:
            let held: Key.Modifiers = isAlt ? .alt : []
            reset()
            if byte == 0x1B {
                state = .escape
            } else if let code = KeySequence.single(byte) {
                events.append(.key(Key(code, held)))
            }
        case .string(let isEnding, _, let introducer):
            string(byte, isEnding: isEnding, introducer, &events)
        case .paste: paste(byte, &events)
        case .oldMouse:
            collected.append(byte)
            guard collected.count == 3 else { return }
            if let mouse = KeySequence.oldMouse(collected) { events.append(.mouse(mouse)) }
            reset()
        case .console:
            reset()
            if (0x41...0x45).contains(byte) { events.append(.key(Key(.function(Int(byte) - 0x40)))) }
        }
    }

    // MARK: Characters

    private mutating func ground(_ byte: UInt8, _ events: inout [Event]) {
        if characterLength > 0 {
            if byte & 0xC0 == 0x80 {
                character.append(byte)
                guard character.count == characterLength else { return }
                if let scalar = wholeCharacter() { key(scalar, &events) }
                return
            }
            // A character that was cut off is no character.
            characterLength = 0
        }
        switch byte {
        case 0x1B: state = .escape
        case 0..<0x20, 0x7F: events.append(.key(held(KeySequence.control(byte))))
        case 0x20..<0x7F: key(Unicode.Scalar(byte), &events)
        case 0xC2...0xF4:
            character = [byte]
            characterLength = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        default: isAlt = false
        }
    }

    private mutating func wholeCharacter() -> Unicode.Scalar? {
        defer { characterLength = 0 }
        var text = String(validating: character, as: UTF8.self)?.unicodeScalars.makeIterator()
        guard let scalar = text?.next(), !(0x80..<0xA0).contains(scalar.value) else { return nil }
        return scalar
    }

    private mutating func key(_ scalar: Unicode.Scalar, _ events: inout [Event]) {
        events.append(.key(held(Key(.character(Character(scalar))))))
    }

    private mutating func held(_ key: Key) -> Key {
        defer { isAlt = false }
        return isAlt ? Key(key.code, key.modifiers.union(.alt)) : key
    }

    // MARK: Sequences

    private mutating func escape(_ byte: UInt8, _ events: inout [Event]) {
        state = .ground
        switch byte {
        case UInt8(ascii: "["): state = .control
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string(isEnding: false, isEmpty: true, introducer: byte)
        case 0x1B:
            // Escape and then Alt with a key, or Alt with a key that is a sequence: the next byte tells.
            if isAlt { events.append(.key(Key(.escape))) }
            isAlt = true
            state = .escape
        default:
            isAlt = true
            ground(byte, &events)
        }
    }

    private mutating func control(_ byte: UInt8, _ events: inout [Event]) {
        switch byte {
        case 0x20...0x3F:
            // Longer than any sequence that is known: only its end matters.
            if collected.count < 64 { collected.append(byte) }
        case UInt8(ascii: "[") where collected.isEmpty: state = .console
        case 0x40...0x7E:
            let held: Key.Modifiers = isAlt ? .alt : []
            let parameters = collected
            reset()
            if byte == UInt8(ascii: "M"), parameters.isEmpty {
                state = .oldMouse
            } else if parameters == Array("200".utf8), byte == UInt8(ascii: "~") {
                state = .paste
            } else if var event = KeySequence.control(parameters, byte) {
                if case .key(let key) = event { event = .key(Key(key.code, key.modifiers.union(held))) }
                events.append(event)
            }
        case 0x1B:
            reset()
            state = .escape
        case 0x18, 0x1A: reset()
        default:
            reset()
            ground(byte, &events)
        }
    }

    /// Swallows an answer of the terminal, up to BEL or ESC \; CAN, SUB, and the start of another sequence end it too, so
    /// that no key is lost for ever behind one that was cut off.
    private mutating func string(_ byte: UInt8, isEnding: Bool, _ introducer: UInt8, _ events: inout [Event]) {
        switch byte {
        case UInt8(ascii: "\\") where isEnding, 0x07, 0x18, 0x1A: reset()
        case 0x1B: state = .string(isEnding: true, isEmpty: false, introducer: introducer)
        default:
            if isEnding {
                reset()
                escape(byte, &events)
            } else {
                state = .string(isEnding: false, isEmpty: false, introducer: introducer)
            }
        }
    }

    private mutating func paste(_ byte: UInt8, _ events: inout [Event]) {
        let end: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]
        // What is over the limit keeps only what may become the end.
        if collected.count >= Self.longestPaste + end.count { collected.remove(at: Self.longestPaste) }
        collected.append(byte)
        guard byte == end[5], collected.suffix(end.count).elementsEqual(end) else { return }
        let text = KeySequence.pasted(collected.dropLast(end.count).prefix(Self.longestPaste))
        reset()
        if !text.isEmpty { events.append(.paste(text)) }
    }
}
