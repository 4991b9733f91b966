import Testing

@testable import Terminal

struct KeyDecoderTests {
    static let sequences: [(String, [Event])] = [
        ("a", [.key(Key(.character("a")))]), ("é", [.key(Key(.character("é")))]), ("日", [.key(Key(.character("日")))]),
        ("📦", [.key(Key(.character("📦")))]), ("\r", [.key(Key(.enter))]), ("\n", [.key(Key(.enter))]),
        ("\t", [.key(Key(.tab))]), ("\u{7F}", [.key(Key(.backspace))]), ("\u{8}", [.key(Key(.backspace))]),
        ("\u{0}", [.key(Key(.character(" "), .control))]), ("\u{1}", [.key(Key(.character("a"), .control))]),
        ("\u{1A}", [.key(Key(.character("z"), .control))]), ("\u{1F}", [.key(Key(.character("_"), .control))]),
        ("\u{1B}[A", [.key(Key(.up))]), ("\u{1B}OA", [.key(Key(.up))]), ("\u{1B}[B", [.key(Key(.down))]),
        ("\u{1B}[C", [.key(Key(.right))]), ("\u{1B}[D", [.key(Key(.left))]), ("\u{1B}[H", [.key(Key(.home))]),
        ("\u{1B}OF", [.key(Key(.end))]), ("\u{1B}[1~", [.key(Key(.home))]), ("\u{1B}[4~", [.key(Key(.end))]),
        ("\u{1B}[7~", [.key(Key(.home))]), ("\u{1B}[2~", [.key(Key(.insert))]), ("\u{1B}[3~", [.key(Key(.delete))]),
        ("\u{1B}[5~", [.key(Key(.pageUp))]), ("\u{1B}[6~", [.key(Key(.pageDown))]),
        ("\u{1B}[1;2A", [.key(Key(.up, .shift))]), ("\u{1B}[1;5C", [.key(Key(.right, .control))]),
        ("\u{1B}[1;3D", [.key(Key(.left, .alt))]), ("\u{1B}[1;8H", [.key(Key(.home, [.shift, .alt, .control]))]),
        ("\u{1B}[3;5~", [.key(Key(.delete, .control))]), ("\u{1B}[Z", [.key(Key(.tab, .shift))]),
        ("\u{1B}OP", [.key(Key(.function(1)))]), ("\u{1B}[11~", [.key(Key(.function(1)))]),
        ("\u{1B}[[C", [.key(Key(.function(3)))]), ("\u{1B}[15~", [.key(Key(.function(5)))]),
        ("\u{1B}[17~", [.key(Key(.function(6)))]), ("\u{1B}[24~", [.key(Key(.function(12)))]),
        ("\u{1B}[1;5P", [.key(Key(.function(1), .control))]), ("\u{1B}[34~", [.key(Key(.function(20)))]),
        ("\u{1B}x", [.key(Key(.character("x"), .alt))]), ("\u{1B}é", [.key(Key(.character("é"), .alt))]),
        ("\u{1B}\r", [.key(Key(.enter, .alt))]), ("\u{1B}\u{1B}[A", [.key(Key(.up, .alt))]),
        ("\u{1B}[<0;1;1M", [.mouse(Mouse(.press(.left), at: Point(x: 0, y: 0)))]),
        ("\u{1B}[<2;300;44m", [.mouse(Mouse(.release(.right), at: Point(x: 299, y: 43)))]),
        ("\u{1B}[<64;5;6M", [.mouse(Mouse(.wheelUp, at: Point(x: 4, y: 5)))]),
        ("\u{1B}[<81;5;6M", [.mouse(Mouse(.wheelDown, at: Point(x: 4, y: 5), .control))]),
        ("\u{1B}[<35;5;6M", []), ("\u{1B}[M !!", [.mouse(Mouse(.press(.left), at: Point(x: 0, y: 0)))]),
        ("\u{1B}[M#$%", [.mouse(Mouse(.release(.left), at: Point(x: 3, y: 4)))]),
        ("\u{1B}[I", [.focus(true)]), ("\u{1B}[O", [.focus(false)]),
        ("\u{1B}[200~pasted\u{1B}[201~", [.paste("pasted")]),
        ("\u{1B}[200~a\r\nb\rc\nd\te\u{1B}[31mf\u{7}\u{9B}\u{1B}[201~", [.paste("a\nb\nc\nd\te[31mf")]),
        ("\u{1B}[200~\u{1B}[201\u{1B}[201~", [.paste("[201")]), ("\u{1B}[200~\u{1B}[201~", []),
        // What was never asked for, and answers to what was never put.
        ("\u{1B}[97u", []), ("\u{1B}[27;5;13~", []), ("\u{1B}[97;5:3u", []), ("\u{1B}[?1;2c", []),
        ("\u{1B}[24;80R", []),
        ("\u{1B}[?2026;2$y", []), ("\u{1B}]11;rgb:00/00/00\u{1B}\\", []), ("\u{1B}]52;c;aGk=\u{7}", []),
        ("\u{1B}P>|XTerm(370)\u{1B}\\", []), ("\u{1B}_Gi=1;OK\u{1B}\\", []), ("\u{1B}[99999999999999999999~", []),
        ("\u{1B}[200;1~", []), ("\u{1B}OZ", []), ("\u{1B}[ q", []), ("\u{1B}[>0;276;0c", []),
        // No UTF-8 beyond what it may encode; controls in two bytes.
        ("\u{80}", []), ("\u{9B}", []),
    ]

