import Engine
import Store
import Terminal
import Testing

@testable import Cockpit

@Suite struct CommandTests {
    @Test func `every command is in the table once, with a key, a title and help`() {
        for id in CommandID.allCases {
            let found = Command.all.filter { $0.id == id }
            #expect(found.count == 1, "\(id)")
        }
        for command in Command.all {
            #expect(!command.keys.isEmpty && !command.title.isEmpty && command.help.hasSuffix("."), "\(command.id)")
        }
    }

    @Test func `no key means two things in one place`() {
        for screen in FrameTests.screens {
            var state = FrameTests.state(screen)
            state.overlays = []
            state.rights.isDemo = true
            var owners: [Key: CommandID] = [:]
            for command in Command.active(state) {
                for key in command.keys {
                    #expect(
                        owners[key] == nil, "\(key) on \(screen): \(command.id) and \(String(describing: owners[key]))")
                    owners[key] = command.id
                }
            }
        }
    }

    @Test func `a read-only cockpit has no command that changes anything, and says so`() {
        var state = Fixture.state()
        state.rights.isReadOnly = true
        #expect(Command.active(state).allSatisfy { $0.weight == .looks })
        for key in ["a", "x", "z", "u", "H", "W", "N"] {
            #expect(state.press(key).isEmpty && state.overlays.isEmpty)
            #expect(state.note?.text.contains("read-only") ?? false)
        }
    }

    @Test func `help and palette show every command of the place`() {
        let state = Fixture.state()
        let entries = Palette().entries(state)
        #expect(entries.count == Command.active(state).count)
        #expect(entries.allSatisfy { !$0.title.isEmpty })
    }

    @Test func `the palette finds commands by a few letters, orders by number, products by their words`() {
        var state = Fixture.state()
        state.press(":")
        state.type("appr")
        guard case .palette(let palette) = state.overlays.last else { return #expect(Bool(false)) }
        #expect(palette.entries(state).first?.title == "Approve")
        var other = Fixture.state()
        other.press(":")
        other.type("lantern cream")
        other.press("Enter")
        #expect(other.place == .product(.init(sku: Fixture.sku("22784"), place: Fixture.main)))
        var third = Fixture.state()
        third.press(":")
        third.type("8")
        third.press("Enter")
        #expect(third.place == .order(8))
    }

    @Test func `an unknown outcome is settled by a person, in three steps`() {
        var snapshot = Fixture.snapshot()
        snapshot.orders[0].action.state = .unknown
        var state = Fixture.state(snapshot)
        state.press("2")
        #expect(state.press("v", "d").isEmpty)
        guard case .confirm(let asked)? = state.overlays.last else {
            Issue.record("it must ask")
            return
        }
        #expect(asked.verb == "Settle" && !asked.isOnVerb)
        let effects = state.press("y")
        guard case .resolve(7, done: true)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
    }

    @Test func `a shop that cannot be read is said once and not asked again and again`() {
        var state = Fixture.state()
        #expect(state.update(.unread("disk I/O error")).isEmpty)
        #expect(state.note?.text.contains("disk I/O error") ?? false)
        #expect(state.snapshot != nil, "what was read before stands")
    }

    @Test func `many orders at once are approved only after a word is typed`() {
        var snapshot = Fixture.snapshot()
        snapshot.orders = (1...8).map {
            Fixture.order($0, "Supplier \($0)", [Fixture.line("A\($0)", "Thing", quantity: 12, cost: 100)], saves: 10)
        }
        var state = Fixture.state(snapshot)
        state.press("2")
        for _ in 0..<8 { state.press("Space") }
        state.press("a")
        #expect(state.press("y").isEmpty && state.press("Tab", "Enter").isEmpty)
        state.press("Ctrl-U")
        state.type("approve")
        guard case .approve(let approvals)? = state.press("Enter").first else {
            Issue.record("the word was typed")
            return
        }
        #expect(approvals.map(\.id) == Array(1...8) && approvals.allSatisfy { $0.hash == "hash-\($0.id)" })
    }

    @Test func `a row that does not fit a line of typing is not mended here, or half of it would be lost`() {
        for raw in [Array(repeating: UInt8(ascii: "x"), count: TextField.limit + 1), [0x41, 0xFF, 0x42]] {
            var snapshot = Fixture.snapshot()
            snapshot.quarantine[0].raw = raw
            var state = Fixture.state(snapshot)
            state.press("4", "Tab", "Tab", "m")
            #expect(state.overlays.isEmpty)
            #expect(state.note?.text.contains("penstock quarantine fix 3") ?? false)
        }
    }

    @Test func `picked orders are decided wherever the cursor stands, and only those that wait`() {
        var state = Fixture.state()
        state.press("2", "Space", "Space", "Space")
        #expect(state.order?.action.state == .approved, "the cursor has come to one that is decided")
        state.press("a")
        guard case .confirm(let asked)? = state.overlays.last else {
            Issue.record("it must ask")
            return
        }
        guard case .approve(let approvals)? = asked.effects.first else {
            Issue.record("\(asked.effects)")
            return
        }
        #expect(approvals.map(\.id) == [7, 8])
        state.press("Esc")
        #expect(state.press("x").isEmpty && state.overlays.isEmpty, "reasons are given one by one")
    }
}
