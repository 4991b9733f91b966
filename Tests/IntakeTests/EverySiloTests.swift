import Domain
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Every system's facts end in the one store, whatever the order in which they come and however often.
@Suite struct EverySiloTests {
    private static let files: [(layout: String, text: String, rows: Int)] = [
        ("products", "sku,name,barcode\nA,Lamp,4006381333931\nB,Bulb,\nSET,Lamp with bulbs,\n", 3),
        ("kits", "kit,component,quantity\nSET,A,1\nSET,B,2\n", 2),
        ("aliases", "sku,scheme,value\nA,supplier:Acme,AC-77\n", 1),
        ("rates", "currency,day,rate\nUSD,2011-10-03,0.64\n", 1),
        ("counts", "sku,place,quantity,state,counted_at\nA,main,12,on-hand,2011-10-03T08:00:00Z\n", 1),
        (
            "moves",
            "id,sku,from,to,quantity,moved_at,reason\nM1,A,main,shop,3,2011-10-04T08:00:00Z,refill\n", 1
        ),
        (
            "purchases",
            "order,line,supplier,sku,place,quantity,currency,ordered_on,expected_on\nP1,1,Acme,A,main,5,GBP,2011-10-03,2011-10-10\n",
            1
        ),
        (
            "receipts",
            "receipt,line,order,order_line,supplier,sku,place,quantity,damaged,received_at,lot,expires_on\n"
                + "R1,1,P1,1,Acme,A,main,4,1,2011-10-09T08:00:00Z,L9,2012-01-01\n", 1
        ),
        (
            "till-lines",
            "receipt,line,sold_at,place,till,sku,title,quantity,price,discount,customer,currency,void\n"
                + "1,1,2011-10-04T09:00:00Z,shop,T1,SET,Lamp with bulbs,2,30.00,0,,,\n"
                + "1,2,,,T1,A,Lamp,1,20.00,1.00,,,\n", 2
        ),
        (
            "stages",
            "case,stage,start,end,place,worker\n1001,pick,2011-10-04T09:00:00Z,2011-10-04T09:10:00Z,main,w1\n", 1
        ),
        (
            "scans",
            "tracking,status,scanned_at,carrier,location,order\nZ9,delivered,2011-10-05T09:00:00Z,DHL,Leeds,1001\n", 1
        ),
        ("footfall", "place,from,minutes,entered,left\nshop,2011-10-04T09:00:00Z,30,17,15\n", 1),
        (
            "shifts",
            "id,place,role,worker,from,to,break_minutes,state\nS1,shop,till,w1,2011-10-04T09:00:00Z,2011-10-04T17:00:00Z,30,planned\n",
            1
        ),
        (
            "mentions",
            "id,mentioned_at,network,sku,region,reach,sentiment,text\nX1,2011-10-04T09:00:00Z,web,A,GB,900,0.5,nice lamp\n",
            1
        ),
        (
            "competitor-prices",
            "sku,competitor,seen_at,price,currency,in_stock,postage\nA,Other,2011-10-04T09:00:00Z,19.50,GBP,true,2.95\n",
            1
        ),
        (
            "tickets",
            "id,opened_at,updated_at,first_reply_at,closed_at,topic,sku,order,channel,score\n"
                + "T1,2011-10-05T09:00:00Z,2011-10-05T10:00:00Z,,,size,A,1001,mail,\n", 1
        ),
        (
            "promotions",
            "id,name,sku,category,channel,place,from,to,lift,updated_at\n"
                + "P1,Lamps,A,,web,main,2011-11-01,2011-11-14,+40 %,2011-10-01T08:00:00Z\n"
                + "P2,Sale,,,,,2011-12-27,2011-12-31,,\n", 2
        ),
        (
            "firm-orders",
            "order,sku,place,customer,quantity,due,status\nW1,B,main,Acme,500,2011-11-20,open\n"
                + "W2,B,main,Acme,50,2011-10-20,shipped\n", 2
        ),
        (
            "occasions",
            "day,name,kind,place,region,value\n2011-12-25,Christmas,holiday,,GB,\n2011-11-08,temperature,weather,main,,7.5\n",
            2
        ),
        (
            "overrides",
            "id,sku,place,what,value,owner,reason,expires,updated_at\n"
                + "o1,A,,forecast,12,ann,school fair,2011-12-31,2011-10-01T08:00:00Z\n"
                + "o2,B,main,target,98 %,bob,gift,2012-01-31,\n", 2
        ),
        ("reviews", "id,reviewed_at,sku,stars,title,text\nV1,2011-10-06T09:00:00Z,A,4,good,fits\n", 1),
        (
            "json",
            #"{"id":7,"token":"c1","created_at":"2011-10-04T09:00:00Z","updated_at":"2011-10-04T09:05:00Z","completed_at":null,"#
                + #""email":"a@example.com","buyer_accepts_marketing":true,"currency":"GBP","#
                + #""abandoned_checkout_url":"https://example.com/c1","line_items":[{"sku":"A","quantity":1,"price":"20.00"}]}"#
                + "\n"
                + #"{"event_date":"20111004","event_timestamp":"1317718800000000","event_name":"view_item","user_pseudo_id":"u1","#
                + #""event_params":[{"key":"ga_session_id","value":{"int_value":"5"}}],"items":[{"item_id":"A","quantity":1}]}"#
                + "\n"
                + #"{"campaign":{"id":"9","name":"Lamps"},"segments":{"date":"2011-10-04","productItemId":"A"},"#
                + #""metrics":{"costMicros":"1250000","clicks":"4","impressions":"90","conversions":1.5,"conversionsValue":30}}"#
                + "\n"
                + #"{"specversion":"1.0","id":"e1","source":"/shop","type":"com.shopify.orders.create","data":{"id":1,"name":"#
                + ##""#1001","created_at":"2011-10-04T09:00:00Z","updated_at":"2011-10-04T09:00:00Z","currency":"USD","##
                + #""line_items":[{"id":11,"sku":"B","name":"Bulb","quantity":2,"price":"5.00"}]}}"# + "\n", 4
        ),
    ]

