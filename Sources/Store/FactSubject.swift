import Domain

extension Fact {
    /// What flags and messages call it. No two facts of a source and kind share it: a flag is withdrawn by it.
    public var subject: String {
        switch self {
        case .order(let order): order.number
        case .amendment(let amendment):
            amendment.entries.map(\.id).min().map { "\(amendment.order) \($0)" } ?? amendment.order
        case .shipment(let shipment): shipment.id
        case .product(let product): product.sku.text
        case .kit(let part): "\(part.kit) of \(part.component)"
        case .alias(let alias): alias.alias.description
        case .count(let count):
            "\(count.product) at \(count.place), \(count.state.rawValue) \(count.countedAt)"
                + (count.lot.map { " lot \($0)" } ?? "") + (count.expiresOn.map { " until \($0)" } ?? "")
        case .move(let move): move.id
        case .offer(let offer): "\(offer.sku) of \(offer.supplier)" + (offer.validFrom.map { " from \($0)" } ?? "")
        case .calendar(let calendar): calendar.supplier.text
        case .purchase(let line): "\(line.order)/\(line.line)"
        case .shipNotice(let notice): "\(notice.id)/\(notice.line)"
        case .receipt(let receipt): "\(receipt.id)/\(receipt.line)"
        case .stage(let event): "\(event.id) \(event.stage) \(event.start)"
        case .scan(let scan): "\(scan.tracking) \(scan.status.rawValue) \(scan.at)"
        case .web(let event):
            "\(event.kind.rawValue) at \(event.at) by \(event.visitor)" + (event.product.map { " of \($0)" } ?? "")
        case .cart(let cart): cart.id
        case .adSpend(let spend):
            "\(spend.campaign) \(spend.ad) on \(spend.day)" + (spend.product.map { " for \($0)" } ?? "")
        case .mention(let mention): mention.id
        case .competitorPrice(let seen): "\(seen.product) of \(seen.competitor) at \(seen.at)"
        case .ticket(let ticket): ticket.id
        case .review(let review): review.id
        case .footfall(let footfall): "\(footfall.place) at \(footfall.from)"
        case .shift(let shift): "\(shift.id) \(shift.state.rawValue)"
        case .rate(let rate): "\(rate.currency) on \(rate.day)"
        case .promotion(let promotion): "\(promotion.id)/\(readable(promotion.row))"
        case .firmOrder(let order): "\(order.order)/\(readable(order.row))"
        case .occasion(let occasion):
            "\(occasion.kind.rawValue) \(occasion.name) on \(occasion.day)"
                + (occasion.place.map { " at \($0)" } ?? "") + (occasion.region.map { " in \($0)" } ?? "")
        case .override(let override): override.id
        }
    }

    private func readable(_ row: String) -> String { row.replacing("\u{1F}", with: "|") }
}

extension Fact.Kind {
    /// Whether its facts are nobody's in particular: what one system says takes the place of what another did.
    var isShared: Bool {
        switch self {
        case .kit, .alias, .offer, .calendar, .competitorPrice, .rate, .occasion: true
        default: false
        }
    }
}
