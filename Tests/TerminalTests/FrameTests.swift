import Testing

@testable import Terminal

struct FrameTests {
    private func drawn(_ width: Int, _ body: (inout Frame) -> Void) -> String {
        var frame = Frame(Size(width: width, height: 1))
        frame.fill(frame.bounds, with: ".")
        body(&frame)
        return frame.lines[0]
    }

    @Test func `Text is cut by columns and never within a wide character`() {
        #expect(drawn(6) { $0.write("abcdefgh", x: 2, y: 0) } == "..abcd")
        #expect(drawn(6) { $0.write("abcdefgh", x: -2, y: 0) } == "cdefgh")
        #expect(drawn(6) { $0.write("日本語", x: -1, y: 0) } == " 本語.")
        #expect(drawn(6) { $0.write("日本語", x: 1, y: 0) } == ".日本")
        #expect(drawn(6) { $0.write("日本語", x: 0, y: 0, width: 3) } == "日 ...")
        #expect(drawn(6) { $0.write("x", x: 0, y: 1) } == "......")
        #expect(drawn(6) { $0.write("x", x: 6, y: 0) } == "......")
    }

    @Test func `Text stands where it is told to in its width`() {
        #expect(drawn(8) { $0.write("ab", x: 1, y: 0, width: 6, alignment: .trailing) } == ".....ab.")
        #expect(drawn(8) { $0.write("ab", x: 1, y: 0, width: 6, alignment: .center) } == "...ab...")
        #expect(drawn(8) { $0.write("日", x: 1, y: 0, width: 6, alignment: .trailing) } == ".....日.")
        #expect(drawn(8) { $0.write("abcdef", x: 1, y: 0, width: 4, ellipsis: "…") } == ".abc…...")
        #expect(drawn(8) { $0.write("日本語", x: 1, y: 0, width: 4, ellipsis: "…") } == ".日 …...")
        #expect(drawn(8) { $0.write("abcd", x: 1, y: 0, width: 4, ellipsis: "…") } == ".abcd...")
        #expect(drawn(8) { $0.write("12345", x: 1, y: 0, width: 4, alignment: .trailing, ellipsis: "~") } == ".123~...")
    }

    @Test func `Writing over half a wide character blanks the other half`() {
        #expect(
            drawn(4) {
                $0.write("日本", x: 0, y: 0); $0.write("x", x: 1, y: 0)
            } == " x本")
        #expect(
            drawn(4) {
                $0.write("日本", x: 0, y: 0); $0.write("x", x: 2, y: 0)
            } == "日x")
        #expect(
            drawn(4) {
                $0.write("日本", x: 0, y: 0); $0.write("語", x: 1, y: 0)
            } == " 語")
        #expect(
            drawn(6) {
                $0.write("日本語", x: 0, y: 0); $0.fill(Rect(x: 1, y: 0, width: 4, height: 1), with: "-")
            } == " ----")
    }

    @Test func `Marks go to the character before them, two of them`() {
        var frame = Frame(Size(width: 4, height: 1))
        #expect(frame.write("e\u{301}\u{323}\u{302}x\u{308}", x: 0, y: 0) == 2)
        #expect(frame[0, 0]?.text == "e\u{301}\u{323}")
        #expect(frame[1, 0]?.text == "x\u{308}")
        #expect(frame[2, 0]?.text == " ")
    }

    @Test func `A box has its corners, its title, and room for nothing less`() {
        var frame = Frame(Size(width: 12, height: 3))
        frame.box(frame.bounds, title: "Orders today", glyphs: .unicode)
        #expect(
            frame.lines == ["┌ Orders t…┐", "│          │", "└──────────┘"])
        frame.box(Rect(x: 0, y: 0, width: 1, height: 3), glyphs: .ascii)
        #expect(frame[0, 1]?.text == "│")
    }

    @Test func `A frame within a frame keeps to its edges and brings its cursor`() {
        var inner = Frame(Size(width: 4, height: 2))
        inner.write("日本", x: 0, y: 0)
        inner.cursor = Point(x: 1, y: 1)
        var outer = Frame(Size(width: 6, height: 2))
        outer.fill(outer.bounds, with: ".")
        outer.draw(inner, at: Point(x: -1, y: 0))
        #expect(outer.lines == [" 本...", "   ..."])
        #expect(outer.cursor == Point(x: 0, y: 1))
        outer.draw(inner, at: Point(x: 3, y: 1))
        #expect(outer.lines == [" 本...", "   日"])
        #expect(outer.cursor == Point(x: 0, y: 1))
    }

    @Test func `Selecting keeps the text and its roles`() {
        var frame = Frame(Size(width: 10, height: 1))
        frame.write("out now", x: 1, y: 0, role: .danger, attributes: .bold)
        frame.select(Rect(x: 0, y: 0, width: 10, height: 1))
        #expect(frame.annotated == " out now\n  ~ 0-0 text selected, 1-7 danger bold selected, 8-9 text selected\n")
    }

    @Test func `Whatever is drawn anywhere, wide characters stay whole`() {
        var dice = Dice(state: 3)
        var frame = Frame(Size(width: 11, height: 4))
        for _ in 0..<3000 {
            let x = Int.random(in: -4...12, using: &dice)
            let y = Int.random(in: -1...4, using: &dice)
            let part = Rect(
                x: x, y: y, width: .random(in: -1...9, using: &dice), height: .random(in: -1...3, using: &dice))
            switch Int.random(in: 0..<7, using: &dice) {
            case 0: frame.fill(part, with: "x")
            case 1: frame.fill(part, with: "語")
            case 2: frame.draw(frame, at: Point(x: x, y: y))
            case 3: frame.box(part, title: "日本", glyphs: .unicode)
            default:
                frame.write(
                    ["日本語日本語", "a日b本", "\u{301}x"].randomElement(using: &dice) ?? "", x: x, y: y,
                    width: Bool.random(using: &dice) ? nil : part.width, alignment: .trailing, ellipsis: "…")
            }
            for y in 0..<4 {
                for x in 0..<11 {
                    let isSecondHalf = x > 0 && frame[x - 1, y]?.width == 2
                    #expect(frame[x, y]?.isContinuation == isSecondHalf)
                }
                #expect(frame[10, y]?.width != 2)
            }
        }
    }

    @Test func `A frame without cells takes anything`() {
        for size in [
            Size(width: 0, height: 0), Size(width: 0, height: 5), Size(width: 5, height: 0),
            Size(width: -3, height: -1),
        ] {
            var frame = Frame(size)
            frame.write("text", x: 0, y: 0, ellipsis: "…")
            frame.fill(Rect(x: 0, y: 0, width: 5, height: 5))
            frame.box(frame.bounds.inset(), glyphs: .ascii)
            frame.draw(Frame(Size(width: 2, height: 2)), at: Point(x: 0, y: 0))
            frame.select(Rect(x: -1, y: -1, width: 9, height: 9))
            #expect(frame.cells.isEmpty)
        }
    }

    @Test func `A part is taken off its sides as far as it reaches`() {
        var rest = Rect(x: 2, y: 1, width: 10, height: 5)
        #expect(rest.takeTop(1) == Rect(x: 2, y: 1, width: 10, height: 1))
        #expect(rest.takeBottom(2) == Rect(x: 2, y: 4, width: 10, height: 2))
        #expect(rest.takeLeft(3) == Rect(x: 2, y: 2, width: 3, height: 2))
        #expect(rest.takeRight(99) == Rect(x: 5, y: 2, width: 7, height: 2))
        #expect(rest.isEmpty && rest.takeTop(4).isEmpty)
    }
}

