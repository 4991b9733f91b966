import Domain
import GRDB

extension Facts {
    /// A fingerprint of what the store says, 32 hexadecimal digits: the same for stores that hold the same facts, whatever
    /// the order, the batches and the number of imports that brought them.
    ///
    /// Each row is hashed by its natural names and the hashes are added, so neither keys nor order count.
    public func contentDigest() throws -> String {
        try contentDigests().reduce(into: Fingerprint()) { $0 += $1.fingerprint }.text
    }

    /// The same of each kind of row by itself: where two stores differ.
    public func contentDigests() throws -> [(kind: String, fingerprint: Fingerprint)] {
        try database.read { database in
            try Facts.contentQueries.map { kind, query in
                var fingerprint = Fingerprint()
                let statement = try database.makeStatement(sql: query)
                let rows = try Row.fetchCursor(statement)
                var bytes: [UInt8] = []
                func append(_ number: UInt64, _ tag: UInt8) {
                    bytes.append(tag)
                    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
                }
                while let row = try rows.next() {
                    bytes.removeAll(keepingCapacity: true)
                    bytes.append(contentsOf: kind.utf8)
                    for index in 0..<row.count {
                        bytes.append(0x1F)
                        let value: DatabaseValue = row[index]
                        switch value.storage {
                        case .null: bytes.append(0)
                        case .int64(let number): append(UInt64(bitPattern: number), 1)
                        case .double(let number): append(number.bitPattern, 2)
                        case .string(let text):
                            bytes.append(3)
                            bytes.append(contentsOf: text.utf8)
                        case .blob(let data):
                            bytes.append(4)
                            bytes.append(contentsOf: data)
                        }
                    }
                    fingerprint.add(bytes)
                }
                return (kind, fingerprint)
            }
        }
    }

    /// What many rows come to, whatever their order.
    public struct Fingerprint: Sendable, Equatable {
        private var low: UInt64 = 0
        private var high: UInt64 = 0

        /// 32 hexadecimal digits.
        public var text: String { hex(high) + hex(low) }

        mutating func add(_ row: [UInt8]) {
            let hash = row.withUnsafeBufferPointer { Interner.hash($0) }
            low &+= hash
            // A second, independent mix: FNV alone would be too easy to meet by chance over many rows.
            var mixed = hash ^ 0x9E37_79B9_7F4A_7C15 ^ UInt64(row.count)
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            high &+= mixed ^ (mixed >> 31)
        }

        static func += (left: inout Fingerprint, right: Fingerprint) {
            left.low &+= right.low
            left.high &+= right.high
        }
    }

