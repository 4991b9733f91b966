import Domain
import Numerics

/// Purchase orders that are open when the sample shop opens, and what becomes of them.
///
/// One a supplier and currency, with all products that are low but expected; and two that went wrong, with products
/// that are low: one is overdue with nothing received, of the other three fifths came.
struct SamplePurchases {
    /// Lines as they stand on the opening day.
    private(set) var lines: [PurchaseLine] = []
    /// Lines as they stand after each delivery, by time, order and line.
    private(set) var deliveries: [PurchaseLine] = []

    private let place: PlaceName
    private let zone: Zone

    /// How the promise of an order is kept.
    private enum Course {
        case onTime
        /// Days after the promised one.
        case late(Int)
        /// Three fifths on the day, the rest days later.
        case inTwo(Int)
    }

    init(_ items: [SampleItem], place: PlaceName, zone: Zone, _ draw: inout SplitMix64) {
        self.place = place
        self.zone = zone
        let opening = ProductSales.opening
        let groups = Dictionary(grouping: items) { "\($0.supplierName) \($0.currency)" }
        let keys = groups.keys.sorted()
        for (index, key) in keys.enumerated() {
            let expected = (groups[key] ?? []).filter { $0.part == .expecting }.sorted { $0.sku < $1.sku }
            let inDays = 1 + Int(draw.uniform() * ((groups[key]?.first?.leadDays ?? 4) - 2))
            let course: Course =
                switch index % 5 {
                case 1: .inTwo(4)
                case 3: .late(3)
                default: .onTime
                }
            add(expected, expectedOn: workday(opening.advanced(by: inDays)), course)
        }
        // The two that went wrong are of suppliers far apart, so that no draft order is made of them alone.
        for (key, daysAgo, share, after) in [
            (keys.first { $0.hasPrefix("Northgate") }, 7, 0.0, 10),
            (keys.first { $0.hasPrefix("Oakmere") }, 5, 0.6, 13),
        ] {
            let low = (key.flatMap { groups[$0] } ?? []).filter { $0.part == .low }.sorted { $0.lot < $1.lot }.prefix(3)
            add(Array(low), expectedOn: opening.advanced(by: -daysAgo), .late(after), receivedThen: share)
        }
        deliveries.sort {
            ($0.receivedAt?.milliseconds ?? 0, $0.order, $0.line) < (
                $1.receivedAt?.milliseconds ?? 0, $1.order, $1.line
            )
        }
    }

    /// Adds one order with its lines and deliveries.
    ///
    /// - Parameter receivedThen: share that came on the promised day, 0 for nothing.
    private mutating func add(
        _ items: [SampleItem], expectedOn: Day, _ course: Course, receivedThen share: Double = 0
    ) {
        // On the Friday before at the latest: the shop opens on a Monday.
        let friday = ProductSales.opening.advanced(by: -3)
        let number = "PO-\(4101 + Set(lines.map(\.order)).count)"
        for (index, item) in items.enumerated() {
            let quantity = item.packed(item.units(days: item.leadDays + 60))
            let part = Int64((Double(quantity) * 0.6).rounded())
            var line = PurchaseLine(
                order: number, line: String(index + 1), supplier: item.supplierName, sku: item.sku, place: place,
                quantity: quantity, cost: item.cost, currency: item.currency,
                orderedOn: min(friday, expectedOn.advanced(by: -Int(item.supplier.leadDays))), expectedOn: expectedOn)
            if share > 0 {
                line.received = part
                line.receivedAt = moment(expectedOn)
            }
            lines.append(line)
            if case .inTwo(let after) = course {
                line.received = part
                line.receivedAt = moment(expectedOn)
                line.expectedOn = workday(expectedOn.advanced(by: after))
                deliveries.append(line)
            }
            let lateness =
                switch course {
                case .onTime: 0
                case .late(let days), .inTwo(let days): days
                }
            line.received = quantity
            line.receivedAt = moment(workday(expectedOn.advanced(by: lateness)))
            line.state = .closed
            deliveries.append(line)
        }
    }

    /// Deliveries come in the morning.
    private func moment(_ day: Day) -> Instant { zone.instant(day: day, second: 10 * 3600 + 30 * 60) }

    /// The day, or the Monday after it.
    private func workday(_ day: Day) -> Day {
        switch day.weekday {
        case .saturday: day.advanced(by: 2)
        case .sunday: day.advanced(by: 1)
        default: day
        }
    }
}
