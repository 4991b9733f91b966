import Domain

/// What is said in public: `id,mentioned_at,network,sku,barcode,region,reach,sentiment,text`.
///
/// `mentioned_at` is ISO 8601, by the wall clock of the zone where it has no offset; `network` is the site or network.
/// A product is named by `sku` or `barcode`, or not at all. `reach` is people, blank for 0; `sentiment` is −1 (bad) to
/// 1 (good), blank where nobody judged it; `text` has at most 4,000 bytes.
public enum MentionsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id
        case mentionedAt = "mentioned_at"
        case network, sku, barcode, region, reach, sentiment, text
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.id, .mentionedAt, .network]

    /// The mention of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Mention {
        Mention(
            id: try row.identifier(.id), at: try row.requiredMoment(.mentionedAt),
            network: try row.identifier(.network), product: try row.optionalProduct(.sku, barcode: .barcode),
            region: try row.words(.region), reach: try row.integer(.reach) ?? 0,
            sentiment: try row.number(.sentiment, -1...1), text: try row.words(.text) ?? "")
    }

    /// The fields of a mention.
    public static func written(_ mention: Mention) -> [Field: PlainValue] {
        filled(
            [
                .id: .text(mention.id), .mentionedAt: .of(mention.at), .network: .text(mention.network),
                .region: .of(mention.region), .reach: .integer(mention.reach),
                .sentiment: mention.sentiment.map { .number($0) },
                .text: mention.text.isEmpty ? nil : .text(mention.text),
            ], mention.product, .sku, .barcode)
    }
}
