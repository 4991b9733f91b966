import Domain
import Engine
import FoundationEssentials
import GRDB
import Glibc
import TestSupport
import Testing

/// The exit codes of CONTRACT.md, each from the program itself.
@Suite struct ExitCodeTests {
    @Test func `0 is done, and says nothing on standard error`() throws {
        let shop = try CommandShop()
        for command in ["status", "coverage", "stock", "orders", "doctor"] {
            let ending = try shop.run(command)
            #expect(ending.code == 0 && ending.error.isEmpty && !ending.output.isEmpty, "\(command): \(ending.error)")
        }
        #expect(try shop.run("--version").code == 0)
    }

    @Test func `1 is done in part`() throws {
        let shop = try CommandShop()
        let ending = try shop.take("sku,name,price\nA,Thing,1.50\nB,Other,cheap\n", as: "products.csv")
        #expect(ending.code == 1)
        #expect(ending.output.contains("2 rows read: 1 accepted") && ending.output.contains("1 refused"))
        #expect(ending.error.contains("refused:") && ending.error.contains("penstock quarantine"))
        #expect(try shop.run("quarantine", "fix", "1", "--set", "price=dear").code == 1)
        #expect(try shop.run("quarantine", "fix", "1", "--set", "price=2.50").code == 0)
    }

    @Test(arguments: [
        ["frobnicate"], ["status", "--colour"], ["actions", "approve"], ["stock", "--limit", "-1"], ["why"],
        ["import", "--as", "nonsense", "orders.csv"], ["import", "-"], ["import", "/etc/hostname"],
        ["journal", "verify", "--head", "x"], ["actions", "list", "--state", "asleep"], ["quarantine", "fix", "1"],
        ["import", "x.csv", "--covers", "2011-10-05..2011-10-01"], ["demo", "--days", "1000"],
    ])
    func `2 is asked wrongly, and says how to ask`(arguments: [String]) throws {
        let shop = try CommandShop()
        try shop.folder.write("a,b\n", to: "x.csv")
        let ending = try shop.start(arguments).wait()
        #expect(ending.code == 2, "\(arguments): \(ending.error)")
        #expect(!ending.error.isEmpty && ending.output.isEmpty)
    }

    @Test func `2 is also init when nobody can be asked`() throws {
        let shop = try CommandShop(isEmpty: true)
        for arguments in [["init", shop.shop.path], ["init", shop.shop.path, "--timezone", "Europe/London"]] {
            let ending = try shop.start(arguments, input: "Europe/London\nGBP\nmain\n14\n").wait()
            #expect(ending.code == 2 && ending.error.contains("is missing"), "\(ending.error)")
        }
        for wrong in [["Mars/Olympus", "GBP"], ["Europe/London", "pounds"], ["../../etc/passwd", "GBP"]] {
            #expect(try shop.run("init", shop.shop.path, "--timezone", wrong[0], "--currency", wrong[1]).code == 2)
        }
        #expect(!FileManager.default.fileExists(atPath: shop.shop.path), "and nothing is left behind")
    }

    @Test func `3 is refused or stale`() throws {
        let shop = try CommandShop()
        #expect(try shop.run("init", shop.shop.path, "--timezone", "UTC", "--currency", "GBP").code == 3)
        try shop.stock(products: 1)
        #expect(try shop.run("orders", "--refresh").code == 0)
        let stale = try shop.run("actions", "approve", "1", "--expect", String(repeating: "0", count: 64))
        #expect(stale.code == 3)
        #expect(try shop.run("actions", "reject", "1", "--reason", "no").code == 0)
        #expect(try shop.run("actions", "approve", "1").code == 3, "decided already")
    }

    @Test func `4 is busy: a second runner, until the first has died`() throws {
        let shop = try CommandShop()
        let runner = try shop.start(["run"])
        let deadline = ContinuousClock.now + .seconds(20)
        while RunLock.holder(shop.shop.lock) != runner.pid, ContinuousClock.now < deadline { sched_yield() }
        let second = try shop.run("run", "--once")
        #expect(second.code == 4 && second.error.contains("process \(runner.pid)"))
        #expect(try AnyJSON(shop.run("status", "--json").output)["runner"]?.integer == Int(runner.pid))
        runner.killNow()
        #expect(runner.wait().signal == SIGKILL)
        #expect(try shop.run("run", "--once").code == 0, "released by death")
    }

    @Test func `5 is a newer schema`() throws {
        let shop = try CommandShop()
        let queue = try DatabaseQueue(path: shop.shop.facts)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 999") }
        try queue.close()
        let ending = try shop.run("status")
        #expect(ending.code == 5 && ending.error.contains("newer Penstock"))
    }

    @Test func `6 is not found`() throws {
        let shop = try CommandShop()
        for arguments in [
            ["why", "NOPE"], ["why-not", "NOPE"], ["actions", "show", "99"], ["actions", "approve", "99"],
            ["quarantine", "show", "7"], ["quarantine", "drop", "7"],
            ["import", "/nowhere/orders.csv", "--as", "counts"],
            ["import", "/etc/hostname", "--mapping", "nobody"], ["restore", "/nowhere/backup.tar.gz"],
            ["status", "--shop", "/nowhere"],
        ] {
            let ending = try shop.start(arguments).wait()
            #expect(ending.code == 6, "\(arguments): \(ending.code ?? -1) \(ending.error)")
            #expect(ending.output.isEmpty && !ending.error.isEmpty)
        }
    }
}
