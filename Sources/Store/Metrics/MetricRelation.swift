import Domain

/// What a metric can be counted over: one kind of fact, with the measures and dimensions that it has.
///
/// A relation has several forms, the cheapest first: rollups that hold some of its fields, and the facts that hold all.
/// A query takes the first form that has every field it names. Money is in millionths of the shop's currency.
public struct MetricRelation: Sendable {
    /// One way to read a relation.
    struct Form: Sendable {
        /// The tables, joined.
        var from: String
        /// What rows must meet.
        var filter: String?
        /// The row's day, as a number.
        var day: String
        /// The row's moment, where there is one: then a range of days becomes one of moments, which indexes know.
        var moment: String?
        /// The column with a row's pool: places that are asked for are looked up once, not in every row.
        var pool: String?
        /// The table by whose numbers it can be read in halves: then it reads those from ?1 to ?2.
        var split: String?
        /// Fields that can be summed or filtered by, in SQL.
        var fields: [String: String]
    }

    /// Its name in `facts = "…"`.
    public var name: String
    /// Measures that are money.
    public var money: Set<String>
    /// What rows can be told apart by.
    public var dimensions: [String]
    let forms: [Form]

    /// Every field.
    public var fields: [String] { Set(forms.flatMap(\.fields.keys)).sorted() }

    /// The names of all relations.
    public static let names = [
        "sales", "customers", "visits", "traffic", "carts", "ads", "stock", "purchases", "tickets", "reviews",
        "footfall",
        "shifts", "stages", "shipments", "competitors", "mentions", "books", "queue",
    ]

