import Testing

@testable import Terminal
@testable import TerminalSupport

/// A sequence of random numbers from a seed (SplitMix64, Steele, Lea and Flood 2014).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

// ncurses keeps its current screen in a global.
@Suite(.serialized)
struct PainterTests {
    static let kinds: [(String, ColourDepth)] = [
        ("xterm-256color", .full), ("xterm-256color", .indexed), ("xterm-256color", .none), ("xterm", .eight),
        ("tmux-256color", .indexed), ("screen", .eight), ("linux", .none), ("vt100", .none), ("ansi", .none),
    ]

    @Test(arguments: kinds)
    func `The bytes of any frame after any other give exactly that frame`(term: String, depth: ColourDepth) throws {
        var dice = Dice(state: 7)
        let theme = Theme.find("dark").theme
        let palette = Palette(theme, depth: depth)
        let kind = try TerminalKind(environment: ["TERM": term])
        var size = Size(width: 24, height: 8)
        let painter = try Painter(kind, size: size, theme: theme) { _ in depth }
        #expect(painter.description == term)
        var terminal = TinyTerminal(
            width: size.width, height: size.height,
            erasesInColour: !term.hasPrefix("screen") && !term.hasPrefix("tmux"), wrapsAtOnce: term == "ansi")
        var frame = Frame(size)
        for step in 0..<200 {
            if step % 20 == 19 {
                size = Size(width: .random(in: 1...40, using: &dice), height: .random(in: 1...12, using: &dice))
                terminal.resize(width: size.width, height: size.height)
                frame = Frame(size)
            }
            scribble(on: &frame, &dice)
            switch Int.random(in: 0..<40, using: &dice) {
            case 0: painter.repaint()
            case 1: painter.leave()
            default: break
            }
            let bytes = painter.bytes(for: frame)
            terminal.take(bytes)
            try #require(terminal.complaints.isEmpty)
            let difference = difference(frame, terminal, palette, showsDim: !painter.capability("dim").isEmpty)
            try #require(difference == nil, "step \(step), \(term): \(difference ?? "")\n\(bytes.escaped)")
        }
    }

    @Test func `A frame that is shown already costs nothing`() throws {
        let theme = Theme.find("dark").theme
        let painter = try Painter(
            TerminalKind(environment: ["TERM": "xterm"]), size: Size(width: 9, height: 3), theme: theme
        ) {
            _ in .eight
        }
        var frame = Frame(Size(width: 9, height: 3))
        frame.write("same", x: 0, y: 1)
        #expect(!painter.bytes(for: frame).isEmpty)
        #expect(painter.bytes(for: frame).isEmpty)
        #expect(painter.bytes(for: Frame(Size(width: 0, height: 3))).isEmpty)
    }

    @Test(arguments: [ColourDepth.indexed, .full])
    func `Moving a selection over rows of 120 columns costs at most 400 bytes`(depth: ColourDepth) throws {
        let size = Size(width: 120, height: 40)
        let painter = try Painter(
            TerminalKind(environment: ["TERM": "xterm-256color"]), size: size, theme: Theme.find("dark").theme
        ) { _ in depth }
        func table(selected: Int) -> Frame {
            var frame = Frame(size)
            for y in 0..<40 {
                frame.write("8\(y * 7919 % 9973)", x: 0, y: y, width: 7)
                frame.write("WHITE HANGING HEART T-LIGHT HOLDER", x: 8, y: y, width: 36, ellipsis: "…")
                for column in 0..<6 {
                    frame.write(
                        "\((y + 3) * (column + 7) * 31 % 997)", x: 46 + column * 9, y: y, width: 8, alignment: .trailing
                    )
                }
                frame.write(y % 3 == 0 ? "out now" : "in 4 days", x: 102, y: y, role: y % 3 == 0 ? .danger : .warning)
            }
            frame.select(Rect(x: 0, y: selected, width: 120, height: 1))
            return frame
        }
        _ = painter.bytes(for: table(selected: 0))
        let costs = (1..<40).map { painter.bytes(for: table(selected: $0)).count }
        #expect(costs.allSatisfy { $0 > 0 && $0 <= 400 }, "\(costs)")
    }

