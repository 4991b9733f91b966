import Domain
import Testing

@testable import Formats

@Suite struct PlainPeopleTests {
    private let moment = Instant(milliseconds: 1_319_934_600_123)

    @Test func `stages read back as written`() throws {
        try expectBack(
            StagesFormat.self,
            [
                StageEvent(id: "#1001", stage: "pick", start: moment),
                StageEvent(
                    id: awkwardName, stage: "hand-over", start: moment, end: moment, place: PlaceName("Main"),
                    worker: "Zoë"),
            ])
        try expectRefusals(
            StagesFormat.self,
            sound: [.case: "1", .stage: "pick", .start: "2011-10-03T16:30:00Z", .end: "2011-10-03T16:30:00Z"],
            [
                (.end, "25:00", .notATime),
                (.start, "", .missingValue), (.case, "", .missingValue), (.stage, "a\nb", .notAName),
            ])
    }

    @Test func `scans read back as written`() throws {
        try expectBack(
            ScansFormat.self,
            CarrierScan.State.allCases.map {
                CarrierScan(
                    tracking: "1Z", status: $0, at: moment, carrier: "UPS, \"Ltd\"", location: awkward, order: "#1001")
            } + [CarrierScan(tracking: "1Z", status: .created, at: moment)])
        try expectRefusals(
            ScansFormat.self, sound: [.tracking: "1Z", .status: "Delivered", .scannedAt: "2011-10-03T16:30:00Z"],
            [
                (.status, "lost", .unknownWord), (.status, "", .missingValue), (.tracking, "", .missingValue),
                (.scannedAt, "2011-10-03T24:00:00Z", .notATime),
            ])
    }

    @Test func `footfall reads back as written`() throws {
        let place = try #require(PlaceName("High St, 1"))
        try expectBack(
            FootfallsFormat.self,
            [
                Footfall(place: place, from: moment, minutes: 1440, entered: 0, left: 0),
                Footfall(place: place, from: moment, minutes: 1, entered: 812),
            ])
        try expectRefusals(
            FootfallsFormat.self,
            sound: [.place: "S", .from: "2011-10-03T16:30:00Z", .minutes: "60", .entered: "1"],
            [
                (.minutes, "0", .outOfRange), (.minutes, "1441", .outOfRange), (.minutes, "", .missingValue),
                (.entered, "-1", .outOfRange), (.left, "-1", .outOfRange), (.entered, "1e3", .notANumber),
            ])
    }

    @Test func `shifts read back as written`() throws {
        let place = try #require(PlaceName("Main"))
        try expectBack(
            ShiftsFormat.self,
            [
                Shift(id: "1", place: place, role: "till", from: moment, to: moment, state: .planned),
                Shift(
                    id: awkwardName, place: place, role: "pick", worker: "Zoë \"Z\"", from: moment,
                    to: moment.adding(seconds: 28_800), breakMinutes: 30, state: .worked),
            ])
        try expectRefusals(
            ShiftsFormat.self,
            sound: [
                .id: "1", .place: "S", .role: "till", .from: "2011-10-03T08:00:00Z", .to: "2011-10-03T16:00:00Z",
                .state: "worked",
            ],
            [
                (.to, "", .missingValue), (.state, "ill", .unknownWord),
                (.state, "", .missingValue), (.breakMinutes, "-1", .outOfRange), (.breakMinutes, "1441", .outOfRange),
                (.role, "", .missingValue),
            ])
    }

