import Domain
import Engine
import Formats
import GRDB
import Intake
import Store
import TestSupport
import Testing

/// What an order comes to when refunds, edits, cancellations and parcels tell of it besides, in whatever order.
@Suite struct RefundTests {
    private let sums = ["net_revenue", "returns", "units"]

    private func refund(
        _ id: Int, _ day: String, lines: String = "", transactions: String = "", _ members: String = "\"z\":0"
    ) -> String {
        """
        {"id":\(id),"order_id":1,"created_at":"2011-10-\(day)T10:00:00Z","refund_line_items":[\(lines)],\
        "transactions":[\(transactions)],\(members)}
        """
    }

    private func back(_ line: Int, _ units: Int, _ amount: String) -> String {
        """
        {"id":9\(line),"line_item_id":\(line),"quantity":\(units),"subtotal":"\(amount)","total_tax":"0.00",\
        "restock_type":"return"}
        """
    }

    private func paidBack(_ amount: String) -> String {
        "{\"kind\":\"refund\",\"status\":\"success\",\"amount\":\"\(amount)\"}"
    }

    /// The order as it was changed at a later time.
    private func later(_ order: String, _ time: String) -> String {
        order.replacing("\"updated_at\":\"2011-10-01T10:00:00Z\"", with: "\"updated_at\":\"2011-10-\(time):00Z\"")
    }

    /// Takes messages in one import each.
    private func books(_ messages: [String]) throws -> Books {
        let books = try Books()
        for message in messages { try books.take([message]) }
        #expect(try books.shop.engine.facts.rollupProblems() == [])
        return books
    }

    @Test func `a refund in a foreign currency waits for the rate of its day`() throws {
        let books = try Books()
        try books.shop.take(.rates, "currency,day,rate\nJPY,2011-09-01,0.0064\n")
        try books.take([
            order(1, [line(11, "A", "1500", 2)], currency: "JPY").replacing("2011-10-01", with: "2011-09-01")
        ])
        #expect(try books.figure("net_revenue") == 1_920)
        let report = try books.take([refund(9, "02", lines: back(11, 1, "1500"))])
        #expect(report.count.parked == 1)
        #expect(try books.figure("net_revenue") == 1_920, "yen are no pence")
        try books.shop.take(.rates, "currency,day,rate\nJPY,2011-10-01,0.0065\n")
        #expect(try books.figures(sums) == [1_920 - 975, 975, 2])
    }

    @Test func `what was cancelled and then refunded comes to nothing, whichever is told first`() throws {
        let sold = order(1, [line(11, "A", "10.00")])
        let cancelled = order(1, [line(11, "A", "10.00")], "\"cancelled_at\":\"2011-10-02T09:00:00Z\"")
        for refund in [
            refund(9, "02", lines: back(11, 1, "10.00")), refund(9, "02", transactions: paidBack("10.00")),
        ] {
            var contents: Set<String> = []
            for messages in [
                [sold, later(cancelled, "02T09:00"), refund], [sold, refund, later(cancelled, "02T09:00")],
                [later(cancelled, "02T09:00"), refund, refund],
            ] {
                let books = try books(messages)
                #expect(try books.figure("net_revenue") == 0)
                #expect(try books.figure("returns") == 1_000)
                contents.insert(try books.shop.engine.facts.contentDigest())
            }
            #expect(contents.count == 1)
            let embedded = order(
                1, [line(11, "A", "10.00")], "\"cancelled_at\":\"2011-10-02T09:00:00Z\",\"refunds\":[\(refund)]")
            #expect(try books([embedded]).figure("net_revenue") == 0)
        }
    }

    @Test func `refunds of gift cards, tips and postage take nothing from what products earned`() throws {
        let lines = [
            line(11, "A", "20.00"), line(12, "GC", "50.00", 1, "\"gift_card\":true"),
            "{\"id\":13,\"sku\":null,\"name\":\"Tip\",\"price\":\"2.00\",\"quantity\":1,\"requires_shipping\":false}",
        ]
        let gifts = refund(9, "02", lines: "\(back(12, 1, "50.00")),\(back(13, 1, "2.00"))")
        let embedded = later(order(1, lines, "\"refunds\":[\(gifts)]"), "02T10:00")
        for messages in [[order(1, lines), gifts], [embedded], [order(1, lines), gifts, embedded]] {
            #expect(try books(messages).figures(sums) == [2_000, 0, 1])
        }
        let cancelled = later(order(1, lines, "\"cancelled_at\":\"2011-10-02T09:00:00Z\""), "02T09:00")
        #expect(try books([cancelled, gifts]).flagged("refunds-exceed-paid") == [])
        for postage in [
            "\"order_adjustments\":[{\"id\":5,\"amount\":\"-5.00\",\"tax_amount\":\"0.00\",\"kind\":\"shipping_refund\"}]",
            "\"refund_shipping_lines\":[{\"id\":5,\"subtotal_amount_set\":{\"shop_money\":{\"amount\":\"5.00\"}}}]",
        ] {
            let part = refund(9, "02", transactions: paidBack("15.00"), postage)
            #expect(try books([order(1, [line(11, "A", "20.00")]), part]).figures(sums) == [1_000, 1_000, 1])
        }
    }

