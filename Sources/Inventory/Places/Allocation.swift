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

    /// Packs are handed out one by one where their value decides.
    private static let mostPacks: Int64 = 10_000_000

    /// Fair shares: each pack goes to the place that would run out first, so that all run out as late and as close
    /// together as whole packs allow.
    ///
    /// The fair-share rule of distribution planning (Silver, Pyke & Thomas, 4th ed., chapter 11). More supply never gives
    /// any place less.
    ///
    /// - Parameters:
    ///   - supply: units to share; what is not a whole pack stays, and so does what is beyond 2⁵⁰.
    ///   - claims: who asks, at rates up to 1e12; below 1e-9 counts as none. What owes units comes before any that has
    ///     some; a place without demand only gets what it owes.
    ///   - pack: units in a pack, ≥ 1.
    /// - Returns: units of each place, whole packs, at most `supply` together; nothing where a number is out of range.
    public static func fairShare(of supply: Int64, claims: [Claim], pack: Int64 = 1) -> [Int64] {
        var shares = [Int64](repeating: 0, count: claims.count)
        guard pack >= 1, supply >= pack,
            claims.allSatisfy({
                $0.rate >= 0 && $0.rate <= 1e12 && $0.most >= 0 && $0.position.magnitude < UInt64(limit)
            })
        else { return shares }
        var left = min(supply, limit) / pack
        // What is owed where nothing else is asked for has waited for ever.
        let moving = claims.indices.filter { claims[$0].rate >= 1e-9 }
        for index in claims.indices where claims[index].rate < 1e-9 && claims[index].position < 0 {
            let owed = -claims[index].position
            shares[index] = min(left, claims[index].most / pack, owed / pack + (owed % pack > 0 ? 1 : 0))
            left -= shares[index]
        }
        let bulk = before(moving.map { claims[$0] }, packs: left, pack: pack)
        for (index, packs) in zip(moving, bulk) {
            shares[index] = packs
            left -= packs
        }
        // What is left goes one by one: the day of the last full share leaves at most a few packs.
        var heap = RankHeap()
        func offer(_ index: Int) {
            guard shares[index] < claims[index].most / pack else { return }
            heap.push(-(Double(claims[index].position) + Double(shares[index] * pack)) / claims[index].rate, index)
        }
        for index in moving { offer(index) }
        while left > 0, let (_, index) = heap.pop() {
            shares[index] += 1
            left -= 1
            offer(index)
        }
        return shares.map { $0 * pack }
    }

    /// Packs of each place so that none that runs out before some day is short of one, the day being the latest for which
    /// `packs` suffice. Rates are positive.
    private static func before(_ claims: [Claim], packs: Int64, pack: Int64) -> [Int64] {
        let none = claims.map { _ in Int64(0) }
        let days = claims.map { Double($0.position) / $0.rate }
        guard let first = days.min(), let last = days.max(), let slowest = claims.map(\.rate).min() else { return none }
        func counts(_ day: Double) -> [Int64] {
            claims.map { claim in
                let needed = ((day * claim.rate - Double(claim.position)) / Double(pack)).rounded(.up)
                return min(claim.most / pack, needed < Double(packs) ? Int64(max(0, needed)) : packs)
            }
        }
        func suffice(_ day: Double) -> Bool { counts(day).reduce(0) { $0.clampedPlus($1) } <= packs }
        var (low, high) = (first - 1, last + Double(packs) * Double(pack) / slowest + 1)
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if suffice(middle) { low = middle } else { high = middle }
        }
        return suffice(low) ? counts(low) : none
    }

    /// Shares by value: each pack goes where it brings most, and none where it brings nothing.
    ///
    /// Exact, since what further packs bring only falls in every place.
    ///
    /// - Parameters:
    ///   - supply: units to share; what is beyond ten million packs stays.
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
        var left = min(supply, pack.multipliedReportingOverflow(by: mostPacks).overflow ? supply : pack * mostPacks)
        while left >= pack, let (_, index) = heap.pop() {
            shares[index] += pack
            left -= pack
            offer(index)
        }
        return shares
    }
}
