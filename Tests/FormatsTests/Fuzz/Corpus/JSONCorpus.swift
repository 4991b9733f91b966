@testable import Formats

extension FuzzCorpus {
    /// Newline JSON of a plain layout, made of the fields of its table.
    static func lines(_ layout: KnownLayout) -> [String] {
        delimited(layout).map { text in
            guard let csv = try? CSVReader(ByteSource(bytes: Array(text.utf8), name: "corpus")) else { return "" }
            var lines = ""
            while (try? csv.next()) == true {
                let members = csv.header.indices.map { index -> (String, JSONValue) in
                    let text = String(decoding: csv.field(index), as: UTF8.self)
                    let value = Int64(text).map { JSONValue.integer($0) } ?? .string(text)
                    return (csv.header[index], text.isEmpty ? .null : value)
                }
                lines += String(decoding: JSONValue.object(members).bytes(), as: UTF8.self) + "\n"
            }
            return lines
        }
    }

    static let ga4 = [
        #"""
        {"event_timestamp":"1725971700123456","event_name":"purchase","user_pseudo_id":"p","event_params":[
         {"key":"ga_session_id","value":{"int_value":17}},{"key":"value","value":{"double_value":9.5}},
         {"key":"currency","value":{"string_value":"USD"}},{"key":"source","value":{"string_value":"mail"}}],
         "device":{"category":"mobile"},"geo":{"country":"GB"},
         "session_traffic_source_last_click":{"manual_campaign":{"source":"g","medium":"cpc","campaign_name":"c"}},
         "ecommerce":{"transaction_id":"t","purchase_revenue":29.99,"total_item_quantity":3},
         "items":[{"item_id":"MUG-1","price":9.99,"quantity":"2","item_revenue":19.98},
          {"item_id":"shopify_GB_1_77","price":10.01}]}
        {"event_timestamp":1725971700123456,"event_name":"view_item","event_bundle_sequence_id":1,"items":[
         {"item_id":"MUG-1","price":0.1}]}
        {"event_timestamp":"1725971700123456","event_name":"refund","user_pseudo_id":"q",
         "ecommerce":{"transaction_id":"t","refund_value":29.99}}
        {"event_timestamp":"1725971700123456","event_name":"page_view","user_pseudo_id":"q"}

        """#
    ]

    static let googleAds = [
        #"""
        {"results":[{"campaign":{"id":"2","name":"Brand"},"customer":{"currencyCode":"GBP"},"adGroup":{"id":"9"},
          "segments":{"date":"2024-05-01","productItemId":"shopify_gb_1_2"},
          "metrics":{"costMicros":"1234567","clicks":"12","impressions":"345","conversions":1.5,
          "conversionsValue":45.1}}],"fieldMask":"campaign.id"}
        {"campaign":{"id":2},"ad_group_ad":{"ad":{"id":3}},"segments":{"date":"2024-05-01"},
          "metrics":{"cost_micros":0,"clicks":0,"impressions":0}}

        """#
    ]

    static let metaInsights = [
        #"""
        {"data":[{"campaign_id":"30","campaign_name":"Spring","ad_id":"7","date_start":"2024-05-01",
          "date_stop":"2024-05-01","impressions":"1000","inline_link_clicks":"9","spend":"12.34",
          "account_currency":"EUR","product_id":"A, B","actions":[{"action_type":"purchase","value":"2"}],
          "action_values":[{"action_type":"purchase","value":"60"}]}],"paging":{}}
        {"campaign_id":"30","date":"2024-05-01","impressions":1,"spend":0}

        """#
    ]

    static let shopify = [
        #"""
        {"headers":{"X-Shopify-Topic":"orders/updated","X-Shopify-Hmac-Sha256":"eA=="},"body":\#(order)}
        {"headers":{"X-Shopify-Topic":"inventory_levels/update"},"body":"{\"inventory_item_id\":5,\"location_id\":9,\"available\":-3,\"updated_at\":\"2024-05-01T10:00:00Z\"}"}
        {"headers":{"X-Shopify-Topic":"carts/update"},"body":{"id":"c"}}

        """#,
        #"{"orders":[\#(order)]}"#, #"{"refund":\#(refund)}"#,
        "POST /hook HTTP/1.1\r\nX-Shopify-Topic: orders/create\r\nContent-Length: 1\r\n\r\n\(order)",
        #"""
        {"id":1,"title":"Mug","vendor":"Acme","product_type":"Cups","status":"active","variants":[
         {"id":7,"title":"Red","sku":"MUG-R","price":"4.50","barcode":"012345678905","inventory_item_id":5},
         {"id":8,"title":"Default Title","sku":"","price":"4.50"}]}
        {"id":5,"sku":"MUG-R","cost":"2.00","tracked":true}
        {"token":"t","email":"Ann@Example.com","created_at":"2024-05-01T10:00:00Z","currency":"GBP",
         "updated_at":"2024-05-01T10:05:00Z","completed_at":null,"buyer_accepts_marketing":true,
         "abandoned_checkout_url":"https://shop.example/c/t","line_items":[
         {"sku":"MUG-R","variant_id":7,"quantity":2,"price":"4.50"},{"variant_id":8,"quantity":1,"price":1}]}
        {"id":11,"order_id":450,"status":"success","created_at":"2024-05-02T10:00:00Z","location_id":9,
         "tracking_company":"UPS","tracking_number":"1Z9","shipment_status":"delivered",
         "line_items":[{"id":31,"quantity":2}]}
        {"order_edit":{"id":3,"order_id":450,"created_at":"2024-05-02T10:00:00Z",
         "line_items":{"additions":[],"removals":[{"id":31,"delta":1}]}}}

        """#,
    ]

    static let cloudEvents = [
        #"""
        {"specversion":"1.0","id":"1","source":"/shop","type":"com.example.ga4","time":"2024-05-01T10:00:00Z","data":
         {"event_timestamp":"1725971700123456","event_name":"page_view","user_pseudo_id":"q"}}
        {"specversion":"1.0","id":"2","source":"/shop","type":"com.shopify.orders.create","data":\#(order)}
        {"specversion":"1.0","id":"3","source":"/shop","type":"org.shop.rates","subject":"x",
         "data_base64":"eyJjdXJyZW5jeSI6IlVTRCIsImRheSI6IjIwMTEtMDctMDEiLCJyYXRlIjowLjYyfQ=="}
        {"specversion":"1.0","id":"4","source":"/shop","type":"what",
         "data":{"kit":"SET","component":"MUG","quantity":2}}

        """#
    ]

    /// Records of several layouts in one stream.
    static let odoo = [
        #"{"id":7,"name":"P00007","partner_id":[3,"Acme"],"date_order":"2024-05-01 10:00:00","state":"purchase","#
            + #""currency_id":[1,"GBP"],"picking_type_id":[1,"Main: Receipts"],"order_line":[{"id":71,"product_id":[5,"[MUG] Mug"],"#
            + #""product_qty":12.0,"qty_received":3.0,"price_unit":2.5,"date_planned":"2024-05-09 00:00:00"}]}"#,
        #"[{"id":9,"product_id":[5,"[MUG] Mug"],"location_id":[8,"WH/Stock"],"quantity":14.0,"reserved_quantity":2.0,"#
            + #""write_date":"2024-05-01 10:00:00"}]"#,
        #"{"id":4,"partner_id":[3,"Acme"],"product_id":[5,"[MUG] Mug"],"min_qty":6.0,"price":2.25,"delay":9,"#
            + #""currency_id":[1,"GBP"]}"#,
    ]

    static let erpNext = [
        #"{"data":[{"item_code":"MUG","warehouse":"Stores - S","actual_qty":14.0,"reserved_qty":2.0,"#
            + #""modified":"2024-05-01 10:00:00.123456"}]}"#,
        #"{"doctype":"Purchase Order","name":"PUR-1","supplier":"Acme","docstatus":1,"status":"To Receive","currency":"GBP","#
            + #""transaction_date":"2024-05-01","schedule_date":"2024-05-09","items":[{"name":"l1","idx":1,"item_code":"MUG","#
            + #""qty":12.0,"received_qty":3.0,"rate":2.5,"warehouse":"Stores - S","schedule_date":"2024-05-09"}]}"#,
        #"{"doctype":"Item","item_code":"MUG","lead_time_days":9,"min_order_qty":6.0,"#
            + #""supplier_items":[{"supplier":"Acme","supplier_part_no":"A-1"}]}"#,
    ]

    static let mixed =
        ga4 + metaInsights + cloudEvents + [shopify[0], "[\n" + refund + ",\n" + order + "\n]"]
        + KnownLayout.allCases.filter(\.isPlain).map { lines($0).joined() }

    private static let refund =
        #"{"id":509,"order_id":450,"created_at":"2024-05-03T10:00:00Z","refund_line_items":[{"id":71,"#
        + #""line_item_id":31,"quantity":1,"subtotal":3.5,"restock_type":"return","line_item":{"title":"Mug"}}],"#
        + #""order_adjustments":[{"id":81,"amount":"-2.00","kind":"shipping_refund","reason":"late"}],"#
        + #""transactions":[{"kind":"refund","status":"success","amount":"5.50"}]}"#

    private static let order =
        ##"{"id":450,"name":"#1001","email":"Ann@Example.com","created_at":"2024-05-01T10:00:00+09:00","##
        + #""updated_at":"2024-05-03T10:00:00+09:00","cancelled_at":null,"test":false,"currency":"GBP","#
        + #""taxes_included":true,"source_name":"web","location_id":9,"subtotal_price":"8.00","#
        + #""total_discounts":"1.00","total_tax":"1.33","total_price":"10.00","tags":"b2b, x","financial_status":"paid","#
        + #""line_items":[{"id":31,"sku":"MUG-R","title":"Mug","variant_title":"Red","price":"4.50","quantity":2,"#
        + #""current_quantity":1,"discount_allocations":[{"amount":"1.00"}],"tax_lines":[{"price":"1.33"}]},"#
        + #"{"id":32,"sku":null,"name":"Tip","price":"1.00","quantity":1,"requires_shipping":false}],"#
        + #""shipping_lines":[{"id":41,"title":"Post","price":"3.00","discounted_price":"2.00","tax_lines":[]}],"#
        + #""fulfillments":[{"status":"success","created_at":"2024-05-02T10:00:00Z","#
        + #""line_items":[{"id":31,"quantity":2}]}],"#
        + #""refunds":[\#(refund),{"id":510,"created_at":"2024-05-04T10:00:00Z","refund_line_items":[],"#
        + #""transactions":[{"kind":"refund","amount":"1.20"}]}]}"#

    /// Rows of delimited text as JSON objects.
    static func tables(_ layout: KnownLayout) -> [String] {
        delimited(layout).map { text in
            let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            guard let header = rows.first else { return "" }
            return rows.dropFirst().map { row in
                let members = zip(header, row).map { (String($0), JSONValue.string(String($1))) }
                return String(decoding: JSONValue.object(members).bytes(), as: UTF8.self) + "\n"
            }.joined()
        }
    }
}
