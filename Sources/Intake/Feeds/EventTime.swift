import Domain

extension Fact {
    /// When what the fact tells of happened, by its source's word; nil for what holds at all times, such as terms and
    /// names. What is told of a day, or of an hour, happened at its beginning.
    func eventTime(in zone: Zone) -> Instant? {
        switch self {
        case .order(let order): order.orderedAt
        case .amendment(let amendment): amendment.at
        case .shipment(let shipment): shipment.at
        case .count(let count): count.countedAt
        case .move(let move): move.at
        case .purchase(let line): line.receivedAt ?? zone.instant(day: line.orderedOn)
        case .shipNotice(let notice): notice.at
        case .receipt(let receipt): receipt.at
        case .stage(let event): event.end ?? event.start
        case .scan(let scan): scan.at
        case .web(let event): event.at
        case .cart(let cart): cart.updatedAt
        case .adSpend(let spend): zone.instant(day: spend.day)
        case .mention(let mention): mention.at
        case .competitorPrice(let seen): seen.at
        case .ticket(let ticket): ticket.updatedAt ?? ticket.openedAt
        case .review(let review): review.at
        case .footfall(let footfall): footfall.from
        case .rate(let rate): zone.instant(day: rate.day)
        // What is planned or known ahead of its time.
        case .shift, .promotion, .firmOrder, .occasion, .override: nil
        case .product, .kit, .alias, .offer, .calendar: nil
        }
    }
}
