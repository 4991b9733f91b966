import Domain
import Formats
import GRDB
import Intake
import Numerics
import Store
import TestSupport
import Testing

/// Law 2: the same input read twice, shuffled, overlapping or by another transport leaves the same store.
@Suite struct SameStoreTests {
    /// Imports rows, and checks what holds of every import.
    @discardableResult
    private func take(_ rows: [OrderFile.Row], _ mapping: Mapping, into shop: FactsShop) throws -> BatchCount {
        let count = try shop.take(OrderFile.text(rows), .mapped(mapping)).count
        #expect(count.read == rows.count, "read = accepted + replaced + duplicate + parked + refused")
        #expect(count.refused == rows.filter { !$0.isSound }.count)
        #expect(try shop.facts.rollupProblems() == [])
        return count
    }

    @Test(arguments: UInt64(1)...3)
    func `demand by day is what lists and loops make of the rows`(seed: UInt64) throws {
        let file = OrderFile(seed: seed)
        let shop = try FactsShop()
        try take(file.rows, tillMapping(), into: shop)
        let stored = try shop.facts.database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT value, day, ordered, cancelled, returned, revenue, lines FROM demand_day
                    JOIN identifier ON identifier.product = demand_day.product AND scheme = 'sku'
                    """
            ).reduce(into: [String: [Int64]]()) { days, row in
                days["\(row[0] as String) \(Day(number: row[1]))"] = (2...6).map { row[$0] }
            }
        }
        #expect(stored == file.expectedDemand())
    }

    @Test(arguments: UInt64(1)...3)
    func `a file that comes twice is known the second time`(seed: UInt64) throws {
        let file = OrderFile(seed: seed)
        let shop = try FactsShop()
        try take(file.rows, tillMapping(), into: shop)
        let before = try shop.facts.contentDigest()
        let count = try take(file.rows, tillMapping(), into: shop)
        #expect(count.accepted == 0 && count.replaced == 0 && count.duplicate == file.rows.count - count.refused)
        #expect(try shop.facts.contentDigest() == before)
    }

    @Test(arguments: UInt64(1)...3)
    func `shuffled rows and overlapping parts in any order leave the same store`(seed: UInt64) throws {
        let file = OrderFile(seed: seed)
        let whole = try FactsShop()
        try take(file.rows, tillMapping(), into: whole)
        let digest = try whole.facts.contentDigest()

        var random = SplitMix64(seed: seed)
        let shuffled = try FactsShop()
        try take(file.rows.shuffled(using: &random), tillMapping(), into: shuffled)
        #expect(try shuffled.facts.contentDigest() == digest)

        let parted = try FactsShop()
        for part in file.overlappingParts().shuffled(using: &random) { try take(part, tillMapping(), into: parted) }
        #expect(try parted.facts.contentDigest() == digest)
    }

    @Test(arguments: UInt64(1)...3)
    func `an order whose lines have one time stands with the same line, whatever the order of its rows`(seed: UInt64)
        throws
    {
        let sales = (0..<9).map { "536365,85\($0)a,Mug,6,2010-12-01 08:26:00,2.55,17850" }
        // Taken back without a sale, at two times: the earlier one is the document's.
        let returns = ["08:40", "09:10", "08:55"].map {
            "C545569,22\($0.suffix(2)),Bowl,-1,2010-12-02 \($0):00,4.25,17850"
        }
        func digest(_ rows: [String]) throws -> (content: String, at: [Int64?], first: String?) {
            let shop = try FactsShop()
            try shop.take(
                (["Doc,Code,Title,Qty,Date,Price,Customer"] + rows).joined(separator: "\n"), .mapped(tillMapping()))
            #expect(try shop.facts.rollupProblems() == [])
            let content = try "\(shop.facts.contentDigest())"
            return try shop.facts.database.read { database in
                (
                    content,
                    try Int64?.fetchAll(database, sql: "SELECT at FROM document ORDER BY number"),
                    try String.fetchOne(
                        database,
                        sql: "SELECT sku FROM demand_day JOIN product ON product.id = product WHERE orders = 1")
                )
            }
        }
        let told = try digest(sales + returns)
        var random = SplitMix64(seed: seed)
        let shuffled = try digest((sales + returns).shuffled(using: &random))
        #expect(shuffled == told)
        #expect(told.first == "850a")
        #expect(told.at[1] == Instant(iso8601: "2010-12-02T08:40:00Z")?.milliseconds)
    }

    @Test(arguments: [KnownLayout.aliases, .products])
    func `an order stands with the same line, whether its products became one before it came or after`(
        layout: KnownLayout
    ) throws {
        let orders =
            "Doc,Code,Title,Qty,Date,Price,Customer\n"
            + "1,b,Cup,2,2011-10-01 08:00:00,2.00,c1\n1,c,Mug,2,2011-10-01 08:00:00,2.00,c1\n"
        // C is A under another name, or is called A from now on: then A comes before B.
        let news: (FactsShop) throws -> Void = {
            if layout == .aliases {
                try $0.take(.products, "sku,name\na,Mug\n")
                try $0.take(.aliases, "sku,scheme,value\na,sku,c\n")
            } else {
                try $0.take(.aliases, "sku,scheme,value\na,sku,c\n")
            }
        }
        func stands(_ shop: FactsShop) throws -> [String] {
            #expect(try shop.facts.rollupProblems() == [])
            return try shop.facts.database.read {
                try String.fetchAll(
                    $0, sql: "SELECT upper(sku) FROM demand_day JOIN product ON product.id = product WHERE orders = 1")
            } + ["\(try shop.facts.contentDigest())"]
        }
        let after = try FactsShop()
        try after.take(orders, .mapped(tillMapping()))
        #expect(try stands(after).first == "B")
        try news(after)
        let known = try stands(after)
        #expect(known.first == "A")
        guard layout == .aliases else { return }
        let before = try FactsShop()
        try news(before)
        try before.take(orders, .mapped(tillMapping()))
        #expect(try stands(before) == known)
    }

    @Test func `plain or compressed, from memory or from a file, it is the same store`() throws {
        let file = OrderFile(seed: 3)
        let whole = try FactsShop()
        try take(file.rows, tillMapping(), into: whole)
        let packed = try FactsShop()
        let path = "\(packed.folder.path)/orders.csv.gz"
        let sink = try ByteSink(path: path)
        // A byte order mark and line ends of another system change nothing either.
        try sink.write([0xEF, 0xBB, 0xBF] + OrderFile.text(file.rows).replacing("\n", with: "\r\n").utf8)
        try sink.finish()
        let report = try packed.importer().run(ByteSource(path: path), layout: .mapped(tillMapping()))
        #expect(report.count.read == file.rows.count)
        #expect(try packed.facts.contentDigest() == whole.facts.contentDigest())
    }

    @Test(arguments: UInt64(1)...3)
    func `pieces with numbered lines add up, however they are cut and whatever comes first`(seed: UInt64) throws {
        let mapping = try tillMapping(lines: true, pieces: true)
        let file = OrderFile(seed: seed)
        let whole = try FactsShop()
        try take(file.rows, mapping, into: whole)
        var random = SplitMix64(seed: seed &+ 100)
        let pieces = (0..<3).map { _ in file.rows.filter { _ in random.next() % 2 == 0 } }
        let rest = file.rows.filter { row in !pieces.contains { $0.contains { $0.cells == row.cells } } }
        let shop = try FactsShop()
        for piece in (pieces + [rest]).shuffled(using: &random) { try take(piece, mapping, into: shop) }
        // Which days are covered without gaps is the pieces' own matter.
        try take(file.rows, mapping, into: shop)
        #expect(try shop.facts.contentDigest() == whole.facts.contentDigest())
        #expect(try take(file.rows, mapping, into: shop).accepted == 0)
    }

    @Test(arguments: UInt64(1)...3)
    func `an import that is cut off leaves whole documents, and goes on when it comes again`(seed: UInt64) throws {
        let file = OrderFile(seed: seed, documents: 59)
        // Enough rows for several transactions, each document once a day of a month of its own.
        let rows = (0..<4).flatMap { copy in
            file.rows.map { row in
                var row = row
                row.document += "-\(copy)"
                row.cells[0] = row.document
                return row
            }
        }
        let whole = try FactsShop()
        try take(rows, tillMapping(), into: whole)
        let shop = try FactsShop()
        var told = 0
        #expect(throws: Interrupted.self) {
            try shop.take(OrderFile.text(rows), .mapped(tillMapping())) { progress in
                guard progress.phase == .writing else { return }
                told += 1
                if told > Int(seed % 3) { throw Interrupted() }
            }
        }
        #expect(try shop.facts.rollupProblems() == [])
        let expected = Dictionary(grouping: rows.filter(\.isSound), by: \.document).mapValues(\.count)
        let written = try shop.facts.database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT number, count(*) FROM order_line JOIN document ON document.id = document GROUP BY number")
        }
        #expect(!written.isEmpty && written.allSatisfy { expected[$0[0]] == $0[1] as Int })
        #expect(try shop.facts.batches(limit: 1).first?.finishedAt == nil)
        try take(rows, tillMapping(), into: shop)
        #expect(try shop.facts.contentDigest() == whole.facts.contentDigest())
    }
}
