extension Schema {
    /// The step that brought the stock ledger, what suppliers have invoiced, and what receipts say that goods cost.
    ///
    /// The triggers mark a product for the ledger whenever its stock or cost may have changed: `product_dirty` is where
    /// every writer says so already, and rows that are there already fire nothing, so a product is marked once.
    static let ledger = """
        -- What the stock of a product did to the books on a day: units and minor units of value, negative where they left;
        -- uncosted: how many of the units nobody knows the cost of. Made anew from the facts for products that changed.
        CREATE TABLE ledger_entry (
            product INTEGER NOT NULL, pool INTEGER NOT NULL, day INTEGER NOT NULL, kind INTEGER NOT NULL,
            units INTEGER NOT NULL, value INTEGER NOT NULL, uncosted INTEGER NOT NULL,
            PRIMARY KEY (product, pool, day, kind)) WITHOUT ROWID;
        CREATE INDEX ledger_entry_day ON ledger_entry (day);
        CREATE TABLE ledger_dirty (product INTEGER PRIMARY KEY);
        INSERT INTO ledger_dirty SELECT id FROM product;
        CREATE TRIGGER ledger_follows_product AFTER INSERT ON product_dirty
            BEGIN INSERT OR IGNORE INTO ledger_dirty VALUES (NEW.product); END;
        CREATE TRIGGER ledger_forgets_product AFTER DELETE ON product
            BEGIN DELETE FROM ledger_entry WHERE product = OLD.id; DELETE FROM ledger_dirty WHERE product = OLD.id; END;
        CREATE TRIGGER ledger_follows_place AFTER UPDATE OF pool ON place WHEN OLD.pool <> NEW.pool
            BEGIN INSERT OR IGNORE INTO ledger_dirty SELECT id FROM product; END;
        -- Units and minor units (of the order's currency) that the supplier has invoiced; nothing where nobody said.
        ALTER TABLE purchase_line ADD COLUMN invoiced INTEGER;
        ALTER TABLE purchase_line ADD COLUMN invoiced_amount INTEGER;
        -- What one piece cost when it stood on the shelf, freight and duty in it where they are known.
        ALTER TABLE goods_receipt ADD COLUMN cost INTEGER;
        ALTER TABLE goods_receipt ADD COLUMN currency TEXT;
        """
}
