import Domain
import Testing

@testable import Formats

/// An interchange around some bodies, each `kind` and its segments without ST and SE, a segment a line.
private func interchange(_ bodies: [(kind: String, segments: [String])], separator: String = "~\n") -> String {
    let isa =
        "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*SHOP           *260731*1300*U*00401*000000042*0*P*>"
    var lines = [isa, "GS*IB*SUPPLIER*SHOP*20260731*1300*7*X*004010"]
    for (index, body) in bodies.enumerated() {
        lines += ["ST*\(body.kind)*000\(index + 1)"] + body.segments
        lines.append("SE*\(body.segments.count + 2)*000\(index + 1)")
    }
    lines += ["GE*\(bodies.count)*7", "IEA*1*000000042"]
    return lines.map { $0 + separator }.joined()
}

private let inventory = [
    "BIA*00*SI*0731*20260731*1200", "N1*WH*Main warehouse*92*W1", "LIN*1*UP*012345678905*VN*AC-1", "QTY*33*7*EA",
    "QTY*17*9.0*EA", "LIN*2*VN*AC-2*IN*mug-2", "DTM*405*20260731*061530*ET", "QTY*33*-2", "CTT*2",
]

private let shipNotice = [
    "BSN*00*SHIP001*20260731*1200", "HL*1**S", "TD1*CTN*2", "HL*2*1*O", "PRF*PO12345", "HL*3*2*I",
    "LIN**UP*012345678905", "SN1**10*EA",
]

private let purchase = [
    "BEG*00*SA*4500012**20260730", "CUR*BY*USD", "DTM*002*20260815", "N1*SU*Acme, Ltd.", "N1*ST**92*W1",
    "PO1*1*10*EA*2.55**BP*MUG-1*VN*AC-1", "PO1*2*3*DZ*12**BP*MUG-2", "DTM*002*20260901", "CTT*2",
]

@Suite struct X12Tests {
    private func partner(_ change: (inout X12Partner) throws -> Void = { _ in }) throws -> X12Partner {
        var partner = X12Partner()
        partner.supplier = SupplierName("Acme")
        partner.places = ["W1": try #require(PlaceName("Halle Nö"))]
        try change(&partner)
        return partner
    }

    private func read(_ text: String, _ partner: X12Partner) throws -> [Reading<[Fact]>] {
        try read(Array(text.utf8), partner)
    }

    private func read(_ bytes: [UInt8], _ partner: X12Partner) throws -> [Reading<[Fact]>] {
        try readings(X12FactsReader(ByteSource(bytes: bytes, name: "in.x12")) { _ in partner })
    }

    private func counts(_ readings: [Reading<[Fact]>]) -> [StockCount] {
        readings.flatMap { $0.record ?? [] }.compactMap { if case .count(let count) = $0 { count } else { nil } }
    }

    private func purchases(_ readings: [Reading<[Fact]>]) -> [PurchaseLine] {
        readings.flatMap { $0.record ?? [] }.compactMap { if case .purchase(let line) = $0 { line } else { nil } }
    }

    private func notices(_ readings: [Reading<[Fact]>]) -> [ShipNotice] {
        readings.flatMap { $0.record ?? [] }.compactMap { if case .shipNotice(let line) = $0 { line } else { nil } }
    }

    private let writer = X12Writer(from: .init(id: "SHOP"), to: .init(qualifier: "01", id: "006922827"))
    private let moment = Instant(milliseconds: 1_785_499_200_250)

    @Test func `stock of a partner is what is available and on hand`() throws {
        let read = counts(try read(interchange([("846", inventory)]), partner()))
        #expect(read.map(\.product.description) == ["barcode 012345678905", "barcode 012345678905", "mug-2"])
        #expect(read.map(\.quantity) == [7, 9, -2])
        #expect(read.map(\.state) == [.available, .onHand, .available])
        #expect(Set(read.map(\.place.text)) == ["Halle Nö"])
        #expect(
            read.map(\.countedAt.description) == [
                "2026-07-31T12:00:00Z", "2026-07-31T12:00:00Z", "2026-07-31T10:15:30Z",
            ])
    }

    @Test func `the ship notice of the guides is one line`() throws {
        let line = try #require(notices(try read(interchange([("856", shipNotice)]), partner())).first)
        #expect(line.id == "SHIP001")
        #expect(line.line == "3")
        #expect(line.order == "PO12345")
        #expect(line.orderLine == nil)
        #expect(line.supplier?.text == "Acme")
        #expect(line.product == ProductReference(barcode: "012345678905"))
        #expect(line.quantity == 10)
        #expect(line.at.description == "2026-07-31T12:00:00Z")
        #expect(line.version == line.at && !line.isReplacement)
        #expect(line.expectedOn == nil)
    }

