import Domain
import GRDB
import Store
import TestSupport
import Testing

@Suite struct LedgerMigrationTests {
    @Test func `a shop that was made before there were books gets them`() throws {
        let folder = try TemporaryFolder()
        let before = try ShopDatabase(
            path: "\(folder.path)/facts.db", schema: Schema(steps: Array(Schema.facts.steps.prefix(3))),
            durability: .normal, backups: "\(folder.path)/backups")
        try before.write { database in
            try database.execute(
                sql: """
                    INSERT INTO setting VALUES ('currency', 'GBP'), ('time_zone', 'Europe/London'), ('rollups', '2');
                    INSERT INTO pool (id, name) VALUES (1, 'main');
                    INSERT INTO place (id, name, pool) VALUES (1, 'main', 1);
                    INSERT INTO source (id, system) VALUES (1, 'erp');
                    INSERT INTO product (id, sku, declared, batch) VALUES (5, 'A', 0, 1);
                    INSERT INTO cost_period VALUES (5, 0, 4000000);
                    INSERT INTO stock_count VALUES (5, 1, 1300000000000, 'on-hand', 1, 12, 1);
                    INSERT INTO product_dirty VALUES (5);
                    """)
        }
        try before.close()
        let facts = try FactsShop.open(folder)
        let sums = try facts.ledger(through: Day(number: 20_000))
        #expect(sums.map(\.units) == [12] && sums.map(\.value) == [4800])
        #expect(sums.map(\.kind) == [.opening])
        // What changes from now on is booked as well.
        try facts.database.write { database in
            try database.execute(sql: "INSERT INTO cost_period VALUES (5, 16000, 5000000)")
            try database.execute(sql: "INSERT OR IGNORE INTO product_dirty VALUES (5)")
        }
        #expect(try facts.ledger(through: Day(number: 20_000)).reduce(0) { $0 + $1.value } == 6000)
    }

    @Test func `decisions of before there were closes are kept, and months can be closed`() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/decisions.db"
        let decisions = try Decisions(path: path, backups: "\(folder.path)/backups")
        try decisions.close()
        let before = try DatabaseQueue(path: path)
        try before.write { database in
            try database.execute(
                sql: """
                    DROP TABLE close_part; DROP TABLE close; PRAGMA user_version = 2;
                    INSERT INTO hold (reason, actor, at) VALUES ('stock-taking', 'mira', 0);
                    """)
        }
        try before.close()
        let after = try Decisions(path: path, backups: "\(folder.path)/backups")
        #expect(try after.read { try $0.closes() }.isEmpty)
        let close = Decisions.Close(
            period: "2011-09", days: Day(number: 15_218)...Day(number: 15_247), at: Instant(milliseconds: 0),
            actor: "mira",
            batch: 1, revision: 1, contents: "c", method: "fifo", currency: "GBP", doubts: ["a", "b"], reason: "r",
            digest: "d")
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0) }
        try after.write { try $0.add(close, bytes: bytes) }
        #expect(try after.read { try $0.close(of: "2011-09") } == close)
        #expect(try after.read { try $0.parts(of: "2011-09") } == bytes)
        #expect(throws: (any Error).self) { try after.write { try $0.add(close, bytes: bytes) } }
        try after.close()
        let stored = try DatabaseQueue(path: path)
        for change in ["UPDATE close SET actor = 'tom'", "DELETE FROM close_part", "DELETE FROM close"] {
            #expect(throws: DatabaseError.self) { try stored.write { try $0.execute(sql: change) } }
        }
    }
}
