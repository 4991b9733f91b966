extension Schema {
    /// The step since which refunds find orders that were only sighted, and parked versions know what makes them needless.
    static let governance = """
        ALTER TABLE sighting ADD COLUMN key TEXT;
        CREATE INDEX sighting_key ON sighting (source, key) WHERE key IS NOT NULL;
        ALTER TABLE quarantine ADD COLUMN number TEXT;
        ALTER TABLE quarantine ADD COLUMN version INTEGER;
        CREATE INDEX quarantine_number ON quarantine (number) WHERE state = 'parked' AND number IS NOT NULL;
        """
}
