import Actions
import Domain
import Executors
import FoundationEssentials
import Glibc
import Testing

@Suite struct FileExecutorTests {
    private let key = "PO-acme-ltd-1-0a1b2c3d"

    @Test func whatADeadProcessHadBegunToStageIsRemovedAndWhatALivingOneStagesIsNot() throws {
        let folder = try Folder()
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        // No process has a number beyond 2^22 (proc(5), pid_max).
        let names = ["4194305-1", "\(getppid())-2"].map { ".staging-\(key)-\($0)" }
        for name in names {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/outbox/\(name)", withIntermediateDirectories: true)
        }
        try executor.prepare(try order())
        #expect(folder.names("outbox") == [".staged-\(key)", names[1]])
    }

    @Test func anOrderLeavesAsAFolderWithBothForms() throws {
        let folder = try Folder()
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        try executor.prepare(try order())
        #expect(folder.names("outbox") == [".staged-\(key)"])
        #expect(executor.perform(try order()) == .done(receipt: "\(folder.path)/outbox/\(key)"))
        #expect(folder.names("outbox") == [key])
        #expect(folder.names("outbox/\(key)") == ["order.csv", "order.json"])
        // 50 × 2.44 = 122.00; 101 × 0.0042 = 0.4242, rounded once.
        #expect(
            try folder.text("outbox/\(key)/order.csv") == """
                reference,supplier,ship_to,currency,order_by,arrives,sku,name,quantity,unit_cost,total
                \(key),Acme Ltd,main,GBP,2011-10-03,2011-10-10,A-1,"Lantern, ""Victorian""\",50,2.44,122.00
                \(key),Acme Ltd,main,GBP,2011-10-03,2011-10-10,B,Screw,101,0.0042,0.42

                """)
        struct Form: Decodable {
            struct Line: Decodable {
                var sku: String
                var name: String
                var quantity: Int64
                var unitCost: String
                var total: Money
            }
            var reference: String
            var approvedAt: Instant
            var orderBy: Day
            var total: Money
            var lines: [Line]
        }
        let form = try JSONDecoder().decode(Form.self, from: Data(try folder.text("outbox/\(key)/order.json").utf8))
        #expect(form.reference == key && form.orderBy.description == "2011-10-03")
        #expect(form.total.minor == 122_42 && form.lines.map(\.quantity) == [50, 101])
        #expect(form.lines.map(\.unitCost) == ["2.44", "0.0042"])
        #expect(form.lines[0].name == "Lantern, \"Victorian\"")
    }

    /// However far it came before it died, exactly one order comes out, and the look-up says which half it died in.
    @Test(arguments: [0, 1, 2, 3, 4])
    func aCrashAtAnyStepLeavesExactlyOneOrder(steps: Int) throws {
        let folder = try Folder()
        let outbox = "\(folder.path)/outbox"
        let order = try order()
        func executor() -> FileExecutor { FileExecutor(outbox: outbox) }
        if steps == 1 {
            // Half of the staging: a folder under a name of its own.
            try FileManager.default.createDirectory(
                atPath: "\(outbox)/.staging-\(key)-1-1", withIntermediateDirectories: true)
        }
        if steps >= 2 { try executor().prepare(order) }
        if steps >= 3 { _ = executor().perform(order) }
        if steps >= 4 {
            try FileManager.default.createDirectory(atPath: "\(outbox)/taken", withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: "\(outbox)/\(key)", toPath: "\(outbox)/taken/\(key)")
        }
        if steps >= 2 {
            // It was staged, so it may have been claimed: the look-up decides.
            switch executor().lookUp(order) {
            case .done: #expect(steps >= 3)
            case .notDone(_, let retryable): #expect(steps == 2 && retryable)
            case .unknown: Issue.record("it is there, so the look-up must see it")
            }
        }
        // The next runner: not claimed is prepared again, and a performed one may be performed again.
        try executor().prepare(order)
        guard case .done = executor().perform(order) else {
            Issue.record("not done")
            return
        }
        let published = folder.names("outbox").filter { $0 == key } + folder.names("outbox/taken").filter { $0 == key }
        #expect(published == [key])
        #expect(!folder.names("outbox").contains(".staged-\(key)"))
    }

    @Test func whatIsNowhereIsUnknownAndCanBeSentAgain() throws {
        let folder = try Folder()
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        try executor.prepare(try order())
        _ = executor.perform(try order())
        try FileManager.default.removeItem(atPath: "\(folder.path)/outbox")
        for outcome in [executor.lookUp(try order()), executor.perform(try order())] {
            guard case .unknown(let reason) = outcome else {
                Issue.record("lost, and \(outcome)")
                continue
            }
            #expect(reason.contains("taken away, or lost"))
        }
        // A person has said that it did not happen.
        try executor.prepare(try order())
        #expect(executor.perform(try order()) == .done(receipt: "\(folder.path)/outbox/\(key)"))
    }

    @Test func anOrderChangedBeforeItIsSentReplacesTheStagedOne() throws {
        let folder = try Folder()
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        try executor.prepare(try order(quantity: 50))
        try executor.prepare(try order(quantity: 60))
        try executor.prepare(try order(quantity: 60))
        #expect(folder.names("outbox") == [".staged-\(key)"])
        _ = executor.perform(try order(quantity: 60))
        #expect(try folder.text("outbox/\(key)/order.csv").contains(",60,2.44,"))
    }

    @Test func aStagingThatComesLateIsNotPublishedAgain() throws {
        let folder = try Folder()
        let outbox = "\(folder.path)/outbox"
        let executor = FileExecutor(outbox: outbox)
        // Another one looked before the first published, and put its folder in place after that was taken.
        try executor.prepare(try order())
        try FileManager.default.copyItem(atPath: "\(outbox)/.staged-\(key)", toPath: "\(folder.path)/late")
        _ = executor.perform(try order())
        try FileManager.default.createDirectory(atPath: "\(outbox)/taken", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: "\(outbox)/\(key)", toPath: "\(outbox)/taken/\(key)")
        try FileManager.default.moveItem(atPath: "\(folder.path)/late", toPath: "\(outbox)/.staged-\(key)")
        #expect(executor.perform(try order()) == .done(receipt: "\(outbox)/taken/\(key)"))
        #expect(!folder.names("outbox").contains(key))
    }

    @Test func manyAtOncePublishOneOrder() async throws {
        let folder = try Folder()
        let outbox = "\(folder.path)/outbox"
        let order = try order()
        let outcomes = await withTaskGroup(of: Outcome?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let executor = FileExecutor(outbox: outbox)
                    guard (try? executor.prepare(order)) != nil else { return nil }
                    return executor.perform(order)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes {
            guard case .done = outcome else {
                Issue.record("\(String(describing: outcome))")
                continue
            }
        }
        #expect(folder.names("outbox") == [key])
    }

    @Test func privateByDefaultSharedWhenAsked() throws {
        func modes(_ shared: Bool) throws -> [mode_t] {
            let folder = try Folder()
            let executor = FileExecutor(outbox: "\(folder.path)/outbox", sharedWithGroup: shared)
            try executor.prepare(try order())
            _ = executor.perform(try order())
            return try ["outbox", "outbox/\(key)", "outbox/\(key)/order.json"].map { name in
                var status = stat()
                try #require(stat("\(folder.path)/\(name)", &status) == 0)
                return status.st_mode & 0o7777
            }
        }
        #expect(try modes(false) == [0o700, 0o700, 0o600])
        #expect(try modes(true) == [0o2770, 0o2770, 0o660])
    }

    @Test(arguments: ["", "../escape", "a/b", ".hidden", "a b"])
    func aKeyThatIsNoNameIsRefused(bad: String) throws {
        let folder = try Folder()
        let executor = FileExecutor(outbox: "\(folder.path)/outbox")
        #expect(throws: ExecutorError.self) { try executor.prepare(try order(key: bad)) }
        if case .done = executor.perform(try order(key: bad)) { Issue.record("performed") }
        #expect(folder.names("outbox").isEmpty)
    }

    @Test func aFolderThatCannotBeMadeIsSaidSo() throws {
        let error = #expect(throws: ExecutorError.self) {
            try FileExecutor(outbox: "/proc/nowhere/outbox").prepare(try order())
        }
        #expect(error?.place == "/proc/nowhere/outbox")
    }
}