    @Test func `cartons above and below their items are told to them`() throws {
        let above = [
            "BSN*00*S*20260731*1200", "HL*1**S", "DTM*011*20260730", "DTM*017*20260803", "REF*BM*99", "HL*2*1*O",
            "PRF*PO1*3", "HL*3*2*P", "MAN*GM*00123", "HL*4*3*I", "LIN*10*BP*A", "SN1**1*EA", "HL*5*2*I", "LIN*20*BP*B",
            "SN1**2*EA", "DTM*017*20260804", "CTT*2",
        ]
        let found = notices(try read(interchange([("856", above)]), partner()))
        #expect(found.map(\.carton) == ["00123", nil])
        #expect(found.map(\.order) == ["PO1/3", "PO1/3"])
        #expect(found.map(\.orderLine) == ["10", "20"])
        #expect(found.map(\.expectedOn) == [Day("2026-08-03"), Day("2026-08-04")])
        #expect(found.map(\.at.description) == ["2026-07-30T00:00:00Z", "2026-07-30T00:00:00Z"])
        let below = [
            "BSN*00*S*20260731*1200", "HL*1**S", "HL*2*1*O", "PRF*PO1", "HL*3*2*I", "LIN**BP*A", "SN1**4*EA",
            "HL*4*3*P", "MAN*GM*00123", "HL*5*2*I", "LIN**BP*B", "SN1**4*EA", "HL*6*5*P", "MAN*GM*1", "HL*7*5*P",
            "MAN*GM*2", "CTT*7",
        ]
        #expect(notices(try read(interchange([("856", below)]), partner())).map(\.carton) == ["00123", nil])
    }

    @Test func `an order has its lines with their own days and units`() throws {
        let lines = purchases(try read(interchange([("850", purchase)]), partner()))
        #expect(lines.map(\.sku?.text) == ["MUG-1", "MUG-2"])
        #expect(lines.map(\.quantity) == [10, 36])
        #expect(lines.map(\.cost?.micros) == [2_550_000, 1_000_000])
        #expect(lines.map(\.expectedOn) == [Day("2026-08-15"), Day("2026-09-01")])
        #expect(lines.map(\.supplier.text) == ["Acme, Ltd.", "Acme, Ltd."])
        #expect(lines.first?.currency.code == "USD")
        #expect(lines.first?.orderedOn == Day("2026-07-30"))
        #expect(lines.first?.place.text == "Halle Nö")
    }

