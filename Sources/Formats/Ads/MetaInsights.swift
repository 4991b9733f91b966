import Domain

/// Reads Meta's insights of campaigns and advertisements, one object a row: one a line, in an array, or in pages of
/// `{"data":[…]}`.
///
/// Needed: `campaign_id`, `impressions`, `spend` (decimal text in `account_currency`), and the day as `date` or as
/// `date_start` and `date_stop`, which must be the same. Used where they are there: `campaign_name`, `ad_id` (else
/// `adset_id`), `inline_link_clicks`, `actions` and `action_values`, `product_id` (`id, name`: what stands before the
/// first comma and blank is the id). Meta leaves out what is 0. The names of advertisement and group have no place in
/// the fact and are not kept.
///
/// Meta counts one purchase under several types of action. It is counted once: as `omni_purchase`, else `purchase`,
/// else `offsite_conversion.fb_pixel_purchase`; entries of one type (a breakdown's) are added up.
///
/// Source: Marketing API, Ads Insights.
public struct MetaInsightsReader: RecordReader {
    /// Types of action that are purchases, the most comprehensive first.
    public static let purchaseTypes = ["omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase"]
    /// Most actions of one row, breakdowns and all.
    public static let actionLimit = 10_000
    /// None: an object names its members itself.
    public let ignoredColumns: [String] = []
    private var pages: JSONPages

    /// Reads the rows of a stream.
    public init(_ source: ByteSource) { pages = JSONPages(source, containers: ["data"]) }

    /// The next reading, one `adSpend` fact a row; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        try pages.reading { row throws(FormatError) in [.adSpend(try MetaInsightsReader.spend(row))] }
    }

    private static func spend(_ row: JSONRow) throws(FormatError) -> AdSpend {
        let cost = try row.requiredPrice("spend")
        guard cost.micros >= 0 else { throw row.error(.outOfRange, "is negative; it must be 0 or more", "spend") }
        var ad = try row.optionalIdentifier("ad_id")
        if ad == nil { ad = try row.optionalIdentifier("adset_id") }
        return AdSpend(
            campaign: try row.identifier("campaign_id"), name: try row.words("campaign_name") ?? "",
            ad: ad ?? "", day: try day(row),
            product: try product(row), cost: cost, currency: try row.optionalCurrency("account_currency"),
            impressions: try row.requiredInteger("impressions", 0...Limits.quantity),
            clicks: try row.integer("inline_link_clicks", 0...Limits.quantity) ?? 0,
            conversions: try purchases(row), conversionValue: try purchaseValue(row))
    }

    private static func day(_ row: JSONRow) throws(FormatError) -> Day {
        if let day = try row.day("date") { return day }
        guard let first = try row.day("date_start") else {
            throw row.error(.missingValue, "is missing; ask for time_increment=1", "date_start")
        }
        guard let last = try row.day("date_stop") else {
            throw row.error(.missingValue, "is missing; hand on rows as the API returns them", "date_stop")
        }
        guard first == last else {
            throw row.error(.rule, "\(last) is not date_start, \(first): ask for time_increment=1", "date_stop")
        }
        return first
    }

    /// The product of `12345, Blue mug`; nil where there is no id, so that what was spent still counts.
    private static func product(_ row: JSONRow) throws(FormatError) -> ProductReference? {
        guard let text = row.text("product_id") else { return nil }
        let id = id(text)
        return id.isEmpty || id.isNotSet ? nil : try row.merchantItem(id, "product_id")
    }

    /// What stands before the name: all up to the first comma that a blank or nothing follows.
    private static func id(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let comma = bytes.indices.first { bytes[$0] == 0x2C && (bytes.count == $0 + 1 || bytes[$0 + 1] == 0x20) }
        return String(decoding: bytes[..<(comma ?? bytes.count)], as: UTF8.self)
    }

    /// The entries of the one type that counts.
    private static func entries(_ row: JSONRow, _ name: String) throws(FormatError) -> [JSONRow] {
        let entries = try row.objects(name, atMost: actionLimit).filter {
            purchaseTypes.contains($0.text("action_type") ?? "")
        }
        guard let type = purchaseTypes.first(where: { type in entries.contains { $0.text("action_type") == type } })
        else { return [] }
        return entries.filter { $0.text("action_type") == type }
    }

    private static func purchases(_ row: JSONRow) throws(FormatError) -> Double {
        var sum = 0.0
        for entry in try entries(row, "actions") { sum += try entry.share("value") ?? 0 }
        guard sum <= Double(Limits.quantity) else {
            throw row.error(.outOfRange, "add up to more than \(Limits.quantity)", "actions")
        }
        return sum
    }

    private static func purchaseValue(_ row: JSONRow) throws(FormatError) -> UnitPrice {
        var sum: Int64 = 0
        for entry in try entries(row, "action_values") {
            let (next, overflow) = sum.addingReportingOverflow(try entry.price("value")?.micros ?? 0)
            guard !overflow else {
                throw entry.error(.outOfRange, "makes the sum too large to be stored", "value")
            }
            sum = next
        }
        return UnitPrice(micros: sum)
    }

    /// A row as the API returns it, which reads back the same.
    ///
    /// - Throws: `.rule` for a product whose id holds a comma and a blank, where Meta's ends, or says that nothing is set.
    public static func json(_ spend: AdSpend) throws(FormatError) -> JSONValue {
        if let item = spend.product?.merchantItem, id(item) != item || item.isNotSet {
            throw FormatError(
                .rule, "product '\(item.printable)' cannot be told from its name, which Meta writes behind a comma",
                file: "", field: "product_id")
        }
        func action(_ value: String) -> JSONValue {
            .array([.object([("action_type", .string(purchaseTypes[0])), ("value", .string(value))])])
        }
        let members: [(String, JSONValue?)] = [
            ("account_currency", spend.currency.map { .string($0.code) }), ("campaign_id", .string(spend.campaign)),
            ("campaign_name", .string(spend.name)), ("ad_id", spend.ad.isEmpty ? nil : .string(spend.ad)),
            ("date_start", .string(spend.day.description)), ("date_stop", .string(spend.day.description)),
            ("product_id", spend.product.map { .string($0.merchantItem + ", ") }),
            ("impressions", .string(String(spend.impressions))),
            ("inline_link_clicks", .string(String(spend.clicks))), ("spend", .string(spend.cost.description)),
            ("actions", spend.conversions == 0 ? nil : action(positional(spend.conversions))),
            (
                "action_values",
                spend.conversionValue.micros == 0 ? nil : action(spend.conversionValue.description)
            ),
        ]
        return .sparse(members) ?? .null
    }

    /// Writes rows as newline JSON, so that they read back the same. The writer is not finished.
    ///
    /// - Throws: as `json`, and what the writer's sink throws.
    public static func write(_ rows: some Sequence<AdSpend>, to writer: JSONLinesWriter) throws(FormatError) {
        for row in rows { try writer.line(json(row)) }
    }
}
