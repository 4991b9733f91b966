import Domain

import FoundationEssentials
import Terminal
import Testing

@testable import Cockpit
@testable import Engine
@testable import Terminal
@testable import TerminalSupport

/// Screens as frames: compared with what a person has looked at and found right.
///
/// With PENSTOCK_RECORD set they are written anew, to be looked at.
@Suite struct FrameTests {
    static let sizes = [(120, 40), (80, 24), (60, 20), (45, 20)]
    static let screens = [
        "shift", "orders", "order", "risk", "missing", "data", "quarantine", "journal", "approve", "edit",
    ]

    static func state(_ screen: String) -> State {
        var state = Fixture.state()
        switch screen {
        case "orders": state.press("2")
        case "order": state.press("2", "Enter")
        case "risk": state.press("3")
        case "missing": state.press("3", "Tab", "Tab", "Tab")
        case "data": state.press("4")
        case "quarantine": state.press("4", "Tab", "Tab")
        case "journal": state.press("5")
        case "approve": state.press("2", "a")
        case "edit": state.press("2", "Enter", "e")
        default: break
        }
        return state
    }

    @Test(arguments: screens) func `a screen looks as it was found right, at every size`(screen: String) throws {
        for (width, height) in FrameTests.sizes {
            let frame = View.draw(FrameTests.state(screen), size: Size(width: width, height: height)).frame
            try compare(frame.annotated, "\(screen)-\(width)x\(height)")
        }
    }

    @Test(arguments: [ColourDepth.full, .indexed, .sixteen, ColourDepth.none])
    func `the colours of a frame at each depth are as they were found right`(depth: ColourDepth) throws {
        let frame = View.draw(FrameTests.state("orders"), size: Size(width: 80, height: 24)).frame
        let palette = Palette(Theme.find("dark").theme, depth: depth)
        var seen: [String: String] = [:]
        for y in 0..<24 {
            for x in 0..<80 {
                guard let cell = frame[x, y] else { continue }
                let name = "\(cell.role.rawValue)\(cell.attributes.contains(.selected) ? " selected" : "")"
                seen[name] = "\(palette[Palette.place(cell)])"
            }
        }
        let text = seen.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        try compare(text, "colours-\(depth.rawValue)")
    }

    private func compare(_ text: String, _ name: String) throws {
        let path = "\(URL(filePath: #filePath).deletingLastPathComponent().path)/Goldens/\(name).txt"
        if ProcessInfo.processInfo.environment["PENSTOCK_RECORD"] != nil {
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        let golden = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        #expect(text == golden, "\(name) has changed; look at it, then record it with PENSTOCK_RECORD=1")
    }

    @Test func `what steers a terminal never gets into a frame, whatever field it comes in`() {
        let hostile = "A\u{1B}[2J\u{07}\u{9B}31m\u{202E}B\u{200B}\nC"
        var state = Fixture.state(Fixture.snapshot(hostile: hostile, hold: hostile))
        for keys in [
            ["1"], ["2"], ["Enter"], ["e"], ["Esc", "x"], ["Esc", "3"], ["4"], ["Tab", "Tab"], ["m"], ["Esc", "5"],
            [":"],
        ] {
            for key in keys { state.press(key) }
            if keys == [":"] { state.type("lantern") }
            let frame = View.draw(state, size: Size(width: 120, height: 40)).frame
            for line in frame.lines {
                #expect(
                    !line.unicodeScalars.contains {
                        $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
                    })
            }
        }
    }

    @Test func `every screen draws at every size down to one cell`() {
        for screen in FrameTests.screens {
            let state = FrameTests.state(screen)
            for size in [
                (1, 1), (2, 1), (1, 50), (23, 6), (24, 6), (24, 5), (30, 10), (56, 16), (55, 15), (300, 3), (300, 90),
            ] {
                let frame = View.draw(state, size: Size(width: size.0, height: size.1)).frame
                #expect(frame.size.width == size.0 && frame.size.height == size.1)
            }
        }
    }

    @Test(arguments: sizes) func `the header says all of it at every size, in words`(width: Int, height: Int) {
        let text = View.draw(Fixture.state(), size: Size(width: width, height: height)).frame.lines.prefix(6).joined(
            separator: " ")
        for word in [
            "FIXED", "gifts", "mira", "asks for all", "runner 4711", "Mon 3 Oct 08:00", "oldest feed",
            "cut-off Acme Trading in 4 h",
        ] {
            #expect(text.contains(word), "\(word)")
        }
        let held = View.draw(
            Fixture.state(Fixture.snapshot(runner: nil, hold: "stock-take")), size: Size(width: width, height: height)
        ).frame.lines.prefix(6).joined(separator: " ")
        #expect(held.contains("HELD") && held.contains("NO RUNNER"))
    }

    @Test func `with ASCII glyphs nothing else is drawn`() {
        var snapshot = Fixture.snapshot()
        snapshot.orders.remove(at: 1)
        for keys in ["1", "2", "3", "4", "5"] {
            var state = Fixture.state(snapshot, glyphs: .ascii)
            state.press(keys)
            let frame = View.draw(state, size: Size(width: 120, height: 40)).frame
            let lines = frame.lines.filter { !$0.contains("…") }
            #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
        }
    }

    @Test(arguments: sizes) func `a day that no source has told of is not known, never nothing`(width: Int, height: Int)
    {
        var snapshot = Fixture.snapshot()
        snapshot.yesterday = DayResult(
            day: Fixture.today.advanced(by: -1), isCovered: false, units: 0, net: 0, margin: 0, unitsWithoutCost: 0,
            forecast: nil)
        let lines = View.draw(Fixture.state(snapshot), size: Size(width: width, height: height)).frame.lines
        #expect(!lines.contains { $0.contains("units 0") || $0.contains("net 0") })
    }
}
