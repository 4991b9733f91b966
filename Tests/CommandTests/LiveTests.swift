import Domain
import Engine
import FoundationEssentials
import GRDB
import Glibc
import Numerics
import Store
import TestSupport
import Testing

/// Live sources under a real runner: stand-by, sudden death, standard input.
@Suite(.serialized) struct LiveTests {
    private func shop(_ source: String) throws -> CommandShop {
        let shop = try CommandShop()
        let engine = try shop.open()
        try engine.facts.setClock(.fixed(EngineShop.start))
        try engine.facts.database.close()
        try engine.decisions.close()
        let text = try shop.shop.text(shop.shop.settings) ?? ""
        try Data((text + "\n[[source]]\nname = \"log\"\n" + source).utf8).write(to: URL(filePath: shop.shop.settings))
        return shop
    }

    private func wait(_ limit: Duration = .seconds(20), until holds: () throws -> Bool) rethrows -> Bool {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if try holds() { return true }
            usleep(5000)
        }
        return try holds()
    }

    private func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unmet(path) }
        defer { close(descriptor) }
        guard write(descriptor, text, text.utf8.count) == text.utf8.count else { throw Unmet(path) }
    }

    @Test func `a second runner stands by and takes over within seconds of the first one's death`() throws {
        let shop = try shop("kind = \"file\"\npath = \"log.csv\"\nas = \"stages\"\n")
        let log = "\(shop.shop.path)/log.csv"
        let first = try shop.start(["run"])
        #expect(wait { RunLock.holder(shop.shop.lock) == first.pid })
        let second = try shop.start(["run"])
        usleep(700_000)
        #expect(RunLock.holder(shop.shop.lock) == first.pid)
        try append("case,stage,start\nC1,pick,2011-10-03T07:00:00Z\n", to: log)
        let engine = try shop.open()
        func stages() throws -> Int { try engine.facts.tallies().first { $0.kind == "stageEvents" }?.count ?? 0 }
        #expect(try wait { try stages() == 1 })
        first.killNow()
        #expect(first.wait().signal == SIGKILL)
        let clock = ContinuousClock()
        let death = clock.now
        try append("C2,pick,2011-10-03T07:01:00Z\n", to: log)
        #expect(try wait(.seconds(5)) { try stages() == 2 }, "taken over within 5 s")
        #expect(clock.now - death < .seconds(5))
        #expect(RunLock.holder(shop.shop.lock) == second.pid)
        kill(second.pid, SIGTERM)
        let ending = second.wait()
        #expect(ending.code == 0)
        #expect(ending.error.contains("another runner (process \(first.pid)) serves this shop; standing by"))
        let list = try shop.run("sources", "--json")
        let source = try AnyJSON(list.output)["sources"]?[0]
        #expect(source?["state"]?.text == "flowing" && source?["read"]?.integer == 2)
    }

    @Test func `nothing is lost or doubled when the runner is killed again and again`() throws {
        let shop = try shop("kind = \"file\"\npath = \"till.csv\"\nmapping = \"till\"\n")
        try shop.keepMapping()
        let log = "\(shop.shop.path)/till.csv"
        var random = SplitMix64(seed: 22)
        try append("Doc,Code,Title,Qty,Date,Price,Customer\n", to: log)
        var (rows, units) = (0, 0)
        // Lines without an id, many of them equal, of documents that go on for a while, some in halves.
        func write(_ count: Int) throws {
            for _ in 0..<count {
                let quantity = 1 + rows % 3
                let text = "D\(rows / 7),P\(rows % 2),The P,\(quantity),2011-10-02 12:00:00,10.00,7\n"
                let half = text.index(text.startIndex, offsetBy: random.next() % 4 == 0 ? 9 : 0)
                try append(String(text[..<half]), to: log)
                try append(String(text[half...]), to: log)
                (rows, units) = (rows + 1, units + quantity)
            }
        }
        var kills = 0
        while kills < 20 {
            let runner = try shop.start(["run"])
            for _ in 0..<8 {
                try write(10)
                usleep(UInt32(random.next() % 12_000))
            }
            // Some die while they open the shop, some in the middle of a transaction.
            usleep(UInt32(random.next() % 300_000))
            runner.killNow()
            if runner.wait().signal == SIGKILL { kills += 1 }
        }
        let last = try shop.start(["run"])
        #expect(wait { RunLock.holder(shop.shop.lock) == last.pid })
        let engine = try shop.open()
        #expect(try wait { try engine.facts.liveSource("log")?.read == rows })
        kill(last.pid, SIGTERM)
        #expect(last.wait().code == 0)
        let stored = try engine.facts.database.read {
            try Row.fetchOne($0, sql: "SELECT count(*), sum(quantity) FROM order_line")
        }
        #expect(stored?[0] == rows && stored?[1] == units)
        #expect(try engine.facts.rollupProblems().isEmpty)
        #expect(try engine.facts.unfinishedImports().isEmpty)
        // The file imported at once is the same shop.
        let other = try CommandShop()
        let clock = try other.open()
        try clock.facts.setClock(.fixed(EngineShop.start))
        try other.keepMapping()
        #expect(try other.run("import", log, "--mapping", "till").code == 0)
        #expect(try clock.facts.contentDigest() == engine.facts.contentDigest())
    }

    @Test func `standard input is taken in line by line`() throws {
        let shop = try shop("kind = \"stdin\"\nas = \"stages\"\n")
        let runner = try shop.start(
            ["run"], input: "case,stage,start\nC1,pick,2011-10-03T07:00:00Z\nC2,pick,2011-10-03T07:00:00Z")
        let engine = try shop.open()
        #expect(try wait { try engine.facts.liveSource("log")?.read == 2 })
        #expect(try wait { try engine.facts.liveSource("log")?.said == "standard input has ended" })
        kill(runner.pid, SIGTERM)
        #expect(runner.wait().code == 0)
        #expect(try engine.facts.tallies().first { $0.kind == "stageEvents" }?.count == 2)
    }

    @Test func `one round looks at every source once, and checking takes nothing in`() throws {
        let shop = try shop("kind = \"folder\"\npath = \"in\"\n")
        let check = try shop.run("sources", "check")
        #expect(check.code == 0 && check.output.contains("ok     log"))
        mkdir("\(shop.shop.path)/in", 0o700)
        try append("case,stage,start\nC1,pick,2011-10-03T07:00:00Z\n", to: "\(shop.shop.path)/in/a.csv")
        usleep(2_100_000)
        #expect(try shop.run("sources").output.contains("never run"))
        #expect(try shop.run("run", "--once").code == 0)
        #expect(try AnyJSON(shop.run("status", "--json").output)["facts"]?["stageEvents"]?.integer == 1)
        #expect(FileManager.default.fileExists(atPath: "\(shop.shop.path)/in/done/a.csv"))
        let text = try shop.shop.text(shop.shop.settings) ?? ""
        try Data(text.replacing("\"in\"", with: "\"/nowhere/in\"").utf8).write(to: URL(filePath: shop.shop.settings))
        let wrong = try shop.run("sources", "check")
        #expect(wrong.code == 1 && wrong.output.contains("WRONG  log: there is no folder /nowhere/in"))
        try Data(text.replacing("folder", with: "ftp").utf8).write(to: URL(filePath: shop.shop.settings))
        let refused = try shop.run("sources", "check")
        #expect(refused.code == 2 && refused.error.contains("kind must be"))
    }
}