    @Test func `counts read back as written`() throws {
        let partner = try partner()
        let supplier = try #require(partner.supplier)
        let products = try [
            ProductReference(#require(SKU("A,\"1\" 'é' \\ |"))), #require(ProductReference(barcode: "4006381333931")),
            #require(ProductReference.code("ac-9", of: supplier)),
        ]
        let written = try products.enumerated().map { index, product in
            StockCount(
                product: product, place: try #require(PlaceName(index < 2 ? "Halle Nö" : "Elsewhere & Co")),
                quantity: Int64(index - 1) * 999_999_999_999, state: index == 1 ? .available : .onHand,
                countedAt: Instant(milliseconds: 1_785_499_200_000 + Int64(index) * 61_230))
        }
        let bytes = try writer.interchange(
            X12Inventory.messages(written, partner: partner), control: 1, group: 1, at: moment)
        let read = try read(bytes, partner)
        #expect(read.count == 2)
        #expect(counts(read) == written)
    }

    @Test func `orders read back as written`() throws {
        let partner = try partner { $0.supplier = nil }
        let pounds = try #require(Currency("GBP"))
        var written: [PurchaseLine] = []
        for number in 1...5 {
            var line = PurchaseLine(
                order: number < 4 ? "PO/1" : "PO 2", line: "L\(number)", supplier: try #require(SupplierName("Ac'me")),
                sku: try #require(SKU("mug \(number); é")), place: try #require(PlaceName("Back, left")),
                quantity: Int64(number - 1), currency: pounds, orderedOn: try #require(Day("2026-07-30")),
                expectedOn: number == 3 ? nil : Day("2026-08-15"))
            if number == 2 { line.place = try #require(PlaceName("Halle Nö")) }
            if number > 1 { line.cost = UnitPrice(micros: 4200) }
            if number > 3 { line.state = .cancelled }
            line.reference = number < 4 ? "R\(number)" : "R"
            written.append(line)
        }
        let bytes = try writer.interchange(
            X12Purchase.messages(written, partner: partner), control: 999_999_999, group: 3, at: moment)
        #expect(purchases(try read(bytes, partner)) == written)
        written[0].received = 1
        #expect(thrown { _ = try X12Purchase.messages(written, partner: partner) }?.code == .rule)
    }

    @Test func `ship notices read back as written`() throws {
        for named in [true, false] {
            let partner = try partner { if !named { $0.supplier = nil } }
            var written: [ShipNotice] = []
            for number in 1...6 {
                var line = ShipNotice(
                    id: number < 6 ? "S 1" : "S 2", line: number == 2 ? "7" : "\(number)", order: "PO\(number / 3)",
                    supplier: SupplierName("Acme"), product: ProductReference(try #require(SKU("A-\(number)"))),
                    quantity: Int64(number), at: Instant(milliseconds: 1_785_499_200_000))
                if number != 4 { line.orderLine = "10" }
                if number == 5 { line.at.milliseconds += 10 }
                if number != 3 { line.expectedOn = Day("2026-08-0\(number)") }
                if [1, 2, 5].contains(number) { line.carton = "0034\(number / 2)" }
                line.version = Instant(milliseconds: 1_785_502_920_000)
                line.isReplacement = number == 6
                written.append(line)
            }
            let bytes = try writer.interchange(
                X12ShipNotice.messages(written, partner: partner), control: 1, group: 1, at: moment)
            #expect(notices(try read(bytes, partner)) == written)
        }
    }

    @Test func `the raw bytes of a message are an interchange of their own`() throws {
        let text = interchange([("864", ["BMG*00", "MIT*1*hello"]), ("846", inventory), ("856", shipNotice)])
        let partner = try partner()
        let read = try read(text, partner)
        #expect(read.map(\.rows) == [1, 1, 1])
        #expect(read.map(\.line) == [3, 7, 18])
        #expect(read.first?.error?.code == .unknownKind)
        for reading in read {
            let again = try self.read(reading.raw, partner)
            #expect(again.count == 1)
            #expect(again.first?.record == reading.record)
            #expect(again.first?.error?.code == reading.error?.code)
            #expect(again.first?.raw == reading.raw)
        }
    }

    @Test(arguments: ["~", "~\r\n", "'", "\n", "\r\n", "|\n"])
    func `segments may end in many ways`(separator: String) throws {
        let text = interchange([("846", inventory), ("856", shipNotice)], separator: separator)
        #expect(try read(text, partner()).map { $0.record?.count } == [3, 1])
        let other = text.replacing("*", with: "\u{1D}").replacing(">", with: ":")
        #expect(try read(other, partner()).map { $0.record?.count } == [3, 1])
    }

    @Test(
        arguments: [
            ("GE*2*7", "GE*3*7", "GE01"), ("GE*2*7", "GE*2*8", "GE02"), ("IEA*1*", "IEA*2*", "IEA01"),
            ("IEA*1*000000042", "IEA*1*000000043", "IEA02"), ("GE*2*7~\n", "", nil), ("IEA*1*000000042~\n", "", "IEA"),
            ("SE*11*0001~\n", "", nil), ("GS*IB", "GX*IB", nil), ("ST*846*0001", "ZZ*846*0001", nil),
            ("IEA*1*", "IEA*99999999999999999999*", "IEA01"),
        ] as [(String, String, String?)])
    func `an envelope that does not hold together is refused whole`(
        good: String, bad: String, field: String?
    ) throws {
        let text = interchange([("846", inventory), ("856", shipNotice)])
        let broken = text.replacing(good, with: bad)
        #expect(broken != text)
        let read = try read(broken + text, partner())
        #expect(read.count == 3)
        #expect(read.first?.error?.code == .notX12)
        if let field { #expect(read.first?.error?.field == field) }
        #expect(
            read.first.map { String(decoding: $0.raw, as: UTF8.self) } == String(broken.dropLast()) || field == "IEA")
        #expect(read.dropFirst().allSatisfy { $0.record != nil })
    }

    @Test(arguments: [("SE*11*0001", "SE*12*0001"), ("SE*11*0001", "SE*11*0002"), ("SE*11*0001", "SE")])
    func `a message that was cut spoils no other`(good: String, bad: String) throws {
        let text = interchange([("846", inventory), ("856", shipNotice)]).replacing(good, with: bad)
        let read = try read(text, partner())
        #expect(read.map { $0.error?.code } == [.notX12, nil])
        #expect(try self.read(read.first?.raw ?? [], partner()).first?.error?.code == .notX12)
    }

    @Test(arguments: [
        ("QTY*33*7*EA", "QTY*33*x*EA", FormatError.Code.notANumber, "QTY02"),
        ("QTY*33*7*EA", "QTY*33**EA", .missingValue, "QTY02"),
        ("QTY*33*7*EA", "QTY*33*7.5*EA", .notANumber, "QTY02"),
        ("QTY*33*7*EA", "QTY*33*7*CA", .unknownWord, "QTY03"),
        ("QTY*33*7*EA", "QTY*33*9999999999999*EA", .outOfRange, "QTY02"),
        ("QTY*33*7*EA", "QTY*33*99999999999999999999*EA", .outOfRange, "QTY02"),
        ("012345678905", "012345678906", .notAName, "LIN03"), ("LIN*1*UP", "LIN*1*ZZ", .missingValue, "LIN03"),
        ("LIN*1*UP*012345678905*VN*AC-1", "LIN*1", .missingValue, "LIN02"),
        ("QTY*33*-2", "QTY*QA*-2", .unknownWord, "LIN"), ("N1*WH", "N1*ZZ", .missingValue, "LIN"),
        ("061530*ET", "256130*ET", .notATime, "DTM03"), ("061530*ET", "061530*XX", .unknownWord, "DTM04"),
        ("DTM*405*20260731", "DTM*405*20260732", .notATime, "DTM02"), ("CTT*2", "CTT*3", .notX12, "CTT01"),
        ("mug-2", "mug\u{202E}2", .notAName, "LIN05"), ("Main warehouse*92*W1", "*92", .missingValue, "N102"),
    ])
    func `what is wrong with stock is told by its element`(
        good: String, bad: String, code: FormatError.Code, field: String
    ) throws {
        let body = inventory.map { $0.replacing(good, with: bad) }
        #expect(body != inventory)
        let error = try read(interchange([("846", body)]), partner { $0.supplierCodeQualifiers = [] }).first?.error
        if code == .missingValue, field == "LIN03" {
            #expect(error?.code == .missingValue)
            return
        }
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test func `a count whose date has no time needs to know when the partner counts`() throws {
        let body = inventory.map { $0.replacing("061530*ET", with: "").replacing("0260731", with: "0260730") }
            .filter { !$0.hasPrefix("BIA") }
        let text = interchange([("846", body)])
        #expect(try read(text, partner()).first?.error?.code == .missingValue)
        let counts = counts(try read(text, partner { $0.timeOfCount = TimeOfDay("23:30") }))
        #expect(counts.last?.countedAt.description == "2026-07-30T23:30:00Z")
        #expect(counts.first?.countedAt.description == "2026-07-31T13:00:00Z")
    }

    @Test(arguments: [
        ("HL*3*2*I", "HL*3*9*I", FormatError.Code.notX12), ("HL*3*2*I", "HL*2*1*I", .notX12),
        ("PRF*PO12345", "PRF", .missingValue), ("SN1**10*EA", "SN1**-1*EA", .outOfRange),
        ("SN1**10*EA", "MEA*1", .missingValue), ("BSN*00", "BSN*03", .unknownWord),
        ("BSN*00*SHIP001", "BSN*00*", .missingValue),
    ])
    func `what is wrong with a ship notice is told`(good: String, bad: String, code: FormatError.Code) throws {
        let body = shipNotice.map { $0.replacing(good, with: bad) }
        #expect(try read(interchange([("856", body)]), partner()).first?.error?.code == code)
    }

    @Test(arguments: [
        ("BEG*00", "BEG*04", FormatError.Code.unknownWord), ("*20260730", "", .missingValue),
        ("CUR*BY*USD", "CUR*BY*usd", .unknownWord), ("N1*ST", "N1*ZZ", .missingValue),
        ("*2.55*", "*-2.55*", .outOfRange), ("*BP*MUG-1*VN*AC-1", "*CB*MUG-1", .missingValue),
        ("DTM*002*20260901", "SDQ*EA*92*1*1", .unknownKind), ("PO1*1*10*EA", "PO1*1*10*KG", .unknownWord),
    ])
    func `what is wrong with an order is told`(good: String, bad: String, code: FormatError.Code) throws {
        let body = purchase.map { $0.replacing(good, with: bad) }
        #expect(body != purchase)
        #expect(try read(interchange([("850", body)]), partner()).first?.error?.code == code)
    }

    @Test func `a test is taken only from partners whose tests are`() throws {
        let text = interchange([("846", inventory)]).replacing("*0*P*>", with: "*0*T*>")
        #expect(try read(text, partner()).first?.error?.code == .unknownKind)
        #expect(try read(text, partner { $0.takesTests = true }).first?.record?.count == 3)
    }

    @Test func `what holds a delimiter cannot be written but with others`() throws {
        let count = StockCount(
            product: ProductReference(try #require(SKU("A*B"))), place: try #require(PlaceName("Main")), quantity: 1,
            state: .onHand, countedAt: Instant(milliseconds: 0))
        let messages = try X12Inventory.messages([count], partner: partner())
        let error = thrown { _ = try writer.interchange(messages, control: 1, group: 1, at: moment) }
        #expect(error?.code == .rule)
        #expect(error?.field == "LIN03")
        let other = X12Writer(
            from: .init(id: "A"), to: .init(id: "B"),
            delimiters: try #require(X12Delimiters(element: 0x7C, component: 0x3A, segment: 0x0A)))
        #expect(counts(try read(other.interchange(messages, control: 1, group: 1, at: moment), partner())) == [count])
        #expect(X12Delimiters(element: 0x2A, component: 0x2A, segment: 0x7E) == nil)
        #expect(X12Delimiters(element: 0x41, component: 0x2A, segment: 0x7E) == nil)
        for (control, id) in [(0, "A"), (1_000_000_000, "A"), (Int.max, "A"), (1, "a number of sixteen"), (1, "")] {
            let writer = X12Writer(from: .init(id: id), to: .init(id: "B"))
            #expect(
                thrown { _ = try writer.interchange(messages, control: control, group: 1, at: moment) }?.code
                    == .outOfRange)
        }
    }

    @Test func `no damage to the bytes is fatal`() throws {
        let good = Array(interchange([("846", inventory), ("850", purchase), ("856", shipNotice)]).utf8)
        let partner = try partner()
        var random = SplitMix(state: 11)
        for round in 0..<1500 {
            var bytes = good
            for _ in 0...(round % 4) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                case 2: bytes.insert(contentsOf: Array("*9999999999999999999~".utf8), at: place)
                default: bytes = Array(bytes[..<place])
                }
                if bytes.isEmpty { bytes = [0x49] }
            }
            for reading in try read(bytes, partner) { #expect(reading.rows >= 1) }
        }
    }

    @Test func `what is no interchange is told as such, and what follows is read`() throws {
        let text = "sku,qty\nISALE,4\n" + interchange([("856", shipNotice)]) + "ISA*00*\n"
        let read = try read(text, partner())
        #expect(read.map { $0.error?.code } == [.notX12, nil, .notX12])
        #expect(read.map(\.line) == [1, 5, 17])
        #expect(read.first.map { String(decoding: $0.raw, as: UTF8.self) } == "sku,qty\nISALE,4")
        #expect(try self.read("", partner()).isEmpty)
        let big = interchange([("856", Array(repeating: "PID*F****x", count: 500_000)), ("856", shipNotice)])
        #expect(try self.read(big, partner()).map { $0.error?.code } == [.tooLong, nil])
        let bytes = Array(interchange([("856", shipNotice)]).replacing("PO12345", with: "PO\u{FE}").utf8)
        let latin = bytes.filter { $0 != 0xC3 }
        #expect(try self.read(latin, partner()).first?.error?.code == .invalidUTF8)
    }

    @Test func `an interchange beyond the limit is refused and passed over`() throws {
        let filler = String(repeating: "PID*F****" + String(repeating: "x", count: 991) + "~", count: 3_500)
        let body = Array(repeating: filler + "X*1", count: 10)
        let text = interchange([("856", body)]) + interchange([("856", shipNotice)])
        #expect(try read(text, partner()).map { $0.error?.code } == [.tooLong, nil])
    }

    @Test func `an order names products by bar code or by the supplier's code too`() throws {
        let body = [
            "BEG*00*SA*7**20260730", "CUR*BY*USD", "N1*SU*Acme", "N1*ST**92*W1", "PO1*1*10*EA*2.55**UP*012345678905",
            "PO1*2*1*EA*1**VN*AC-1", "CTT*2",
        ]
        let lines = purchases(try read(interchange([("850", body)]), partner()))
        #expect(lines.map(\.product.description) == ["barcode 012345678905", "supplier:Acme AC-1"])
        let messages = try X12Purchase.messages(lines, partner: partner())
        let bytes = try writer.interchange(messages, control: 1, group: 1, at: moment)
        #expect(purchases(try read(bytes, partner())) == lines)
    }

    @Test func `an acknowledgement is read and states nothing`() throws {
        let readings = try read(interchange([("997", ["AK1*PO*7", "AK9*A*1*1*1"])]), partner())
        #expect(readings.map { $0.record?.count } == [0])
    }
}
