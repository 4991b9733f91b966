extension Schema {
    /// The step that lets several sources speak of one product: each source's word on each field, and whose counts.
    static let claims = """
        DROP TABLE claim;
        -- What each source says of a field of a product, and since when; precedence decides which of them holds.
        CREATE TABLE claim (
            product INTEGER NOT NULL, field TEXT NOT NULL, source INTEGER NOT NULL, value NOT NULL, at INTEGER NOT NULL,
            batch INTEGER NOT NULL, PRIMARY KEY (product, field, source)) WITHOUT ROWID;
        DROP TABLE precedence;
        -- Whose word counts for a field, 1 before 2; who is not named comes last.
        CREATE TABLE precedence (
            field TEXT NOT NULL, system TEXT NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (field, system))
            WITHOUT ROWID;
        -- What was declared so far is the word of the source that spoke last.
        INSERT INTO claim SELECT product.id, field, source, value, started_at, batch.id FROM (
            SELECT id, 'names' AS field, name AS value FROM product WHERE name <> ''
            UNION ALL SELECT id, 'vendors', vendor FROM product WHERE vendor IS NOT NULL
            UNION ALL SELECT id, 'categories', category FROM product WHERE category IS NOT NULL
            UNION ALL SELECT id, 'prices', price FROM product WHERE price IS NOT NULL
            UNION ALL SELECT id, 'costs', cost FROM product WHERE cost IS NOT NULL
            UNION ALL SELECT id, 'lifecycles', lifecycle FROM product WHERE lifecycle <> 'active') AS said
        JOIN product ON product.id = said.id AND declared = 1 JOIN batch ON batch.id = product.batch;
        """
}
