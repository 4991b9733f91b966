import Domain
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// What a web shop's events come to, whatever their order and however often they are told.
@Suite struct WebPurchaseTests {
    private func event(_ name: String, at: Int64, _ more: String) -> String {
        #"{"event_name":"\#(name)","event_timestamp":\#(1_317_600_000_000_000 + at * 1_000_000),"user_pseudo_id":"a","#
            + #""event_params":[{"key":"ga_session_id","value":{"int_value":"1"}}\#(more)}"# + "\n"
    }

    private func purchase(at: Int64, units: Int64 = 2, revenue: String = "20", currency: String = "GBP") -> String {
        event(
            "purchase", at: at,
            #",{"key":"currency","value":{"string_value":"\#(currency)"}}],"ecommerce":{"transaction_id":"T1","#
                + #""total_item_quantity":\#(units),"purchase_revenue":\#(revenue)}"#)
    }

    private func visit(at: Int64, source: String? = nil) -> String {
        let said = source.map { #","collected_traffic_source":{"manual_source":"\#($0)"}"# } ?? ""
        return event("page_view", at: at, "]" + said)
    }

    private func sighting(_ shop: FactsShop) throws -> [Int64] {
        try shop.facts.database.read { database in
            try Row.fetchAll(database, sql: "SELECT units, total FROM sighting").flatMap { [$0[0], $0[1]] }
        }
    }

    private func purchases(_ shop: FactsShop) throws -> [Int64] {
        try shop.facts.database.read { database in
            try [
                "SELECT coalesce(sum(purchases), 0) FROM traffic_day",
                "SELECT coalesce(sum(purchases), 0) FROM visit_day",
                "SELECT count(*) FROM web_event WHERE kind = 5",
            ].map { try Int64.fetchOne(database, sql: $0) ?? -1 }
        }
    }

    @Test func `a purchase without items has the event's units, and money of its own currency`() throws {
        let shop = try FactsShop()
        try shop.take(purchase(at: 0, revenue: "1200", currency: "JPY"), .json(.ga4))
        #expect(try sighting(shop) == [2, 1200])
    }

    @Test func `a page that is loaded again buys nothing, whichever comes first`() throws {
        var digests: Set<String> = []
        for times in [[0, 60, 90], [90, 60, 0], [60, 90, 0]] as [[Int64]] {
            let shop = try FactsShop()
            for at in times { try shop.take(purchase(at: at), .json(.ga4)) }
            #expect(try sighting(shop) == [2, 2000])
            #expect(try purchases(shop) == [1, 1, 1])
            #expect(try shop.facts.rollupProblems().isEmpty)
            digests.insert(try shop.facts.contentDigest())
        }
        #expect(digests.count == 1)
    }

    @Test func `a table that is written anew takes the place of what it said`() throws {
        let shop = try FactsShop()
        try shop.take(purchase(at: 0), .json(.ga4))
        #expect(try shop.take(purchase(at: 0, units: 3, revenue: "29.50"), .json(.ga4)).count.replaced == 1)
        #expect(try sighting(shop) == [3, 2950])
        #expect(try purchases(shop) == [1, 1, 1])
        try shop.take(purchase(at: 0).replacing("T1", with: "T2"), .json(.ga4))
        #expect(try sighting(shop) == [2, 2000], "nothing is left of the number that is no longer told")
    }

    @Test func `where a visit came from does not depend on the order of its events`() throws {
        let events = [visit(at: 0), visit(at: 20, source: "mail"), visit(at: 10, source: "ads"), visit(at: 30)]
        var origins: Set<String?> = []
        for order in [[0, 1, 2, 3], [1, 0, 2, 3], [3, 1, 2, 0], [2, 0, 1, 3]] {
            let shop = try FactsShop()
            for index in order { try shop.take(events[index], .json(.ga4)) }
            origins.insert(
                try shop.facts.database.read {
                    try String.fetchOne($0, sql: "SELECT text FROM visit JOIN word ON word.id = origin")
                })
        }
        #expect(origins.count == 1 && origins.first??.hasPrefix("ads") == true)
    }
}
