import GRDB
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite struct ReadInHalvesTests {
    private struct Stop: Error {}

    private func open(_ folder: TemporaryFolder) throws -> ShopDatabase {
        try ShopDatabase(
            path: "\(folder.path)/x.db",
            schema: Schema(steps: ["CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (0)"]),
            durability: .normal, backups: "\(folder.path)/backups")
    }

    @Test func `both halves see the same, however often somebody commits`() throws {
        let folder = try TemporaryFolder()
        let (reader, writer) = (try open(folder), try open(folder))
        let isOver = Atomic<Bool>(false)
        let commits = Atomic<Int>(0)
        let thread = startThread {
            while !isOver.load(ordering: .relaxed) {
                try? writer.write { try $0.execute(sql: "UPDATE t SET x = x + 1") }
                commits.add(1, ordering: .relaxed)
            }
        }
        var seen: Set<Int> = []
        for _ in 0..<300 {
            let (low, high) = try reader.readInHalves { database, _ in
                let first = try Int.fetchOne(database, sql: "SELECT x FROM t")
                return [first, try Int.fetchOne(database, sql: "SELECT x FROM t")]
            }
            #expect(Set(low + high).count == 1)
            seen.formUnion(low.compactMap(\.self))
        }
        isOver.store(true, ordering: .relaxed)
        if let thread { pthread_join(thread, nil) }
        #expect(commits.load(ordering: .relaxed) > 0 && seen.count > 1, "nothing was written meanwhile")
    }

    @Test(arguments: [0, 1]) func `a half that fails fails the whole, and the next reading goes well`(half: Int) throws
    {
        let folder = try TemporaryFolder()
        let database = try open(folder)
        #expect(throws: Stop.self) {
            try database.readInHalves { _, number in if number == half { throw Stop() } }
        }
        let (low, high) = try database.readInHalves { $1 + (try Int.fetchOne($0, sql: "SELECT x FROM t") ?? 9) }
        #expect((low, high) == (0, 1))
    }

    @Test func `inside a write both halves see what it has written`() throws {
        let folder = try TemporaryFolder()
        let database = try open(folder)
        try database.together {
            try database.write { try $0.execute(sql: "UPDATE t SET x = 5") }
            let (low, high) = try database.readInHalves { database, _ in
                try Int.fetchOne(database, sql: "SELECT x FROM t")
            }
            #expect((low, high) == (5, 5))
        }
    }

    @Test func `many readers at once all come to an end`() async throws {
        let folder = try TemporaryFolder()
        let database = try open(folder)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    let (low, high) = try database.readInHalves { database, half in
                        half + (try Int.fetchOne(database, sql: "SELECT count(*) FROM t") ?? 0)
                    }
                    return low + high
                }
            }
            for try await sum in group { #expect(sum == 3) }
        }
    }
}
