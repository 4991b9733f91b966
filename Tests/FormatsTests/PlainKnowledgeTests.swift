import Domain
import Testing

@testable import Formats

/// What people know ahead: promotions, firm orders, occasions, overrides.
@Suite struct PlainKnowledgeTests {
    private let moment = Instant(milliseconds: 1_319_934_600_123)
    private let first = Day(number: 15_250)
    private let last = Day(number: 15_263)

    private func mug() throws -> ProductReference { try ProductReference(#require(SKU("MUG"))) }

    @Test func `promotions read back as written`() throws {
        try expectBack(
            PromotionsFormat.self,
            [
                Promotion(id: "P1", from: first, to: first),
                Promotion(
                    id: awkwardName, line: "2", name: awkward, scope: .product(mug()), channel: "web",
                    place: PlaceName("High St"), from: first, to: last, lift: 1.4, price: UnitPrice(micros: 4_990_001),
                    discount: 0.175, status: .cancelled, updatedAt: moment),
                Promotion(id: "P2", scope: .category("Mugs, \"large\""), from: first, to: last, lift: 0, discount: 1),
                Promotion(id: "P3", from: first, to: last, lift: 1e-7),
            ])
        try expectRefusals(
            PromotionsFormat.self, sound: [.id: "1", .from: "2011-10-03", .to: "2011-10-16", .lift: "+40 %"],
            [
                (.from, "", .missingValue), (.to, "16.10.2011", .notATime), (.id, "", .missingValue),
                (.lift, "40 %", .notANumber), (.lift, "nan", .notANumber), (.lift, "+x %", .notANumber),
                (.lift, "101", .outOfRange), (.lift, "-1", .outOfRange), (.lift, "-101 %", .outOfRange),
                (.lift, "x1e9", .notANumber), (.lift, "x", .notANumber), (.lift, "%", .notANumber),
                (.discount, "20", .outOfRange), (.discount, "-0.1", .outOfRange), (.discount, "101 %", .outOfRange),
                (.price, "-1", .outOfRange), (.status, "off", .unknownWord), (.updatedAt, "soon", .notATime),
            ])
    }

    @Test(
        arguments: [
            ("1.4", 1.4), ("x1.4", 1.4), ("×1.4", 1.4), ("X 1.4", 1.4), ("+40 %", 1.4), ("+40%", 1.4), ("-10 %", 0.9),
            ("+0%", 1), ("-100 %", 0), ("+15%", 1.15), ("0", 0), ("100", 100),
        ])
    func `a lift is a factor, or what is added or taken`(text: String, factor: Double) throws {
        let read = try readings(
            PlainReader<PromotionsFormat>(
                table(
                    ["id", "from", "to", "lift"], [["id": "1", "from": "2011-10-03", "to": "2011-10-03", "lift": text]]),
                zone: .utc))
        #expect(read.first?.record?.lift == factor)
    }

    @Test func `a promotion is for a product, a category or everything, and for no two of them`() throws {
        func scope(_ sku: String, _ category: String) throws -> Result<Promotion.Scope, FormatError>? {
            let row = ["id": "1", "from": "2011-10-03", "to": "2011-10-03", "sku": sku, "category": category]
            return try readings(
                PlainReader<PromotionsFormat>(table(["id", "from", "to", "sku", "category"], [row]), zone: .utc)
            ).first?.outcome.map(\.scope)
        }
        #expect(try scope("", "") == .success(.everything))
        #expect(try scope("*", "") == .success(.everything))
        #expect(try scope("", "*") == .success(.everything))
        #expect(try scope("*", "Mugs") == .success(.category("Mugs")))
        #expect(try scope("MUG", "*") == .success(.product(mug())))
        let both = try #require(try scope("MUG", "Mugs"))
        #expect(throws: FormatError.self) { try both.get() }
    }

    @Test func `firm orders read back as written`() throws {
        try expectBack(
            FirmOrdersFormat.self,
            [
                FirmOrder(order: "W1", product: try mug(), quantity: 1, due: first),
                FirmOrder(
                    order: awkwardName, line: "1", product: try mug(), place: PlaceName("Main"), customer: awkwardName,
                    quantity: 1_000_000_000_000, due: last, status: .shipped, updatedAt: moment),
            ])
        try expectRefusals(
            FirmOrdersFormat.self, sound: [.order: "W1", .sku: "MUG", .quantity: "12", .due: "2011-10-03"],
            [
                (.quantity, "-1", .outOfRange), (.quantity, "1.5", .notANumber), (.quantity, "", .missingValue),
                (.quantity, "1000000000001", .outOfRange), (.due, "", .missingValue), (.due, "2011-02-29", .notATime),
                (.sku, "", .missingValue), (.order, "", .missingValue), (.status, "sent", .unknownWord),
            ])
    }

    @Test func `occasions read back as written`() throws {
        try expectBack(
            OccasionsFormat.self,
            Occasion.Kind.allCases.map { Occasion(day: first, name: awkwardName, kind: $0) } + [
                Occasion(
                    day: last, name: "temperature", kind: .weather, place: PlaceName("Main"), region: "GB-SCT",
                    value: -12.5, status: .cancelled)
            ])
        try expectRefusals(
            OccasionsFormat.self, sound: [.day: "2011-12-25", .name: "Christmas", .kind: "Holiday"],
            [
                (.day, "", .missingValue), (.day, "2011-12-32", .notATime), (.name, "", .missingValue),
                (.kind, "", .missingValue), (.kind, "feast", .unknownWord), (.value, "warm", .notANumber),
                (.value, "1000000001", .outOfRange), (.status, "no", .unknownWord),
            ])
    }

    @Test func `overrides read back as written`() throws {
        let words: [Override.Word] = [
            .unitsPerDay(12.5), .factor(1.5), .leadTime(days: 730), .minimum(units: 1_000_000_000_000),
            .target(share: 0.9999), .unitsPerDay(0),
        ]
        try expectBack(
            OverridesFormat.self,
            words.map {
                Override(id: "o1", product: try mug(), word: $0, owner: "ann", reason: "fair", expires: last)
            } + [
                Override(
                    id: awkwardName, product: try mug(), place: PlaceName("Main"), word: .factor(0), from: first,
                    to: last, owner: awkwardName, reason: awkward, expires: last, status: .withdrawn,
                    updatedAt: moment)
            ])
        try expectRefusals(
            OverridesFormat.self,
            sound: [
                .id: "o1", .sku: "MUG", .what: "Forecast", .value: "12", .owner: "ann", .reason: "fair",
                .expires: "2011-12-31",
            ],
            [
                (.owner, "", .missingValue), (.reason, " ", .missingValue), (.expires, "", .missingValue),
                (.expires, "never", .notATime), (.value, "", .missingValue), (.value, "-1", .outOfRange),
                (.value, "inf", .notANumber), (.value, "20 %", .notANumber), (.what, "", .missingValue),
                (.what, "price", .unknownWord), (.unit, "days", .unknownWord), (.sku, "", .missingValue),
                (.from, "today", .notATime), (.status, "gone", .unknownWord),
                (.reason, String(repeating: "x", count: 4001), .tooLong),
            ])
    }

    @Test(
        arguments: [
            ("forecast", "12", "", Override.Word.unitsPerDay(12)), ("forecast", "1.5", "factor", .factor(1.5)),
            ("forecast", "x1.5", "", .factor(1.5)), ("forecast", "+20 %", "factor", .factor(1.2)),
            ("forecast", "3", "units_per_day", .unitsPerDay(3)), ("lead_time", "21.5", "", .leadTime(days: 21.5)),
            ("minimum", "6", "units", .minimum(units: 6)), ("target", "0.98", "", .target(share: 0.98)),
            ("target", "98 %", "share", .target(share: 0.98)), ("forecast", "x1.5", "units_per_day", nil),
            ("lead_time", "731", "", nil), ("minimum", "1.5", "", nil), ("target", "1", "", nil),
            ("target", "98", "", nil), ("forecast", "x101", "", nil), ("lead_time", "x2", "", nil),
        ])
    func `a value is in the unit of what it sets`(what: String, value: String, unit: String, word: Override.Word?)
        throws
    {
        let names = ["id", "sku", "what", "value", "unit", "owner", "reason", "expires"]
        let row = [
            "id": "1", "sku": "A", "what": what, "value": value, "unit": unit, "owner": "a", "reason": "r",
            "expires": "2011-12-31",
        ]
        let read = try readings(PlainReader<OverridesFormat>(table(names, [row]), zone: .utc))
        #expect(read.first?.record?.word == word)
        #expect((read.first?.error == nil) == (word != nil))
    }

    @Test func `a file without owner, reason or expiry refuses its rows one by one and says what to write`() throws {
        let file = try table(
            ["id", "sku", "what", "value"], [["id": "1", "sku": "A", "what": "minimum", "value": "3"]])
        let error = try #require(try readings(PlainReader<OverridesFormat>(file, zone: .utc)).first?.error)
        #expect(error.field == "owner" && error.message.contains("name who answers for it"))
    }
}
