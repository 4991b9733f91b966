import Domain
import Testing

@testable import Formats

@Suite struct TillLinesTests {
    private func read(_ text: String) throws -> [Reading<OrderDocument>] {
        try readings(
            TillLinesReader(csv(text), zone: Zone(identifier: "Europe/London"), currency: #require(Currency("GBP"))))
    }

    @Test func `the rows of a receipt make one order that was shipped when it was sold`() throws {
        let read = try read(
            """
            receipt,line,sold_at,place,till,sku,title,quantity,price,discount,customer,currency,void,tax_included
            1001,1,2011-07-01 09:30,High St,T1,MUG,Mug,2,4.50,1.00,C7,GBP,,true
            1001,2,2011-07-01 09:31,High St,T1,CUP,Cup,-1,3.00,0.50,,,no,true
            1001,3,,,T1,,Bag,1,0.10,,,,,true
            1001,4,,,T1,CUP,Cup,x,3.00,,,,yes,true
            1001,1,2011-07-01 09:40,,T2,MUG,Mug,1,4.50,,,,,true
            """)
        #expect(read.map(\.rows) == [4, 1])
        #expect(read.map { $0.record?.number } == ["T1/1001", "T2/1001"])
        let order = try #require(read.first?.record)
        #expect(order.orderedAt.description == "2011-07-01T08:30:00Z")
        #expect(order.channel == "till")
        #expect(order.customer == "C7")
        #expect(order.place == PlaceName("High St"))
        #expect(order.lines.map(\.kind) == [.sale, .return, .notProduct])
        #expect(order.lines.map(\.quantity) == [2, -1, 1])
        #expect(order.lines.map(\.discount) == [100, 0, 0])
        #expect(order.lines.map(\.unitPrice.micros) == [4_500_000, 2_500_000, 100_000])
        #expect(order.lines.map(\.shippedAt) == [order.orderedAt, nil, nil])
        #expect(order.lines.map(\.line) == ["1", "2", "3"])
        #expect(read.last?.record?.currency == Currency("GBP"))
    }

    @Test func `a column that is not used is named`() throws {
        let reader = try TillLinesReader(
            csv("receipt,sold_at,sku,quantity,price,tax_included\n"), zone: .utc, currency: #require(Currency("GBP")))
        #expect(reader.ignoredColumns == ["tax_included"])
    }

    @Test func `receipts read back as written`() throws {
        let euros = try #require(Currency("EUR"))
        let at = Instant(milliseconds: 1_319_934_600_123)
        var order = OrderDocument(
            number: awkwardName, orderedAt: at, currency: euros, place: PlaceName("Halle Nö"), customer: "C,7",
            lines: [
                OrderLine(
                    line: "1", sku: SKU(awkwardName), title: awkward, quantity: 3, unitPrice: UnitPrice(micros: 1),
                    discount: 5, kind: .sale, shippedAt: at),
                OrderLine(
                    sku: SKU("A"), title: "", quantity: -2, unitPrice: UnitPrice(micros: 4_500_000), kind: .return),
                OrderLine(
                    sku: nil, title: "Voucher \"X\"", quantity: -1, unitPrice: UnitPrice(micros: 5_000_000),
                    kind: .notProduct),
            ])
        order.channel = "till"
        var empty = OrderDocument(number: "T1/2", orderedAt: at, currency: euros)
        empty.channel = "till"
        let writer = CSVWriter()
        try TillLinesReader.write([order, empty], to: writer)
        let reader = try TillLinesReader(
            CSVReader(ByteSource(bytes: writer.bytes, name: "x")), zone: .utc, currency: #require(Currency("GBP")))
        #expect(try readings(reader).map(\.record) == [order, empty])
    }

    @Test(arguments: [
        ("1,2011-07-01 09:30,A,1", FormatError.Code.fieldCount), ("1,,A,1.5,1,,,,", .notANumber),
        ("1,,A,1,-1,,,,", .outOfRange), ("1,,A,1,,,,,", .missingValue), ("1,,A,,1,,,,", .missingValue),
        ("1,,A,1,1,0.005,,,", .notANumber), ("1,,A,1,1,,Elsewhere,,", .rule), ("1,,A,1,1,,,EUR,", .rule),
        ("1,,A,1,1,,,,maybe", .unknownWord), ("1,,,1,1,,,,", .missingValue), ("1,never,A,1,1,,,,", .notATime),
        ("1,,A,1000000000001,1,,,,", .outOfRange), (",,A,1,1,,,,", .missingValue),
        ("1,,A,-9,9223372036854,0.01,,,", .outOfRange),
    ])
    func `one bad row refuses its receipt as a whole and no other`(row: String, code: FormatError.Code) throws {
        let text = """
            receipt,sold_at,sku,quantity,price,discount,place,currency,void
            1,2011-07-01 09:30,A,1,1,,Main,GBP,
            \(row)
            1,,A,1,1,,,,
            2,2011-07-01 09:30,A,1,1,,Main,GBP,
            """
        let read = try read(text)
        #expect(read.map { $0.error?.code } == [code, nil])
        #expect(read.map(\.rows) == [3, 1])
        #expect(read.first?.error?.line == 3)
        #expect(read.first?.raw.count { $0 == 0x0A } == 2)
    }

    @Test func `a row that cannot be told to belong to a receipt spoils both around it`() throws {
        let text = """
            receipt,sold_at,sku,quantity,price
            1,2011-07-01 09:30,A,1,1
            "broken,,A,1,1
            2,2011-07-01 09:30,A,1,1
            3,2011-07-01 09:30,A,1,1
            """
        #expect(try read(text).map { $0.error?.code } == [.brokenQuoting, .brokenQuoting, nil])
    }

    @Test func `a receipt without end is refused to its end`() throws {
        var text = "receipt,sold_at,sku,quantity,price\n"
        for _ in 0..<(TillLinesReader.rowLimit + 5) { text += "1,2011-07-01 09:30,A,1,1\n" }
        text += "2,2011-07-01 09:30,A,1,1\n"
        let read = try read(text)
        #expect(read.map { $0.error?.code } == [.tooLong, .tooLong, nil])
        #expect(read.map(\.rows) == [TillLinesReader.rowLimit, 5, 1])
    }
}