    @Test func `a refund of an amount is the same by itself and within its order, and its parts add up`() throws {
        let lines = [line(11, "A", "30.00"), line(12, "B", "10.00", 2), line(13, "C", "50.00")]
        let totals = "\"total_price\":\"120.00\",\"total_tax\":\"20.00\""
        let amount = refund(9, "02", transactions: paidBack("20.00"))
        let embedded = later(order(1, lines, "\(totals),\"refunds\":[\(amount)]"), "02T10:00")
        var contents: Set<String> = []
        for messages in [[order(1, lines, totals), amount, embedded], [embedded]] {
            let books = try books(messages)
            #expect(try books.figures(sums) == [10_000 - 1_667, 1_667, 4])
            contents.insert(try books.shop.engine.facts.contentDigest())
        }
        #expect(contents.count == 1)
        let books = try books([order(1, lines, totals), amount])
        #expect(try books.figure("returns") == 1_667)
        let days = try #require(Day("2011-10-02"))...(try #require(Day("2011-10-02")))
        let rows = try books.shop.engine.read("returns", MetricQuery(days: days, dimensions: ["sku"])).rows
        #expect(rows.map { ($0.value ?? 0) / 10_000 }.sorted() == [333, 500, 834])
    }

    @Test func `a parcel that was called off has not left, whichever message is the first`() throws {
        func parcel(_ status: String, _ time: String) -> String {
            """
            {"id":77,"order_id":1,"status":"\(status)","created_at":"2011-10-02T09:00:00Z",\
            "updated_at":"2011-10-02T\(time):00Z","line_items":[{"id":11,"quantity":3}]}
            """
        }
        let plain = order(1, [line(11, "A", "10.00", 3)])
        let sent = later(
            order(1, [line(11, "A", "10.00", 3)], "\"fulfillments\":[\(parcel("success", "09:00"))]"), "02T09:00")
        let (made, called) = (parcel("success", "09:00"), parcel("cancelled", "12:00"))
        var contents: Set<String> = []
        for messages in [[plain, made, called], [plain, called, made], [plain, called]] {
            let facts = try books(messages).shop.engine.facts
            contents.insert(try facts.contentDigest())
        }
        #expect(contents.count == 1)
        contents = []
        for messages in [[plain, sent, called], [plain, called, sent], [plain, made, sent, called]] {
            let facts = try books(messages).shop.engine.facts
            let left = try facts.database.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM order_line WHERE shipped_at IS NOT NULL")
            }
            #expect(left == 0)
            contents.insert(try facts.contentDigest())
        }
        #expect(contents.count == 1)
    }

    @Test func `more back than was sold or paid is flagged, and units beyond it do not count`() throws {
        let sold = order(1, [line(11, "A", "10.00", 2)])
        let units = refund(9, "02", lines: back(11, 3, "20.00"))
        for messages in [
            [sold, units], [later(order(1, [line(11, "A", "10.00", 2)], "\"refunds\":[\(units)]"), "02T10:00")],
        ] {
            let books = try books(messages)
            #expect(try books.figures(["net_revenue", "units_returned"]) == [0, 2])
            #expect(try books.flagged("refunded-units-exceed-sold") == ["#1"])
            #expect(try books.flagged("refunds-exceed-paid") == [])
        }
        let money = try books([sold, refund(9, "02", transactions: paidBack("25.00"))])
        #expect(try money.flagged("refunds-exceed-paid") == ["#1"])
        #expect(try money.figure("net_revenue") == -500)
        #expect(try Books().take([order(1, [line(11, "A", "-10.00")])]).count.refused == 1)
    }

    @Test func `two edits of one line are two, on their own days, whoever tells of them`() throws {
        func edit(_ id: Int, _ day: String) -> String {
            """
            {"order_edit":{"id":\(id),"order_id":1,"committed_at":"2011-10-\(day)T06:00:00Z",\
            "line_items":{"additions":[],"removals":[{"id":11,"delta":1}]}}}
            """
        }
        let sold = order(1, [line(11, "A", "10.00", 3)])
        let left = later(order(1, [line(11, "A", "10.00", 3, "\"current_quantity\":1")]), "03T07:00")
        var contents: Set<String> = []
        for messages in [
            [sold, edit(1, "02"), edit(2, "03"), edit(1, "02"), left], [sold, edit(1, "02"), edit(2, "03"), left],
            [sold, left, edit(2, "03"), edit(1, "02")], [sold, edit(2, "03"), left, edit(1, "02")],
        ] {
            let books = try books(messages)
            #expect(try books.figures(sums) == [1_000, 2_000, 1])
            #expect(try books.figure("returns", from: "2011-10-01", to: "2011-10-01") == 0)
            #expect(try books.figure("returns", from: "2011-10-02", to: "2011-10-02") == 1_000)
            contents.insert(try books.shop.engine.facts.contentDigest())
        }
        #expect(contents.count == 1)
        let edits = try books([sold, edit(1, "02"), edit(2, "03"), edit(1, "02")])
        #expect(try edits.figures(sums) == [1_000, 2_000, 1])
        let alone = try books([sold, left])
        #expect(try alone.figure("returns", from: "2011-10-01", to: "2011-10-01") == 0, "the day of the sale stands")
        #expect(try alone.figures(sums) == [1_000, 2_000, 1])
    }
}
