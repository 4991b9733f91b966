import Domain
import Inventory
import Store

/// What was really ordered of one product in one pool, in days of a replay.
struct ReplaySupply {
    /// An order line with the purchase order that it stands on.
    struct Line {
        var order: ReplayOrder
        var document: ReplayedProduct.Document
    }

    /// What was on its way on the first morning.
    private(set) var opening: [ReplayOrder] = []
    /// What was ordered within the days, by day.
    private(set) var placed: [Int: [Line]] = [:]
    /// Lines whose day of arrival nobody told: they come on the day for which they were due.
    private(set) var undated = 0
    /// Arrivals of which nobody told an order: they count as ordered on the day itself.
    private(set) var unordered = 0

    init(_ past: ReplayPast, _ days: ClosedRange<Day>, tellsReceipts: Bool) {
        let first = days.lowerBound
        for line in past.placed {
            guard let orderedOn = line.orderedOn else {
                take(unordered: line, days)
                continue
            }
            guard orderedOn <= days.upperBound else { continue }
            let due = line.dueOn.map { first.distance(to: $0) }
            var isGuessed = false
            func day(_ told: Day?) -> Int {
                if let told { return first.distance(to: told) }
                isGuessed = true
                return due ?? first.distance(to: orderedOn)
            }
            var parcels = line.arrivals.map { ReplayOrder.Parcel(day: day($0.day), units: $0.units) }
            if line.open > 0 {
                // Where receipts are told, what is open has not come to this day.
                parcels.append(ReplayOrder.Parcel(day: tellsReceipts ? nil : day(nil), units: line.open))
            }
            if orderedOn < first {
                // What came before is on the shelf.
                parcels.removeAll { parcel in parcel.day.map { $0 < 0 } ?? false }
                if !parcels.isEmpty { opening.append(ReplayOrder(due: due, parcels: parcels)) }
            } else if !parcels.isEmpty {
                let day = first.distance(to: orderedOn)
                placed[day, default: []].append(
                    Line(
                        order: ReplayOrder(due: due, parcels: parcels),
                        document: ReplayedProduct.Document(
                            supplier: line.supplier, pool: past.pool, number: line.order, day: 0)))
            }
            if isGuessed, !parcels.isEmpty { undated += 1 }
        }
    }

    private mutating func take(unordered line: PlacedOrder, _ days: ClosedRange<Day>) {
        for arrival in line.arrivals {
            guard let came = arrival.day, days.contains(came) else { continue }
            let day = days.lowerBound.distance(to: came)
            placed[day, default: []].append(
                Line(
                    order: ReplayOrder(due: day, arrives: day, units: arrival.units),
                    document: ReplayedProduct.Document(supplier: nil, pool: line.pool, number: nil, day: day)))
            unordered += 1
        }
    }

}