    @Test func `What the system's table cannot place is replaced in its width`() throws {
        let size = Size(width: 8, height: 1)
        let theme = Theme.plain
        let painter = try Painter(TerminalKind(environment: ["TERM": "xterm"]), size: size, theme: theme) { _ in .none }
        var frame = Frame(size)
        // Assigned in Unicode 17; wide by the table here, unknown to older systems.
        frame.write("\u{1FAC8}b", x: 0, y: 0)
        var terminal = TinyTerminal(width: 8, height: 1, erasesInColour: true)
        terminal.take(painter.bytes(for: frame))
        #expect(terminal.rows[0][2].text == "b")
    }

    @Test func `An unknown terminal is drawn as xterm, and none at all is said`() throws {
        let kind = try TerminalKind(environment: ["TERM": "xterm-neverheard"])
        let painter = try Painter(kind, size: Size(width: 5, height: 5), theme: .plain) { _ in .none }
        #expect(painter.description == "xterm-256color")
        for term in ["dumb", "", "unknown"] {
            #expect(throws: TerminalError.self) { try TerminalKind(environment: ["TERM": term]) }
        }
        let direct = try TerminalKind(environment: ["TERM": "xterm-direct"])
        #expect(direct.descriptions.first == "xterm-256color")
    }

    private func scribble(on frame: inout Frame, _ dice: inout Dice) {
        let words = [
            "stock", "日本", "e\u{301}te\u{301}", "  ", "====================", "한국어", "─────", "a", "📦 box", "-0-",
        ]
        let attributes: [Cell.Attributes] = [[], [], .bold, .underline, .reverse, .selected, [.bold, .selected], .dim]
        for _ in 0..<Int.random(in: 1...6, using: &dice) {
            let role = Role.allCases.randomElement(using: &dice) ?? .text
            let looks = attributes.randomElement(using: &dice) ?? []
            let x = Int.random(in: -2...frame.size.width, using: &dice)
            let y = Int.random(in: 0..<frame.size.height, using: &dice)
            switch Int.random(in: 0..<8, using: &dice) {
            case 0: frame.fill(Rect(x: x, y: y, width: 9, height: 3), role: role, attributes: looks)
            case 1: frame.select(Rect(x: 0, y: y, width: frame.size.width, height: 1))
            case 2:
                // Everything moves up, as a list does that is scrolled.
                let before = frame
                frame = Frame(frame.size)
                frame.draw(before, at: Point(x: 0, y: -1))
            case 3: frame.cursor = Bool.random(using: &dice) ? nil : Point(x: x, y: y)
            default:
                frame.write(words.randomElement(using: &dice) ?? "", x: x, y: y, role: role, attributes: looks)
            }
        }
    }

    /// The first cell that is not as it should be.
    private func difference(_ frame: Frame, _ terminal: TinyTerminal, _ palette: Palette, showsDim: Bool) -> String? {
        func colour(_ number: Int) -> Int {
            let own = number - Palette.firstOwn
            guard own >= 0, own < palette.colours.count else { return number }
            let colour = palette.colours[own]
            return 1 << 24 | Int(colour.red) << 16 | Int(colour.green) << 8 | Int(colour.blue)
        }
        for y in 0..<frame.size.height {
            for x in 0..<frame.size.width {
                guard let cell = frame[x, y], !cell.isContinuation else { continue }
                let look = palette[Palette.place(cell)]
                let attributes = look.attributes.union(cell.attributes)
                var expected = Looks(ink: colour(look.ink), ground: colour(look.ground))
                for (attribute, bit) in [(Cell.Attributes.bold, 1), (.dim, 2), (.underline, 4), (.reverse, 7)]
                where attributes.contains(attribute) && (bit != 2 || showsDim) { expected.attributes |= 1 << bit }
                var found = terminal.rows[y][x]
                if cell.text == " ", attributes.isDisjoint(with: [.underline, .reverse]) {
                    // A blank shows its ground alone.
                    found.looks = Looks(
                        ink: expected.ink, ground: found.looks.ground, attributes: found.looks.attributes & ~6)
                    expected.attributes &= ~6
                }
                if found != TinyTerminal.Place(text: cell.text, looks: expected) {
                    return "\(x),\(y): \(found), expected \(cell.text) \(expected)"
                }
            }
        }
        if let cursor = frame.cursor, frame.bounds.contains(cursor) {
            if (terminal.x, terminal.y) != (cursor.x, cursor.y) { return "cursor at \(terminal.x),\(terminal.y)" }
            if terminal.modes[25] == false { return "cursor hidden" }
        } else if terminal.modes[25] == true {
            return "cursor shown"
        }
        return nil
    }
}

extension [UInt8] {
    /// Readable where a test fails.
    var escaped: String { String(decoding: self, as: UTF8.self).debugDescription }
}
