import Domain

/// One supplier's order made to fit: trimmed where it is too much for the container, filled up where it is too little for
/// the supplier's minimum or for a load worth sending, with what each change costs.
///
/// Packs are taken off, or put on, one at a time: off where the least is lost for what it relieves, on where the most is
/// gained, or the least lost, for what it brings nearer.
public struct JointOrder: Hashable, Sendable {
    /// One product of the order.
    public struct Line: Sendable {
        /// What its units are worth.
        public var reward: UnitReward
        /// Units available and on order, this order aside.
        public var position: Int64
        /// Units that it would be ordered alone, ≥ 0, in whole packs.
        public var quantity: Int64
        /// Units in a pack, ≥ 1.
        public var pack: Int64
        /// Least units of its order line: below them it leaves the order.
        public var minimum: Int64
        /// Cost of one unit, ≥ 0.
        public var cost: UnitPrice
        /// What one unit takes of each limit (volume, weight, share of a pallet), ≥ 0; as many as there are limits.
        public var load: [Double]
        /// Most units that it may be filled up to, beyond what is ordered anyway.
        public var maximum: Int64

        /// A product of the order.
        public init(
            reward: UnitReward, position: Int64, quantity: Int64, pack: Int64 = 1, minimum: Int64 = 1, cost: UnitPrice,
            load: [Double], maximum: Int64 = .max
        ) {
            self.reward = reward
            self.position = position
            self.quantity = quantity
            self.pack = pack
            self.minimum = minimum
            self.cost = cost
            self.load = load
            self.maximum = maximum
        }
    }

    /// What the order must keep to.
    public struct Terms: Hashable, Sendable {
        /// What the containers hold of each limit, > 0; infinite for no limit.
        public var capacity: [Double]
        /// Share of some limit to fill up to, 0…1; 0 for no filling.
        public var fillTo: Double
        /// Least value of the order; 0 for none.
        public var minimumValue: Money

        /// Terms with no filling unless said otherwise.
        public init(capacity: [Double], fillTo: Double = 0, minimumValue: Money) {
            self.capacity = capacity
            self.fillTo = fillTo
            self.minimumValue = minimumValue
        }
    }

    /// A change of one line.
    public struct Change: Hashable, Sendable {
        /// Index of the line.
        public let line: Int
        /// Units added; negative where taken off.
        public let units: Int64
        /// Money that it brings; negative where it costs.
        public let reward: Double
    }

    /// Units of each line.
    public let quantities: [Int64]
    /// Lines that changed, in their order.
    public let changes: [Change]
    /// Share of each limit that the order takes, 0…1; 0 of an infinite one.
    public let used: [Double]
    /// What the order costs; nil where it does not fit 64 bits.
    public let value: Money?
    /// Whether it reaches the least value and the share to fill up to.
    public let isEnough: Bool

    /// Money that all changes bring; negative where fitting the order costs.
    public var reward: Double { changes.reduce(0) { $0 + $1.reward } }

    /// Most packs put on or taken off.
    static let maximumSteps = 1_000_000

    /// The order made to fit.
    ///
    /// - Returns: nil where loads and limits differ in number, or a number is out of range. An order of nothing stays so:
    ///   a minimum is no reason to order.
    public init?(_ lines: [Line], terms: Terms) {
        guard var state = State(lines, terms) else { return nil }
        state.trim()
        if state.quantities.contains(where: { $0 > 0 }) { state.fill() }
        quantities = state.quantities
        changes = lines.indices.compactMap { index in
            let line = lines[index]
            let units = state.quantities[index] - line.quantity
            guard units != 0 else { return nil }
            let before = line.position.clampedPlus(line.quantity)
            return Change(
                line: index, units: units, reward: line.reward.value(from: before, to: before.clampedPlus(units)))
        }
        used = zip(state.load, terms.capacity).map { $1.isFinite ? $0 / $1 : 0 }
        let currency = terms.minimumValue.currency
        let minor = state.value * Double(FixedPoint.powers[currency.decimals])
        value = minor < 9e18 ? Money(minor: Int64(minor.rounded()), currency: currency) : nil
        isEnough = state.missing == .nothing
    }