    /// Every relation of a shop.
    public static func all(_ currency: Currency) -> [MetricRelation] {
        let up = FixedPoint.powers[6 - currency.decimals]
        let kept = "ordered - cancelled - returned"
        func sales(_ table: String) -> [String: String] {
            [
                "ordered": "\(table).ordered", "cancelled": "\(table).cancelled", "returned": "\(table).returned",
                "units": "(\(table).ordered - \(table).cancelled)", "kept": "(\(kept))",
                "gross": "\(table).gross * \(up)", "discounts": "\(table).discounts * \(up)",
                "refunds": "\(table).refunds * \(up)", "revenue": "\(table).revenue * \(up)", "cost": "\(table).cost",
                "costed": "\(table).costed * \(up)",
                "lines": "\(table).lines", "orders": "\(table).orders",
            ]
        }
        let product = [
            "sku": "product.sku", "product": "product.name", "category": "product.category", "vendor": "product.vendor",
            "lifecycle": "product.lifecycle",
        ]
        /// An amount of a fact that names its currency, in the shop's at the rate of a day; nothing where there is none.
        func own(_ amount: String, on day: String) -> String {
            "(CASE WHEN f.currency = shop_currency() THEN \(amount) ELSE shop_amount(\(amount), f.currency, \(day)) END)"
        }
        let item = product.merging(["item": "item.value"]) { own, _ in own }
        let itemJoin = "LEFT JOIN item ON item.id = f.item LEFT JOIN product ON product.id = item.product"
        func word(_ alias: String, _ column: String) -> String {
            "LEFT JOIN word AS \(alias) ON \(alias).id = \(column)"
        }
        let customer = [
            "channel": "channel.text", "place": "pool.name",
            "group": "(CASE WHEN f.is_wholesale THEN 'wholesale' ELSE 'retail' END)",
        ]
        let line = { (kinds: String, value: String) in "(CASE WHEN l.kind IN (\(kinds)) THEN \(value) ELSE 0 END)" }
        return [
            MetricRelation(
                name: "sales", money: ["gross", "discounts", "refunds", "revenue", "cost", "costed"],
                dimensions: [
                    "sku", "product", "category", "vendor", "lifecycle", "place", "channel", "group", "system", "order",
                ],
                forms: [
                    Form(
                        from: "pool_day LEFT JOIN pool ON pool.id = pool_day.pool", day: "pool_day.day",
                        pool: "pool_day.pool", fields: sales("pool_day").merging(["place": "pool.name"]) { a, _ in a }),
                    Form(
                        // In this order the rows of a product come together.
                        from: "product CROSS JOIN demand_day ON demand_day.product = product.id", day: "demand_day.day",
                        fields: sales("demand_day").merging(product) { a, _ in a }),
                    Form(
                        from: """
                            demand_day LEFT JOIN product ON product.id = demand_day.product
                            LEFT JOIN pool ON pool.id = demand_day.pool
                            """, day: "demand_day.day", pool: "demand_day.pool",
                        fields: sales("demand_day").merging(product) { a, _ in a }.merging(["place": "pool.name"]) {
                            a, _ in
                            a
                        }),
                    Form(
                        from: """
                            order_line AS l LEFT JOIN document AS d ON d.id = l.document LEFT JOIN pool ON pool.id = l.pool
                            LEFT JOIN source ON source.id = d.source LEFT JOIN product ON product.id = l.product
                            \(word("channel", "d.channel"))
                            """, filter: "l.kind <= 3", day: "shop_day(l.at)", moment: "l.at", pool: "l.pool",
                        fields: [
                            "ordered": line("1", "l.quantity"), "cancelled": line("2", "-l.quantity"),
                            "returned": line("3", "-l.quantity"), "units": line("1, 2", "l.quantity"),
                            "kept": "l.quantity", "gross": line("1", "shop_gross(l.price, l.quantity)"),
                            "discounts": line("1", "(shop_gross(l.price, l.quantity) - l.total * \(up))"),
                            "refunds": line("2, 3", "-l.total * \(up)"), "revenue": "l.total * \(up)",
                            "cost": "l.quantity * shop_cost(l.product, shop_day(l.at))",
                            "costed":
                                "(CASE WHEN shop_cost(l.product, shop_day(l.at)) IS NOT NULL THEN l.total * \(up) ELSE 0 END)",
                            "lines": "1",
                            "orders": """
                            (l.kind = 1 AND l.quantity > 0 AND l.line = (SELECT line FROM order_line AS o
                                WHERE o.document = l.document AND o.kind = 1 AND o.quantity > 0 ORDER BY at, line LIMIT 1))
                            """,
                            "place": "pool.name", "channel": "channel.text",
                            "group": "(CASE WHEN d.is_wholesale THEN 'wholesale' ELSE 'retail' END)",
                            "system": "source.system", "order": "d.number",
                        ].merging(product) { a, _ in a }),
                ]),
            MetricRelation(
                name: "customers", money: [], dimensions: ["channel", "group", "place"],
                forms: [
                    Form(
                        from: """
                            (SELECT at, channel, is_wholesale, pool FROM document
                                WHERE customer IS NOT NULL AND at IS NOT NULL AND is_test = 0) AS f
                            LEFT JOIN pool ON pool.id = f.pool \(word("channel", "f.channel"))
                            """, day: "shop_day(f.at)", moment: "f.at", pool: "f.pool",
                        fields: ["orders": "1"].merging(customer) { a, _ in a }),
                    Form(
                        // All orders, and once more each customer's first: what is left are those who came again.
                        from: """
                            (SELECT 1 AS orders, 1 AS repeats, at, channel, is_wholesale, pool FROM document
                                WHERE customer BETWEEN ?1 AND ?2 AND at IS NOT NULL AND is_test = 0
                            UNION ALL SELECT 0, -1, min(at), channel, is_wholesale, pool FROM document
                                WHERE customer BETWEEN ?1 AND ?2 AND at IS NOT NULL AND is_test = 0
                                GROUP BY customer) AS f
                            LEFT JOIN pool ON pool.id = f.pool \(word("channel", "f.channel"))
                            """, day: "shop_day(f.at)", moment: "f.at", pool: "f.pool", split: "customer",
                        fields: ["orders": "f.orders", "repeats": "f.repeats"].merging(customer) { a, _ in a }),
                ]),
            MetricRelation(
                name: "visits", money: [], dimensions: ["origin", "device", "region", "system"],
                forms: [
                    Form(
                        from: """
                            visit_day AS f LEFT JOIN source ON source.id = f.source \(word("o", "f.origin"))
                            \(word("d", "f.device")) \(word("r", "f.region"))
                            """, day: "f.day",
                        fields: [
                            "visits": "f.visits", "pages": "f.pages", "views": "f.views", "carts": "f.carts",
                            "checkouts": "f.checkouts", "purchases": "f.purchases", "viewing": "f.viewing",
                            "carting": "f.carting", "checking_out": "f.checking_out", "buying": "f.buying",
                            "steps": "(f.pages + f.views)", "bounces": "f.bounces", "minutes": "(f.length / 60000.0)",
                            "origin": "o.text", "device": "d.text", "region": "r.text", "system": "source.system",
                        ])
                ]),
            MetricRelation(
                name: "traffic", money: [], dimensions: ["sku", "product", "category", "vendor", "item"],
                forms: [
                    Form(
                        from: "traffic_day AS f \(itemJoin)", day: "f.day",
                        fields: [
                            "views": "f.views", "carts": "f.carts", "checkouts": "f.checkouts",
                            "purchases": "f.purchases",
                        ].merging(item) { a, _ in a })
                ]),
            MetricRelation(
                name: "carts", money: ["value"], dimensions: ["system"],
                forms: [
                    Form(
                        from: "cart AS f LEFT JOIN source ON source.id = f.source", day: "shop_day(f.created_at)",
                        moment: "f.created_at",
                        fields: [
                            "carts": "1", "completed": "(f.completed_at IS NOT NULL)",
                            "abandoned": "(f.completed_at IS NULL)",
                            "value":
                                "(CASE WHEN f.currency = shop_currency() THEN f.value * \(up) ELSE shop_minor(f.value, f.currency, shop_day(f.created_at)) END)",
                            "may_contact": "f.may_contact", "system": "source.system",
                        ])
                ]),
            MetricRelation(
                name: "ads", money: ["cost", "value", "wasted"],
                dimensions: ["campaign", "ad", "sku", "product", "category", "item", "system"],
                forms: [
                    Form(
                        from: """
                            ad_spend AS f LEFT JOIN source ON source.id = f.source \(word("campaign", "f.name")) \(itemJoin)
                            """, day: "f.day",
                        fields: [
                            "cost": own("f.cost", on: "f.day"), "impressions": "f.impressions", "clicks": "f.clicks",
                            "conversions": "f.conversions", "value": own("f.value", on: "f.day"),
                            // Spent on what no pool had on its shelf at the day's end.
                            "wasted": """
                            (CASE WHEN item.product IS NOT NULL
                                AND EXISTS (SELECT 1 FROM stock_step AS s WHERE s.product = item.product AND s.day <= f.day)
                                AND NOT EXISTS (SELECT 1 FROM stock_step AS s WHERE s.product = item.product
                                    AND s.day = (SELECT max(day) FROM stock_step AS t WHERE t.product = s.product
                                        AND t.pool = s.pool AND t.day <= f.day) AND s.units > 0)
                                THEN \(own("f.cost", on: "f.day")) ELSE 0 END)
                            """,
                            "campaign": "campaign.text", "ad": "f.ad", "system": "source.system",
                        ].merging(item) { a, _ in a })
                ]),
            // Read by StockDays, which knows what stood on the shelf on each day.
            MetricRelation(
                name: "stock", money: ["value", "lost_value"],
                dimensions: ["sku", "product", "category", "vendor", "lifecycle", "place"],
                forms: [
                    Form(
                        from: "", day: "",
                        fields: [
                            "units": "", "value": "", "products": "", "in_stock": "", "out_of_stock": "",
                            "lost_units": "",
                            "lost_value": "", "demand": "",
                        ].merging(product.merging(["place": ""]) { a, _ in a }) { a, _ in a })
                ]),
            MetricRelation(
                name: "purchases", money: ["cost"],
                dimensions: ["supplier", "sku", "product", "category", "place", "state"],
                forms: [
                    Form(
                        // What places say of a line goes before what its order says.
                        from: """
                            (SELECT p.*, coalesce(a.received, p.received) AS good,
                                coalesce(a.received + a.damaged, p.received) AS came,
                                shop_day(CASE WHEN a.purchase IS NULL THEN r.at ELSE a.last_at END) AS last_on,
                                shop_day(CASE WHEN a.purchase IS NOT NULL THEN a.completed_at
                                    WHEN p.received >= p.quantity THEN r.at END) AS completed_on
                                FROM purchase_line AS p LEFT JOIN arrival AS a ON a.purchase = p.id
                                LEFT JOIN (SELECT purchase, max(at) AS at FROM receipt WHERE is_guess = 0
                                    GROUP BY purchase) AS r ON r.purchase = p.id
                                WHERE p.state <> 'cancelled' OR coalesce(a.received + a.damaged, p.received) > 0) AS f
                            LEFT JOIN supplier ON supplier.id = f.supplier
                            LEFT JOIN product ON product.id = f.product LEFT JOIN place ON place.id = f.place
                            """, day: "f.ordered_on",
                        fields: [
                            "lines": "1", "ordered": "f.quantity", "received": "f.good",
                            "outstanding": "(CASE WHEN f.state = 'open' THEN max(0, f.quantity - f.came) ELSE 0 END)",
                            // Of a line whose rest was called off, what came was bought.
                            "cost": own(
                                "(CASE WHEN f.state = 'cancelled' THEN f.came ELSE f.quantity END) * f.cost",
                                on: "f.ordered_on"),
                            "closed": "(f.state <> 'open' OR f.came >= f.quantity)",
                            "in_full": "(f.good >= f.quantity)",
                            "on_time": "coalesce(f.last_on <= f.expected_on, 0)",
                            "on_time_in_full": "coalesce(f.completed_on <= f.expected_on, 0)",
                            // What came in full on a day that nobody told can be judged by nobody.
                            "due": """
                            (f.expected_on IS NOT NULL AND (f.state <> 'open' OR f.came >= f.quantity)
                                AND (f.good < f.quantity OR f.completed_on IS NOT NULL))
                            """,
                            "timed": "(f.completed_on IS NOT NULL)",
                            "lead_days": "(f.completed_on - f.ordered_on)",
                            "lead_days_squared": "((f.completed_on - f.ordered_on) * (f.completed_on - f.ordered_on))",
                            "supplier": "supplier.name", "place": "place.name", "state": "f.state",
                        ].merging(product) { a, _ in a })
                ]),
            MetricRelation(
                name: "tickets", money: [], dimensions: ["topic", "channel", "sku", "product", "category", "system"],
                forms: [
                    Form(
                        from: """
                            ticket AS f LEFT JOIN source ON source.id = f.source \(word("topic", "f.topic"))
                            \(word("channel", "f.channel")) \(itemJoin)
                            """, day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "tickets": "1", "closed": "(f.closed_at IS NOT NULL)", "open": "(f.closed_at IS NULL)",
                            "hours_to_reply": "((f.replied_at - f.at) / 3600000.0)",
                            "replied": "(f.replied_at IS NOT NULL)",
                            "score": "f.score", "scored": "(f.score IS NOT NULL)", "topic": "topic.text",
                            "channel": "channel.text", "system": "source.system",
                        ].merging(item) { a, _ in a })
                ]),
            MetricRelation(
                name: "reviews", money: [], dimensions: ["sku", "product", "category", "system"],
                forms: [
                    Form(
                        from: "review AS f LEFT JOIN source ON source.id = f.source \(itemJoin)", day: "shop_day(f.at)",
                        moment: "f.at",
                        fields: ["reviews": "1", "stars": "f.stars", "system": "source.system"].merging(item) { a, _ in
                            a
                        })
                ]),
            MetricRelation(
                name: "footfall", money: [], dimensions: ["place"],
                forms: [
                    Form(
                        from: "footfall AS f LEFT JOIN place ON place.id = f.place", day: "shop_day(f.at)",
                        moment: "f.at",
                        fields: ["entered": "f.entered", "minutes": "f.minutes", "place": "place.name"])
                ]),
            MetricRelation(
                name: "shifts", money: [], dimensions: ["place", "role", "state"],
                forms: [
                    Form(
                        from: "shift AS f LEFT JOIN place ON place.id = f.place \(word("role", "f.role"))",
                        day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "hours": "((f.until - f.at) / 3600000.0 - f.pause / 60.0)", "shifts": "1",
                            "place": "place.name", "role": "role.text", "state": "f.state",
                        ])
                ]),
            MetricRelation(
                name: "stages", money: [], dimensions: ["stage", "place"],
                forms: [
                    Form(
                        from: "stage_event AS f \(word("stage", "f.stage")) LEFT JOIN place ON place.id = f.place",
                        day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "started": "1", "done": "(f.ended_at IS NOT NULL)", "open": "(f.ended_at IS NULL)",
                            "hours": "((f.ended_at - f.at) / 3600000.0)", "stage": "stage.text", "place": "place.name",
                        ])
                ]),
            MetricRelation(
                name: "shipments", money: [], dimensions: ["place", "state", "carrier"],
                forms: [
                    Form(
                        from: """
                            shipment AS f LEFT JOIN document AS d ON d.id = f.document LEFT JOIN place ON place.id = f.place
                            \(word("carrier", "f.carrier"))
                            """, day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "shipments": "1", "hours_to_ship": "((f.at - d.at) / 3600000.0)",
                            "late": "(f.at - d.at > 172800000)", "state": "f.state", "place": "place.name",
                            "carrier": "carrier.text",
                        ])
                ]),
            MetricRelation(
                name: "competitors", money: ["price", "own_price"],
                dimensions: ["competitor", "sku", "product", "category"],
                forms: [
                    Form(
                        from: "competitor_price AS f \(word("competitor", "f.competitor")) \(itemJoin)",
                        day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "seen": "1", "price": own("f.price", on: "shop_day(f.at)"), "own_price": "product.price",
                            "compared":
                                "(product.price IS NOT NULL AND \(own("f.price", on: "shop_day(f.at)")) IS NOT NULL)",
                            "ratio": "(product.price * 1.0 / nullif(\(own("f.price", on: "shop_day(f.at)")), 0))",
                            "competitor": "competitor.text",
                        ].merging(item) { a, _ in a })
                ]),
            MetricRelation(
                name: "mentions", money: [], dimensions: ["network", "region", "sku", "product", "category"],
                forms: [
                    Form(
                        from: "mention AS f \(word("network", "f.network")) \(word("region", "f.region")) \(itemJoin)",
                        day: "shop_day(f.at)", moment: "f.at",
                        fields: [
                            "mentions": "1", "reach": "f.reach", "sentiment": "f.sentiment",
                            "judged": "(f.sentiment IS NOT NULL)", "network": "network.text", "region": "region.text",
                        ].merging(item) { a, _ in a })
                ]),
            books(product, up), queue(),
        ]
    }
}
