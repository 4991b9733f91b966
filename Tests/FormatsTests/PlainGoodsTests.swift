import Domain
import Testing

@testable import Formats

@Suite struct PlainGoodsTests {
    private let moment = Instant(milliseconds: 1_319_934_600_123)

    @Test func `moves read back as written`() throws {
        let sku = try ProductReference(#require(SKU(awkwardName)))
        let code = try #require(ProductReference(barcode: "4006381333931"))
        let main = try #require(PlaceName("Halle Nö, \"1\""))
        try expectBack(
            MovesFormat.self,
            [
                StockMove(id: awkwardName, product: sku, from: main, to: nil, quantity: 1, at: moment, reason: awkward),
                StockMove(
                    id: "2", product: code, from: nil, to: main, quantity: 1_000_000_000_000,
                    at: Instant(seconds: 0)),
                StockMove(id: "3", product: sku, from: main, to: PlaceName("B"), quantity: 7, at: moment),
            ])
    }

    @Test func `a move that cannot be meant is refused by its field`() throws {
        try expectRefusals(
            MovesFormat.self,
            sound: [.id: "1", .sku: "A", .from: "X", .quantity: "1", .movedAt: "2011-10-03T16:30:00Z"],
            [
                (.quantity, "0", .outOfRange), (.quantity, "-1", .outOfRange), (.quantity, "1.5", .notANumber),
                (.quantity, "99999999999999999999", .outOfRange), (.quantity, "1000000000001", .outOfRange),
                (.quantity, "", .missingValue), (.movedAt, "2011-02-29T10:00:00Z", .notATime),
                (.movedAt, "2011-10-03", .notATime), (.movedAt, "", .missingValue), (.id, " ", .missingValue),
                (.id, "a\u{1B}[2J", .notAName), (.sku, "", .missingValue), (.from, "", .missingValue),
                (.reason, String(repeating: "é", count: 2001), .tooLong),
            ])
    }

    @Test func `a move names its product by bar code where it has no SKU`() throws {
        let text = """
            id,barcode,to,quantity,moved_at
            1,4006381333931,Main,2,2011-07-01 09:30
            2,4006381333932,Main,2,2011-07-01 09:30
            """
        let read = try readings(PlainReader<MovesFormat>(csv(text), zone: Zone(identifier: "Europe/London")))
        #expect(read.first?.record?.product == ProductReference(barcode: "4006381333931"))
        #expect(read.first?.record?.at.description == "2011-07-01T08:30:00Z")
        #expect(read.last?.error?.code == .notAName)
        #expect(read.last?.error?.field == "barcode")
    }

    @Test func `a code of another system is not written as a SKU`() throws {
        let variant = try #require(ProductReference.variant("808950810"))
        let move = StockMove(id: "1", product: variant, from: nil, to: PlaceName("A"), quantity: 1, at: moment)
        #expect(try throughCSV(MovesFormat.self, [move]).map { $0.error?.code } == [.missingValue])
    }

    @Test func `receipts read back as written`() throws {
        let sku = try ProductReference(#require(SKU("A,1")))
        let place = try #require(PlaceName("Main"))
        try expectBack(
            ReceiptsFormat.self,
            [
                GoodsReceipt(id: "R1", line: "1", product: sku, place: place, quantity: 0, at: moment),
                GoodsReceipt(
                    id: awkwardName, line: "0010", order: "PO-1", orderLine: "10", supplier: SupplierName("Acme; Ltd"),
                    product: sku, place: place, quantity: 144, damaged: 3, at: moment, lot: "L\"7\"",
                    expiresOn: Day("2012-02-29"), cost: UnitPrice(micros: 1_234_567), currency: Currency("EUR")),
            ])
    }

    @Test func `ship notices read back as written`() throws {
        let sku = try ProductReference(#require(SKU("A,1")))
        try expectBack(
            ShipNoticesFormat.self,
            [
                ShipNotice(id: "S1", line: "1", order: "PO-1", product: sku, quantity: 1, at: moment),
                ShipNotice(
                    id: awkwardName, line: "2", order: "PO-1", orderLine: "10", supplier: SupplierName("Acme; Ltd"),
                    product: sku, quantity: 144, at: moment, expectedOn: Day("2012-02-29"), carton: "00123",
                    version: moment),
            ])
    }

    @Test func `a receipt that cannot be meant is refused by its field`() throws {
        try expectRefusals(
            ReceiptsFormat.self,
            sound: [
                .receipt: "R", .line: "1", .sku: "A", .place: "Main", .quantity: "5",
                .receivedAt: "2011-10-03T16:30:00+01:00",
            ],
            [
                (.quantity, "-1", .outOfRange), (.damaged, "-1", .outOfRange), (.damaged, "some", .notANumber),
                (.receivedAt, "yesterday", .notATime), (.expiresOn, "2011-02-29", .notATime),
                (.lot, String(repeating: "7", count: 201), .notAName), (.place, "", .missingValue),
                (.line, "", .missingValue), (.supplier, "a\u{7}", .notAName),
            ])
    }

    @Test func `kits read back as written`() throws {
        let kit = try ProductReference(#require(SKU("KIT,\"1\"")))
        let part = try ProductReference(#require(SKU(awkwardName)))
        try expectBack(
            KitsFormat.self,
            [
                KitComponent(kit: kit, component: part, quantity: 12),
                KitComponent(kit: kit, component: part, quantity: 0),
            ])
        try expectRefusals(
            KitsFormat.self, sound: [.kit: "K", .component: "A", .quantity: "2"],
            [
                (.quantity, "-1", .outOfRange), (.quantity, "", .missingValue), (.kit, "", .missingValue),
                (.component, "\u{202E}A", .notAName),
            ])
    }

    @Test func `further codes read back as written`() throws {
        let mug = try ProductReference(#require(SKU("MUG-1")))
        let supplier = try #require(SupplierName("Acme; \"Ltd\""))
        let codes = try [
            #require(ProductReference(barcode: "4006381333931")), #require(.variant("808950810")),
            #require(.inventoryItem("39072856")), #require(.code("ac-1", of: supplier)),
            ProductReference(#require(SKU("OLD-MUG"))),
        ]
        try expectBack(AliasesFormat.self, codes.map { ProductAlias(product: mug, alias: $0) })
        try expectRefusals(
            AliasesFormat.self, sound: [.sku: "A", .scheme: "Barcode", .value: "4006381333931"],
            [
                (.value, "4006381333932", .notAName), (.scheme, "ean", .unknownWord),
                (.scheme, "supplier: ", .unknownWord), (.scheme, "", .missingValue), (.value, "", .missingValue),
                (.sku, "", .missingValue),
            ])
    }
}