    private enum Missing { case nothing, value, load }

    private struct State {
        let lines: [Line]
        let terms: Terms
        let leastValue: Double
        var quantities: [Int64]
        var load: [Double]
        var value = 0.0

        init?(_ lines: [Line], _ terms: Terms) {
            guard terms.capacity.allSatisfy({ $0 > 0 }), terms.fillTo >= 0, terms.fillTo <= 1 else { return nil }
            for line in lines {
                guard line.load.count == terms.capacity.count, line.load.allSatisfy({ $0 >= 0 && $0.isFinite }),
                    line.quantity >= 0, line.quantity < 1 << 50, line.pack >= 1, line.pack < 1 << 50,
                    line.minimum < 1 << 50, line.cost.micros >= 0
                else { return nil }
            }
            self.lines = lines
            self.terms = terms
            let currency = terms.minimumValue.currency
            leastValue = Double(terms.minimumValue.minor) / Double(FixedPoint.powers[currency.decimals])
            quantities = [Int64](repeating: 0, count: lines.count)
            load = [Double](repeating: 0, count: terms.capacity.count)
            for (index, line) in lines.enumerated() { add(line.quantity, of: index) }
        }

        mutating func add(_ units: Int64, of index: Int) {
            quantities[index] += units
            for limit in load.indices { load[limit] += lines[index].load[limit] * Double(units) }
            value += lines[index].cost.value * Double(units)
        }

        /// Sums of what was added and taken off round; that much over a limit is not over it.
        func room(_ limit: Int) -> Double { terms.capacity[limit] * (1 + 1e-9) - load[limit] }

        func reward(_ units: Int64, of index: Int) -> Double {
            let line = lines[index]
            let before = line.position.clampedPlus(quantities[index])
            return line.reward.value(from: before, to: before.clampedPlus(units))
        }

        mutating func trim() {
            for _ in 0..<maximumSteps {
                guard load.indices.contains(where: { room($0) < 0 }) else { return }
                var best: (index: Int, units: Int64, rate: Double)?
                for (index, line) in lines.enumerated() where quantities[index] > 0 {
                    let left = quantities[index] - line.pack
                    let units = left < max(1, line.minimum) ? quantities[index] : line.pack
                    var relieved = 0.0
                    for limit in load.indices where room(limit) < 0 {
                        relieved += min(line.load[limit] * Double(units), -room(limit)) / terms.capacity[limit]
                    }
                    let rate = reward(-units, of: index) / relieved
                    if relieved > 0, rate > best?.rate ?? -.infinity { best = (index, units, rate) }
                }
                guard let best else { return }
                add(-best.units, of: best.index)
            }
        }

        var missing: Missing {
            if value < leastValue * (1 - 1e-12) { return .value }
            guard terms.fillTo > 0, terms.capacity.contains(where: \.isFinite) else { return .nothing }
            return load.indices.contains { load[$0] >= terms.fillTo * terms.capacity[$0] * (1 - 1e-9) }
                ? .nothing : .load
        }

        mutating func fill() {
            for _ in 0..<maximumSteps {
                let missing = missing
                guard missing != .nothing else { return }
                var best: (index: Int, units: Int64, rate: Double)?
                for (index, line) in lines.enumerated() {
                    let units =
                        quantities[index] > 0
                        ? line.pack : PackRounding.up(max(1, line.minimum), pack: line.pack) ?? line.pack
                    guard quantities[index].clampedPlus(units) < 1 << 50,
                        quantities[index].clampedPlus(units) <= line.maximum,
                        load.indices.allSatisfy({ line.load[$0] * Double(units) <= room($0) })
                    else { continue }
                    let nearer =
                        missing == .value
                        ? min(line.cost.value * Double(units), leastValue - value)
                        : load.indices.reduce(0) { max($0, line.load[$1] * Double(units) / terms.capacity[$1]) }
                    let gain = reward(units, of: index)
                    // Gains count for each piece of what is missing; so do losses.
                    let rate = gain / nearer
                    if nearer > 0, rate > best?.rate ?? -.infinity { best = (index, units, rate) }
                }
                guard let best else { return }
                add(best.units, of: best.index)
            }
        }
    }
}
