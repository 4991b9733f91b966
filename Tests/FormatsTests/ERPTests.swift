import Domain
import Testing

@testable import Formats

@Suite struct ERPTests {
    private func settings() throws -> ERPSettings {
        var settings = ERPSettings()
        settings.zone = try Zone(identifier: "Europe/Berlin")
        settings.currency = Currency("EUR")
        settings.place = PlaceName("Main")
        settings.places = [
            "WH/Stock": try #require(PlaceName("Halle Nö")), "Stores - P": try #require(PlaceName("Halle Nö")),
        ]
        return settings
    }

    private func odoo(_ text: String) throws -> (readings: [Reading<[Fact]>], skipped: Int) {
        try read(OdooReader(ByteSource(bytes: Array(text.utf8), name: "odoo.json"), settings: settings()))
    }

    private func erpNext(_ text: String) throws -> (readings: [Reading<[Fact]>], skipped: Int) {
        try read(ERPNextReader(ByteSource(bytes: Array(text.utf8), name: "erpnext.json"), settings: settings()))
    }

    private func read(_ reader: some RecordReader<[Fact]>) throws -> (readings: [Reading<[Fact]>], skipped: Int) {
        var reader = reader
        var all: [Reading<[Fact]>] = []
        while let reading = try reader.next() { all.append(reading) }
        return (all, reader.skippedRows)
    }

    private func facts(_ readings: [Reading<[Fact]>]) throws -> [Fact] { try readings.flatMap { try $0.outcome.get() } }

    private func lines(_ facts: [Fact]) -> [PurchaseLine] {
        facts.compactMap { if case .purchase(let line) = $0 { line } else { nil } }
    }

    private func text(_ records: [JSONValue]) -> String {
        records.map { String(decoding: $0.bytes(), as: UTF8.self) }.joined(separator: "\n")
    }