struct GlyphsTests {
    @Test(arguments: [Glyphs.unicode, .ascii])
    func `Every character of a set takes one column`(set: Glyphs) {
        let all =
            [
                set.horizontal, set.vertical, set.upperLeft, set.upperRight, set.lowerLeft, set.lowerRight,
                set.teeRight,
                set.teeLeft, set.teeDown, set.teeUp, set.cross, set.up, set.down, set.left, set.right, set.bullet,
                set.mark,
                set.check, set.fail,
            ] + set.levels + set.parts + set.shades
        for character in all { #expect(displayWidth(String(character)) == 1, "\(character)") }
        #expect(displayWidth(set.ellipsis) == 1)
    }

    @Test func `The ASCII set is ASCII`() {
        let all =
            Glyphs.ascii.levels + Glyphs.ascii.parts + Glyphs.ascii.shades + [Glyphs.ascii.up, Glyphs.ascii.cross]
        #expect(all.allSatisfy(\.isASCII) && Glyphs.ascii.ellipsis.allSatisfy(\.isASCII))
    }

    @Test(arguments: [
        (["LANG": "en_GB.UTF-8"], Glyphs.unicode), (["LANG": "C.utf8"], .unicode), (["LANG": "C"], .ascii),
        ([:], .ascii),
        (["LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"], .ascii),
        (["LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8@euro"], .unicode),
        (["LANG": "de_DE.ISO-8859-15@euro"], .ascii),
    ])
    func `The locale decides the set`(environment: [String: String], set: Glyphs) {
        #expect(Glyphs.suited(to: environment) == set)
    }

    @Test func `Sparklines scale from nothing to the greatest value and show what is missing as blank`() {
        #expect(Glyphs.unicode.sparkline([0, 1, 4, 8, nil, .nan, -2]) == " ▁▄█   ")
        #expect(Glyphs.unicode.sparkline([0.001, 100]) == "▁█")
        #expect(Glyphs.unicode.sparkline([5, 50], top: 10) == "▄█")
        #expect(Glyphs.unicode.sparkline([0, 0]) == "  ")
        #expect(Glyphs.ascii.sparkline([1, 7]) == ".#")
    }

    @Test func `Bars are filled by their share to an eighth of a column`() {
        #expect(Glyphs.unicode.bar(0.5, width: 4) == "██  ")
        #expect(Glyphs.unicode.bar(0.53125, width: 4) == "██▏ ")
        #expect(Glyphs.unicode.bar(7, width: 3) == "███")
        #expect(Glyphs.unicode.bar(-.infinity, width: 3) == "   ")
        #expect(Glyphs.ascii.bar(0.5, width: 5) == "###  ")
        #expect(Glyphs.ascii.bar(0.5, width: 0).isEmpty)
    }
}
