import Domain
import Engine
import FoundationEssentials
import Formats
import Glibc
import Intake
import Store
import TestSupport
import Testing

/// Sources that flow on threads of their own.
@Suite(.serialized) struct FeedRunnerTests {
    private func wait(_ limit: Duration = .seconds(10), until holds: () throws -> Bool) rethrows -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try holds() { return true }
            usleep(2000)
        }
        return try holds()
    }

    private func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unmet(path) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else { throw Unmet(path) }
    }

    @Test func `folder, file and command flow beside each other, and one that fails does not stop them`() throws {
        let shop = try EngineShop(
            settings: """
                [[source]]
                name = "drop"
                kind = "folder"
                path = "in"
                [[source]]
                name = "log"
                kind = "file"
                path = "log.csv"
                as = "stages"
                [[source]]
                name = "api"
                kind = "command"
                program = "sh"
                arguments = ["-c", "echo case,stage,start; echo P1,pick,2011-10-03T07:00:00Z"]
                every = "50 ms"
                [[source]]
                name = "broken"
                kind = "file"
                path = "x.csv"
                mapping = "missing"
                """)
        let facts = shop.engine.facts
        func stages() throws -> Int { try facts.tallies().first { $0.kind == "stageEvents" }?.count ?? 0 }
        let folder = shop.engine.folder.path
        let runner = try Runner(shop.engine, actor: EngineShop.actor)
        let feeds = try FeedRunner(runner)
        #expect(try wait { try facts.liveSource("drop")?.state == .flowing })
        #expect(try wait { try stages() == 1 })
        try write("case,stage,start\nF1,pick,2011-10-03T07:00:00Z\n", to: "\(folder)/in/a.csv")
        #expect(try wait { try stages() == 2 })
        try write("case,stage,start\n", to: "\(folder)/log.csv")
        for number in 0..<20 { try write("L\(number),pick,2011-10-03T07:00:00Z\n", to: "\(folder)/log.csv") }
        #expect(try wait { try stages() == 22 })
        #expect(try wait { try facts.liveSource("broken")?.state == .failing })
        try feeds.tend()
        #expect(try shop.engine.sources().text.contains("no mapping is called 'missing'"))
        let clock = ContinuousClock()
        #expect(clock.measure { feeds.end() } < .seconds(5))
        try write("late,pick,2011-10-03T07:00:00Z\n", to: "\(folder)/log.csv")
        usleep(50_000)
        #expect(try stages() == 22, "it has ended")
    }

    @Test func `what waited for a product is let in when another source names it`() throws {
        let shop = try EngineShop(
            settings: """
                [[source]]
                name = "counts"
                kind = "file"
                path = "counts.csv"
                as = "counts"
                """)
        let folder = shop.engine.folder.path
        try write(
            "sku,place,quantity,state,counted_at\nA,main,5,on-hand,2011-10-03T07:00:00Z\n", to: "\(folder)/counts.csv")
        let feeds = try FeedRunner(Runner(shop.engine, actor: EngineShop.actor))
        #expect(try wait { try shop.engine.facts.quarantined(.parked).count == 1 })
        try feeds.tend()
        try shop.engine.facts.database.write { _ in }
        _ = try shop.engine.importer().run(
            ByteSource(bytes: Array("sku,name\nA,The A\n".utf8), name: "p.csv"), layout: .known(.products))
        #expect(try shop.engine.facts.quarantined(.parked).isEmpty, "by any import")
        feeds.end()
    }
}
