/// One product at one place played through a run of days under a policy: pure, the same input gives the same course.
///
/// Each day: what the policy orders in the morning, knowing the stock of the evening before and what is on its way; what
/// arrives, which can be sold on the day itself; what is asked for. Who is owed units gets them first.
///
/// An order that is overdue and will come counts for the policy with the day on which it will: its supplier has been asked.
/// One that never comes counts until it is due.
public enum PolicyReplay {
    /// What becomes of demand that the shelf does not meet.
    public enum Shortage: Sendable {
        /// It is lost.
        case lost
        /// The customer waits.
        case waits
    }

    /// What there is in the beginning.
    public struct Opening: Hashable, Sendable {
        /// Units on the shelf, ≥ 0.
        public var onHand: Int64
        /// Units owed to customers, ≥ 0.
        public var owed: Int64
        /// What is on its way.
        public var orders: [ReplayOrder]

        /// A beginning with nothing owed or on its way unless said.
        public init(onHand: Int64, owed: Int64 = 0, orders: [ReplayOrder] = []) {
            self.onHand = max(0, onHand)
            self.owed = max(0, owed)
            self.orders = orders
        }
    }

    /// Plays the days of `demand`.
    ///
    /// - Parameters:
    ///   - demand: units asked for on each day, ≥ 0.
    ///   - chances: the days on which the policy may order, ascending.
    ///   - decide: is given a chance and the position on its morning, day 0 of which is the chance itself; says what is
    ///     ordered, a line each.
    public static func course(
        demand: [Int64], opening: Opening, shortage: Shortage = .lost, chances: [Int],
        decide: (_ day: Int, StockPosition) -> [ReplayOrder]
    ) -> ReplayCourse {
        var course = ReplayCourse(days: demand.count)
        var shelf = Shelf(opening)
        var next = 0
        for (day, asked) in demand.enumerated() {
            while next < chances.count, chances[next] < day { next += 1 }
            if next < chances.count, chances[next] == day {
                let orders = decide(day, shelf.position(on: day)).filter { $0.units > 0 }
                for order in orders { shelf.take(order) }
                if !orders.isEmpty { course.orders.append(ReplayCourse.Ordered(day: day, lines: orders.count)) }
            }
            course.arrived[day] = shelf.receive(on: day)
            let served = min(max(0, asked), shelf.onHand)
            shelf.onHand -= served
            let short = max(0, asked) - served
            if shortage == .waits { shelf.owed = shelf.owed.clampedPlus(short) }
            course.short[day] = short
            course.late[day] = shelf.late(short, on: day)
            course.onHand[day] = shelf.onHand
            course.inTransit[day] = shelf.inTransit
        }
        course.owed = shelf.owed
        return course
    }

    /// The shelf and what is on its way to it.
    private struct Shelf {
        struct Coming {
            var due: Int?
            var day: Int?
            var units: Int64
            /// Units short that it has explained.
            var blamed: Int64 = 0
        }

        var onHand: Int64
        var owed: Int64
        var inTransit: Int64 = 0
        private var coming: [Coming] = []

        init(_ opening: Opening) {
            onHand = opening.onHand
            owed = opening.owed
            for order in opening.orders { take(order) }
            payOwed()
        }

        mutating func take(_ order: ReplayOrder) {
            for parcel in order.parcels {
                coming.append(Coming(due: order.due, day: parcel.day, units: parcel.units))
                inTransit = inTransit.clampedPlus(parcel.units)
            }
        }

        func position(on day: Int) -> StockPosition {
            StockPosition(
                onHand: onHand, backorders: owed,
                arrivals: coming.map { coming in
                    if let due = coming.due, due >= day {
                        return StockPosition.Arrival(day: due - day, quantity: coming.units)
                    }
                    return StockPosition.Arrival(
                        day: max(0, (coming.day ?? day) - day), quantity: coming.units, isOverdue: coming.day == nil)
                })
        }

        mutating func receive(on day: Int) -> Int64 {
            var arrived: Int64 = 0
            coming.removeAll { parcel in
                guard let comes = parcel.day, comes <= day else { return false }
                arrived = arrived.clampedPlus(parcel.units)
                return true
            }
            guard arrived > 0 else { return 0 }
            inTransit = max(0, inTransit.clampedMinus(arrived))
            onHand = onHand.clampedPlus(arrived)
            payOwed()
            return arrived
        }

        private mutating func payOwed() {
            let paid = min(owed, onHand)
            owed -= paid
            onHand -= paid
        }

        /// Of units short on a day, those that what was promised by then and is not there would have served; each unit
        /// that is late explains one that was short.
        mutating func late(_ short: Int64, on day: Int) -> Int64 {
            var left = short
            for index in coming.indices where left > 0 {
                guard let due = coming[index].due, due <= day else { continue }
                let blamed = min(left, coming[index].units - coming[index].blamed)
                coming[index].blamed += blamed
                left -= blamed
            }
            return short - left
        }
    }
}
