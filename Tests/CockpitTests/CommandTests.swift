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
}