    @Test func `mentions read back as written`() throws {
        let mug = try ProductReference(#require(SKU("MUG")))
        try expectBack(
            MentionsFormat.self,
            [
                Mention(id: "1", at: moment, network: "a.example"),
                Mention(
                    id: awkwardName, at: moment, network: "b", product: mug, region: "GB", reach: 1_000_000,
                    sentiment: -0.1, text: awkward),
                Mention(id: "3", at: moment, network: "b", sentiment: 1e-7, text: String(repeating: "x", count: 4000)),
            ])
        try expectRefusals(
            MentionsFormat.self, sound: [.id: "1", .mentionedAt: "2011-10-03T16:30:00Z", .network: "a"],
            [
                (.sentiment, "1.01", .outOfRange), (.sentiment, "-2", .outOfRange), (.sentiment, "nan", .notANumber),
                (.sentiment, "0x1", .notANumber), (.reach, "-1", .outOfRange), (.network, "", .missingValue),
                (.text, String(repeating: "x", count: 4001), .tooLong), (.barcode, "123", .notAName),
            ])
        let number = #"{"id":1,"mentioned_at":"2011-10-03T16:30:00Z","network":"a","sentiment":-2.3e-05}"#
        let read = try readings(
            PlainLinesReader<MentionsFormat>(ByteSource(bytes: Array(number.utf8), name: "x"), zone: .utc))
        #expect(read.first?.record?.sentiment == -2.3e-05)
    }

    @Test func `tickets read back as written`() throws {
        let mug = try #require(ProductReference(barcode: "4006381333931"))
        try expectBack(
            TicketsFormat.self,
            [
                Ticket(id: "1", openedAt: moment),
                Ticket(
                    id: awkwardName, openedAt: moment, updatedAt: moment.adding(seconds: 9), firstReplyAt: moment,
                    closedAt: moment.adding(seconds: 8), topic: awkward, product: mug, order: "#1001",
                    channel: "e-mail", score: 0.1 + 0.2),
            ])
        try expectRefusals(
            TicketsFormat.self, sound: [.id: "1", .openedAt: "2011-10-03T16:30:00Z"],
            [
                (.firstReplyAt, "2011-10-03T16:29:00Z", .outOfRange),
                (.updatedAt, "soon", .notATime), (.score, "1.5", .outOfRange), (.score, "-0.1", .outOfRange),
                (.openedAt, "", .missingValue), (.topic, String(repeating: "x", count: 4001), .tooLong),
            ])
    }

    @Test func `reviews read back as written`() throws {
        let mug = try ProductReference(#require(SKU("MUG")))
        try expectBack(
            ReviewsFormat.self,
            [
                Review(id: "1", at: moment, product: mug, stars: 1),
                Review(id: awkwardName, at: moment, product: mug, stars: 5, title: awkward, text: awkward),
            ])
        try expectRefusals(
            ReviewsFormat.self, sound: [.id: "1", .reviewedAt: "2011-10-03T16:30:00Z", .sku: "A", .stars: "5"],
            [
                (.stars, "0", .outOfRange), (.stars, "6", .outOfRange), (.stars, "4.5", .notANumber),
                (.sku, "", .missingValue), (.text, String(repeating: "é", count: 2001), .tooLong),
                (.title, String(repeating: "x", count: 4001), .tooLong),
            ])
    }

    @Test func `competitors' prices read back as written`() throws {
        let mug = try ProductReference(#require(SKU("MUG")))
        try expectBack(
            CompetitorPricesFormat.self,
            [
                CompetitorPrice(product: mug, competitor: "b.example", at: moment, price: UnitPrice(micros: 0)),
                CompetitorPrice(
                    product: mug, competitor: awkwardName, at: moment, price: UnitPrice(micros: .max),
                    currency: Currency("EUR"), inStock: false, postage: UnitPrice(micros: 4_990_001)),
            ])
        try expectRefusals(
            CompetitorPricesFormat.self,
            sound: [.sku: "A", .competitor: "b", .seenAt: "2011-10-03T16:30:00Z", .price: "4.99", .inStock: "Yes"],
            [
                (.price, "-1", .outOfRange), (.price, "", .missingValue), (.price, "£4", .notANumber),
                (.price, "9999999999999", .outOfRange), (.currency, "euro", .unknownWord),
                (.inStock, "perhaps", .unknownWord), (.postage, "4,99", .notANumber),
            ])
    }

    @Test func `exchange rates read back as written`() throws {
        let rate = try ExchangeRate(
            currency: #require(Currency("EUR")), day: #require(Day("2011-10-03")), rate: UnitPrice(micros: 861_234))
        try expectBack(RatesFormat.self, [rate])
        try expectRefusals(
            RatesFormat.self, sound: [.currency: "eur", .day: "2011-10-03", .rate: "0.8612"],
            [
                (.rate, "0", .outOfRange), (.rate, "-1", .outOfRange), (.rate, "0.0000001", .notANumber),
                (.currency, "EURO", .unknownWord), (.currency, "", .missingValue), (.day, "2011-02-29", .notATime),
                (.day, "", .missingValue),
            ])
    }
}
