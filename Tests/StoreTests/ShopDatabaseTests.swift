import Domain
import FoundationEssentials
import GRDB
import Store
import TestSupport
import Testing

@Suite struct ShopDatabaseTests {
    private static let first = "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)"
    private static let second = "ALTER TABLE t ADD COLUMN y INTEGER DEFAULT 7"

    private func open(_ folder: TemporaryFolder, _ steps: [String], busySeconds: Double = 5) throws -> ShopDatabase {
        try ShopDatabase(
            path: "\(folder.path)/x.db", schema: Schema(steps: steps), durability: .normal,
            backups: "\(folder.path)/backups", busySeconds: busySeconds)
    }

    @Test func `an older file is migrated after a backup of what it was`() throws {
        let folder = try TemporaryFolder()
        try open(folder, [ShopDatabaseTests.first]).close()
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/backups"), "a new file needs no backup")
        let database = try open(folder, [ShopDatabaseTests.first, ShopDatabaseTests.second])
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT y FROM t") } == 7)
        try database.close()
        let backup = try DatabaseQueue(path: "\(folder.path)/backups/x.db.v1")
        #expect(try backup.read { try $0.columns(in: "t").map(\.name) } == ["x"])
        #expect(try backup.read { try Int.fetchOne($0, sql: "SELECT x FROM t") } == 1)
        try backup.close()
        let mode = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/backups/x.db.v1")[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a step that fails leaves the file as it was`() throws {
        let folder = try TemporaryFolder()
        try open(folder, [ShopDatabaseTests.first]).close()
        #expect(throws: StoreError.self) {
            try open(folder, [ShopDatabaseTests.first, "CREATE TABLE u (x); SELECT nonsense"])
        }
        let database = try open(folder, [ShopDatabaseTests.first])
        #expect(try database.read { try $0.tableExists("u") } == false)
    }

    @Test func `a newer file is refused, at opening and in every write after`() throws {
        let folder = try TemporaryFolder()
        let old = try open(folder, [ShopDatabaseTests.first])
        let new = try open(folder, [ShopDatabaseTests.first, ShopDatabaseTests.second])
        let late = #expect(throws: StoreError.self) {
            try old.write { try $0.execute(sql: "INSERT INTO t (x) VALUES (2)") }
        }
        #expect(late?.code == .newerSchema)
        let error = #expect(throws: StoreError.self) { try open(folder, [ShopDatabaseTests.first]) }
        #expect(error?.code == .newerSchema && error?.message.contains("update this one") == true)
        #expect(try new.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
    }

    @Test func `a file that is no database says so`() throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "not a database\n", count: 500), to: "x.db")
        let error = #expect(throws: StoreError.self) { try open(folder, [ShopDatabaseTests.first]) }
        #expect(error?.code == .corrupt)
    }

    @Test func `a writer waits for another for a while, then is told to try again; readers never wait`() throws {
        let folder = try TemporaryFolder()
        let one = try open(folder, [ShopDatabaseTests.first])
        let other = try open(folder, [ShopDatabaseTests.first], busySeconds: 0.05)
        try one.write { database in
            try database.execute(sql: "INSERT INTO t VALUES (2)")
            let error = #expect(throws: StoreError.self) {
                try other.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
            }
            #expect(error?.code == .busy)
            #expect(try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
        }
        try other.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") }
        #expect(try one.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 3)
    }

    @Test func `an error inside a write leaves nothing of it`() throws {
        struct Stop: Error {}
        let folder = try TemporaryFolder()
        let database = try open(folder, [ShopDatabaseTests.first])
        #expect(throws: Stop.self) {
            try database.write { database in
                try database.execute(sql: "INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
    }

    @Test(arguments: [("Europe/Berlin", "GBP", "time_zone"), ("Europe/London", "EUR", "currency")])
    func `facts taken in for one zone and currency are not read in another`(
        zone: String, currency: String, what: String
    ) throws {
        let folder = try TemporaryFolder()
        try FactsShop.open(folder).database.close()
        let error = #expect(throws: StoreError.self) { try FactsShop.open(folder, zone: zone, currency: currency) }
        #expect(error?.code == .refused && error?.message.contains(what) == true)
        _ = try FactsShop.open(folder)
    }

    @Test func `the shop's clock is one for all who open it`() throws {
        let folder = try TemporaryFolder()
        let one = try FactsShop.open(folder)
        let other = try FactsShop.open(folder)
        let moment = Instant(seconds: 1_317_630_360)
        #expect(try other.clock() == .live)
        #expect(ShopClock.live.now(wall: moment) == moment)
        try one.setClock(.fixed(moment))
        #expect(try other.clock().now(wall: Instant(seconds: 5)) == moment)
        try other.setClock(.live)
        #expect(try one.clock() == .live)
    }
}
