extension Schema {
    /// The step that made figures quick: what a question would else count fact by fact is counted as facts come.
    static let figures = """
        -- Orders of which the product is the first line's: over all products, each order once.
        ALTER TABLE demand_day ADD COLUMN orders INTEGER NOT NULL DEFAULT 0;
        -- What visits of a day did, by where they came from; 0 where that is not known. Lengths in milliseconds.
        CREATE TABLE visit_day (
            day INTEGER NOT NULL, source INTEGER NOT NULL, origin INTEGER NOT NULL, device INTEGER NOT NULL,
            region INTEGER NOT NULL, visits INTEGER NOT NULL, pages INTEGER NOT NULL, views INTEGER NOT NULL,
            carts INTEGER NOT NULL, checkouts INTEGER NOT NULL, purchases INTEGER NOT NULL, viewing INTEGER NOT NULL,
            carting INTEGER NOT NULL, checking_out INTEGER NOT NULL, buying INTEGER NOT NULL, bounces INTEGER NOT NULL,
            length INTEGER NOT NULL, PRIMARY KEY (day, source, origin, device, region)) WITHOUT ROWID;
        DROP INDEX visit_first;
        CREATE INDEX product_sku ON product (sku);
        -- Holds all that is asked of a customer's orders.
        DROP INDEX document_customer;
        CREATE INDEX document_customer ON document (customer, at, is_test, channel, is_wholesale, pool)
            WHERE customer IS NOT NULL;
        """
}
