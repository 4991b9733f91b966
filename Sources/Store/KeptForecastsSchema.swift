extension Schema {
    /// The step that keeps what demand models found, so that a new day costs a day's work.
    static let keptForecasts = """
        -- What a fit on the history up to and with the day `until` found of one product in one pool; `shelf` tells which of
        -- those days could be believed. Goes when that history changes. No fact.
        CREATE TABLE forecast (
            until INTEGER NOT NULL, product INTEGER NOT NULL, pool INTEGER NOT NULL, shelf INTEGER NOT NULL,
            numbers BLOB NOT NULL, PRIMARY KEY (until, product, pool)) WITHOUT ROWID;
        -- Fits of everything, begun or, with what the series had in common, done.
        CREATE TABLE forecast_fit (until INTEGER PRIMARY KEY, numbers BLOB);
        """
}