    private func take(_ files: [(layout: String, text: String, rows: Int)], into shop: FactsShop) throws -> [BatchCount]
    {
        try files.map { file in
            let layout = try #require(Layout(name: file.layout), "\(file.layout)")
            let report = try shop.take(file.text, layout, name: "\(file.layout).x")
            #expect(report.complaints.isEmpty, "\(file.layout)")
            #expect(report.count.read == file.rows, "\(file.layout)")
            return report.count
        }
    }

    @Test func `all kinds go in once, and say nothing new the second time`() throws {
        let shop = try FactsShop()
        let first = try take(Self.files, into: shop)
        #expect(first.allSatisfy { $0.accepted == $0.read })
        let before = try shop.facts.contentDigest()
        let second = try take(Self.files, into: shop)
        #expect(second.allSatisfy { $0.duplicate == $0.read })
        #expect(try shop.facts.contentDigest() == before)
        #expect(try shop.facts.rollupProblems().isEmpty)
        #expect(try shop.facts.database.integrityProblems().isEmpty)
    }

    @Test func `any order of arrival leaves the same store`() throws {
        let straight = try FactsShop()
        _ = try take(Self.files, into: straight)
        for turn in [3, 7, 11, 15, 19] {
            let shop = try FactsShop()
            let turned = Array(Self.files[turn...] + Self.files[..<turn]).reversed()
            _ = try take(Array(turned), into: shop)
            #expect(try shop.facts.quarantined(.parked).isEmpty, "\(turn)")
            #expect(try shop.facts.contentDigest() == straight.facts.contentDigest(), "\(turn)")
        }
    }

    @Test func `a kit that is sold is demand for what it is made of`() throws {
        let shop = try FactsShop()
        _ = try take(Self.files, into: shop)
        // Two sets of one lamp and two bulbs, and one lamp besides; two bulbs ordered in the web shop.
        #expect(try shop.demand("A", from: "2011-10-04", to: "2011-10-04").units == [3])
        #expect(try shop.demand("B", from: "2011-10-04", to: "2011-10-04").units == [6])
        #expect(try shop.demand("SET", from: "2011-10-04", to: "2011-10-04").units == [2])
    }
}
