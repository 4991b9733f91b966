import Actions
import Domain
import Engine
import FoundationEssentials
import Glibc
import Store
import TestSupport
import Testing

/// What is wrong with live sources becomes signals, and signals keep the policy from deciding.
@Suite struct SourceHealthTests {
    private static let log = """
        [[source]]
        name = "log"
        kind = "file"
        path = "log.csv"
        as = "stages"
        promise = "15 min"
        """

    private func append(_ text: String, to shop: EngineShop, _ name: String = "log.csv") throws {
        let path = "\(shop.engine.folder.path)/\(name)"
        let before = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try Data((before + text).utf8).write(to: URL(filePath: path))
    }

    /// The open signals as `rule target`.
    private func signals(_ shop: EngineShop) throws -> [String] {
        try shop.engine.decisions.read { try $0.openTroubles() }.map { "\($0.rawValue) \($1.target)" }
    }

    /// One look of a runner at every source.
    private func look(_ shop: EngineShop) throws -> [String] {
        try FeedRunner.look(Runner(shop.engine, actor: EngineShop.actor))
    }

    private static let row = "C1,pick,2011-10-03T07:00:00Z\n"

    @Test func `silence opens one signal and ends it when something comes`() throws {
        let shop = try EngineShop(settings: SourceHealthTests.log)
        try append("case,stage,start\n" + SourceHealthTests.row, to: shop)
        #expect(try look(shop).isEmpty)
        #expect(try signals(shop).isEmpty)
        try shop.move(to: EngineShop.start.adding(seconds: 900))
        #expect(try look(shop).isEmpty && signals(shop).isEmpty, "just in time")
        try shop.move(to: EngineShop.start.adding(seconds: 901))
        _ = try look(shop)
        #expect(try signals(shop) == ["source-silent log"])
        #expect(try shop.engine.facts.liveSource("log")?.state == .silent)
        let entries = try shop.engine.journal(limit: 100).entries.count
        _ = try look(shop)
        #expect(try shop.engine.journal(limit: 100).entries.count == entries, "level-triggered: told once")
        try append("C2,pick,2011-10-03T08:10:00Z\n", to: shop)
        // A rewritten file is another one; nothing is doubled by that.
        _ = try look(shop)
        #expect(try signals(shop).isEmpty)
        #expect(try shop.engine.facts.liveSource("log")?.state == .flowing)
        let whats = try shop.engine.journal(limit: 100).entries.map(\.what)
        #expect(whats.filter { $0.hasPrefix("signal") } == ["signal-opened", "signal-closed"])
        #expect(try shop.engine.decisions.read { try $0.signals(since: EngineShop.start) }.map(\.opening) == [1])
    }

    @Test func `a source that fails says why until it is well again`() throws {
        let shop = try EngineShop(
            settings: """
                [[source]]
                name = "api"
                kind = "command"
                program = "./poll"
                every = "50 ms"
                """)
        #expect(try look(shop).first?.contains("/poll cannot be started") == true)
        #expect(try signals(shop) == ["source-failing api"])
        let report = try shop.engine.sources()
        #expect(report.text.contains("failing") && report.text.contains("/poll cannot be started"))
        let path = "\(shop.engine.folder.path)/poll"
        try Data("#!/bin/sh\necho case,stage,start\necho C1,pick,2011-10-03T07:00:00Z\n".utf8).write(
            to: URL(filePath: path))
        chmod(path, 0o700)
        #expect(try look(shop).isEmpty && signals(shop).isEmpty)
        let now = String(decoding: try shop.engine.sources().json.bytes(pretty: false), as: UTF8.self)
        #expect(now.contains("\"flowing\"") && now.contains("\"wrong\":[]"), "\(now)")
    }

    @Test func `a jump of what is refused opens a signal, and time or good rows close it`() throws {
        let shop = try EngineShop(settings: SourceHealthTests.log)
        let good = (0..<18).map { "C\($0),pick,2011-10-03T07:00:00Z\n" }.joined()
        try append("case,stage,start\n" + good + "X,pick,never\n", to: shop)
        _ = try look(shop)
        #expect(try signals(shop).isEmpty, "19 rows say nothing")
        let path = "\(shop.engine.folder.path)/log.csv"
        let file = try #require(fopen(path, "a"))
        fputs("Y,pick,never\n", file)
        fclose(file)
        _ = try look(shop)
        #expect(try signals(shop) == ["quarantine-spike log"])
        #expect(try shop.engine.sources().text.contains("were refused, the limit is 5 %"))
        try shop.move(to: EngineShop.start.adding(seconds: 3600))
        _ = try look(shop)
        #expect(try signals(shop) == ["source-silent log"])
    }

    @Test func `while a signal is open the policy asks, and what it had decided is asked again`() throws {
        let shop = try EngineShop(policy: "mode = \"auto\"", settings: SourceHealthTests.log)
        try shop.sell(["A": daily(10)], from: "2011-08-04")
        try shop.take(.offers, "supplier,sku,cost,currency,lead_time_days\nAcme,A,4.00,GBP,7\n")
        try shop.count(["A": 5])
        let desk = try shop.engine.desk(actor: EngineShop.actor)
        let trouble = TroubledSource(name: "log", trouble: .silent, says: "nothing has come")
        #expect(try desk.settle([trouble], now: EngineShop.start, actor: EngineShop.actor))
        try shop.replan()
        let asked = try #require(try shop.actions().first)
        #expect(asked.reason.contains("log is silent") && asked.reason.contains("penstock sources"))
        #expect(try desk.settle([], now: EngineShop.start, actor: EngineShop.actor))
        #expect(try shop.replan().approved == [asked.id], "well again, the policy decides")
        // In its grace period the source falls silent once more.
        try desk.settle([trouble], now: EngineShop.start, actor: EngineShop.actor)
        let round = try shop.runOnce()
        #expect(round.deliveries.allSatisfy { $0.outcome == nil })
        #expect(try shop.actions([.proposed]).map(\.id) == [asked.id])
    }

    @Test func `the report names every source, and checking finds what stands in its way`() throws {
        let shop = try EngineShop(
            settings: """
                [[source]]
                name = "a"
                kind = "folder"
                path = "/nowhere/in"
                [[source]]
                name = "b"
                kind = "file"
                path = "b.csv"
                mapping = "missing"
                [[source]]
                name = "c"
                kind = "command"
                program = "sh"
                """)
        let report = try shop.engine.sources()
        #expect(report.text.contains("never run") && report.text.contains("no runner serves this shop"))
        let check = shop.engine.checkSources()
        #expect(!check.isWell)
        #expect(check.text.contains("a: there is no folder /nowhere/in; make it"))
        #expect(check.text.contains("b: no mapping is called 'missing'") && check.text.contains("ok     c"))
        #expect(try EngineShop().engine.sources().text.contains("names no live source"))
    }
}
