import Domain

/// Reads what Google Ads reports of campaigns and products: rows of GAQL as the API returns them, in camel or snake
/// case, one a line, in an array, or in pages of `{"results":[…]}`.
///
/// Needed: `campaign.id`, `segments.date`, `metrics.costMicros`, `metrics.impressions`, `metrics.clicks`. Used where
/// they are there: `campaign.name`, `adGroupAd.ad.id` (else `adGroup.id`), `segments.productItemId`,
/// `customer.currencyCode`, `metrics.conversions`, `metrics.conversionsValue`. Costs are whole millionths of the
/// account's currency, days those of the account's zone. An item id `shopify_GB_<product>_<variant>` means the variant,
/// any other the SKU.
///
/// Source: Google Ads API, `shopping_performance_view` and `campaign`, REST rows (64-bit integers are texts).
public struct GoogleAdsReader: RecordReader {
    /// Members of an object that are no rows of a file: none.
    public let ignoredColumns: [String] = []
    private var pages: JSONPages

    /// Reads the rows of a stream.
    public init(_ source: ByteSource) { pages = JSONPages(source, containers: ["results"]) }

    /// The next reading, one `adSpend` fact a row; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        try pages.reading { row throws(FormatError) in
            // A page of nothing has no `results` at all.
            let isPage = row.member(row.spelled("fieldMask", "field_mask")) != nil && row.member("campaign") == nil
            return isPage ? [] : [.adSpend(try GoogleAdsReader.spend(row))]
        }
    }

    private static func spend(_ row: JSONRow) throws(FormatError) -> AdSpend {
        let campaign = try section(row, "campaign")
        let segments = try section(row, "segments")
        let metrics = try section(row, "metrics")
        let adGroup = row.object(row.spelled("adGroup", "ad_group"))
        var ad = try row.object(row.spelled("adGroupAd", "ad_group_ad"))?.object("ad")?.optionalIdentifier("id")
        if ad == nil { ad = try adGroup?.optionalIdentifier("id") }
        let customer = row.object("customer")
        guard let day = try segments.day("date") else {
            throw segments.error(.missingValue, "is missing; select segments.date", "date")
        }
        return AdSpend(
            campaign: try campaign.identifier("id"), name: try campaign.words("name") ?? "",
            ad: ad ?? "", day: day,
            product: try segments.merchantItem(segments.spelled("productItemId", "product_item_id")),
            cost: UnitPrice(
                micros: try metrics.requiredInteger(metrics.spelled("costMicros", "cost_micros"), 0...Int64.max)),
            currency: try customer.flatMap { customer throws(FormatError) in
                try customer.optionalCurrency(customer.spelled("currencyCode", "currency_code"))
            },
            impressions: try metrics.requiredInteger("impressions", 0...Limits.quantity),
            clicks: try metrics.requiredInteger("clicks", 0...Limits.quantity),
            conversions: try metrics.share("conversions") ?? 0,
            conversionValue: try metrics.price(metrics.spelled("conversionsValue", "conversions_value"))
                ?? UnitPrice(micros: 0))
    }

    private static func section(_ row: JSONRow, _ name: String) throws(FormatError) -> JSONRow {
        guard let section = row.object(name) else {
            throw row.error(
                .missingValue, "is missing; select its fields, and hand on rows as the API returns them", name)
        }
        return section
    }

    /// A row as the API returns it, which reads back the same; what it was that `ad` names is not known any more, and
    /// is written as a group.
    public static func json(_ spend: AdSpend) -> JSONValue {
        .object(
            [
                (
                    "customer",
                    .sparse([("currencyCode", spend.currency.map { .string($0.code) })])
                ),
                ("campaign", .object([("id", .string(spend.campaign)), ("name", .string(spend.name))])),
                ("adGroup", spend.ad.isEmpty ? nil : .object([("id", .string(spend.ad))])),
                (
                    "segments",
                    .sparse([
                        ("date", .string(spend.day.description)),
                        ("productItemId", spend.product.map { .string($0.merchantItem) }),
                    ])
                ),
                (
                    "metrics",
                    .object([
                        ("costMicros", .string(String(spend.cost.micros))),
                        ("impressions", .string(String(spend.impressions))),
                        ("clicks", .string(String(spend.clicks))), ("conversions", .number(spend.conversions)),
                        ("conversionsValue", .price(spend.conversionValue)),
                    ])
                ),
            ].compactMap { (name: String, value: JSONValue?) in value.map { (name, $0) } })
    }

    /// Writes rows as newline JSON, so that they read back the same. The writer is not finished.
    ///
    /// - Throws: what the writer's sink throws.
    public static func write(_ rows: some Sequence<AdSpend>, to writer: JSONLinesWriter) throws(FormatError) {
        for row in rows { try writer.line(json(row)) }
    }
}

extension JSONRow {
    /// The name by which a member is there: as the API spells it, or as client libraries do.
    fileprivate func spelled(_ camel: String, _ snake: String) -> String {
        node[camel] == nil && node[snake] != nil ? snake : camel
    }
}