    private let odooOrder = #"""
        {"id": 12, "name": "P00012", "state": "purchase", "partner_id": [9, "Azure \"Interior\""],
         "date_order": "2024-05-01 08:00:00", "date_approve": "2024-05-01 22:30:00", "currency_id": [1, "USD"],
         "picking_type_id": [1, "San Francisco: Receipts"], "origin": false, "effective_date": false,
         "order_line": [
          {"id": 31, "display_type": "line_section", "name": "Desks", "product_id": false},
          {"id": 32, "product_id": [7, "[FURN_7800] Desk Combination"], "product_qty": 10.0, "qty_received": 4.0,
           "price_unit": 300.25, "date_planned": "2024-05-08 10:00:00", "display_type": false},
          {"id": 33, "product_id": [8, "Cushion"], "product_default_code": "C]1", "product_qty": 2.0,
           "product_uom_qty": 24.0, "qty_received": 2.0, "qty_invoiced": 1.0, "price_unit": 12.0, "discount": 10.0, "date_planned": false}]}
        """#

    private let odooLine = #"""
        {"id": 40, "order_id": [12, "P00012 (V-77)"], "state": "done", "partner_id": [9, "Azure"],
         "date_order": "2024-05-01 08:00:00", "product_id": {"id": 7, "display_name": "[A] x"}, "product_qty": 1.0,
         "price_unit": 0.333333333, "date_planned": "2024-05-08"}
        """#

    private let erpOrder = #"""
        {"data": {"name": "PUR-ORD-2024-00001", "doctype": "Purchase Order", "docstatus": 1, "status": "To Receive",
         "supplier": "Acme", "currency": "GBP", "transaction_date": "2024-05-01", "set_warehouse": "Stores - P",
         "items": [
          {"name": "a1b2", "idx": 1, "item_code": "MUG-1", "qty": 2.0, "uom": "Box", "conversion_factor": 12.0,
           "stock_qty": 24.0, "received_qty": 1.0, "rate": 24.6, "billed_amt": 24.6, "warehouse": "Shop - P", "schedule_date": "2024-05-09"},
          {"idx": 2, "item_code": "MUG-2", "qty": 5, "received_qty": 5, "rate": 2.5}]}}
        """#

    @Test func `an order of Odoo is its lines`() throws {
        let lines = lines(try facts(try odoo(odooOrder).readings))
        #expect(lines.map(\.line) == ["32", "33"])
        #expect(lines.map(\.sku?.text) == ["FURN_7800", "C]1"])
        #expect(lines.map(\.quantity) == [10, 24])
        #expect(lines.map(\.received) == [4, 24])
        #expect(lines.map(\.cost?.micros) == [300_250_000, 900_000])
        #expect(lines.map(\.state) == [.open, .closed])
        #expect(lines.map(\.invoiced) == [nil, 12])
        #expect(lines.first?.supplier.text == #"Azure "Interior""#)
        #expect(lines.first?.place.text == "San Francisco")
        #expect(lines.first?.currency.code == "USD")
        #expect(lines.first?.orderedOn == Day("2024-05-02"))
        #expect(lines.map(\.expectedOn) == [Day("2024-05-08"), nil])
    }

    @Test func `a line of Odoo stands alone with what its order says`() throws {
        let line = try #require(lines(try facts(try odoo(odooLine).readings)).first)
        #expect(line.order == "P00012")
        #expect(line.place.text == "Main")
        #expect(line.currency.code == "EUR")
        #expect(line.cost?.micros == 333_333)
        #expect(line.expectedOn == Day("2024-05-08"))
    }

    @Test func `quants and terms of Odoo are counts and offers`() throws {
        let text = #"""
            {"jsonrpc": "2.0", "id": null, "result": [
             {"id": 1, "product_id": [7, "[A] Desk"], "location_id": [8, "WH/Stock"], "quantity": -3.0,
             "reserved_quantity": 2.0, "lot_id": false, "write_date": "2024-05-01 10:00:00"},
             {"id": 2, "partner_id": [3, "Acme"], "product_tmpl_id": [7, "[A] Desk"], "min_qty": 0.0, "price": 0.0,
             "currency_id": [1, "EUR"], "delay": 3, "date_start": false, "date_end": "2024-12-31"},
             {"id": 3, "product_id": [7, "[A] Desk"], "location_id": [8, "WH/Stock"], "quantity": 1, "lot_id": [1, "L"]}]}
            """#
        let read = try odoo(text).readings
        #expect(read.map(\.line) == [2, 4, 6])
        let place = try #require(PlaceName("Halle Nö"))
        let sku = try #require(SKU("A"))
        let count = StockCount(
            product: ProductReference(sku), place: place, quantity: -3, state: .onHand,
            countedAt: Instant(milliseconds: 1_714_557_600_000))
        #expect(read.first?.record == [.count(count)])
        let offer = Offer(
            supplier: try #require(SupplierName("Acme")), sku: sku, cost: nil, currency: try #require(Currency("EUR")),
            leadTimeDays: 3, validTo: Day("2024-12-31"))
        #expect(read.dropFirst().first?.record == [.offer(offer)])
        #expect(read.last?.error?.code == .rule)
        #expect(read.last?.error?.field == "lot_id")
        for reading in read {
            let again = try odoo(String(decoding: reading.raw, as: UTF8.self)).readings
            #expect(again.map(\.record) == [reading.record])
        }
    }

    @Test func `an order of ERPNext counts in pieces`() throws {
        let lines = lines(try facts(try erpNext(erpOrder).readings))
        #expect(lines.map(\.line) == ["a1b2", "2"])
        #expect(lines.map(\.quantity) == [24, 5])
        #expect(lines.map(\.received) == [12, 5])
        #expect(lines.map(\.cost?.micros) == [2_050_000, 2_500_000])
        #expect(lines.map(\.place.text) == ["Shop - P", "Halle Nö"])
        #expect(lines.map(\.state) == [.open, .closed])
        #expect(lines.map(\.expectedOn) == [Day("2024-05-09"), nil])
    }

    @Test func `drafts, lists of numbers and items of nobody hold no record`() throws {
        let order = odooOrder.replacing(#""purchase""#, with: #""draft""#)
        let numbers = #"[{"name": "P1", "state": "sent", "order_line": [1, 2]},"# + order + "]"
        #expect(try odoo(numbers).readings.isEmpty)
        #expect(try odoo(numbers).skipped == 2)
        let draft = erpOrder.replacing(#""docstatus": 1"#, with: #""docstatus": 0"#)
        let item = #"{"item_code": "A", "lead_time_days": 3, "supplier_items": []}"#
        #expect(try erpNext(draft + "\n" + item).readings.isEmpty)
        #expect(try erpNext(draft + "\n" + item).skipped == 2)
        let cancelled = erpOrder.replacing(#""docstatus": 1"#, with: #""docstatus": 2"#)
        #expect(lines(try facts(try erpNext(cancelled).readings)).map(\.state) == [.cancelled, .cancelled])
        let calledOff = odooOrder.replacing(#""purchase""#, with: #""cancel""#)
        #expect(lines(try facts(try odoo(calledOff).readings)).map(\.state) == [.cancelled, .cancelled])
    }

    @Test func `bins and items of ERPNext are counts and offers`() throws {
        let text = #"""
            [{"item_code": "A", "warehouse": "Stores - P", "actual_qty": 5.0, "reserved_qty": 2.0,
              "modified": "2024-05-01 12:00:00.250000"},
             {"name": "A", "item_code": "A", "lead_time_days": 0, "min_order_qty": 6.0, "last_purchase_rate": 1.5,
              "supplier_items": [{"supplier": "Acme"}, {"supplier": "Bolt"}]}]
            """#
        let facts = try facts(try erpNext(text).readings)
        #expect(facts.count == 3)
        guard case .count(let count)? = facts.first, case .offer(let offer)? = facts.last else {
            Issue.record("not a count and offers")
            return
        }
        #expect(count.quantity == 5)
        #expect(count.place.text == "Halle Nö")
        #expect(count.countedAt.description == "2024-05-01T10:00:00.250Z")
        #expect(offer.supplier.text == "Bolt")
        #expect(offer.cost == nil)
        #expect(offer.leadTimeDays == nil)
        #expect(offer.minimumQuantity == 6)
    }

    @Test func `what is written reads back the same`() throws {
        let settings = try settings()
        let euros = try #require(Currency("EUR"))
        let supplier = try #require(SupplierName("Acme \"\\ Söhne, (West)"))
        var written: [PurchaseLine] = []
        for (number, code) in ["A] b", "[x", "é\\\"", "007"].enumerated() {
            var line = PurchaseLine(
                order: "P\(number / 2)", line: number == 1 ? "007" : "\(number)", supplier: supplier,
                sku: try #require(SKU(code)), place: try #require(PlaceName(number < 2 ? "Halle Nö" : "A: b")),
                quantity: 10, received: Int64(number), currency: euros, orderedOn: try #require(Day("2024-03-31")),
                expectedOn: number == 1 ? nil : Day("2024-10-27"))
            if number > 0 { line.cost = UnitPrice(micros: 1_234_567 * Int64(number * number * number)) }
            line.state = [.open, .open, .closed, .cancelled][number]
            line.reference = number == 2 ? "R 2" : nil
            written.append(line)
        }
        #expect(
            lines(try facts(try odoo(text(OdooRecords.purchases(written, settings: settings))).readings)) == written)
        let records = ERPNextRecords.purchases(written, settings: settings)
        #expect(lines(try facts(try erpNext(text(records)).readings)) == written)

        // Odoo tells what is invoiced in units, ERPNext in money.
        var invoiced = written
        for index in invoiced.indices { invoiced[index].invoiced = Int64(index * 3) }
        #expect(
            lines(try facts(try odoo(text(OdooRecords.purchases(invoiced, settings: settings))).readings)) == invoiced)
        var billed = written
        for index in billed.indices { billed[index].invoicedAmount = Int64(index * 1234) }
        #expect(
            lines(try facts(try erpNext(text(ERPNextRecords.purchases(billed, settings: settings))).readings)) == billed
        )

        let counts = written.map {
            StockCount(
                product: $0.product, place: $0.place, quantity: -$0.received, state: .onHand,
                countedAt: Instant(milliseconds: 1_714_557_600_000 + $0.received * 1000))
        }
        let quants = try OdooRecords.counts(counts, settings: settings)
        #expect(try facts(try odoo(text(quants)).readings) == counts.map(Fact.count))
        let bins = try ERPNextRecords.counts(counts, settings: settings)
        #expect(try facts(try erpNext(text(bins)).readings) == counts.map(Fact.count))
        var available = counts[0]
        available.state = .available
        #expect(thrown { _ = try OdooRecords.counts([available], settings: settings) }?.code == .rule)

        var offers = try written.map {
            Offer(
                supplier: supplier, sku: try #require($0.sku), cost: $0.cost, currency: euros,
                minimumQuantity: $0.received + 1,
                leadTimeDays: $0.received == 2 ? nil : 3.5)
        }
        let items = try ERPNextRecords.offers(offers, settings: settings)
        #expect(try facts(try erpNext(text(items)).readings) == offers.map(Fact.offer))
        offers[1].validFrom = Day("2024-01-01")
        #expect(try facts(try odoo(text(OdooRecords.offers(offers))).readings) == offers.map(Fact.offer))
        offers[0].currency = try #require(Currency("USD"))
        #expect(thrown { _ = try ERPNextRecords.offers(offers, settings: settings) }?.code == .rule)
    }

    @Test(
        arguments: [
            (#""state": "purchase""#, #""state": "lost""#, FormatError.Code.unknownWord, "state"),
            (#"[9, "Azure \"Interior\""]"#, "9", .missingValue, "partner_id"),
            (#"[1, "USD"]"#, #"[1, "$"]"#, .unknownWord, "currency_id"),
            ("10.0, \"qty", "2.5, \"qty", .notANumber, "order_line[1].product_qty"),
            ("10.0, \"qty", "-1, \"qty", .outOfRange, "order_line[1].product_qty"),
            ("300.25", "-1", .outOfRange, "order_line[1].price_unit"),
            ("[FURN_7800] ", "", .missingValue, "order_line[1].product_id"),
            (#""2024-05-08 10:00:00""#, #""2024-02-30""#, .notATime, "order_line[1].date_planned"),
            ("12.0", "1e308", .outOfRange, "order_line[2].price_unit"),
            (
                "2.0,\n   \"product_uom_qty\": 24.0", "1e-300, \"product_uom_qty\": 1e300", .outOfRange,
                "order_line[2].product_uom_qty"
            ),
            (#""id": 32,"#, "", .missingValue, "order_line[1].id"), ("order_line", "lines", .unknownKind, ""),
            ("}]}", "}", .notJSON, nil),
        ] as [(String, String, FormatError.Code, String?)])
    func `what is wrong with a record of Odoo is told by its field`(
        good: String, bad: String, code: FormatError.Code, field: String?
    ) throws {
        let text = odooOrder.replacing(good, with: bad)
        #expect(text != odooOrder)
        let error = try odoo(text).readings.first?.error
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test(arguments: [
        (#""qty": 2.0"#, #""qty": "x""#, FormatError.Code.notANumber, "items[0].qty"),
        (#""received_qty": 1.0"#, #""received_qty": 0.7"#, .notANumber, "items[0].received_qty"),
        (#""MUG-1""#, "null", .missingValue, "items[0].item_code"),
        ("2024-05-01", "01.05.2024", .notATime, "transaction_date"),
        (#""GBP""#, #""£""#, .unknownWord, "currency"), (#""items""#, #""lines""#, .missingValue, "items"),
        (#""docstatus": 1"#, #""docstatus": 7"#, .outOfRange, "docstatus"),
        ("Purchase Order", "Sales Order", .unknownKind, ""),
        ("24.6", "1e300", .outOfRange, "items[0].rate"),
    ])
    func `what is wrong with a record of ERPNext is told by its field`(
        good: String, bad: String, code: FormatError.Code, field: String
    ) throws {
        let error = try erpNext(erpOrder.replacing(good, with: bad)).readings.first?.error
        #expect(error?.code == code)
        #expect(error?.field == field)
    }

    @Test func `no damage to the bytes is fatal`() throws {
        var random = SplitMix(state: 5)
        let pieces = ["1e999", "[", "}", "\"", "null", "-0", "99999999999999999999", "\\u0000", ",", "{\"data\":"]
        for good in [odooOrder, odooLine, erpOrder] {
            for _ in 0..<400 {
                var bytes = Array(good.utf8)
                let place = Int.random(in: bytes.indices, using: &random)
                let piece = pieces.randomElement(using: &random) ?? ""
                bytes.replaceSubrange(
                    place..<min(bytes.count, place + Int.random(in: 0...9, using: &random)), with: piece.utf8)
                let text = String(decoding: bytes, as: UTF8.self)
                _ = try odoo(text)
                _ = try erpNext(text)
            }
        }
    }

    private let odooHeader = #"""
        {"id": 12, "name": "P00012", "state": "purchase", "partner_id": [9, "Azure"], "currency_id": [1, "USD"],
         "date_order": "2024-05-01 08:00:00", "picking_type_id": [1, "Main: Receipts"], "order_line": [31, 32]}
        """#
    private let odooLines = #"""
        {"id": 31, "order_id": [12, "P00012"], "product_id": [7, "[A] x"], "product_qty": 3.0, "price_unit": 2.0}
        {"id": 32, "order_id": 12, "product_id": [8, "[B] y"], "product_qty": 4.0, "price_unit": 2.0}
        """#

    @Test func `lines that stand apart find their order, whichever comes first`() throws {
        for text in [odooHeader + "\n" + odooLines, odooLines + "\n" + odooHeader] {
            let found = try odoo(text).readings
            for reading in found {
                let again = try odoo(String(decoding: reading.raw, as: UTF8.self)).readings
                #expect(again.map(\.record) == [reading.record], "it can be tried again alone")
            }
            let lines = lines(try facts(found)).sorted { $0.line < $1.line }
            #expect(lines.map(\.order) == ["P00012", "P00012"])
            #expect(lines.map(\.quantity) == [3, 4])
            #expect(lines.map(\.place.text) == ["Main", "Main"])
        }
        let alone = try odoo(odooHeader).readings
        let said = alone.first?.error
        #expect(alone.count == 1 && said?.field == "order_line" && said?.message.contains("31, 32") == true)
        let draft = odooHeader.replacing("\"purchase\"", with: "\"draft\"")
        #expect(try odoo(draft).readings.isEmpty && odoo(draft).skipped == 1)
    }

    @Test func `places that are no shelves hold no stock`() throws {
        for place in ["Partners/Customers", "Partners/Vendors", "Virtual Locations/Inventory adjustment"] {
            let quant =
                #"{"product_id": [7, "[A] x"], "location_id": [5, "\#(place)"], "quantity": 3.0, "write_date": "2024-05-01 08:00:00"}"#
            #expect(try odoo(quant).readings.isEmpty && odoo(quant).skipped == 1)
        }
    }

    @Test func `answers of an ERP are told by their members`() throws {
        let context = JSONContext(zone: .utc, currency: try #require(Currency("EUR"))) { _ in }
        func mixed(_ text: String) throws -> [Reading<[Fact]>] {
            try readings(JSONLayout.mixed.reader(ByteSource(bytes: Array(text.utf8), name: "in.json"), context))
        }
        let records = odooHeader + "," + odooLines.replacing("\n", with: ",")
        let odoo = try mixed(#"{"jsonrpc": "2.0", "id": 1, "result": [\#(records)]}"#)
        #expect(lines(try facts(odoo)).map(\.line) == ["31", "32"])
        #expect(lines(try facts(mixed(erpOrder))).map(\.line) == ["a1b2", "2"])
        let bins = try mixed(
            #"""
            {"data": [{"item_code": "A", "warehouse": "W", "actual_qty": 2.0, "modified": "2024-05-01 08:00:00"},
             {"item_code": "B", "warehouse": "W", "actual_qty": "x", "modified": "2024-05-01 08:00:00"}]}
            """#)
        #expect(bins.map(\.line) == [1, 2] && bins.map { $0.error == nil } == [true, false])
        #expect(try facts(mixed(#"{"data": []}"#)).isEmpty)
    }
}
