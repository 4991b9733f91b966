import Domain

/// The next best thing to buy, over all products, by what each piece of money brings: a list that a budget cuts off.
///
/// Each product's packs are worth less and less, so the list is made lazily from one candidate a product; the reward per
/// money only falls along it. Moving the budget moves the cut, never the order: what a smaller budget buys a larger one
/// buys too.
public struct CashRanking: Sequence, Sendable {
    /// A product that may be bought.
    public struct Line: Sendable {
        /// What its units are worth.
        public var reward: UnitReward
        /// Units available and on order.
        public var position: Int64
        /// Cost of one unit, ≥ 0.
        public var cost: UnitPrice
        /// Units in a pack, ≥ 1.
        public var pack: Int64
        /// Least units on an order line; its first purchase is one of that many.
        public var minimum: Int64
        /// Most units to buy; nil for no limit.
        public var maximum: Int64?

        /// A product sold by single units unless said otherwise.
        public init(
            reward: UnitReward, position: Int64, cost: UnitPrice, pack: Int64 = 1, minimum: Int64 = 1,
            maximum: Int64? = nil
        ) {
            self.reward = reward
            self.position = position
            self.cost = cost
            self.pack = pack
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// One purchase of the list.
    public struct Pick: Hashable, Sendable {
        /// Index of the line.
        public let line: Int
        /// Units of this purchase: a pack, or the line's least order.
        public let units: Int64
        /// Units of the line bought up to and with this one.
        public let bought: Int64
        /// Money that it brings, > 0.
        public let reward: Double
        /// What it costs, millionths of the currency.
        public let micros: Int64

        /// Reward for each unit of the currency spent; infinite where it costs nothing.
        public var rate: Double { micros > 0 ? reward / (Double(micros) / 1e6) : .infinity }
    }

    /// What a budget buys.
    public struct Cut: Hashable, Sendable {
        /// Units to buy of each line.
        public let quantities: [Int64]
        /// Millionths of the currency spent.
        public let micros: Int64
        /// Money that it brings.
        public let reward: Double
        /// The first purchase that the budget has no room for; nil where all that is worth buying is bought.
        public let next: Pick?
    }

    /// Purchases that a cut goes through at most: beyond them a position is a mistake.
    public static let mostPicks = 10_000_000

    /// What may be bought.
    public let lines: [Line]

    /// A ranking of these lines; one whose pack, minimum or maximum makes no sense, or whose cost is negative, is left out.
    public init(_ lines: [Line]) { self.lines = lines }

    /// Walks the list from its best purchase.
    public func makeIterator() -> Iterator { Iterator(lines) }

    /// What money up to `budget` buys, in at most `mostPicks` purchases.
    ///
    /// - Parameters:
    ///   - budget: at most this is spent; below 0 nothing.
    ///   - fillsUp: whether purchases further down the list that still fit follow after the cut. They spend more of the
    ///     money, but a larger budget may then drop one of them for a better.
    public func cut(at budget: Money, fillsUp: Bool = false) -> Cut {
        let scale = FixedPoint.powers[6 - budget.currency.decimals]
        let (micros, overflow) = budget.minor.multipliedReportingOverflow(by: scale)
        let most = overflow ? (budget.minor < 0 ? 0 : Int64.max) : micros
        var quantities = [Int64](repeating: 0, count: lines.count)
        var (spent, reward) = (Int64(0), 0.0)
        var next: Pick?
        var iterator = makeIterator()
        var steps = 0
        while let pick = iterator.next() {
            steps += 1
            guard steps <= CashRanking.mostPicks else {
                next = next ?? pick
                break
            }
            guard pick.micros <= most - spent else {
                if next == nil { next = pick }
                guard fillsUp else { break }
                // Its later packs need it first.
                iterator.drop(pick.line)
                continue
            }
            quantities[pick.line] = pick.bought
            spent += pick.micros
            reward += pick.reward
        }
        return Cut(quantities: quantities, micros: spent, reward: reward, next: next)
    }

    /// The list itself, one purchase after the other.
    public struct Iterator: IteratorProtocol {
        private let lines: [Line]
        private var bought: [Int64]
        private var waiting: [Pick?]
        private var heap = RankHeap()

        init(_ lines: [Line]) {
            self.lines = lines
            bought = [Int64](repeating: 0, count: lines.count)
            waiting = [Pick?](repeating: nil, count: lines.count)
            for line in lines.indices { offer(line) }
        }

        /// The next best purchase; nil where no further one is worth its money.
        public mutating func next() -> Pick? {
            while let (_, line) = heap.pop() {
                guard let pick = waiting[line] else { continue }
                bought[line] = pick.bought
                offer(line)
                return pick
            }
            return nil
        }

        /// Leaves a line out from here on.
        mutating func drop(_ line: Int) { waiting[line] = nil }

        private mutating func offer(_ index: Int) {
            let line = lines[index]
            waiting[index] = nil
            guard line.cost.micros >= 0,
                let range = PackRange(pack: line.pack, minimum: line.minimum, maximum: line.maximum)
            else { return }
            let units = bought[index] == 0 ? range.least : range.pack
            let total = bought[index].clampedPlus(units)
            let (micros, overflow) = line.cost.micros.multipliedReportingOverflow(by: units)
            guard total <= range.most, !overflow else { return }
            let from = line.position.clampedPlus(bought[index])
            let reward = line.reward.value(from: from, to: from.clampedPlus(units))
            guard reward > 0 else { return }
            let pick = Pick(line: index, units: units, bought: total, reward: reward, micros: micros)
            waiting[index] = pick
            heap.push(pick.rate, index)
        }
    }
}
