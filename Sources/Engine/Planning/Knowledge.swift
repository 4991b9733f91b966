import Domain
import Store

/// What people know about products, as far as it concerns the days to come.
struct Knowledge {
    /// The words of people that hold for one product in one pool today or later.
    struct Words {
        /// Units a day, or factors, with the days that they are for, counted from today.
        var forecast: [(days: ClosedRange<Int>, factor: Double?, unitsPerDay: Double?)] = []
        /// Days from order to shelf.
        var leadTime: Double?
        /// Least units on the shelf.
        var minimum: Int64?
        /// Share of demand to be served.
        var target: Double?
        /// The overrides that say so.
        var spans: [OverrideSpan] = []
    }

    private let today: Day
    private let firm: [Int64: [FirmDemand]]
    private let overrides: [Int64: [OverrideSpan]]

    /// Days to come for which forecasts may be stated.
    private static let horizon = 365

    init(_ facts: Facts, today: Day) throws {
        self.today = today
        // A kit that is ordered is an order of all that is in it.
        let parts = Dictionary(grouping: try facts.kitParts(), by: \.kit)
        let orders = try facts.firmOrders(openOn: today)
        let exploded = orders.flatMap { order in
            [order]
                + (parts[order.product] ?? []).map { part in
                    var needed = order
                    needed.product = part.part
                    needed.quantity = order.quantity.multipliedReportingOverflow(by: part.quantity).partialValue
                    return needed
                }
        }
        firm = Dictionary(grouping: exploded, by: \.product)
        overrides = Dictionary(
            grouping: try facts.overrides(on: today, through: today.advanced(by: Knowledge.horizon)), by: \.product)
    }

    /// Firm orders of a product in a pool, by days from today. Those for which nobody said a place are the default pool's.
    func firmOrders(_ product: Int64, _ pool: Int64) -> [(day: Int, units: Int64)] {
        (firm[product] ?? []).filter { ($0.pool ?? Facts.defaultPool) == pool }.map {
            (today.distance(to: $0.due), $0.quantity)
        }
    }

    /// The pools that firm orders or words about a product name.
    func pools(_ product: Int64) -> Set<Int64> {
        Set((firm[product] ?? []).map { $0.pool ?? Facts.defaultPool })
            .union((overrides[product] ?? []).compactMap(\.pool))
    }

    /// What people have said of a product in a pool.
    ///
    /// Of several words about one figure the newest holds, and one for the pool's place before one for all places. Units a
    /// day for all places are parted among the pools in proportion to `share`, the pool's part of the product's demand.
    func words(_ product: Int64, _ pool: Int64, share: Double) -> Words {
        var words = Words()
        let spans = (overrides[product] ?? []).filter { $0.pool.map { $0 == pool } ?? true }
            .sorted { ($0.pool == nil ? 0 : 1, $0.saidAt, $0.id) < ($1.pool == nil ? 0 : 1, $1.saidAt, $1.id) }
        for span in spans {
            let isNow = span.firstDay <= today && span.lastDay >= today
            let days = max(0, today.distance(to: span.firstDay))...max(0, today.distance(to: span.lastDay))
            switch span.word {
            case .unitsPerDay(let units):
                words.forecast.append((days, nil, span.pool == nil ? units * share : units))
            case .factor(let factor): words.forecast.append((days, factor, nil))
            case .leadTime(let days): if isNow { words.leadTime = days }
            case .minimum(let units): if isNow { words.minimum = units }
            case .target(let share): if isNow { words.target = max(0.001, share) }
            }
            words.spans.append(span)
        }
        return words
    }
}