    @Test(arguments: sequences)
    func `A sequence means what it means, whole and split at any byte`(text: String, events: [Event]) {
        let bytes = Array(text.utf8)
        var whole = KeyDecoder()
        #expect(whole.decode(bytes) == events)
        #expect(!whole.isWaiting)
        for cut in bytes.indices {
            var decoder = KeyDecoder()
            #expect(decoder.decode(bytes[..<cut]) + decoder.decode(bytes[cut...]) == events, "cut at \(cut)")
        }
        var single = KeyDecoder()
        #expect(bytes.flatMap { single.decode([$0]) } == events)
        // The next key is as if nothing had been.
        #expect(whole.decode(Array("k".utf8)) == [.key(Key(.character("k")))])
    }

    @Test func `Many keys at once come in order`() {
        var decoder = KeyDecoder()
        let all = Self.sequences.filter { $0.0 != "\u{1B}x" }
        #expect(decoder.decode(Array(all.map(\.0).joined().utf8)) == all.flatMap(\.1))
    }

    @Test func `A lone Escape is a key after a while, and nothing else waits`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty && decoder.isWaiting)
        #expect(decoder.flush() == [.key(Key(.escape))])
        #expect(!decoder.isWaiting && decoder.flush().isEmpty)
        #expect(decoder.decode([0x1B, 0x1B]).isEmpty && decoder.isWaiting)
        #expect(decoder.flush() == [.key(Key(.escape)), .key(Key(.escape))])
        #expect(decoder.decode(Array("\u{1B}O".utf8)).isEmpty)
        #expect(decoder.flush() == [.key(Key(.character("O"), .alt))])
        #expect(decoder.decode(Array("\u{1B}P".utf8)).isEmpty)
        #expect(decoder.flush() == [.key(Key(.character("P"), .alt))])
        for partial in ["\u{1B}[", "\u{1B}[1;", "\u{1B}[200~half", "\u{1B}]11;rgb", "\u{E9}"] {
            var decoder = KeyDecoder()
            _ = decoder.decode(Array(partial.utf8))
            #expect(!decoder.isWaiting && decoder.flush().isEmpty)
        }
    }

    @Test func `A sequence that comes too late after its Escape is not typed`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.flush() == [.key(Key(.escape))])
        #expect(decoder.decode(Array("[1;5A".utf8)) == [.key(Key(.up, .control))])
        // Typed by hand, the bracket comes alone.
        _ = decoder.decode([0x1B])
        _ = decoder.flush()
        #expect(decoder.decode(Array("[".utf8)) == [.key(Key(.character("[")))])
        #expect(decoder.decode(Array("A".utf8)) == [.key(Key(.character("A")))])
    }

    @Test func `A sequence that is cut off loses no later key`() {
        var decoder = KeyDecoder()
        #expect(decoder.decode(Array("\u{1B}]11;rgb\u{1B}[A".utf8)) == [.key(Key(.up))])
        #expect(decoder.decode(Array("\u{1B}[12\u{1B}[B".utf8)) == [.key(Key(.down))])
        #expect(decoder.decode(Array("\u{1B}[12\r".utf8)) == [.key(Key(.enter))])
        #expect(decoder.decode([0xE6, 0x97, 0x71]) == [.key(Key(.character("q")))])
        #expect(decoder.decode(Array("\u{1B}O\u{1B}[C".utf8)) == [.key(Key(.right))])
    }

    @Test func `Text in UTF-8 that is not valid types nothing`() {
        let invalid: [[UInt8]] = [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xE0, 0x80, 0x80], [0x80], [0xBF, 0xBF],
        ]
        for bytes in invalid {
            var decoder = KeyDecoder()
            #expect(decoder.decode(bytes + Array("k".utf8)) == [.key(Key(.character("k")))], "\(bytes)")
        }
    }

    @Test func `Rubbish never traps, types nothing that was not sent, and ends`() {
        var dice = Dice(state: 11)
        let pieces = Self.sequences.map { Array($0.0.utf8) } + [[0x1B], [0x1B, 0x5B], [0x9B], [0xFF, 0xFE], [0x18]]
        for _ in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &dice) {
                if Bool.random(using: &dice) {
                    bytes += pieces.randomElement(using: &dice) ?? []
                } else {
                    bytes += (0..<Int.random(in: 0...5, using: &dice)).map { _ in
                        UInt8.random(in: 0...255, using: &dice)
                    }
                }
            }
            var decoder = KeyDecoder()
            var typed: [Character] = []
            for event in decoder.decode(bytes) + decoder.flush() {
                if case .key(let key) = event, case .character(let character) = key.code,
                    !key.modifiers.contains(.control)
                {
                    typed.append(character)
                }
            }
            // What was typed was sent, in this order.
            var sent = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { Character($0) }[...]
            for character in typed {
                guard let place = sent.firstIndex(of: character) else {
                    Issue.record("\(character) was never sent: \(bytes)")
                    return
                }
                sent = sent[(place + 1)...]
            }
            #expect(decoder.decode([0x18, 0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E, 0x18, 0x18, 0x18]).count <= 4)
            #expect(decoder.decode(Array("z".utf8)).last == .key(Key(.character("z"))))
        }
    }

    @Test func `Every control sequence of the standard's form is swallowed or is a key, never text`() {
        var dice = Dice(state: 5)
        for _ in 0..<3000 {
            var bytes: [UInt8] = [0x1B, 0x5B]
            bytes += (0..<Int.random(in: 0...8, using: &dice)).map { _ in UInt8.random(in: 0x30...0x3F, using: &dice) }
            bytes += (0..<Int.random(in: 0...2, using: &dice)).map { _ in UInt8.random(in: 0x20...0x2F, using: &dice) }
            bytes.append(UInt8.random(in: 0x40...0x7E, using: &dice))
            let text = String(decoding: bytes, as: UTF8.self)
            if ["\u{1B}[M", "\u{1B}[["].contains(text) || text == "\u{1B}[200~" { continue }
            var decoder = KeyDecoder()
            for event in decoder.decode(bytes) {
                if case .key(let key) = event, case .character = key.code {
                    Issue.record("\(text.debugDescription) typed \(key)")
                }
            }
            #expect(decoder.decode([0x71]) == [.key(Key(.character("q")))], "\(text.debugDescription)")
        }
    }

    @Test func `A paste longer than anyone wants is cut`() {
        var decoder = KeyDecoder()
        _ = decoder.decode(Array("\u{1B}[200~".utf8))
        _ = decoder.decode(Array(repeating: UInt8(ascii: "x"), count: KeyDecoder.longestPaste + 100))
        guard case .paste(let text)? = decoder.decode(Array("\u{1B}[201~".utf8)).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == KeyDecoder.longestPaste)
    }

    @Test func `Keys are written and read alike`() {
        for (_, events) in Self.sequences {
            for case .key(let key) in events { #expect(Key("\(key)") == key, "\(key)") }
        }
        #expect("\(Key(.up, [.alt, .shift]))" == "Alt-Shift-Up")
        #expect(Key("Ctrl-x") == Key(.character("x"), .control))
        #expect(Key("-") == Key(.character("-")))
        #expect(Key("Ctrl--") == Key(.character("-"), .control))
        #expect(Key("") == nil && Key("Hyper-X") == nil && Key("F25") == nil && Key("xx") == nil)
    }
}