    private static let contentQueries: [(String, String)] = [
        (
            "line",
            """
            SELECT system, number, version, customer.key, pool.name, product.sku, kind, mapped, quantity, order_line.price,
                total, order_line.at, shipped_at, identity, sellable, foreign_price, foreign_total,
                back.name
            FROM order_line JOIN document ON document.id = document JOIN source ON source.id = document.source
            JOIN pool ON pool.id = order_line.pool LEFT JOIN product ON product.id = order_line.product
            LEFT JOIN customer ON customer.id = document.customer LEFT JOIN place AS back ON back.id = returned_to
            """
        ),
        ("product", "SELECT sku, name, vendor, category, price, cost, lifecycle, declared FROM product"),
        ("identifier", "SELECT scheme, value, sku FROM identifier JOIN product ON product.id = product"),
        ("place", "SELECT place.name, pool.name FROM place JOIN pool ON pool.id = pool"),
        ("supplier", "SELECT name, order_days, cut_off, minimum_order_value FROM supplier"),
        ("closure", "SELECT name, first, last FROM closure JOIN supplier ON supplier.id = supplier"),
        (
            "offer",
            """
            SELECT supplier.name, sku, valid_from, valid_to, offer.cost, currency, minimum, pack, lead_time, spread, expedite
            FROM offer JOIN supplier ON supplier.id = supplier JOIN product ON product.id = product
            """
        ),
        (
            "count",
            """
            SELECT sku, place.name, at, state, quantity, system FROM stock_count JOIN product ON product.id = product
            JOIN place ON place.id = place JOIN source ON source.id = source
            """
        ),
        (
            "lot",
            """
            SELECT sku, place.name, at, state, lot, expires_on, quantity, system FROM lot_count
            JOIN product ON product.id = product JOIN place ON place.id = place JOIN source ON source.id = source
            """
        ),
        (
            "purchase",
            """
            SELECT system, number, line, supplier.name, sku, place.name, quantity, received, purchase_line.cost, currency,
                ordered_on, expected_on, state, reference, invoiced, invoiced_amount
            FROM purchase_line JOIN source ON source.id = source JOIN supplier ON supplier.id = supplier
            JOIN product ON product.id = product JOIN place ON place.id = place
            """
        ),
        (
            "receipt",
            """
            SELECT number, line, at, receipt.received FROM receipt JOIN purchase_line ON purchase_line.id = purchase
            """
        ),
        (
            "document",
            """
            SELECT system, number, version, document.key, text, is_wholesale, is_test, currency, at FROM document
            JOIN source ON source.id = source LEFT JOIN word ON word.id = channel
            """
        ),
        (
            "kit",
            """
            SELECT a.sku, b.sku, quantity FROM kit JOIN product AS a ON a.id = kit.kit
            JOIN product AS b ON b.id = component
            """
        ),
        (
            "claim",
            """
            SELECT sku, field, system, value FROM claim JOIN product ON product.id = product
            JOIN source ON source.id = source
            """
        ),
        ("rate", "SELECT currency, day, rate FROM rate"),
        (
            "sighting",
            """
            SELECT system, number, at, text, units, total, currency FROM sighting JOIN source ON source.id = source
            LEFT JOIN word ON word.id = channel
            """
        ),
        ("flag", "SELECT system, kind, subject, rule, says FROM flag JOIN source ON source.id = source"),
        (
            "move",
            """
            SELECT system, number, sku, a.name, b.name, quantity, at, text FROM stock_move
            JOIN source ON source.id = source JOIN product ON product.id = product
            LEFT JOIN place AS a ON a.id = origin LEFT JOIN place AS b ON b.id = goal LEFT JOIN word ON word.id = reason
            """
        ),
        (
            "goods",
            """
            SELECT system, number, line, purchase_number, purchase_line, supplier.name, sku, place.name, quantity, damaged,
                at, lot, expires_on, goods_receipt.cost, currency FROM goods_receipt JOIN source ON source.id = source
            JOIN product ON product.id = product JOIN place ON place.id = place
            LEFT JOIN supplier ON supplier.id = supplier
            """
        ),
        (
            "notice",
            """
            SELECT system, number, line, purchase_number, purchase_line, supplier.name, sku, quantity, at, expected_on,
                carton, version FROM ship_notice JOIN source ON source.id = source JOIN product ON product.id = product
            LEFT JOIN supplier ON supplier.id = supplier
            """
        ),
        (
            "shipment",
            """
            SELECT system, shipment.number, document.number, shipment.at, shipment.version, state, tracking, identity,
                quantity FROM shipment JOIN source ON source.id = shipment.source
            JOIN document ON document.id = document LEFT JOIN shipment_line ON shipment = shipment.id
            """
        ),
        (
            "stage",
            """
            SELECT system, subject, text, at, ended_at, place.name FROM stage_event JOIN source ON source.id = source
            JOIN word ON word.id = stage LEFT JOIN place ON place.id = place
            """
        ),
        ("scan", "SELECT system, tracking, at, status, number FROM carrier_scan JOIN source ON source.id = source"),
        (
            "visit",
            """
            SELECT system, visitor, session, first, last, text, views, carts, checkouts, purchases, pages FROM visit
            JOIN source ON source.id = source LEFT JOIN word ON word.id = origin
            """
        ),
        (
            "web",
            """
            SELECT visitor, session, at, kind, scheme, item.value, quantity, web_event.value, number FROM web_event
            JOIN visit ON visit.id = visit LEFT JOIN item ON item.id = item
            """
        ),
        (
            "cart",
            """
            SELECT system, number, created_at, at, completed_at, customer.key, may_contact, currency, cart.value, link,
                scheme, item.value, quantity, price FROM cart JOIN source ON source.id = cart.source
            LEFT JOIN customer ON customer.id = customer LEFT JOIN cart_line ON cart = cart.id
            LEFT JOIN item ON item.id = item
            """
        ),
        (
            "ad",
            """
            SELECT system, campaign, ad, day, scheme, item.value, text, cost, currency, impressions, clicks, conversions,
                ad_spend.value FROM ad_spend JOIN source ON source.id = source JOIN word ON word.id = name
            LEFT JOIN item ON item.id = item
            """
        ),
        (
            "mention",
            """
            SELECT system, number, at, word.text, scheme, value, reach, sentiment, mention.text FROM mention
            JOIN source ON source.id = source JOIN word ON word.id = network LEFT JOIN item ON item.id = item
            """
        ),
        (
            "competitor",
            """
            SELECT scheme, value, text, at, price, currency, in_stock, postage FROM competitor_price
            JOIN item ON item.id = item JOIN word ON word.id = competitor
            """
        ),
        (
            "ticket",
            """
            SELECT system, number, at, version, replied_at, closed_at, text, scheme, value, document, score FROM ticket
            JOIN source ON source.id = source LEFT JOIN word ON word.id = topic LEFT JOIN item ON item.id = item
            """
        ),
        (
            "review",
            """
            SELECT system, number, at, scheme, value, stars, title, text FROM review JOIN source ON source.id = source
            LEFT JOIN item ON item.id = item
            """
        ),
        (
            "footfall",
            """
            SELECT system, place.name, at, minutes, entered, gone FROM footfall JOIN source ON source.id = source
            JOIN place ON place.id = place
            """
        ),
        (
            "shift",
            """
            SELECT system, number, state, place.name, text, at, until, pause FROM shift JOIN source ON source.id = source
            JOIN place ON place.id = place JOIN word ON word.id = role
            """
        ),
        // What was said without a date was said when it came: of that the order alone counts.
        (
            "promotion",
            """
            SELECT system, number, line, status, scheme, value, category, channel, place, first, last, lift, price,
                discount, name, iif(is_dated, said_at, NULL),
                row_number() OVER (PARTITION BY source, number, line ORDER BY said_at, is_dated)
            FROM promotion JOIN source ON source.id = source
            """
        ),
        (
            "firm",
            """
            SELECT system, number, line, status, scheme, value, place, quantity, due, iif(is_dated, said_at, NULL),
                row_number() OVER (PARTITION BY source, number, line ORDER BY said_at, is_dated)
            FROM firm_order JOIN source ON source.id = source
            """
        ),
        ("occasion", "SELECT day, kind, name, place, region, status, occasion.value FROM occasion"),
        (
            "override",
            """
            SELECT system, number, status, scheme, value, place, unit, figure, first, last, expires, owner, reason,
                iif(is_dated, said_at, NULL),
                row_number() OVER (PARTITION BY source, number ORDER BY said_at, is_dated)
            FROM override JOIN source ON source.id = source
            """
        ),
        (
            "demand",
            """
            SELECT sku, pool.name, day, orders, ordered, cancelled, returned, revenue, lines, gross, discounts, refunds, kits
            FROM demand_day LEFT JOIN product ON product.id = product JOIN pool ON pool.id = pool
            """
        ),
        (
            "pool",
            """
            SELECT name, day, orders, ordered, cancelled, returned, revenue, lines, gross, discounts, refunds
            FROM pool_day JOIN pool ON pool.id = pool
            """
        ),
        (
            "traffic",
            """
            SELECT scheme, value, day, views, carts, checkouts, purchases FROM traffic_day LEFT JOIN item ON item.id = item
            """
        ),
        (
            "visits",
            """
            SELECT day, system, text, visits, pages, views, carts, checkouts, purchases, viewing, carting, checking_out,
                buying, bounces, length
            FROM visit_day JOIN source ON source.id = source LEFT JOIN word ON word.id = origin
            """
        ),
        ("item", "SELECT scheme, value, sku FROM item LEFT JOIN product ON product.id = product"),
        ("cost", "SELECT sku, first, cost_period.cost FROM cost_period JOIN product ON product.id = product"),
        (
            "seller",
            """
            SELECT sku, system FROM product_source JOIN product ON product.id = product JOIN source ON source.id = source
            """
        ),
        // Whoever was once named as a customer stays known, also where a correction named another.
        ("tally", "SELECT kind, count FROM tally WHERE count <> 0 AND kind <> 'customers'"),
        ("coverage", "SELECT system, first, last FROM coverage JOIN source ON source.id = source"),
        ("quarantine", "SELECT state, layout, raw, mended, ordinal FROM quarantine"),
    ]
}

private func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
