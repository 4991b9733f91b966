import Domain
import GRDB

extension Facts {
    /// Takes in facts of any kind but whole orders, in short transactions, in the order given.
    ///
    /// - Parameter flags: what is odd about each of them; none where nothing is.
    /// - Returns: one arrival for each fact, in order.
    public func take(
        _ facts: [Fact], flags: [[Oddity]] = [], of batch: Batch, transaction: Duration = .milliseconds(12)
    ) throws -> [Arrival] {
        var arrivals: [Arrival] = []
        arrivals.reserveCapacity(facts.count)
        var lines = OrderLines(self)
        while arrivals.count < facts.count {
            let from = arrivals.count
            // Counted only once it is committed: a transaction that fails is no arrival.
            arrivals += try commit { database in
                var taken: [Arrival] = []
                let clock = ContinuousClock()
                let begin = clock.now
                try lines.prepare(database)
                while from + taken.count < facts.count {
                    let index = from + taken.count
                    let arrival = try Facts.take(self, database, facts[index], batch, &lines)
                    try Facts.settle(
                        flags.isEmpty ? [] : flags[index], of: (facts[index].kind, { facts[index].subject }), arrival,
                        batch, database)
                    taken.append(arrival)
                    if taken.count & 31 == 0, clock.now - begin > transaction { break }
                }
                try lines.finish(database)
                return taken
            }
        }
        return arrivals
    }

    private static func take(
        _ facts: Facts, _ database: Database, _ fact: Fact, _ batch: Batch, _ lines: inout OrderLines
    ) throws -> Arrival {
        switch fact {
        case .order: throw StoreError(.refused, "whole orders are written by documents, through an order book")
        case .amendment(let amendment): try take(facts, database, amendment, batch, &lines)
        case .shipment(let shipment): try take(facts, database, shipment, batch, &lines)
        case .rate(let rate): try take(facts, database, rate, batch, &lines)
        case .product(let declaration): try take(facts, database, declaration, batch, &lines)
        case .kit(let part): try take(facts, database, part, batch)
        case .alias(let alias): try take(facts, database, alias, batch, &lines)
        case .count(let count): try take(facts, database, count, batch)
        case .move(let move): try take(facts, database, move, batch)
        case .offer(let offer): try take(facts, database, offer, batch)
        case .calendar(let calendar): try take(facts, database, calendar, batch)
        case .purchase(let line): try take(facts, database, line, batch)
        case .shipNotice(let notice): try take(facts, database, notice, batch)
        case .receipt(let receipt): try take(facts, database, receipt, batch)
        case .stage(let event): try take(facts, database, event, batch)
        case .scan(let scan): try take(facts, database, scan, batch)
        case .web(let event): try take(facts, database, event, batch)
        case .cart(let cart): try take(facts, database, cart, batch)
        case .adSpend(let spend): try take(facts, database, spend, batch)
        case .mention(let mention): try take(facts, database, mention, batch)
        case .competitorPrice(let price): try take(facts, database, price, batch)
        case .ticket(let ticket): try take(facts, database, ticket, batch)
        case .review(let review): try take(facts, database, review, batch)
        case .footfall(let footfall): try take(facts, database, footfall, batch)
        case .shift(let shift): try take(facts, database, shift, batch)
        case .promotion(let promotion): try take(facts, database, promotion, batch)
        case .firmOrder(let order): try take(facts, database, order, batch)
        case .occasion(let occasion): try take(facts, database, occasion, batch)
        case .override(let override): try take(facts, database, override, batch)
        }
    }
}
