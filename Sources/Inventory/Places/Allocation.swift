import Numerics

/// Too few units for all places that ask for them: who gets how many.
public enum Allocation {
    /// A place that asks.
    public struct Claim: Hashable, Sendable {
        /// Units available there; negative where it owes.
        public var position: Int64
        /// Units per day, ≥ 0.
        public var rate: Double
        /// Most units that it may get, ≥ 0.
        public var most: Int64

        /// A claim of a place.
        public init(position: Int64, rate: Double, most: Int64) {
            self.position = position
            self.rate = rate
            self.most = most
        }
    }

    /// Up to here every number of units is exact as a double.
    private static let limit: Int64 = 1 << 50

    /// Fair shares: each pack goes to the place that would run out first, so that all run out as late and as close
    /// together as whole packs allow.
    ///
    /// The fair-share rule of distribution planning (Silver, Pyke & Thomas, 4th ed., chapter 11). More supply never gives
    /// any place less.
    ///
    /// - Parameters:
    ///   - supply: units to share; what is not a whole pack stays, and so does what is beyond 2⁵⁰.
    ///   - claims: who asks. What owes units comes before any that has some; a place without demand only gets what it owes.
    ///   - pack: units in a pack, ≥ 1.
    /// - Returns: units of each place, whole packs, at most `supply` together; nothing where a number is out of range.
    public static func fairShare(of supply: Int64, claims: [Claim], pack: Int64 = 1) -> [Int64] {
        let nothing = [Int64](repeating: 0, count: claims.count)
        guard pack >= 1, supply >= pack,
            claims.allSatisfy({
                $0.rate >= 0 && $0.rate.isFinite && $0.most >= 0 && $0.position.magnitude < UInt64(limit)
            })
        else { return nothing }
        let packs = min(supply, Allocation.limit) / pack
        // When each place runs out with `count` packs more, days; what it owes is negative and divided alike.
        func runsOut(_ claim: Claim, _ count: Int64) -> Double {
            let (added, overflow) = count.multipliedReportingOverflow(by: pack)
            let units = Double(claim.position) + (overflow ? 9e18 : Double(added))
            return claim.rate > 0 ? units / claim.rate : units < 0 ? -.greatestFiniteMagnitude : .infinity
        }
        // Packs that a place gets before any that runs out on `day` or later gets another.
        func count(_ claim: Claim, before day: Double) -> Int64 {
            let most = min(claim.most / pack, packs)
            let needed: Double
            if claim.rate > 0 {
                needed = (day * claim.rate - Double(claim.position)) / Double(pack)
            } else {
                needed = -Double(claim.position) / Double(pack)
            }
            return max(0, min(most, Int64(max(-1, min(needed.rounded(.up), 4e18)))))
        }
        func total(before day: Double) -> Int64 {
            claims.reduce(0) { $0.clampedPlus(count($1, before: day)) }
        }
        let rates = claims.map(\.rate).filter { $0 > 0 }
        var shares = nothing
        if let slowest = rates.min() {
            var low = -(claims.map { abs(Double($0.position)) }.max() ?? 0) / slowest - 1
            var high = (claims.map { abs(Double($0.position)) }.max() ?? 0) / slowest + Double(supply) / slowest + 1
            if low.isFinite, high.isFinite {
                for _ in 0..<200 {
                    let middle = low + (high - low) / 2
                    guard middle > low, middle < high else { break }
                    if total(before: middle) <= packs { low = middle } else { high = middle }
                }
                if total(before: low) <= packs { shares = claims.map { count($0, before: low) } }
            }
        }
        var left = packs - shares.reduce(0, +)
        var heap = RankHeap()
        func offer(_ index: Int) {
            let claim = claims[index]
            guard shares[index] < claim.most / pack, runsOut(claim, shares[index]) < .infinity else { return }
            heap.push(-runsOut(claim, shares[index]), index)
        }
        for index in claims.indices { offer(index) }
        while left > 0, let (_, index) = heap.pop() {
            shares[index] += 1
            left -= 1
            offer(index)
        }
        return shares.map { $0 * pack }
    }

    /// Shares by value: each pack goes where it brings most, and none where it brings nothing.
    ///
    /// Exact, since what further packs bring only falls in every place.
    ///
    /// - Parameters:
    ///   - supply: units to share.
    ///   - claims: what units are worth in each place, and units available there.
    ///   - pack: units in a pack, ≥ 1.
    /// - Returns: units of each place, whole packs; nothing where the pack is out of range.
    public static func byValue(
        of supply: Int64, claims: [(reward: UnitReward, position: Int64)], pack: Int64 = 1
    ) -> [Int64] {
        var shares = [Int64](repeating: 0, count: claims.count)
        guard pack >= 1 else { return shares }
        var heap = RankHeap()
        func offer(_ index: Int) {
            let from = claims[index].position.clampedPlus(shares[index])
            let value = claims[index].reward.value(from: from, to: from.clampedPlus(pack))
            if value > 0 { heap.push(value, index) }
        }
        for index in claims.indices { offer(index) }
        var left = supply
        while left >= pack, let (_, index) = heap.pop() {
            shares[index] += pack
            left -= pack
            offer(index)
        }
        return shares
    }
}
