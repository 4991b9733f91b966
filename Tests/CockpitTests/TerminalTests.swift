import Domain
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Cockpit
@testable import Engine
@testable import Terminal
@testable import TerminalSupport

/// The program itself at a real terminal.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TerminalTests {
    private func environment(_ folder: String) -> [String: String] {
        ["XDG_STATE_HOME": folder, "HOME": folder, "TERM": "xterm-256color"]
    }

    @Test func `what stands on the terminal is the frame`() throws {
        let shop = try CommandShop()
        let pty = try Pty(
            [CommandShop.program(), "--shop", shop.shop.path], size: (100, 30),
            environment: environment(shop.folder.path))
        #expect(pty.reads("nothing waits for a decision"))
        pty.settle()
        let engine = try Engine(shop.shop)
        var state = State()
        _ = state.update(.read(try engine.snapshot(actor: operatorOfTests())))
        // The clock in the header may have gone on by a minute.
        let frame = View.draw(state, size: Size(width: 100, height: 30)).frame.lines
        let shown = pty.screen().lines
        let same = zip(frame, shown).filter { $0 == $1 }.count
        #expect(same >= 28, "\(shown)")
        pty.send("q")
        #expect(pty.end() == 0 && pty.isRestored)
    }

    @Test func `a demo is played, an order changed and approved, and its file lies where the last words say`() throws {
        let folder = try TemporaryFolder()
        let sample =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/sample-data"
        let pty = try Pty(
            [CommandShop.program(), "demo", "--shop", "\(folder.path)/shop", "--sample", sample], size: (120, 40),
            environment: environment(folder.path))
        for _ in 0..<12 where !pty.reads("decide first") {}
        pty.settle(1000)
        pty.send(".")
        for _ in 0..<6 where !pty.reads("played") {}
        pty.settle(500)
        pty.send("2/northgate\r\r")
        pty.settle(500)
        pty.send("e")
        #expect(pty.reads("sold") || pty.reads("packs of"))
        pty.send("\u{15}240\r")
        pty.settle(500)
        pty.send("a")
        #expect(pty.reads("Approve this order?"))
        pty.send("y")
        #expect(pty.reads("approved"))
        // The runner sends it within its next round.
        let outbox = "\(folder.path)/shop/outbox"
        var files: [String] = []
        for _ in 0..<100 where files.isEmpty {
            _ = pty.read(within: 100)
            files = ((try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? []).filter {
                $0 != "taken" && !$0.hasPrefix(".")
            }
        }
        let name = try #require(files.first)
        pty.send("q")
        #expect(pty.end() == 0 && pty.isRestored)
        #expect(pty.reads("\(name)/order.csv") || String(decoding: pty.output, as: UTF8.self).contains("order.csv"))
        let csv = try String(contentsOf: URL(filePath: "\(outbox)/\(name)/order.csv"), encoding: .utf8)
        #expect(csv.contains("240"))
        #expect(RunLock.holder("\(folder.path)/shop/run.lock") == nil, "its runner has ended with it")
    }

    @Test func `when the line drops the demo's cockpit and its runner end, and nothing is lost`() throws {
        let folder = try TemporaryFolder()
        let sample =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/sample-data"
        let pty = try Pty(
            [CommandShop.program(), "demo", "--shop", "\(folder.path)/shop", "--sample", sample], size: (120, 40),
            environment: environment(folder.path))
        for _ in 0..<12 where !pty.reads("decide first") {}
        let lock = "\(folder.path)/shop/run.lock"
        for _ in 0..<300 where RunLock.holder(lock) == nil { _ = pty.read(within: 20) }
        #expect(RunLock.holder(lock) != nil)
        pty.hangUp()
        _ = pty.wait()
        var isLeft = true
        for _ in 0..<600 where isLeft {
            isLeft = RunLock.holder(lock) != nil
            usleep(50_000)
        }
        #expect(!isLeft, "the runner went with it")
        #expect(try Engine(ShopFolder(path: "\(folder.path)/shop")).snapshot(actor: "mira").orders.count == 10)
    }

    @Test func `without a shop it offers a demo and a new shop, and leaves on q`() throws {
        let folder = try TemporaryFolder()
        let pty = try Pty(
            [CommandShop.program(), "--shop", "\(folder.path)/none"], size: (80, 24),
            environment: environment(folder.path))
        #expect(pty.reads("see the demo"))
        pty.send("q\n")
        #expect(pty.end() == 0)
    }

    @Test(arguments: ["text", "json", "csv"]) func `a screen is written once for scripts`(format: String) throws {
        let shop = try CommandShop()
        for screen in Once.names {
            let ending = try shop.run("--once", screen, "--\(format)")
            #expect(ending.code == 0 && ending.error == "", "\(screen): \(ending.error)")
            if format == "json" { #expect(ending.output.contains("\"rows\"")) }
            #expect(!ending.output.unicodeScalars.contains { $0.value == 0x1B })
        }
        #expect(try shop.run("--once", "nothing").code == 6)
        #expect(try shop.run("--once", "orders", "--json", "--csv").code == 2)
        #expect(try shop.run().code == 2, "without a terminal it says what else there is")
    }

    private func operatorOfTests() -> String {
        ProcessInfo.processInfo.environment["USER"] ?? "root"
    }
}
