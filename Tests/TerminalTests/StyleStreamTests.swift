import Testing

@testable import Terminal

struct StyleStreamTests {
    private func shortened(_ parts: String..., endsSingly: Bool = true, colours: [Colour] = []) -> String {
        var stream = StyleStream(colours: colours, endsSingly: endsSingly)
        var output: [UInt8] = []
        // A first part that settles what the terminal has.
        stream.shorten(Array("x".utf8), into: &output)
        output = []
        for part in parts { stream.shorten(Array(part.utf8), into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `Renditions without a visible effect are left out`() {
        #expect(shortened("\u{1B}[1ma\u{1B}[39;49m\u{1B}(B\u{1B}[m\u{1B}[1mb") == "\u{1B}[1mab")
        #expect(shortened("\u{1B}[38;5;20m\u{1B}[m", "\u{1B}[31mc\u{1B}[m") == "\u{1B}[31mc")
        #expect(
            shortened("\u{1B}[31m \u{1B}[5;6Ha\u{1B}[32m  \u{1B}[K\u{1B}[31mb") == " \u{1B}[5;6H\u{1B}[31ma  \u{1B}[Kb")
        #expect(shortened("\u{1B}[41m \u{1B}[7m \u{1B}[m\u{1B}[41m ") == "\u{1B}[41m \u{1B}[7m \u{1B}[27m ")
    }

    @Test func `Attributes end one by one where the terminal can, else all at once`() {
        let text = "\u{1B}[0;1;4;31ma\u{1B}[0;4;31mb\u{1B}[mc"
        #expect(shortened(text) == "\u{1B}[1;4;31ma\u{1B}[22mb\u{1B}[0mc")
        #expect(shortened(text, endsSingly: false) == "\u{1B}[1;4;31ma\u{1B}[0;4;31mb\u{1B}[0mc")
        #expect(shortened("\u{1B}[1;2ma\u{1B}[0;2mb") == "\u{1B}[1;2ma\u{1B}[22;2mb")
    }

    @Test func `Numbers of the palette's own become 24 bits`() {
        let colours = [Colour(red: 1, green: 2, blue: 3), Colour(red: 255, green: 0, blue: 9)]
        #expect(
            shortened("\u{1B}[38;5;16m\u{1B}[48;5;17ma\u{1B}[38:5:17mb", colours: colours)
                == "\u{1B}[38;2;1;2;3;48;2;255;0;9ma\u{1B}[38;2;255;0;9mb")
        #expect(shortened("\u{1B}[38;5;200ma") == "\u{1B}[38;5;200ma")
        #expect(shortened("\u{1B}[97;104ma\u{1B}[39mb") == "\u{1B}[97;104ma\u{1B}[39mb")
    }

    @Test func `Everything else passes as it is`() {
        for text in [
            "\u{1B}[?25l", "\u{1B}[>4;2m", "日本", "\u{1B}M", "\u{1B}[2;5r", "\u{1B}", "\u{1B}[", "\u{1B}[12",
            "\u{1B}7\r\n",
        ] {
            #expect(shortened(text) == text)
        }
        #expect(shortened("\u{1B}]104\u{7}a\u{F}") == "a")
    }
}

struct OutputQueueTests {
    @Test func `A line that takes all gets each frame in one call`() {
        var queue = OutputQueue()
        var calls: [[UInt8]] = []
        queue.add([1, 2, 3])
        #expect(
            queue.send {
                calls.append(Array($0)); return .took($0.count)
            })
        #expect(calls == [[1, 2, 3]] && !queue.isBusy)
    }

    @Test func `What a slow line leaves is sent on later, in order and whole`() {
        var queue = OutputQueue()
        var sent: [UInt8] = []
        queue.add(Array(0..<10))
        var answers: [OutputQueue.Answer] = [.took(4), .took(0), .busy, .took(1), .busy, .took(5)]
        func line(_ bytes: UnsafeRawBufferPointer) -> OutputQueue.Answer {
            let answer = answers.removeFirst()
            if case .took(let count) = answer { sent += bytes.prefix(count) }
            return answer
        }
        #expect(queue.send(line) && queue.isBusy)
        queue.add([])
        #expect(queue.send(line) && queue.isBusy)
        #expect(queue.send(line) && !queue.isBusy)
        #expect(sent == Array(0..<10))
    }

    @Test func `Only the newest frame waits`() {
        var queue = OutputQueue()
        for width in 1...5 { queue.wait(Frame(Size(width: width, height: 1))) }
        #expect(queue.takeNext()?.size.width == 5)
        #expect(queue.takeNext() == nil)
    }

    @Test func `A line that is gone is said once and keeps nothing`() {
        var queue = OutputQueue()
        queue.add([1])
        #expect(!queue.send { _ in .gone })
        #expect(!queue.isBusy)
    }
}

struct ClipboardTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("ÿÿ>", "w7/Dvz4="),
    ])
    func `Base64 is that of RFC 4648`(text: String, coded: String) {
        #expect(Clipboard.base64(Array(text.utf8)) == Array(coded.utf8))
        #expect(Clipboard.sequence(text) == Array("\u{1B}]52;c;\(coded)\u{1B}\\".utf8))
    }

    @Test func `What terminals would drop is refused`() {
        #expect(Clipboard.sequence(String(repeating: "x", count: Clipboard.longest / 4 * 3)) != nil)
        #expect(Clipboard.sequence(String(repeating: "x", count: Clipboard.longest)) == nil)
    }
}

struct HeadlessScreenTests {
    @Test func `A script is played to its end, and then the terminal is gone`() throws {
        let screen = HeadlessScreen(size: Size(width: 20, height: 2), script: [[.key(Key(.down)), .wake]])
        #expect(screen.feed(keys: "q", "Ctrl-X", "nonsense") == ["nonsense"])
        screen.feed([.resize(Size(width: 30, height: 3))])
        #expect(try screen.events(until: nil) == [.key(Key(.down)), .wake])
        #expect(try screen.events(until: nil) == [.key(Key(.character("q")))])
        #expect(try screen.events(until: nil) == [.key(Key(.character("x"), .control))])
        #expect(screen.size == Size(width: 20, height: 2))
        #expect(try screen.events(until: nil).count == 1)
        #expect(screen.size == Size(width: 30, height: 3))
        #expect(try screen.events(until: nil) == [.hangUp])
        #expect(throws: TerminalError.self) { try screen.events(until: nil) }
    }

    @Test func `It keeps what it was shown and what was copied`() {
        let screen = HeadlessScreen(size: Size(width: 4, height: 1))
        var frame = Frame(screen.size)
        frame.write("hi", x: 1, y: 0)
        screen.present(frame)
        #expect(screen.frame.lines == [" hi"] && screen.frameCount == 1)
        #expect(screen.copy("text") && screen.copied == ["text"])
        screen.suspend()
        #expect(screen.suspensions == 1)
    }
}
