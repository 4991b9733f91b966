extension Schema {
    /// `facts.db`: what the sources said, keyed, and the rollups over it. It can be rebuilt from the sources.
    ///
    /// Money: totals in minor units of the shop's currency (`total`, `revenue`), unit prices and costs in millionths.
    /// Times: milliseconds since 1970; days: days since 1970 in the shop's zone.
    public static let facts = Schema(steps: [
        """
        CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        -- intake
        CREATE TABLE source (id INTEGER PRIMARY KEY, system TEXT NOT NULL UNIQUE);
        CREATE TABLE batch (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, name TEXT NOT NULL, layout TEXT NOT NULL,
            checksum TEXT, counted_at INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER,
            read INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0, replaced INTEGER NOT NULL DEFAULT 0,
            duplicate INTEGER NOT NULL DEFAULT 0, parked INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0);
        -- What a source has told without gaps: between first and last, no row means zero.
        CREATE TABLE coverage (
            source INTEGER NOT NULL REFERENCES source, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (source, first)) WITHOUT ROWID;
        -- Which sources have sold a product: whose silence about it means something.
        CREATE TABLE product_source (
            product INTEGER NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (product, source)) WITHOUT ROWID;
        CREATE TABLE quarantine (
            id INTEGER PRIMARY KEY, state TEXT NOT NULL, batch INTEGER NOT NULL REFERENCES batch, layout TEXT NOT NULL,
            file TEXT NOT NULL, line INTEGER NOT NULL, position INTEGER NOT NULL, header BLOB NOT NULL, raw BLOB NOT NULL,
            code TEXT NOT NULL, reason TEXT NOT NULL, mended BLOB, ordinal INTEGER NOT NULL, digest INTEGER NOT NULL,
            UNIQUE (layout, digest, ordinal));
        CREATE TABLE tally (kind TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;

        -- nouns
        CREATE TABLE product (
            id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL DEFAULT '',
            named_at INTEGER NOT NULL DEFAULT 0, vendor TEXT, category TEXT, price INTEGER, cost INTEGER,
            lifecycle TEXT NOT NULL DEFAULT 'active', declared INTEGER NOT NULL, batch INTEGER NOT NULL);
        CREATE TABLE identifier (
            scheme TEXT NOT NULL, value TEXT NOT NULL, product INTEGER NOT NULL REFERENCES product,
            PRIMARY KEY (scheme, value)) WITHOUT ROWID;
        CREATE TABLE pool (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE place (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, pool INTEGER NOT NULL REFERENCES pool);
        CREATE TABLE customer (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, key TEXT NOT NULL, UNIQUE (source, key));
        CREATE TABLE supplier (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, order_days INTEGER NOT NULL DEFAULT 127, cut_off INTEGER,
            minimum_order_value INTEGER NOT NULL DEFAULT 0, has_calendar INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE closure (
            supplier INTEGER NOT NULL REFERENCES supplier, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (supplier, first, last)) WITHOUT ROWID;
        CREATE TABLE offer (
            supplier INTEGER NOT NULL REFERENCES supplier, product INTEGER NOT NULL REFERENCES product,
            valid_from INTEGER NOT NULL, valid_to INTEGER, cost INTEGER, currency TEXT NOT NULL,
            minimum INTEGER NOT NULL, pack INTEGER NOT NULL, lead_time REAL, spread REAL NOT NULL, expedite REAL,
            batch INTEGER NOT NULL, PRIMARY KEY (product, supplier, valid_from)) WITHOUT ROWID;

        -- facts
        CREATE TABLE document (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, number TEXT NOT NULL, version INTEGER,
            customer INTEGER REFERENCES customer, pool INTEGER NOT NULL REFERENCES pool, batch INTEGER NOT NULL,
            UNIQUE (source, number));
        -- kind is what the line does to demand; mapped is what its source called it (6, a reversal, is resolved).
        CREATE TABLE order_line (
            document INTEGER NOT NULL, line INTEGER NOT NULL, product INTEGER, pool INTEGER NOT NULL,
            kind INTEGER NOT NULL, mapped INTEGER NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL,
            total INTEGER NOT NULL, at INTEGER NOT NULL, shipped_at INTEGER, identity INTEGER NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (document, line)) WITHOUT ROWID;
        CREATE INDEX order_line_product ON order_line (product, at, pool);
        CREATE INDEX order_line_unshipped ON order_line (product, pool, shipped_at) WHERE shipped_at IS NOT at;
        CREATE INDEX order_line_reversal ON order_line (product, at) WHERE mapped = 6;
        CREATE TABLE stock_count (
            product INTEGER NOT NULL REFERENCES product, place INTEGER NOT NULL REFERENCES place, at INTEGER NOT NULL,
            state TEXT NOT NULL, quantity INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (product, place, at, state)) WITHOUT ROWID;
        CREATE TABLE purchase_line (
            id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source, number TEXT NOT NULL, line TEXT NOT NULL,
            supplier INTEGER NOT NULL REFERENCES supplier, product INTEGER NOT NULL REFERENCES product,
            place INTEGER NOT NULL REFERENCES place, quantity INTEGER NOT NULL, received INTEGER NOT NULL, cost INTEGER,
            currency TEXT NOT NULL, ordered_on INTEGER NOT NULL, expected_on INTEGER, state TEXT NOT NULL, reference TEXT,
            batch INTEGER NOT NULL, UNIQUE (source, number, line));
        CREATE INDEX purchase_line_product ON purchase_line (product) WHERE state = 'open';
        -- Units received of a purchase line, all deliveries up to and with this one together.
        CREATE TABLE receipt (
            purchase INTEGER NOT NULL REFERENCES purchase_line ON DELETE CASCADE, at INTEGER NOT NULL,
            received INTEGER NOT NULL, PRIMARY KEY (purchase, at)) WITHOUT ROWID;
        CREATE INDEX purchase_line_place ON purchase_line (product, place);

        -- rollups
        CREATE TABLE demand_day (
            product INTEGER NOT NULL, pool INTEGER NOT NULL, day INTEGER NOT NULL, ordered INTEGER NOT NULL,
            cancelled INTEGER NOT NULL, returned INTEGER NOT NULL, revenue INTEGER NOT NULL, lines INTEGER NOT NULL,
            PRIMARY KEY (product, pool, day)) WITHOUT ROWID;
        """,
        """
        -- The last plan, for screens that do not plan: replaced whole, and no fact.
        CREATE TABLE plan_row (
            sku TEXT NOT NULL, place TEXT NOT NULL, name TEXT NOT NULL, sellable INTEGER, committed INTEGER NOT NULL,
            counted_at INTEGER, arrives_on INTEGER, arriving INTEGER NOT NULL, on_order INTEGER NOT NULL,
            daily_demand REAL NOT NULL, chance REAL, runs_out_on INTEGER, avoidable INTEGER, lost_anyway REAL NOT NULL,
            lost_unless_expedited REAL NOT NULL, lost_unless_ordered REAL NOT NULL, reorder_point INTEGER,
            order_up_to INTEGER, quantity INTEGER NOT NULL, excess INTEGER NOT NULL, supplier TEXT, price INTEGER,
            cost INTEGER, class TEXT NOT NULL, reason TEXT NOT NULL, missing TEXT NOT NULL, assumed INTEGER NOT NULL,
            PRIMARY KEY (sku, place)) WITHOUT ROWID;
        -- What the first plan of a day expected of that day.
        CREATE TABLE forecast_day (
            day INTEGER PRIMARY KEY, units REAL NOT NULL, net INTEGER NOT NULL, margin INTEGER NOT NULL);
        CREATE INDEX batch_source ON batch (source, id);
        """,
        silos, claims, matching, ledger, figures, refunds, governance, visits, arrivals,
        invoices, keptForecasts, knowledge,
    ])
}
