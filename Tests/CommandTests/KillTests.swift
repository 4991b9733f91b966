import Actions
import Domain
import Engine
import FoundationEssentials
import Glibc
import Numerics
import Store
import TestSupport
import Testing

/// Killed at any moment, nothing accepted is lost or doubled, and each approved order exists exactly once.
///
/// The short form; the long one is a benchmark. Moments are drawn from a seed, over the time that the work takes
/// undisturbed.
@Suite(.serialized) struct KillTests {
    private static let kills = 8

    /// Starts the program and kills it at a moment of its life; says whether the kill came in time.
    private func kill(_ shop: CommandShop, _ arguments: [String], at share: Double, of span: Duration) throws -> Bool {
        let child = try shop.start(arguments)
        // The moment itself is what is tested: there is nothing to wait for.
        usleep(
            UInt32(
                share * Double(span.components.attoseconds / 1_000_000_000_000) + share
                    * Double(span.components.seconds) * 1e6))
        child.killNow()
        return child.wait().signal == SIGKILL
    }

    private func timed(_ body: () throws -> Void) rethrows -> Duration { try ContinuousClock().measure(body) }

    /// What doctor and the journal's own check say, but for the import that was cut off.
    private func check(_ engine: Engine) throws {
        let health = try engine.examine(actor: "mira")
        let wrong = health.text.split(separator: "\n").filter {
            $0.hasPrefix("WRONG") && !$0.contains("unfinished imports")
        }
        #expect(wrong.isEmpty, "\(wrong)")
        guard case .intact = try Journal.verify(engine.decisions) else {
            Issue.record("the journal is damaged")
            return
        }
    }

    @Test func `an import that is killed is whole as far as it came, and ends as if it had not been`() throws {
        var random = SplitMix64(seed: 20)
        let names = (0..<12).map { "P\($0)" }
        let orders = CommandShop.orders(names, days: 120)
        let counts =
            "sku,place,quantity,state,counted_at\n"
            + (names + ["LATER"]).map { "\($0),main,5,on-hand,2011-10-02T18:00:00Z\n" }.joined()
        func prepared() throws -> (CommandShop, [String]) {
            let shop = try CommandShop()
            try shop.stock(products: 0)
            let files = [
                try shop.folder.write(counts, to: "counts.csv"), try shop.folder.write(orders, to: "orders.csv"),
            ]
            #expect(try shop.run("import", files[0]).code == 0)
            return (shop, ["import", files[1], "--mapping", "till"])
        }
        let (undisturbed, arguments) = try prepared()
        let span = try timed { _ = try undisturbed.start(arguments).wait() }
        let digest = try undisturbed.open().facts.contentDigest()

        var (hits, tries) = (0, 0)
        while hits < KillTests.kills, tries < KillTests.kills * 4 {
            let (shop, arguments) = try prepared()
            tries += 1
            // What ended before its kill does not count.
            guard try kill(shop, arguments, at: random.uniform(), of: span) else { continue }
            hits += 1
            let engine = try shop.open()
            try check(engine)
            let before = try engine.facts.tallies()
            let again = try shop.start(arguments).wait()
            #expect(again.code == 0, "\(again.error)")
            #expect(try engine.facts.contentDigest() == digest, "it was cut off at \(before)")
            #expect(try engine.examine(actor: "mira").isWell, "and nothing is left to mend")
        }
        #expect(hits == KillTests.kills)
    }

    @Test func `approvals and runners that are killed leave each approved order in the outbox exactly once`() throws {
        var random = SplitMix64(seed: 21)
        let shop = try CommandShop()
        try shop.stock(products: KillTests.kills + 4)
        #expect(try shop.run("orders", "--refresh").code == 0)
        let engine = try shop.open()
        let desk = try engine.desk(actor: "mira")
        let ids = try desk.actions(in: [.proposed]).map(\.id)
        try #require(ids.count == KillTests.kills + 4)
        let approving = try timed { try shop.run("actions", "approve", String(ids[0])) }

        for id in ids.dropFirst() {
            _ = try kill(shop, ["actions", "approve", String(id)], at: random.uniform(), of: approving)
            try check(engine)
            let record = try desk.record(id)
            let isDecided = record.action.state == .approved
            #expect(isDecided || record.action.state == .proposed)
            #expect(isDecided == (record.effect != nil), "decision, budget and effect are one transaction")
            let again = try shop.run("actions", "approve", String(id))
            #expect(again.code == (isDecided ? 3 : 0), "\(again.error)")
        }
        let keys = try ids.map { try #require(try desk.record($0).effect?.key) }
        #expect(Set(keys).count == ids.count)

        // A round takes about as long as an approval and sends several; a consumer takes some away in between.
        var taken: Set<String> = []
        for _ in 0..<KillTests.kills {
            _ = try kill(shop, ["run", "--once"], at: random.uniform(), of: approving * 1.5)
            try check(engine)
            let waiting = try FileManager.default.contentsOfDirectory(atPath: shop.shop.outbox).filter {
                keys.contains($0)
            }
            if let first = waiting.sorted().first {
                try FileManager.default.moveItem(
                    atPath: "\(shop.shop.outbox)/\(first)", toPath: "\(shop.shop.outbox)/taken/\(first)")
                #expect(taken.insert(first).inserted, "an order that was taken came again")
            }
        }
        for _ in 0..<3 {
            let ending = try shop.run("run", "--once")
            #expect(ending.code == 0, "\(ending.error)")
        }
        try check(engine)
        #expect(try desk.actions(in: [.confirmed]).map(\.id).sorted() == ids.sorted())
        let left = try FileManager.default.contentsOfDirectory(atPath: shop.shop.outbox).filter { $0 != "taken" }
        let moved = try FileManager.default.contentsOfDirectory(atPath: "\(shop.shop.outbox)/taken")
        #expect((left + moved).sorted() == keys.sorted(), "each once, and nothing half written")
        for key in keys {
            let place = left.contains(key) ? key : "taken/\(key)"
            let order = try #require(try shop.shop.text("\(shop.shop.outbox)/\(place)/order.json"))
            #expect(try AnyJSON(order).keys.isEmpty == false)
        }
    }
}
