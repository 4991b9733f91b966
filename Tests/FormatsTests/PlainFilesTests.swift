import Domain
import Testing

@testable import Formats

@Suite struct PlainFilesTests {
    private let pounds = Currency("GBP")

    private func reread(_ write: (CSVWriter) throws -> Void) throws -> CSVReader {
        let writer = CSVWriter()
        try write(writer)
        return try CSVReader(ByteSource(bytes: writer.bytes, name: "test.csv"))
    }

    @Test func `counts read back as written`() throws {
        let zone = try Zone(identifier: "Europe/London")
        let counts = try (-3...3).map { number in
            StockCount(
                product: ProductReference(try #require(SKU("A,\"\(number)\""))),
                place: try #require(PlaceName("Halle Nö")),
                quantity: Int64(number) * 333_333_333_333, state: number < 0 ? .available : .onHand,
                countedAt: Instant(milliseconds: 1_319_934_600_000 + Int64(number) * 1_800_123))
        }
        let read = try readings(CountsReader(reread { try CountsReader.write(counts, to: $0) }, zone: zone))
        #expect(read.compactMap(\.record) == counts)
        #expect(read.count == counts.count)
    }

    @Test func `a count without an offset is by the wall clock of the zone`() throws {
        let text = "sku,place,quantity,state,counted_at,shelf\nA,Main,5,On-Hand,2011-07-01 09:30,4\n"
        let reader = try CountsReader(csv(text), zone: Zone(identifier: "Europe/London"))
        #expect(reader.ignoredColumns == ["shelf"])
        let counts = try readings(reader)
        #expect(counts.first?.record?.countedAt.description == "2011-07-01T08:30:00Z")
        #expect(counts.first?.record?.state == .onHand)
    }

    @Test func `offers read back as written, known or not`() throws {
        let pounds = try #require(pounds)
        let supplier = try #require(SupplierName("Acme; Ltd"))
        let offers = try [
            Offer(supplier: supplier, sku: #require(SKU("A")), cost: nil, currency: pounds, leadTimeDays: nil),
            Offer(
                supplier: supplier, sku: #require(SKU("B")), cost: UnitPrice(micros: 4200), currency: pounds,
                minimumQuantity: 1_000_000_000_000, pack: 12, leadTimeDays: 0.1 + 0.2, leadTimeSpread: 1e-7,
                expediteDays: 730, validFrom: Day("2011-01-01"), validTo: Day("2011-01-01")),
        ]
        let read = try readings(OffersReader(reread { try OffersReader.write(offers, to: $0) }))
        #expect(read.map(\.record) == offers)
    }

    @Test func `an offer of the bare columns means one by one`() throws {
        let text = "supplier,sku,cost,currency,lead_time_days,Name\nAcme,A,2.55,gbp,7,Lamp\n"
        let reader = try OffersReader(csv(text))
        #expect(reader.ignoredColumns == [])
        let offer = try readings(reader).first?.record
        #expect(offer?.minimumQuantity == 1)
        #expect(offer?.pack == 1)
        #expect(offer?.leadTimeSpread == 0)
        #expect(offer?.cost?.micros == 2_550_000)
        #expect(offer?.expediteDays == nil)
    }

    @Test(arguments: [
        ("minimum_quantity", "0", FormatError.Code.outOfRange), ("pack", "0", .outOfRange), ("pack", "-6", .outOfRange),
        ("pack", "1.5", .notANumber), ("lead_time_days", "-1", .outOfRange), ("lead_time_days", "731", .outOfRange),
        ("lead_time_days", "1e1", .notANumber), ("lead_time_days", "0x10", .notANumber),
        ("lead_time_days", "nan", .notANumber), ("lead_time_days", ".", .notANumber),
        ("lead_time_spread_days", "-0.5", .outOfRange), ("expedite_days", "-1", .outOfRange),
        ("cost", "-0.01", .outOfRange), ("cost", "0.0000001", .notANumber), ("cost", "£2", .notANumber),
        ("currency", "pound", .unknownWord), ("currency", "", .missingValue), ("sku", " ", .missingValue),
        ("minimum_quantity", "1000000000001", .outOfRange), ("valid_to", "2010-12-31", .outOfRange),
        ("valid_from", "2011-02-29", .notATime), ("supplier", "a\u{202E}b", .notAName),
    ])
    func `an absurd offer is refused by its field`(field: String, value: String, code: FormatError.Code) throws {
        var values = ["Acme", "A", "2.55", "GBP", "12", "6", "7", "1", "3", "2011-01-01", "2011-12-31"]
        let writer = CSVWriter()
        try writer.record(OffersReader.header)
        try writer.record(values)
        values[try #require(OffersReader.header.firstIndex(of: field))] = value
        try writer.record(values)
        let read = try readings(OffersReader(CSVReader(ByteSource(bytes: writer.bytes, name: "offers.csv"))))
        #expect(read.first?.error == nil)
        #expect(read.last?.error?.code == code)
        #expect(read.last?.error?.field == field)
        #expect(read.last?.error?.line == 3)
        #expect(read.last?.error?.description.hasPrefix("offers.csv:3: \(field): ") == true)
    }

    @Test func `calendars read back as written`() throws {
        let pounds = try #require(pounds)
        func day(_ text: String) throws -> Day { try #require(Day(text)) }
        let calendars = try [
            SupplierCalendar(supplier: #require(SupplierName("Acme"))),
            SupplierCalendar(
                supplier: #require(SupplierName("Bolt")), orderDays: [.monday, .wednesday],
                cutOff: TimeOfDay(minutes: 990), minimumOrderValue: 25_050,
                closures: [day("2011-12-24")...day("2012-01-02"), day("2012-04-06")...day("2012-04-06")]),
        ]
        let written = try reread { try CalendarsReader.write(calendars, currency: pounds, to: $0) }
        #expect(try readings(CalendarsReader(written, currency: pounds)).map(\.record) == calendars)
    }

    @Test(arguments: [
        ("Acme,mon foo,,,", FormatError.Code.unknownWord), ("Acme,mon,24:00,,", .notATime),
        ("Acme,mon,,-1,", .outOfRange), ("Acme,mon,,1.005,", .notANumber),
        ("Acme,mon,,,2012-01-02..2011-12-24", .notATime), ("Acme,mon,,,2012-01-02..", .notATime),
        ("Acme,mon,,,2012-01-02-2012-01-03", .notATime), (",mon,,,", .missingValue),
    ])
    func `a calendar that cannot be meant is refused`(row: String, code: FormatError.Code) throws {
        let text = CalendarsReader.header.joined(separator: ",") + "\n" + row + "\n"
        let read = try readings(CalendarsReader(csv(text), currency: #require(pounds)))
        #expect(read.map { $0.error?.code } == [code])
    }

    @Test func `purchases read back as written`() throws {
        let pounds = try #require(pounds)
        let day = try #require(Day("2011-09-30"))
        var line = try PurchaseLine(
            order: "PO-1", line: "10", supplier: #require(SupplierName("Acme")), sku: #require(SKU("A")),
            place: #require(PlaceName("Main")), quantity: 144, currency: pounds, orderedOn: day, expectedOn: nil)
        var lines = [line]
        line.received = 150
        line.receivedAt = Instant(milliseconds: 1_317_630_360_250)
        line.cost = UnitPrice(micros: 1)
        line.expectedOn = day
        line.state = .closed
        line.reference = "PS-7"
        lines.append(line)
        let plain = try reread { try PurchasesReader.write(lines, to: $0) }
        #expect(try readings(PurchasesReader(plain, zone: .utc)).map(\.record) == lines)
        line.invoiced = 100
        line.invoicedAmount = 1234
        lines.append(line)
        let written = try reread { try PurchasesReader.write(lines, to: $0) }
        #expect(try readings(PurchasesReader(written, zone: .utc)).map(\.record) == lines)
    }

    @Test func `a purchase received on a day is received at its midnight`() throws {
        let text = """
            order,line,supplier,sku,place,quantity,received,received_at,currency,ordered_on,expected_on,state
            P,1,Acme,A,Main,5,5,2011-07-02,GBP,2011-07-01,,closed
            P,2,Acme,A,Main,5,-1,,GBP,2011-07-01,,
            P,3,Acme,A,Main,5,,,GBP,,,
            P,4,Acme,A,Main,5,,,GBP,2011-07-01,,lost
            """
        let read = try readings(PurchasesReader(csv(text), zone: Zone(identifier: "Europe/London")))
        #expect(read.first?.record?.receivedAt?.description == "2011-07-01T23:00:00Z")
        #expect(read.map { $0.error?.code } == [nil, .outOfRange, .missingValue, .unknownWord])
    }

    @Test func `products read back as written`() throws {
        var lamp = try ProductDeclaration(sku: #require(SKU("0085")))
        let bare = lamp
        lamp.name = "Lamp, \"big\""
        lamp.vendor = "Acme"
        lamp.category = "Light"
        lamp.barcode = "00012345678905"
        lamp.price = UnitPrice(micros: 2_550_000)
        lamp.cost = UnitPrice(micros: 0)
        lamp.lifecycle = .phaseOut
        let written = try reread { try ProductsReader.write([lamp, bare], to: $0) }
        #expect(try readings(ProductsReader(written)).map(\.record) == [lamp, bare])
        let rounded = try readings(ProductsReader(csv("sku,barcode\nA,4.00639E+12\n")))
        #expect(rounded.map { $0.error?.field } == ["barcode"])
    }

    @Test func `a missing column is named, and a wrong separator guessed at`() throws {
        let error = thrown { _ = try CountsReader(csv("sku,place,state,counted_at\n"), zone: .utc) }
        #expect(error?.code == .missingColumn)
        #expect(error?.field == "quantity")
        let semicolons = thrown { _ = try CountsReader(csv("sku;place;quantity\n"), zone: .utc) }
        #expect(semicolons?.message.contains("separated") == true)
    }

    @Test func `every layout is known by its own header and by no other's`() throws {
        let headers: [(KnownLayout, [String])] = [
            (.counts, CountsReader.header), (.offers, OffersReader.header), (.calendars, CalendarsReader.header),
            (.purchases, PurchasesReader.header), (.products, ProductsReader.header),
            (.shopifyOrders, shopifyOrderColumns), (.shopifyProducts, shopifyProductColumns),
            (.shopifyInventory, shopifyInventoryColumns),
            (.shopifyProducts, ["Title", "URL handle", "Description", "SKU", "Price"]),
            (.offers, OffersReader.header.map { $0.uppercased() } + ["name"]),
        ]
        for (layout, header) in headers { #expect(KnownLayout(header: header) == layout) }
        #expect(KnownLayout(header: ["Invoice", "StockCode", "Quantity", "Price"]) == nil)
        #expect(KnownLayout(header: []) == nil)
    }
}
