import Domain
import GRDB

// What is spent on being seen, and what others say and ask: ads, mentions, competitors, tickets, reviews.

extension Facts {
    private static let spend = FactTable(
        "ad_spend", tally: "adSpend", keys: ["source", "campaign", "ad", "day", "item"],
        values: ["name", "cost", "currency", "impressions", "clicks", "conversions", "value"])

    static func take(_ facts: Facts, _ database: Database, _ ad: AdSpend, _ batch: Batch) throws -> Arrival {
        try spend.keep(
            [batch.source, ad.campaign, ad.ad, ad.day.number, item(database, ad.product)],
            [
                word(database, ad.name.printable), ad.cost.micros, (ad.currency ?? facts.currency).code, ad.impressions,
                ad.clicks, ad.conversions, ad.conversionValue.micros,
            ], of: batch, database)
    }

    private static let mentions = FactTable(
        "mention", tally: "mentions", keys: ["source", "number"],
        values: ["at", "network", "item", "region", "reach", "sentiment", "text"])

    static func take(_ facts: Facts, _ database: Database, _ mention: Mention, _ batch: Batch) throws -> Arrival {
        try mentions.keep(
            [batch.source, mention.id],
            [
                mention.at.milliseconds, word(database, mention.network), item(database, mention.product),
                word(database, mention.region), mention.reach, mention.sentiment, mention.text,
            ], of: batch, database)
    }

    private static let competitorPrices = FactTable(
        "competitor_price", tally: "competitorPrices", keys: ["item", "competitor", "at"],
        values: ["price", "currency", "in_stock", "postage", "source"])

    static func take(_ facts: Facts, _ database: Database, _ seen: CompetitorPrice, _ batch: Batch) throws -> Arrival {
        try competitorPrices.keep(
            [item(database, seen.product), word(database, seen.competitor), seen.at.milliseconds],
            [
                seen.price.micros, (seen.currency ?? facts.currency).code, seen.inStock, seen.postage?.micros,
                batch.source,
            ], of: batch, database)
    }

    private static let tickets = FactTable(
        "ticket", tally: "tickets", keys: ["source", "number"],
        values: ["at", "version", "replied_at", "closed_at", "topic", "item", "document", "channel", "score"],
        version: "version")

    static func take(_ facts: Facts, _ database: Database, _ ticket: Ticket, _ batch: Batch) throws -> Arrival {
        try tickets.keep(
            [batch.source, ticket.id],
            [
                ticket.openedAt.milliseconds, ticket.updatedAt?.milliseconds, ticket.firstReplyAt?.milliseconds,
                ticket.closedAt?.milliseconds, word(database, ticket.topic), item(database, ticket.product),
                ticket.order, word(database, ticket.channel), ticket.score,
            ], of: batch, database)
    }

    private static let reviews = FactTable(
        "review", tally: "reviews", keys: ["source", "number"], values: ["at", "item", "stars", "title", "text"])

    static func take(_ facts: Facts, _ database: Database, _ review: Review, _ batch: Batch) throws -> Arrival {
        try reviews.keep(
            [batch.source, review.id],
            [review.at.milliseconds, item(database, review.product), review.stars, review.title, review.text],
            of: batch, database)
    }
}
