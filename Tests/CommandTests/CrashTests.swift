import Domain
import Engine
import Formats
import FoundationEssentials
import Glibc
import Numerics
import Store
import TestSupport
import Testing

/// A watched folder whose runner is killed again and again: repeats and disorder in its files leave the same rows.
///
/// The short form; the long one is a benchmark.
@Suite(.serialized) struct CrashTests {
    private static let kills = 5

    private func shop() throws -> CommandShop {
        let shop = try CommandShop()
        let engine = try shop.open()
        try engine.facts.setClock(.fixed(EngineShop.start))
        try engine.facts.database.close()
        try engine.decisions.close()
        let text = try shop.shop.text(shop.shop.settings) ?? ""
        try Data((text + "\n[[source]]\nname = \"drop\"\nkind = \"folder\"\npath = \"in\"\n").utf8).write(
            to: URL(filePath: shop.shop.settings))
        mkdir("\(shop.shop.path)/in", 0o700)
        return shop
    }

    /// Web events and orders of two days, one in five twice, in files that overlap, none in order.
    private func files(_ random: inout SplitMix64) throws -> [String] {
        var records: [String] = []
        let start = try #require(Instant(iso8601: "2011-09-20T08:00:00Z"))
        for number in 0..<1500 {
            let at = start.adding(seconds: Int64(number) * 100)
            let sku = try #require(SKU("P\(random.next() % 20)"))
            if number % 3 == 0 {
                var document = OrderDocument(
                    number: "#\(number)", orderedAt: at, version: at, currency: try #require(Currency("GBP")),
                    customer: "c\(random.next() % 40)@example.com")
                document.key = "\(number)"
                document.lines = [
                    OrderLine(
                        line: "\(number)", sku: sku, title: "The \(sku)", quantity: 2,
                        unitPrice: UnitPrice(micros: 5_000_000), kind: .sale)
                ]
                records.append(String(decoding: ShopifyOrder.json(document).bytes(), as: UTF8.self))
            } else {
                records.append(
                    String(
                        decoding: GA4EventsReader.json(
                            WebEvent(
                                visitor: "v\(random.next() % 300)", session: "1", at: at,
                                kind: [.view, .addToCart, .purchase][number % 3], product: ProductReference(sku),
                                quantity: 1, source: "google", medium: "cpc", campaign: "autumn")
                        ).bytes(), as: UTF8.self))
            }
        }
        let told = (records + records.filter { _ in random.next() % 5 == 0 }).map { ($0, random.next()) }
            .sorted { $0.1 < $1.1 }.map(\.0)
        return stride(from: 0, to: told.count, by: 300).map {
            told[$0..<min(told.count, $0 + 360)].joined(separator: "\n") + "\n"
        }
    }

    private func put(_ files: [String], into shop: CommandShop) throws {
        for (number, text) in files.enumerated() {
            let path = "\(shop.shop.path)/in/\(number)"
            try Data(text.utf8).write(to: URL(filePath: "\(path).tmp"))
            #expect(rename("\(path).tmp", "\(path).ndjson") == 0)
        }
    }

    private func done(_ shop: CommandShop) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(shop.shop.path)/in/done").count) ?? 0
    }

    private func runToEnd(_ shop: CommandShop, _ count: Int) throws {
        let runner = try shop.start(["run"])
        let end = ContinuousClock.now + .seconds(60)
        while done(shop) < count, ContinuousClock.now < end { usleep(10_000) }
        #expect(done(shop) == count)
        kill(runner.pid, SIGTERM)
        #expect(runner.wait().code == 0)
    }

    @Test func `files of a folder whose runner is killed at work leave the rows of a runner that never was`() throws {
        var random = SplitMix64(seed: 23)
        let files = try files(&random)
        let whole = try shop()
        try put(files, into: whole)
        try runToEnd(whole, files.count)
        let killed = try shop()
        try put(files, into: killed)
        let engine = try killed.open()
        func rows() throws -> Int { try engine.facts.tallies().reduce(0) { $0 + $1.count } }
        var (hits, tries) = (0, 0)
        while hits < CrashTests.kills, done(killed) < files.count, tries < 60 {
            tries += 1
            let before = try rows()
            let runner = try killed.start(["run"])
            // At work for a random while, and then at once no more.
            let end = ContinuousClock.now + .seconds(10)
            while try rows() == before, ContinuousClock.now < end { usleep(500) }
            usleep(UInt32(random.next() % 20_000))
            runner.killNow()
            if runner.wait().signal == SIGKILL, try rows() > before { hits += 1 }
        }
        #expect(hits == CrashTests.kills, "killed at work \(hits) times of \(tries)")
        try runToEnd(killed, files.count)
        let (a, b) = (try whole.open().facts, engine.facts)
        let different = zip(try a.contentDigests(), try b.contentDigests()).filter { $0.fingerprint != $1.fingerprint }
        #expect(different.isEmpty, "\(different.map(\.0.kind))")
        #expect(try b.rollupProblems().isEmpty)
    }
}
