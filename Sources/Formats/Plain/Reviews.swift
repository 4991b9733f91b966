import Domain

/// What customers think of products: `id,reviewed_at,sku,barcode,stars,title,text`.
///
/// `reviewed_at` is ISO 8601, by the wall clock of the zone where it has no offset; the product is named by `sku`, or by
/// `barcode` where that is blank; `stars` is 1 to 5. `title` and `text` have at most 4,000 bytes each and may be blank.
public enum ReviewsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id
        case reviewedAt = "reviewed_at"
        case sku, barcode, stars, title, text
    }

    /// The columns without which a file is none of these; either of `sku` and `barcode` does.
    public static let needed: [Field] = [.id, .reviewedAt, .stars]

    /// The review of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Review {
        Review(
            id: try row.identifier(.id), at: try row.requiredMoment(.reviewedAt),
            product: try row.product(.sku, barcode: .barcode), stars: try row.requiredInteger(.stars, 1...5),
            title: try row.words(.title) ?? "", text: try row.words(.text) ?? "")
    }

    /// The fields of a review.
    public static func written(_ review: Review) -> [Field: PlainValue] {
        filled(
            [
                .id: .text(review.id), .reviewedAt: .of(review.at), .stars: .integer(review.stars),
                .title: review.title.isEmpty ? nil : .text(review.title),
                .text: review.text.isEmpty ? nil : .text(review.text),
            ], review.product, .sku, .barcode)
    }
}
