import Domain
import Formats
import Glibc
import Store
import TestSupport
import Testing

@testable import Intake

/// What others can do while an import waits for its input.
@Suite struct WaitingInputTests {
    @Test func `who waits for input keeps nobody from writing`() async throws {
        let shop = try FactsShop()
        let path = "\(shop.folder.path)/counts.fifo"
        #expect(mkfifo(path, 0o600) == 0)
        try shop.take(.products, "sku,name\nA,Mug\n")
        let facts = shop.facts
        let importing = Task.detached {
            try Importer(
                facts: facts, transaction: .seconds(1), mapping: { try Importer.noMapping($0) }, now: { FactsShop.now }
            ).run(ByteSource(path: path), layout: .known(.counts), system: "wms").count
        }
        let pipe = open(path, O_WRONLY)
        func tell(_ text: String) { _ = text.withCString { write(pipe, $0, strlen($0)) } }
        tell("sku,place,quantity,state,counted_at\n")
        for minute in 0..<1000 {
            tell("A,main,\(minute),on-hand,2011-09-05T\(10 + minute / 100):\(10 + minute % 50):00Z\n")
        }
        // The reader has them, and waits for more.
        try await Task.sleep(for: .milliseconds(500))
        let other = try FactsShop.open(shop.folder, busySeconds: 0.3)
        try other.setDefaultPlaces([#require(PlaceName("main"))])
        try other.database.close()
        tell("A,main,7,on-hand,2011-09-06T10:00:00Z\n")
        close(pipe)
        #expect(try await importing.value.read == 1001)
    }

    @Test func `room for the rows of a file is never more than a machine has`() {
        #expect(ToldRows.room(for: 1 << 20, of: 80) == 100 << 20)
        #expect(ToldRows.room(for: 1 << 20, of: 1 << 20) == 1 << 27)
    }
}
