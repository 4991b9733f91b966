/// Why demand was not met.
public enum MissCause: String, Sendable, CaseIterable {
    /// Less was there or on its way when the replay began than was needed before anything else could come.
    case shortFromStart
    /// What had been promised in time came later, or not at all.
    case lateDelivery
    /// Less was on the shelf and on order than was expected to be asked for.
    case noOrderInTime
    /// What was expected to be asked for was covered, and more was asked for.
    case demandAboveForecast
}

/// What is known of one chance to order, for judging it afterwards.
public struct ReplayChance: Hashable, Sendable {
    /// The day of the chance.
    public let day: Int
    /// The day on which an order of it is expected.
    public let due: Int

    /// A chance whose orders are expected on a day.
    public init(day: Int, due: Int) {
        self.day = day
        self.due = due
    }
}

extension ReplayCourse {
    /// Units short by cause, in the order of `MissCause`.
    ///
    /// Units that would have been served had all come that was promised are late. Of the rest the last chance whose order
    /// would have been expected by the day decides: what was on the shelf before it, has arrived since or is late is
    /// compared with what was expected to be asked for from the chance up to that day.
    ///
    /// - Parameters:
    ///   - chances: by day, ascending.
    ///   - opening: units on the shelf in the beginning.
    ///   - expected: units expected, as known on a day, from that day up to and with another.
    public func causes(
        _ chances: [ReplayChance], opening: Int64, expected: (_ known: Int, _ last: Int) -> Double
    ) -> [Int64] {
        var units = [Int64](repeating: 0, count: MissCause.allCases.count)
        func add(_ cause: MissCause, _ count: Int64) {
            guard let index = MissCause.allCases.firstIndex(of: cause) else { return }
            units[index] = units[index].clampedPlus(count)
        }
        for day in short.indices where short[day] > 0 {
            add(.lateDelivery, late[day])
            let rest = short[day] - late[day]
            guard rest > 0 else { continue }
            guard let chance = chances.last(where: { $0.due <= day && $0.day <= day }) else {
                add(.shortFromStart, rest)
                continue
            }
            var supply = chance.day > 0 ? onHand[chance.day - 1] : opening
            for since in max(0, chance.day)...day {
                supply = supply.clampedPlus(arrived[since]).clampedPlus(late[since])
            }
            let isCovered = Double(supply) >= expected(chance.day, day)
            add(isCovered ? .demandAboveForecast : .noOrderInTime, rest)
        }
        return units
    }
}
