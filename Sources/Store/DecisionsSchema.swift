extension Decisions {
    /// The schema of `decisions.db`. Times are milliseconds since 1970, days are days since 1970, money is minor units.
    ///
    /// The journal refuses to be changed by triggers: they stop an error, not an attacker, whom the hash chain shows.
    static let schema = Schema(steps: [
        """
        CREATE TABLE signal (
            id INTEGER PRIMARY KEY,
            rule TEXT NOT NULL,
            target TEXT NOT NULL,
            opening INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            worsened_at INTEGER,
            closed_at INTEGER,
            severity INTEGER NOT NULL,
            UNIQUE (rule, target, opening)
        ) STRICT;
        CREATE UNIQUE INDEX signal_open ON signal (rule, target) WHERE closed_at IS NULL;

        CREATE TABLE action (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            rule TEXT NOT NULL,
            target TEXT NOT NULL,
            opening INTEGER NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            version INTEGER NOT NULL,
            hash TEXT NOT NULL,
            supplier TEXT NOT NULL,
            ship_to TEXT NOT NULL,
            currency TEXT NOT NULL,
            order_by INTEGER NOT NULL,
            arrives INTEGER NOT NULL,
            minimum_value INTEGER NOT NULL,
            value INTEGER NOT NULL,
            severity INTEGER NOT NULL,
            taken_in_hand INTEGER NOT NULL,
            proposed_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            snoozed_until INTEGER,
            decided_at INTEGER,
            decided_by TEXT,
            decided_entry INTEGER,
            confirmed_at INTEGER,
            verdict BLOB NOT NULL,
            UNIQUE (rule, target, opening)
        ) STRICT;
        CREATE INDEX action_state ON action (state);
        CREATE INDEX action_decided ON action (decided_entry) WHERE decided_entry IS NOT NULL;

        CREATE TABLE line (
            action INTEGER NOT NULL REFERENCES action (id),
            sku TEXT NOT NULL,
            name TEXT NOT NULL,
            quantity INTEGER NOT NULL,
            edited INTEGER,
            cost INTEGER NOT NULL,
            standing TEXT NOT NULL,
            terms TEXT NOT NULL,
            on_hand INTEGER NOT NULL,
            committed INTEGER NOT NULL,
            on_order INTEGER NOT NULL,
            demand REAL NOT NULL,
            reorder_point INTEGER NOT NULL,
            order_up_to INTEGER NOT NULL,
            stock_out_chance REAL NOT NULL,
            runs_out_on INTEGER,
            avoidable_margin INTEGER,
            lead_time REAL NOT NULL,
            lead_time_assumed INTEGER NOT NULL,
            evidence_cost INTEGER NOT NULL,
            counted_at INTEGER,
            batch INTEGER NOT NULL,
            matched_order TEXT,
            matched_line TEXT,
            PRIMARY KEY (action, sku)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX line_matched ON line (matched_order, matched_line) WHERE matched_order IS NOT NULL;

        CREATE TABLE approval (
            id INTEGER PRIMARY KEY,
            action INTEGER NOT NULL REFERENCES action (id),
            version INTEGER NOT NULL,
            hash TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX approval_action ON approval (action);

        CREATE TABLE effect (
            action INTEGER PRIMARY KEY REFERENCES action (id),
            key TEXT NOT NULL UNIQUE,
            payload BLOB NOT NULL,
            not_before INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            claimed_at INTEGER,
            claimant TEXT,
            receipt TEXT
        ) STRICT;

        CREATE TABLE reservation (
            action INTEGER PRIMARY KEY REFERENCES action (id),
            supplier TEXT NOT NULL,
            currency TEXT NOT NULL,
            day INTEGER NOT NULL,
            value INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX reservation_day ON reservation (day, currency);

        CREATE TABLE suppression (
            id INTEGER PRIMARY KEY,
            rule TEXT NOT NULL,
            target TEXT NOT NULL,
            sku TEXT NOT NULL,
            until INTEGER,
            terms TEXT,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (rule, target, sku)
        ) STRICT;

        CREATE TABLE hold (
            id INTEGER PRIMARY KEY,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            released_at INTEGER
        ) STRICT;

        CREATE TABLE policy (
            id INTEGER PRIMARY KEY,
            text TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            what TEXT NOT NULL,
            action INTEGER,
            body BLOB NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL
        ) STRICT;
        CREATE INDEX journal_action ON journal (action) WHERE action IS NOT NULL;
        CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        """,
        """
        ALTER TABLE line ADD COLUMN pack INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE line ADD COLUMN minimum INTEGER NOT NULL DEFAULT 1;
        """,
        closes,
    ])
}
