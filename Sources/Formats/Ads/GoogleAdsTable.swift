import Domain

/// What Google Ads reports, flat: a column a field of GAQL (`campaign.id`, `metrics.cost_micros`), as scripts and
/// transfers write it. Meaning and ranges are those of `GoogleAdsReader`.
public enum GoogleAdsTable: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case campaign = "campaign.id"
        case name = "campaign.name"
        case group = "ad_group.id"
        case ad = "ad_group_ad.ad.id"
        case day = "segments.date"
        case item = "segments.product_item_id"
        case currency = "customer.currency_code"
        case impressions = "metrics.impressions"
        case clicks = "metrics.clicks"
        case cost = "metrics.cost_micros"
        case conversions = "metrics.conversions"
        case value = "metrics.conversions_value"
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.campaign, .day, .impressions, .clicks, .cost]

    /// The row's cost and what it brought.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> AdSpend {
        guard let day = try row.day(.day) else {
            throw row.error(.missingValue, "is blank; select segments.date", .day)
        }
        var ad = try row.optionalIdentifier(.ad)
        if ad == nil { ad = try row.optionalIdentifier(.group) }
        return AdSpend(
            campaign: try row.identifier(.campaign), name: try row.words(.name) ?? "",
            ad: ad ?? "", day: day, product: try product(row),
            cost: UnitPrice(micros: try row.requiredInteger(.cost, 0...Int64.max)),
            currency: try row.optionalCurrency(.currency), impressions: try row.requiredInteger(.impressions),
            clicks: try row.requiredInteger(.clicks),
            conversions: try row.number(.conversions, 0...Double(Limits.quantity)) ?? 0,
            conversionValue: try value(row))
    }

    private static func product(_ row: PlainRow<Field>) throws(FormatError) -> ProductReference? {
        guard let text = row.text(.item), !text.isNotSet else { return nil }
        guard let product = ProductReference(merchantItem: text) else {
            throw row.error(
                .notAName, "'\(text.prefix(60).printable)' is no product: at most 200 bytes, no control characters",
                .item)
        }
        return product
    }

    /// The platform's figure is a double: what stands beyond six decimals is what a program made of it, no money.
    private static func value(_ row: PlainRow<Field>) throws(FormatError) -> UnitPrice {
        guard let text = row.text(.value) else { return UnitPrice(micros: 0) }
        if case .success(let micros) = FixedPoint.parse(text, decimals: 6) { return UnitPrice(micros: micros) }
        let value = try row.number(.value, -9e9...9e9) ?? 0
        return UnitPrice(micros: Int64((value * 1_000_000).rounded()))
    }

    /// The fields of a row; what it was that `ad` names is not known any more, and is written as a group.
    public static func written(_ spend: AdSpend) -> [Field: PlainValue] {
        filled([
            .campaign: .text(spend.campaign), .name: spend.name.isEmpty ? nil : .text(spend.name),
            .group: spend.ad.isEmpty ? nil : .text(spend.ad), .day: .of(spend.day),
            .item: spend.product.map { .text($0.merchantItem) }, .currency: .of(spend.currency),
            .impressions: .integer(spend.impressions), .clicks: .integer(spend.clicks),
            .cost: .integer(spend.cost.micros), .conversions: .number(spend.conversions),
            .value: .price(spend.conversionValue),
        ])
    }
}
