/// When a supplier takes orders.
public struct SupplierCalendar: Hashable, Sendable, Codable {
    /// Whose calendar.
    public var supplier: SupplierName
    /// Days of the week on which orders are taken; empty means every day.
    public var orderDays: [Weekday]
    /// Until when on such a day, in the shop's time zone; nil means all day.
    public var cutOff: TimeOfDay?
    /// Least value of one order in minor units of the supplier's currency; 0 for none.
    public var minimumOrderValue: Int64
    /// Days on which nothing is taken, sent or received, first and last inclusive.
    public var closures: [ClosedRange<Day>]

    /// A calendar that takes orders at any time.
    public init(
        supplier: SupplierName, orderDays: [Weekday] = [], cutOff: TimeOfDay? = nil, minimumOrderValue: Int64 = 0,
        closures: [ClosedRange<Day>] = []
    ) {
        self.supplier = supplier
        self.orderDays = orderDays
        self.cutOff = cutOff
        self.minimumOrderValue = minimumOrderValue
        self.closures = closures
    }
}
