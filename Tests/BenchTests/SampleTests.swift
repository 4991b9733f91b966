import Domain
import Formats
import FoundationEssentials
import Testing

@testable import penstock_bench

/// The folder `sample-data` as it is committed.
enum SampleFolder {
    static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/sample-data"
    static let made = ["products", "offers", "calendars", "counts", "purchases", "deliveries"]

    static func bytes(_ name: String, in folder: String = path) throws -> [UInt8] {
        [UInt8](try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"), "\(folder)/\(name)"))
    }

    /// All records of a file; a row that is refused throws.
    static func read<Reader: RecordReader>(_ name: String, _ reader: (CSVReader) throws -> Reader) throws -> [Reader
        .Record]
    {
        var reader = try reader(CSVReader(ByteSource(path: "\(path)/\(name).csv")))
        var records: [Reader.Record] = []
        while let reading = try reader.next() { records.append(try reading.outcome.get()) }
        return records
    }
}

@Suite("The sample's files")
struct SampleTests {
    let zone = try? Zone(identifier: "Europe/London")

    @Test("The made files follow byte for byte from the extract and the seed, and another seed gives others")
    func reproducible() throws {
        let sales = try ProductSales.read("\(SampleFolder.path)/orders.csv.gz")
        let folder = FileManager.default.temporaryDirectory.path + "/sample-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try MadeShop(sales: sales, seed: MadeShop.standardSeed).write(to: folder)
        for name in SampleFolder.made {
            #expect(try SampleFolder.bytes("\(name).csv", in: folder) == SampleFolder.bytes("\(name).csv"), "\(name)")
        }
        let other = try MadeShop(sales: sales, seed: 1)
        #expect(try other.offers != SampleFolder.read("offers") { try OffersReader($0) })

        // The choice is of the kinds that the README names, and of 300 products.
        let kinds = Dictionary(grouping: sales) { ProductChoice($0) }.mapValues(\.count)
        #expect(kinds == [.seasonal: 30, .launched: 30, .ended: 20, .fast: 110, .steady: 60, .slow: 50])
        #expect(sales.reduce(0) { $0 + $1.lines } < 120_000)
    }

    @Test("The folder is small, and its archive bears neither name nor time")
    func size() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: SampleFolder.path)
        let sizes = try files.map { try SampleFolder.bytes($0).count }
        #expect(sizes.reduce(0, +) <= 8 << 20)
        let head = try SampleFolder.bytes("orders.csv.gz").prefix(8)
        #expect(head[3] == 0)
        #expect(Array(head[4..<8]) == [0, 0, 0, 0])
    }

    @Test("Offers are within the terms that the README declares")
    func offers() throws {
        let products = try SampleFolder.read("products") { try ProductsReader($0) }
        let prices = Dictionary(uniqueKeysWithValues: products.map { ($0.sku, $0.price) })
        let vendors = Dictionary(uniqueKeysWithValues: products.map { ($0.sku, $0.vendor) })
        let offers = try SampleFolder.read("offers") { try OffersReader($0) }
        let calendars = try SampleFolder.read("calendars") {
            try CalendarsReader($0, currency: try #require(Currency("GBP")))
        }
        #expect(products.count == 290)
        #expect(Set(offers.map(\.supplier)).count == 9)
        #expect(Set(offers.map(\.supplier)) == Set(calendars.map(\.supplier)))
        #expect(Set(offers.map(\.currency.code)) == ["GBP", "EUR"])
        #expect(Set(offers.filter { $0.currency.code == "EUR" }.map(\.supplier)).count == 1)
        #expect(Set(offers.filter { $0.leadTimeDays == nil }.map(\.sku)).count == 6)
        #expect(offers.contains { $0.expediteDays != nil })
        for offer in offers {
            #expect([1, 2, 4, 6, 12, 24].contains(offer.pack))
            #expect((1...48).contains(offer.minimumQuantity))
            if let days = offer.leadTimeDays {
                #expect((4...35).contains(days))
                #expect(offer.leadTimeSpread > 0)
            }
            // Own suppliers' first terms; a rival and the risen prices are dearer.
            guard let price = prices[offer.sku] ?? nil, vendors[offer.sku] == offer.supplier.text,
                offer.validFrom == nil
            else { continue }
            let cost = try #require(offer.cost).value * (offer.currency.code == "EUR" ? 0.87 : 1)
            #expect(cost >= 0.35 * price.value - 0.01 && cost <= 0.6 * price.value + 0.01, "\(offer.sku)")
        }
        let risen = offers.filter { $0.validFrom != nil }
        #expect(!risen.isEmpty)
        for later in risen {
            let before = try #require(
                offers.first { $0.sku == later.sku && $0.supplier == later.supplier && $0.validTo != nil })
            #expect(before.validTo?.advanced(by: 1) == later.validFrom)
            #expect(try #require(before.cost) < #require(later.cost))
        }
    }

    @Test("Purchases are open and partly overdue, and every line is delivered in full afterwards")
    func purchases() throws {
        let zone = try #require(zone)
        let opening = ProductSales.opening
        let open = try SampleFolder.read("purchases") { try PurchasesReader($0, zone: zone) }
        let deliveries = try SampleFolder.read("deliveries") { try PurchasesReader($0, zone: zone) }
        #expect(Set(open.map(\.order)).count == 12)
        for line in open {
            #expect(line.orderedOn < opening)
            #expect(line.received < line.quantity)
            #expect(line.state == .open)
        }
        let overdue = open.filter { $0.expectedOn.map { $0 < opening } ?? true }
        #expect(Set(overdue.filter { $0.received == 0 }.map(\.order)).count == 1)
        #expect(Set(overdue.filter { $0.received > 0 }.map(\.order)).count == 1)
        #expect(overdue.allSatisfy { $0.received == 0 || abs(Double($0.received) / Double($0.quantity) - 0.6) < 0.05 })
        #expect(overdue.filter { $0.received == 0 }.allSatisfy { "\($0.expectedOn ?? opening)" == "2011-09-26" })

        let moments = deliveries.compactMap(\.receivedAt)
        #expect(moments.count == deliveries.count)
        #expect(moments == moments.sorted())
        #expect(moments.allSatisfy { zone.day(of: $0) > opening })
        for line in open {
            let steps = deliveries.filter { $0.order == line.order && $0.line == line.line }
            #expect(steps.map(\.received) == steps.map(\.received).sorted())
            #expect(steps.last?.received == line.quantity)
            #expect(steps.last?.state == .closed)
        }
    }

    @Test("Counts are of the evening before, on hand at one place, of all but twelve products")
    func counts() throws {
        let counts = try SampleFolder.read("counts") { try CountsReader($0, zone: try #require(zone)) }
        #expect(counts.count == 288)
        #expect(Set(counts.map(\.product)).count == 288)
        #expect(counts.allSatisfy { $0.place.text == "main" && $0.state == .onHand && $0.quantity >= 0 })
        #expect(Set(counts.map { $0.countedAt.iso8601(in: zone ?? .utc) }) == ["2011-10-02T20:00:00+01:00"])
    }
}
