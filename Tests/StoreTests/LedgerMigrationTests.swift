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
}
