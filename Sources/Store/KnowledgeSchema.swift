extension Schema {
    /// The step that lets a shop be told what its people know: promotions, firm orders, occasions, overrides.
    ///
    /// Of promotions, firm orders and overrides every version is kept, so that it can be asked what was known on a day:
    /// `said_at` is when it was said by its source, else when it was imported, and `is_dated` tells which. Products and
    /// places stand as they were named: what they mean is looked up, so that no misspelt place becomes one.
    static let knowledge = """
        CREATE TABLE promotion (
            source INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL, said_at INTEGER NOT NULL,
            is_dated INTEGER NOT NULL, status TEXT NOT NULL, scheme TEXT, value TEXT, category TEXT, channel TEXT,
            place TEXT, first INTEGER NOT NULL, last INTEGER NOT NULL, lift REAL, price INTEGER, discount REAL,
            name TEXT, batch INTEGER NOT NULL, PRIMARY KEY (source, number, line, said_at, is_dated)) WITHOUT ROWID;
        CREATE INDEX promotion_last ON promotion (last);
        CREATE TABLE firm_order (
            source INTEGER NOT NULL, number TEXT NOT NULL, line TEXT NOT NULL, said_at INTEGER NOT NULL,
            is_dated INTEGER NOT NULL, status TEXT NOT NULL, scheme TEXT NOT NULL, value TEXT NOT NULL, place TEXT,
            quantity INTEGER NOT NULL, due INTEGER NOT NULL, customer TEXT, batch INTEGER NOT NULL,
            PRIMARY KEY (source, number, line, said_at, is_dated)) WITHOUT ROWID;
        CREATE INDEX firm_order_status ON firm_order (status);
        CREATE TABLE occasion (
            day INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, place TEXT NOT NULL, region TEXT NOT NULL,
            status TEXT NOT NULL, value REAL, source INTEGER NOT NULL, batch INTEGER NOT NULL,
            PRIMARY KEY (day, kind, name, place, region)) WITHOUT ROWID;
        CREATE TABLE override (
            source INTEGER NOT NULL, number TEXT NOT NULL, said_at INTEGER NOT NULL, is_dated INTEGER NOT NULL,
            status TEXT NOT NULL, scheme TEXT NOT NULL, value TEXT NOT NULL, place TEXT, unit TEXT NOT NULL,
            figure REAL NOT NULL, first INTEGER, last INTEGER, expires INTEGER NOT NULL, owner TEXT NOT NULL,
            reason TEXT NOT NULL, batch INTEGER NOT NULL, PRIMARY KEY (source, number, said_at, is_dated)) WITHOUT ROWID;
        """
}
