import Actions
import Domain
import GRDB
import Store
import Testing

@Suite struct JournalTests {
    /// A shop with a journal of a few entries, and the head that was exported before it was tampered with.
    private func lived() throws -> (shop: Shop, head: Journal.Head) {
        let shop = try Shop()
        let id = try shop.approvedOrder()
        try shop.desk.undo(id, now: Shop.start, actor: "mira")
        try shop.approve(id)
        let head = try shop.desk.journalHead()
        #expect(head.sequence >= 4)
        return (shop, head)
    }

    @Test func anUntouchedJournalIsIntact() throws {
        let (shop, head) = try lived()
        #expect(try Journal.verify(shop.decisions) == .intact(head))
        #expect(try Journal.verify(shop.decisions, expected: head) == .intact(head))
        try shop.reopen()
        #expect(try Journal.verify(shop.decisions, expected: head) == .intact(head))
    }

    @Test func anOlderHeadStillVerifies() throws {
        let (shop, head) = try lived()
        try shop.desk.hold(reason: "drill", now: Shop.start, actor: "tom")
        #expect(try Journal.verify(shop.decisions, expected: head) == .intact(try shop.desk.journalHead()))
    }

    @Test func aFlippedByteIsFoundAtItsEntry() throws {
        let (shop, head) = try lived()
        for sequence in 1...head.sequence {
            let body = try #require(try shop.decisions.read { try $0.entries(after: sequence - 1, limit: 1) }.first)
                .body
            var flipped = body
            flipped[Int(sequence) % body.count] ^= 1
            func store(_ bytes: [UInt8]) throws {
                let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                try shop.tamper("UPDATE journal SET body = x'\(hex)' WHERE sequence = \(sequence)")
            }
            try store(flipped)
            #expect(try Journal.verify(shop.decisions) == .altered(sequence: sequence))
            try store(body)
            #expect(try Journal.verify(shop.decisions, expected: head) == .intact(head))
        }
    }

    @Test(arguments: [
        "actor = 'eve'", "at = at + 1", "what = 'rejected'", "action = 99", "action = NULL",
        "hash = replace(hash, substr(hash, 1, 1), 'z')",
    ])
    func aChangedFieldIsFoundAtItsEntry(change: String) throws {
        let (shop, _) = try lived()
        try shop.tamper("UPDATE journal SET \(change) WHERE sequence = 3")
        #expect(try Journal.verify(shop.decisions) == .altered(sequence: 3))
    }

    @Test func aDeletedEntryIsMissing() throws {
        let (shop, _) = try lived()
        try shop.tamper("DELETE FROM journal WHERE sequence = 2")
        #expect(try Journal.verify(shop.decisions) == .missing(sequence: 2))
    }

    @Test func aDeletedEntryCannotBeHiddenByRenumbering() throws {
        let (shop, _) = try lived()
        try shop.tamper("DELETE FROM journal WHERE sequence = 2")
        try shop.tamper("UPDATE journal SET sequence = sequence - 1 WHERE sequence > 2")
        #expect(try Journal.verify(shop.decisions) == .altered(sequence: 2))
    }

    @Test func reorderedEntriesAreFoundAtTheFirst() throws {
        let (shop, _) = try lived()
        try shop.tamper("UPDATE journal SET sequence = 1000 WHERE sequence = 2")
        try shop.tamper("UPDATE journal SET sequence = 2 WHERE sequence = 3")
        try shop.tamper("UPDATE journal SET sequence = 3 WHERE sequence = 1000")
        #expect(try Journal.verify(shop.decisions) == .altered(sequence: 2))
    }

    @Test func aCutEndShowsAgainstAnExportedHead() throws {
        let (shop, head) = try lived()
        try shop.tamper("DELETE FROM journal WHERE sequence >= \(head.sequence - 1)")
        #expect(try Journal.verify(shop.decisions, expected: head) == .missing(sequence: head.sequence - 1))
    }

    @Test func anEntryAddedInFrontIsFound() throws {
        let (shop, _) = try lived()
        try shop.tamper("INSERT INTO journal SELECT 0, at, actor, what, action, body, '', hash FROM journal LIMIT 1")
        #expect(try Journal.verify(shop.decisions) == .altered(sequence: 0))
    }

    @Test func theDatabaseItselfRefusesToChangeTheJournal() throws {
        let (shop, _) = try lived()
        let queue = try DatabaseQueue(path: shop.path)
        for statement in ["UPDATE journal SET actor = 'eve'", "DELETE FROM journal"] {
            #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: statement) } }
        }
    }

    @Test func aHeadReadsBackFromItsText() throws {
        let (_, head) = try lived()
        #expect(Journal.Head("\(head)") == head)
        #expect(Journal.Head("0:") == Journal.Head(sequence: 0, hash: ""))
        for bad in ["", "3", "3:", "3:xyz", "-1:\(head.hash)", "3:\(head.hash.uppercased())x", ":\(head.hash)"] {
            #expect(Journal.Head(bad) == nil, "\(bad)")
        }
    }
}
