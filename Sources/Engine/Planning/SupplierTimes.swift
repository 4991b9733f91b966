import Domain
import Inventory
import Store

/// Lead times as deliveries show them, by supplier and product.
///
/// What a supplier declares is a promise; what it keeps is learned from receipts, and open orders count by their age. A
/// product's own deliveries are drawn towards those of its supplier, so that one late box does not make a habit.
struct SupplierTimes {
    private var suppliers: [SupplierName: SupplierLeadTime] = [:]
    private var products: [SupplierName: [Int64: [SupplierDelivery]]] = [:]
    private var working: [SupplierName: WorkingDays] = [:]
    private let today: Day

    /// Completed deliveries below which a supplier's word counts for more than its past.
    static let leastDeliveries = 5
    /// Days that deliveries are looked back for.
    private static let memory = 730

    init(_ facts: Facts, calendars: [SupplierName: SupplierCalendar], today: Day) throws {
        self.today = today
        var deliveries: [SupplierName: [SupplierDelivery]] = [:]
        for time in try facts.deliveryTimes(since: today.advanced(by: -SupplierTimes.memory)) {
            let delivery = SupplierDelivery(ordered: time.ordered, sellable: time.sellable, promised: time.promised)
            deliveries[time.supplier, default: []].append(delivery)
            products[time.supplier, default: [:]][time.product, default: []].append(delivery)
        }
        for (supplier, deliveries) in deliveries {
            let days = WorkingDays(closures: calendars[supplier]?.closures ?? [])
            working[supplier] = days
            let learned = SupplierLeadTime(deliveries, today: today, days: days)
            if let learned, learned.delivered >= SupplierTimes.leastDeliveries { suppliers[supplier] = learned }
        }
    }

    /// What deliveries of a product by a supplier show; nil where the supplier has delivered too little to tell.
    func learned(_ supplier: SupplierName, product: Int64) -> SupplierLeadTime? {
        guard let all = suppliers[supplier], let days = working[supplier] else { return nil }
        return SupplierLeadTime(products[supplier]?[product] ?? [], today: today, days: days, group: all)
    }

    /// The lead time in calendar days of an order sent on a day.
    func leadTime(_ learned: SupplierLeadTime, of supplier: SupplierName, orderedOn day: Day)
        throws(InventoryError) -> LeadTime
    {
        try learned.leadTime(orderedOn: day, days: working[supplier] ?? WorkingDays())
    }
}
