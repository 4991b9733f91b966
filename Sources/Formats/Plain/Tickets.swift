import Domain

/// Customers who asked for help: `id,opened_at,updated_at,first_reply_at,closed_at,topic,sku,barcode,order,channel,score`.
///
/// Times are ISO 8601, by the wall clock of the zone where they have no offset; none but `opened_at` must be there, and
/// no change or reply may come before it. `score` is how content the customer was afterwards, 0 to 1. A product is named by `sku` or
/// `barcode`, or not at all.
public enum TicketsFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case id
        case openedAt = "opened_at"
        case updatedAt = "updated_at"
        case firstReplyAt = "first_reply_at"
        case closedAt = "closed_at"
        case topic, sku, barcode, order, channel, score
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.id, .openedAt]

    /// The ticket of a row.
    ///
    /// - Throws: what is wrong with a field; `.outOfRange` for a time before the opening.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> Ticket {
        let opened = try row.requiredMoment(.openedAt)
        return Ticket(
            id: try row.identifier(.id), openedAt: opened,
            updatedAt: try row.moment(.updatedAt, notBefore: opened, of: .openedAt),
            firstReplyAt: try row.moment(.firstReplyAt, notBefore: opened, of: .openedAt),
            closedAt: try row.moment(.closedAt), topic: try row.words(.topic),
            product: try row.optionalProduct(.sku, barcode: .barcode), order: try row.optionalIdentifier(.order),
            channel: try row.optionalIdentifier(.channel), score: try row.number(.score, 0...1))
    }

    /// The fields of a ticket.
    public static func written(_ ticket: Ticket) -> [Field: PlainValue] {
        filled(
            [
                .id: .text(ticket.id), .openedAt: .of(ticket.openedAt), .updatedAt: .of(ticket.updatedAt),
                .firstReplyAt: .of(ticket.firstReplyAt), .closedAt: .of(ticket.closedAt), .topic: .of(ticket.topic),
                .order: .of(ticket.order), .channel: .of(ticket.channel), .score: ticket.score.map { .number($0) },
            ], ticket.product, .sku, .barcode)
    }
}
