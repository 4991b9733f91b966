extension Schema {
    /// The step that lets a refund of an amount, told on its own, be booked without the tax that is in it.
    static let refunds = """
        -- What the order's total is without tax, and with it, in minor units of its currency; null where it does not say.
        ALTER TABLE document ADD COLUMN net_total INTEGER;
        ALTER TABLE document ADD COLUMN full_total INTEGER;
        """
}
