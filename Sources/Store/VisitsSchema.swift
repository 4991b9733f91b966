extension Schema {
    /// The step that makes visits and web purchases independent of the order in which events come.
    static let visits = """
        -- The moment of the event that said where the visit came from; NULL for visits of before this was kept.
        ALTER TABLE visit ADD COLUMN origin_at INTEGER;
        CREATE INDEX web_event_number ON web_event (number) WHERE number IS NOT NULL;
        """
}
