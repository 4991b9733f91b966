extension Schema {
    /// The step that made the store the home of every system's facts, not of orders and stock alone.
    static let silos = """
        -- Words that facts share: channels, campaigns, regions, stages.
        CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        -- Codes by which sources name products that need not be known: they find their product when it comes.
        CREATE TABLE item (
            id INTEGER PRIMARY KEY, scheme TEXT NOT NULL, value TEXT NOT NULL, product INTEGER, UNIQUE (scheme, value));
        CREATE INDEX item_product ON item (product);

        ALTER TABLE document ADD COLUMN key TEXT;
        ALTER TABLE document ADD COLUMN channel INTEGER REFERENCES word;
        ALTER TABLE document ADD COLUMN is_wholesale INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE document ADD COLUMN is_test INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE document ADD COLUMN currency TEXT;
        ALTER TABLE document ADD COLUMN at INTEGER;
        CREATE INDEX document_key ON document (source, key) WHERE key IS NOT NULL;
        -- What came back and can be sold again (1) or not (0); prices as the customer saw them, where they are foreign.
        ALTER TABLE order_line ADD COLUMN sellable INTEGER;
        ALTER TABLE order_line ADD COLUMN foreign_price INTEGER;
        ALTER TABLE order_line ADD COLUMN foreign_total INTEGER;
        CREATE INDEX order_line_sellable ON order_line (product, at) WHERE sellable = 1;
        -- What a system that is not of record says of an order: it reconciles, and counts nowhere.
        CREATE TABLE sighting (
            source INTEGER NOT NULL, number TEXT NOT NULL, at INTEGER NOT NULL, channel INTEGER, units INTEGER NOT NULL,
            total INTEGER NOT NULL, currency TEXT NOT NULL, batch INTEGER NOT NULL, PRIMARY KEY (source, number))
            WITHOUT ROWID;
        -- What is odd about a fact that was taken in all the same.
        CREATE TABLE flag (
            source INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, rule TEXT NOT NULL, says TEXT NOT NULL,
            at INTEGER NOT NULL, batch INTEGER NOT NULL, PRIMARY KEY (source, kind, subject, rule)) WITHOUT ROWID;
        -- What each source says of a field of a product; precedence decides which of them holds.
        CREATE TABLE claim (
            product INTEGER NOT NULL, field TEXT NOT NULL, source INTEGER NOT NULL, value, batch INTEGER NOT NULL,
            PRIMARY KEY (product, field, source)) WITHOUT ROWID;
        CREATE TABLE cost_period (
            product INTEGER NOT NULL, first INTEGER NOT NULL, cost INTEGER NOT NULL, PRIMARY KEY (product, first))
            WITHOUT ROWID;
        CREATE TABLE kit (
            kit INTEGER NOT NULL, component INTEGER NOT NULL, quantity INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (kit, component)) WITHOUT ROWID;
        CREATE INDEX kit_component ON kit (component);
        -- Whose word counts for a field, 1 before 2; who is not named comes last.
        CREATE TABLE precedence (
            field TEXT NOT NULL, source INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (field, source))
            WITHOUT ROWID;
        CREATE TABLE rate (
            currency TEXT NOT NULL, day INTEGER NOT NULL, rate INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (currency, day)) WITHOUT ROWID;

        -- A count is its source's word: two sources may count the same shelf.
        CREATE TABLE counted (
            product INTEGER NOT NULL REFERENCES product, place INTEGER NOT NULL REFERENCES place, at INTEGER NOT NULL,
            state TEXT NOT NULL, source INTEGER NOT NULL, quantity INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (product, place, at, state, source)) WITHOUT ROWID;
        INSERT INTO counted SELECT product, place, at, state, (SELECT source FROM batch WHERE id = batch), quantity, batch
            FROM stock_count;
        DROP TABLE stock_count;
        ALTER TABLE counted RENAME TO stock_count;
        CREATE TABLE stock_move (
            source INTEGER NOT NULL, number TEXT NOT NULL, product INTEGER NOT NULL, origin INTEGER, goal INTEGER,
            quantity INTEGER NOT NULL, at INTEGER NOT NULL, reason INTEGER, batch INTEGER NOT NULL,
            PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE INDEX stock_move_product ON stock_move (product, at);
        CREATE TABLE goods_receipt (
            source INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL, purchase_number TEXT, purchase_line TEXT,
            supplier INTEGER, product INTEGER NOT NULL, place INTEGER NOT NULL, quantity INTEGER NOT NULL,
            damaged INTEGER NOT NULL, at INTEGER NOT NULL, lot TEXT, expires_on INTEGER, batch INTEGER NOT NULL,
            PRIMARY KEY (source, number, line)) WITHOUT ROWID;
        CREATE INDEX goods_receipt_product ON goods_receipt (product, place, at);
        CREATE INDEX goods_receipt_purchase ON goods_receipt (purchase_number, product);
        CREATE TABLE ship_notice (
            source INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL, purchase_number TEXT NOT NULL,
            purchase_line TEXT, supplier INTEGER, product INTEGER NOT NULL, quantity INTEGER NOT NULL,
            at INTEGER NOT NULL, expected_on INTEGER, carton TEXT, batch INTEGER NOT NULL,
            PRIMARY KEY (source, number, line)) WITHOUT ROWID;
        CREATE INDEX ship_notice_purchase ON ship_notice (purchase_number, product);

        CREATE TABLE shipment (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL, number TEXT NOT NULL, document INTEGER NOT NULL,
            at INTEGER NOT NULL, version INTEGER, place INTEGER, carrier INTEGER, tracking TEXT, state TEXT NOT NULL,
            batch INTEGER NOT NULL, UNIQUE (source, number));
        CREATE INDEX shipment_document ON shipment (document);
        CREATE TABLE shipment_line (
            shipment INTEGER NOT NULL, identity INTEGER NOT NULL, quantity INTEGER NOT NULL,
            PRIMARY KEY (shipment, identity)) WITHOUT ROWID;
        CREATE TABLE stage_event (
            source INTEGER NOT NULL, subject TEXT NOT NULL, stage INTEGER NOT NULL, at INTEGER NOT NULL,
            ended_at INTEGER, place INTEGER, worker INTEGER, batch INTEGER NOT NULL,
            PRIMARY KEY (source, subject, stage, at)) WITHOUT ROWID;
        CREATE INDEX stage_event_at ON stage_event (at);
        CREATE TABLE carrier_scan (
            source INTEGER NOT NULL, tracking TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL, carrier INTEGER,
            location INTEGER, number TEXT, batch INTEGER NOT NULL, PRIMARY KEY (source, tracking, at, status))
            WITHOUT ROWID;

        CREATE TABLE visit (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL, visitor TEXT NOT NULL, session TEXT NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, origin INTEGER, device INTEGER, region INTEGER,
            views INTEGER NOT NULL, carts INTEGER NOT NULL, checkouts INTEGER NOT NULL, purchases INTEGER NOT NULL,
            pages INTEGER NOT NULL, batch INTEGER NOT NULL, UNIQUE (source, visitor, session));
        CREATE INDEX visit_first ON visit (first);
        CREATE TABLE web_event (
            visit INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL, item INTEGER NOT NULL,
            quantity INTEGER NOT NULL, value INTEGER, number TEXT, batch INTEGER NOT NULL,
            PRIMARY KEY (visit, at, kind, item)) WITHOUT ROWID;
        CREATE TABLE cart (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL, number TEXT NOT NULL, created_at INTEGER NOT NULL,
            at INTEGER NOT NULL, completed_at INTEGER, customer INTEGER, may_contact INTEGER NOT NULL,
            currency TEXT NOT NULL, value INTEGER NOT NULL, link TEXT, batch INTEGER NOT NULL, UNIQUE (source, number));
        CREATE INDEX cart_created ON cart (created_at);
        CREATE TABLE cart_line (
            cart INTEGER NOT NULL, line INTEGER NOT NULL, item INTEGER NOT NULL, quantity INTEGER NOT NULL,
            price INTEGER NOT NULL, PRIMARY KEY (cart, line)) WITHOUT ROWID;
        CREATE TABLE ad_spend (
            source INTEGER NOT NULL, campaign TEXT NOT NULL, ad TEXT NOT NULL, day INTEGER NOT NULL,
            item INTEGER NOT NULL, name INTEGER NOT NULL, cost INTEGER NOT NULL, currency TEXT NOT NULL,
            impressions INTEGER NOT NULL, clicks INTEGER NOT NULL, conversions REAL NOT NULL, value INTEGER NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (source, campaign, ad, day, item)) WITHOUT ROWID;
        CREATE INDEX ad_spend_day ON ad_spend (day);
        CREATE TABLE mention (
            source INTEGER NOT NULL, number TEXT NOT NULL, at INTEGER NOT NULL, network INTEGER NOT NULL,
            item INTEGER NOT NULL, region INTEGER, reach INTEGER NOT NULL, sentiment REAL, text TEXT NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE TABLE competitor_price (
            item INTEGER NOT NULL, competitor INTEGER NOT NULL, at INTEGER NOT NULL, price INTEGER NOT NULL,
            currency TEXT NOT NULL, in_stock INTEGER, postage INTEGER, source INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (item, competitor, at)) WITHOUT ROWID;
        CREATE TABLE ticket (
            source INTEGER NOT NULL, number TEXT NOT NULL, at INTEGER NOT NULL, version INTEGER, replied_at INTEGER,
            closed_at INTEGER, topic INTEGER, item INTEGER NOT NULL, document TEXT, channel INTEGER, score REAL,
            batch INTEGER NOT NULL, PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE TABLE review (
            source INTEGER NOT NULL, number TEXT NOT NULL, at INTEGER NOT NULL, item INTEGER NOT NULL,
            stars INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE TABLE footfall (
            source INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, minutes INTEGER NOT NULL,
            entered INTEGER NOT NULL, gone INTEGER, batch INTEGER NOT NULL, PRIMARY KEY (source, place, at))
            WITHOUT ROWID;
        CREATE TABLE shift (
            source INTEGER NOT NULL, number TEXT NOT NULL, state TEXT NOT NULL, place INTEGER NOT NULL,
            role INTEGER NOT NULL, worker INTEGER, at INTEGER NOT NULL, until INTEGER NOT NULL, pause INTEGER NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (source, number, state)) WITHOUT ROWID;

        -- What a parked row waits for.
        ALTER TABLE quarantine ADD COLUMN awaits TEXT;
        ALTER TABLE quarantine ADD COLUMN awaited TEXT;
        CREATE INDEX quarantine_parked ON quarantine (awaits, awaited) WHERE state = 'parked';

        DROP TABLE demand_day;
        -- Units of kits that hold the product are in kits; cost is of what was kept, in millionths, costed the revenue of
        -- products whose cost is known.
        CREATE TABLE demand_day (
            product INTEGER NOT NULL, pool INTEGER NOT NULL, day INTEGER NOT NULL, ordered INTEGER NOT NULL,
            cancelled INTEGER NOT NULL, returned INTEGER NOT NULL, revenue INTEGER NOT NULL, lines INTEGER NOT NULL,
            gross INTEGER NOT NULL, discounts INTEGER NOT NULL, refunds INTEGER NOT NULL, cost INTEGER NOT NULL,
            costed INTEGER NOT NULL, kits INTEGER NOT NULL, PRIMARY KEY (product, pool, day)) WITHOUT ROWID;
        -- The same sums of all products, and the orders.
        CREATE TABLE pool_day (
            pool INTEGER NOT NULL, day INTEGER NOT NULL, orders INTEGER NOT NULL, ordered INTEGER NOT NULL,
            cancelled INTEGER NOT NULL, returned INTEGER NOT NULL, revenue INTEGER NOT NULL, lines INTEGER NOT NULL,
            gross INTEGER NOT NULL, discounts INTEGER NOT NULL, refunds INTEGER NOT NULL, cost INTEGER NOT NULL,
            costed INTEGER NOT NULL, PRIMARY KEY (pool, day)) WITHOUT ROWID;
        -- Stock at the end of a day, where it is another than the day before; and products whose stock or cost must be
        -- looked at again.
        CREATE TABLE stock_step (
            product INTEGER NOT NULL, pool INTEGER NOT NULL, day INTEGER NOT NULL, units INTEGER NOT NULL,
            PRIMARY KEY (product, pool, day)) WITHOUT ROWID;
        CREATE TABLE product_dirty (product INTEGER PRIMARY KEY);
        INSERT INTO product_dirty SELECT id FROM product;
        CREATE INDEX document_customer ON document (customer, at) WHERE customer IS NOT NULL;
        CREATE TABLE traffic_day (
            item INTEGER NOT NULL, day INTEGER NOT NULL, views INTEGER NOT NULL, carts INTEGER NOT NULL,
            checkouts INTEGER NOT NULL, purchases INTEGER NOT NULL, PRIMARY KEY (item, day)) WITHOUT ROWID;

        -- The first batch of a file that is taken in as it grows: its batches, one an hour, are one import.
        ALTER TABLE batch ADD COLUMN reading INTEGER;
        -- What `penstock run` knows of each live source. position and line: where the next line of a followed file begins;
        -- mark: what stands before it, so that another file in its place is noticed. recent, before: rows of the last
        -- while and of the while before it.
        CREATE TABLE feed (
            name TEXT PRIMARY KEY, state TEXT NOT NULL, said TEXT NOT NULL, began_at INTEGER NOT NULL, last_at INTEGER,
            watermark INTEGER, device INTEGER, inode INTEGER, position INTEGER NOT NULL, line INTEGER NOT NULL,
            mark INTEGER NOT NULL, batch INTEGER, read INTEGER NOT NULL, refused INTEGER NOT NULL,
            late INTEGER NOT NULL, recent_at INTEGER NOT NULL, recent_read INTEGER NOT NULL,
            recent_refused INTEGER NOT NULL, before_read INTEGER NOT NULL, before_refused INTEGER NOT NULL,
            updated_at INTEGER NOT NULL) WITHOUT ROWID;
        """
}
