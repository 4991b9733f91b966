import Domain
import Testing

@testable import Formats

@Suite struct AdsTests {
    private func source(_ text: String) -> ByteSource { ByteSource(bytes: Array(text.utf8), name: "ads.json") }
    private func google(_ text: String) throws -> [Reading<[Fact]>] { try readings(GoogleAdsReader(source(text))) }
    private func meta(_ text: String) throws -> [Reading<[Fact]>] { try readings(MetaInsightsReader(source(text))) }

    private func spends(_ readings: [Reading<[Fact]>]) -> [AdSpend] {
        readings.flatMap { $0.record ?? [] }.compactMap { if case .adSpend(let spend) = $0 { spend } else { nil } }
    }

    private func samples() throws -> [AdSpend] {
        let day = try #require(Day("2024-05-01"))
        let mug = try ProductReference(#require(SKU("MUG,\"1\"")))
        let plain = AdSpend(
            campaign: "1", name: "", ad: "", day: day, cost: UnitPrice(micros: 0), impressions: 0, clicks: 0,
            conversions: 0, conversionValue: UnitPrice(micros: 0))
        var full = AdSpend(
            campaign: awkwardName, name: awkward, ad: "7", day: day, product: mug,
            cost: UnitPrice(micros: 12_345_678), currency: Currency("EUR"), impressions: 1_000_000_000_000, clicks: 12,
            conversions: 0.1 + 0.2, conversionValue: UnitPrice(micros: 99_990_001))
        var all = [plain, full]
        full.product = .variant("808950810")
        full.cost = UnitPrice(micros: .max)
        full.conversionValue = UnitPrice(micros: 9_007_199_254_740_993)
        full.conversions = 1e-7
        all.append(full)
        return all
    }

    /// A row as the API returns it.
    private let row = #"""
        {"campaign":{"resourceName":"customers/1/campaigns/2","id":"2","name":"Mugs"},"adGroup":{"id":"3"},
        "segments":{"date":"2024-05-01","productItemId":"shopify_gb_632910392_808950810"},
        "customer":{"currencyCode":"GBP"},"metrics":{"costMicros":"1234567","clicks":"12","impressions":"345",
        "conversions":1.5,"conversionsValue":45.150000000000006}}
        """#

    @Test func `a row of Google Ads is what an advertisement cost and brought`() throws {
        let spend = try #require(spends(google(row)).first)
        #expect(spend.campaign == "2")
        #expect(spend.name == "Mugs")
        #expect(spend.ad == "3")
        #expect(spend.day == Day("2024-05-01"))
        #expect(spend.product == .variant("808950810"))
        #expect(spend.cost.description == "1.234567")
        #expect(spend.currency == Currency("GBP"))
        #expect(spend.impressions == 345)
        #expect(spend.clicks == 12)
        #expect(spend.conversions == 1.5)
        #expect(spend.conversionValue.micros == 45_150_000)
    }

    @Test func `Google Ads comes in snake case, in arrays and in pages alike`() throws {
        let snake =
            row.replacing("adGroup", with: "ad_group").replacing("productItemId", with: "product_item_id")
            .replacing("currencyCode", with: "currency_code").replacing("costMicros", with: "cost_micros")
            .replacing("conversionsValue", with: "conversions_value")
        let one = spends(try google(row))
        let line = snake.replacing("\n", with: " ")
        #expect(spends(try google(line + "\n" + line + "\n")) == one + one)
        #expect(spends(try google("[\(row),\(snake)]")) == one + one)
        #expect(
            spends(try google(#"[{"results":[\#(row),\#(snake)],"fieldMask":"x"},{"results":[\#(row)]}]"#)).count == 3)
        #expect(try google(#"{"fieldMask":"campaign.id","requestId":"r"}"#).map { $0.record?.count } == [0])
        #expect(try google(#"{"results":[]}"#).isEmpty)
    }

    @Test func `a bad row of a page is refused alone and can be read again`() throws {
        let page = "{\n \"results\": [\n  \(row),\n  {\"campaign\": {\"id\": 5}},\n  7,\n  \(row)\n]}"
        let read = try google(page)
        #expect(read.map { $0.error?.code } == [nil, .missingValue, .unknownKind, nil])
        #expect(read.map(\.line) == [3, 7, 8, 9])
        for reading in read {
            let raw = String(decoding: reading.raw, as: UTF8.self)
            #expect(try google(raw).map { $0.error?.code } == [reading.error?.code])
            let text = page.utf8.dropFirst(Int(reading.offset)).prefix(reading.raw.count)
            #expect(Array(text) == reading.raw)
        }
    }

    @Test func `Google's rows read back as written, nested and flat`() throws {
        let rows = try samples()
        let writer = JSONLinesWriter()
        try GoogleAdsReader.write(rows, to: writer)
        #expect(spends(try google(String(decoding: writer.bytes, as: UTF8.self))) == rows)
        try expectBack(GoogleAdsTable.self, rows)
    }

    @Test func `Google's flat rows have dotted columns`() throws {
        let text = """
            campaign.id,segments.date,segments.product_item_id,metrics.cost_micros,metrics.clicks,metrics.impressions,\
            metrics.conversions_value
            2,2024-05-01,mug-1,1234567,1,2,45.150000000000006
            """
        let read = try readings(PlainReader<GoogleAdsTable>(csv(text), zone: .utc))
        #expect(read.first?.record?.conversionValue.micros == 45_150_000)
        #expect(read.first?.record?.product == ProductReference(try #require(SKU("MUG-1"))))
        try expectRefusals(
            GoogleAdsTable.self,
            sound: [.campaign: "1", .day: "2024-05-01", .impressions: "1", .clicks: "1", .cost: "1", .value: "-1.5"],
            [
                (.cost, "1.5", .notANumber), (.cost, "-1", .outOfRange), (.cost, "", .missingValue),
                (.day, "1 May", .notATime), (.day, "", .missingValue), (.clicks, "-1", .outOfRange),
                (.conversions, "-1", .outOfRange), (.value, "much", .notANumber),
                (.value, "99999999999999", .outOfRange), (.item, "a\u{1}", .notAName),
                (.name, String(repeating: "x", count: 4001), .tooLong), (.campaign, "", .missingValue),
            ])
    }

    @Test(arguments: [
        ("\"id\":\"2\",", "", FormatError.Code.missingValue, "campaign.id"),
        ("2024-05-01", "2024-02-30", .notATime, "segments.date"),
        ("\"1234567\"", "-1", .outOfRange, "metrics.costMicros"),
        ("\"1234567\"", "99999999999999999999", .outOfRange, "metrics.costMicros"),
        ("\"1234567\"", "null", .missingValue, "metrics.costMicros"),
        ("1.5", "\"NaN\"", .notANumber, "metrics.conversions"), ("1.5", "-1", .outOfRange, "metrics.conversions"),
        ("1.5", "\"0x1\"", .notANumber, "metrics.conversions"), ("1.5", "1e999", .notANumber, "metrics.conversions"),
        ("GBP", "pounds", .unknownWord, "customer.currencyCode"), ("metrics", "metric", .missingValue, "metrics"),
        ("shopify_gb", "\\u0007", .notAName, "segments.productItemId"),
    ])
    func `a broken row of Google Ads is refused by its member`(
        old: String, new: String, code: FormatError.Code, field: String
    ) throws {
        let read = try google(row.replacing(old, with: new))
        #expect(read.map { $0.error?.code } == [code])
        #expect(read.first?.error?.field == field)
    }

    private let insight = #"""
        {"account_id":"10","ad_id":"20","ad_name":"Blue","adset_name":"Set","adset_id":"15","campaign_id":"30",
        "campaign_name":"Spring","date_start":"2024-05-01","date_stop":"2024-05-01","impressions":"1000",
        "inline_link_clicks":"37","spend":"12.34","account_currency":"USD","product_id":"MUG-1, Mug, blue",
        "actions":[{"action_type":"link_click","value":"37"},{"action_type":"purchase","value":"3"},
          {"action_type":"omni_purchase","value":"4"},{"action_type":"offsite_conversion.fb_pixel_purchase","value":"3"}],
        "action_values":[{"action_type":"purchase","value":"60"},{"action_type":"omni_purchase","value":"80.5"}]}
        """#

    @Test func `Meta's purchases count once`() throws {
        let spend = try #require(spends(meta(insight)).first)
        #expect(spend.campaign == "30")
        #expect(spend.name == "Spring")
        #expect(spend.ad == "20")
        #expect(spend.product == ProductReference(try #require(SKU("MUG-1"))))
        #expect(spend.cost.micros == 12_340_000)
        #expect(spend.currency == Currency("USD"))
        #expect(spend.impressions == 1000)
        #expect(spend.clicks == 37)
        #expect(spend.conversions == 4)
        #expect(spend.conversionValue.micros == 80_500_000)
        #expect(spends(try meta(insight.replacing("MUG-1", with: ""))).map(\.product) == [nil])
        let fewer = insight.replacing("omni_purchase", with: "omni_view")
        #expect(spends(try meta(fewer)).map(\.conversions) == [3])
        let pixel = fewer.replacing("\"purchase\"", with: "\"lead\"")
        #expect(spends(try meta(pixel)).map(\.conversions) == [3])
        #expect(spends(try meta(pixel)).map(\.conversionValue.micros) == [0])
        let devices = fewer.replacing("offsite_conversion.fb_pixel_purchase", with: "purchase")
        #expect(spends(try meta(devices)).map(\.conversions) == [6])
    }

    @Test func `Meta's rows come in pages, of campaigns too, with one date`() throws {
        let bare = #"{"campaign_id":"1","date":"2024-05-01 00:00:00","impressions":5,"spend":0}"#
        let read = try meta(#"{"data":[\#(insight),\#(bare)],"paging":{}}"#)
        #expect(spends(read).map(\.ad) == ["20", ""])
        #expect(spends(read).map(\.clicks) == [37, 0])
        #expect(spends(read).map(\.day) == [Day("2024-05-01"), Day("2024-05-01")])
    }

    @Test func `Meta's rows read back as written`() throws {
        let rows = try samples()
        let writer = JSONLinesWriter()
        try MetaInsightsReader.write(rows, to: writer)
        #expect(spends(try meta(String(decoding: writer.bytes, as: UTF8.self))) == rows)
    }

    @Test(arguments: [
        ("\"date_stop\":\"2024-05-01\"", "\"date_stop\":\"2024-05-31\"", FormatError.Code.rule, "date_stop"),
        ("\"date_start\":\"2024-05-01\",", "", .missingValue, "date_start"), ("12.34", "-1", .outOfRange, "spend"),
        ("12.34", "12,34", .notANumber, "spend"), ("\"12.34\"", "null", .missingValue, "spend"),
        ("\"campaign_id\":\"30\",", "", .missingValue, "campaign_id"),
        ("USD", "US Dollar", .unknownWord, "account_currency"),
        ("\"1000\"", "\"-1\"", .outOfRange, "impressions"),
        ("\"value\":\"4\"", "\"value\":\"x\"", .notANumber, "actions[2].value"),
        ("\"80.5\"", "\"99999999999999\"", .outOfRange, "action_values[1].value"),
        ("MUG-1", "\\u0007", .notAName, "product_id"),
    ])
    func `a broken row of Meta's is refused by its member`(
        old: String, new: String, code: FormatError.Code, field: String
    ) throws {
        let read = try meta(insight.replacing(old, with: new))
        #expect(read.map { $0.error?.code } == [code])
        #expect(read.first?.error?.field == field)
    }
}
