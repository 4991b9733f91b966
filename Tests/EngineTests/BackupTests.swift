import Actions
import Domain
import Engine
import FoundationEssentials
import Store
import TestSupport
import Testing

@Suite struct BackupTests {
    private func shop() throws -> EngineShop {
        let shop = try EngineShop()
        try shop.sell(["FAST": daily(10)], from: "2011-08-04")
        try shop.count(["FAST": 5])
        try shop.take(
            .offers, "supplier,sku,cost,currency,lead_time_days\nAcme,FAST,4.00,GBP,7\n")
        try shop.replan()
        try shop.approve(try #require(try shop.actions().first))
        try shop.runOnce()
        return shop
    }

    /// The same facts, and the same journal but for what the restoring itself has added.
    private func expectSame(_ engine: Engine, as before: [String]) throws {
        #expect(try engine.facts.contentDigest() == before[0])
        let finding = try Journal.verify(engine.decisions, expected: Journal.Head(before[1]))
        guard case .intact = finding else {
            Issue.record("\(finding)")
            return
        }
    }

    private func fingerprint(_ engine: Engine) throws -> [String] {
        [try engine.facts.contentDigest(), try engine.decisions.read(Journal.head).description]
    }

    @Test func `a shop comes back as it was: facts, decisions, settings and the outbox`() throws {
        let shop = try shop()
        let file = "\(shop.folder.path)/shop.tar.gz"
        try Backup.write(shop.engine, to: file)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        let copy = ShopFolder(path: "\(shop.folder.path)/copy")
        let restored = try Backup.restore(
            file, to: copy, replacing: false, now: EngineShop.start, actor: EngineShop.actor)
        #expect(restored.aside == nil)
        let engine = try Engine(copy)
        try expectSame(engine, as: fingerprint(shop.engine))
        #expect(
            try engine.desk(actor: EngineShop.actor).standingHold() != nil, "nothing is sent before a person has looked"
        )
        let health = try engine.examine(actor: EngineShop.actor)
        #expect(health.isWell, "\(health.text)")
        #expect(try engine.folder.text(copy.policy) == shop.engine.folder.text(shop.engine.folder.policy))
        let key = try #require(
            try FileManager.default.contentsOfDirectory(atPath: shop.engine.folder.outbox).first { $0 != "taken" })
        #expect(
            try copy.text("\(copy.outbox)/\(key)/order.csv")
                == shop.engine.folder.text("\(shop.engine.folder.outbox)/\(key)/order.csv"))
        #expect(try engine.replan(actor: EngineShop.actor).isEmpty, "it knows what is on order")
        #expect(throws: EngineError.self) { try Backup.write(shop.engine, to: file) }
    }

    @Test func `a shop that is there is kept, and moved aside only when asked`() throws {
        let shop = try shop()
        let file = "\(shop.folder.path)/shop.tar.gz"
        try Backup.write(shop.engine, to: file)
        let before = try fingerprint(shop.engine)
        let refusal = #expect(throws: EngineError.self) {
            try Backup.restore(
                file, to: shop.engine.folder, replacing: false, now: EngineShop.start, actor: EngineShop.actor)
        }
        #expect(refusal?.code == .refused)
        try shop.count(["FAST": 77], at: EngineShop.start.adding(seconds: -60))
        #expect(try fingerprint(shop.engine) != before)
        let aside = try #require(
            try Backup.restore(
                file, to: shop.engine.folder, replacing: true, now: EngineShop.start, actor: EngineShop.actor
            ).aside)
        try expectSame(Engine(shop.engine.folder), as: before)
        #expect(try Engine(ShopFolder(path: aside)).facts.tallies().first { $0.kind == "stockCounts" }?.count == 2)
    }

    @Test func `a damaged archive is refused and changes nothing`() throws {
        let shop = try shop()
        let folder = shop.folder
        let file = "\(folder.path)/shop.tar.gz"
        try Backup.write(shop.engine, to: file)
        let before = try fingerprint(shop.engine)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        var damaged = [
            try folder.write("this is no archive", to: "text.tar.gz"), try folder.write([UInt8](), to: "empty.tar.gz"),
            try folder.write(Array(bytes.prefix(bytes.count / 2)), to: "half.tar.gz"),
        ]
        // A whole archive of a shop whose journal's database has lost its middle, and one without it.
        let unpacked = "\(folder.path)/unpacked"
        try FileManager.default.createDirectory(atPath: unpacked, withIntermediateDirectories: true)
        #expect(try ChildProgram.run("tar", ["-xzf", file, "-C", unpacked]).code == 0)
        var pages = [UInt8](try Data(contentsOf: URL(filePath: "\(unpacked)/decisions.db")))
        for index in 4096..<min(pages.count, 40_960) { pages[index] = 0x5A }
        try Data(pages).write(to: URL(filePath: "\(unpacked)/decisions.db"))
        damaged.append("\(folder.path)/broken.tar.gz")
        #expect(try ChildProgram.run("tar", ["-czf", damaged[3], "-C", unpacked, "."]).code == 0)
        try FileManager.default.removeItem(atPath: "\(unpacked)/decisions.db")
        damaged.append("\(folder.path)/without.tar.gz")
        #expect(try ChildProgram.run("tar", ["-czf", damaged[4], "-C", unpacked, "."]).code == 0)

        for archive in damaged {
            #expect(throws: (any Error).self, "\(archive)") {
                try Backup.restore(
                    archive, to: shop.engine.folder, replacing: true, now: EngineShop.start, actor: EngineShop.actor)
            }
            #expect(try fingerprint(Engine(shop.engine.folder)) == before)
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left.filter { $0.hasPrefix("shop.") } == ["shop.tar.gz"], "nothing half restored lies about: \(left)")
        let missing = #expect(throws: EngineError.self) {
            try Backup.restore(
                "\(folder.path)/none", to: ShopFolder(path: "\(folder.path)/x"), replacing: false,
                now: EngineShop.start,
                actor: EngineShop.actor)
        }
        #expect(missing?.code == .notFound)
    }
}
