extension Schema {
    /// The step that lets goods be followed from order to shelf: versions of ship notices, kits within kits, counts by
    /// lot, and where what was sent back went.
    static let matching = """
        -- Suppliers number their shipments each for themselves (0: nobody said whose it is). version: when it was written;
        -- of two versions of a shipment's notice the newer holds, with all its lines.
        CREATE TABLE noticed (
            source INTEGER NOT NULL, supplier INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL,
            purchase_number TEXT NOT NULL, purchase_line TEXT, product INTEGER NOT NULL, quantity INTEGER NOT NULL,
            at INTEGER NOT NULL, expected_on INTEGER, carton TEXT, version INTEGER, batch INTEGER NOT NULL,
            PRIMARY KEY (source, supplier, number, line)) WITHOUT ROWID;
        INSERT INTO noticed SELECT source, coalesce(supplier, 0), number, line, purchase_number, purchase_line, product,
            quantity, at, expected_on, carton, NULL, batch FROM ship_notice;
        DROP TABLE ship_notice;
        ALTER TABLE noticed RENAME TO ship_notice;
        CREATE INDEX ship_notice_purchase ON ship_notice (purchase_number, product);
        CREATE INDEX ship_notice_product ON ship_notice (product);
        CREATE INDEX ship_notice_at ON ship_notice (at);
        CREATE INDEX goods_receipt_at ON goods_receipt (at);
        CREATE INDEX goods_receipt_lot ON goods_receipt (product) WHERE lot IS NOT NULL OR expires_on IS NOT NULL;

        -- The place that took a returned unit in, where its source says so.
        ALTER TABLE order_line ADD COLUMN returned_to INTEGER;

        -- All that is in a kit, however deep: kit is what sources say, this is made from it.
        CREATE TABLE kit_part (
            kit INTEGER NOT NULL, part INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (kit, part)) WITHOUT ROWID;
        CREATE INDEX kit_part_part ON kit_part (part);
        INSERT INTO kit_part SELECT kit, component, quantity FROM kit;

        -- What was counted of each lot; stock_count has their sum where nobody counted the whole.
        ALTER TABLE stock_count ADD COLUMN is_of_lots INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE lot_count (
            product INTEGER NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
            source INTEGER NOT NULL, lot TEXT NOT NULL, expires_on INTEGER NOT NULL, quantity INTEGER NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (product, place, at, state, source, lot, expires_on)) WITHOUT ROWID;
        """
}
