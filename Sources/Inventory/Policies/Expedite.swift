import Numerics

/// Whether paying a supplier to hurry is worth it, and for how many units.
///
/// With L units left when the fast order would arrive and W asked for from then until the normal one does, q fast units
/// save E[(W − L)⁺] − E[(W − L − q)⁺] of the units that would be lost. What is not needed by then is sold later, and only
/// the fee is lost on it.
public struct Expedite: Hashable, Sendable {
    /// Units to have sent fast; 0 where it is not worth it.
    public let units: Int64
    /// Units expected to be saved by them.
    public let saved: Double
    /// Money expected to be saved by them.
    public let avoided: Double
    /// Money paid for speed.
    public let fee: Double
    /// Units expected to be lost without it, between the fast and the normal arrival.
    public let lost: Double

    /// Money that it brings after the fee.
    public var gain: Double { avoided - fee }

    /// - Parameters:
    ///   - supply: units free before either order arrives.
    ///   - before: demand from now until a fast order arrives.
    ///   - during: demand from then until a normal order arrives; independent of the former.
    ///   - unitLoss: money lost for each unit short, ≥ 0.
    ///   - unitFee: money for each fast unit, ≥ 0.
    ///   - fixedFee: money for any fast order, ≥ 0.
    ///   - pack: units in a pack, 1…2⁵⁰.
    /// - Returns: nil where a number is out of range.
    public init?(
        supply: Int64, before: CountDistribution, during: CountDistribution, unitLoss: Double, unitFee: Double,
        fixedFee: Double = 0, pack: Int64 = 1
    ) {
        guard unitLoss >= 0, unitFee >= 0, fixedFee >= 0, (unitLoss + unitFee + fixedFee).isFinite,
            (1...1 << 50).contains(pack)
        else { return nil }
        // More than is there is owed already, and asked for with what comes.
        let owed = Double(min(0, supply))
        let left = Leftover(of: supply, after: before)
        let lost = left.shortage(during, with: owed)
        func saved(_ packs: Int64) -> Double { lost - left.shortage(during, with: owed + Double(packs) * Double(pack)) }
        // Each further pack saves no more than the one before.
        let most = min(Int64(during.maximum).clampedMinus(min(0, supply)), PackRange.limit)
        var (low, high) = (Int64(0), most / pack + 1)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if unitLoss * (saved(middle) - saved(middle - 1)) > unitFee * Double(pack) {
                low = middle
            } else {
                high = middle - 1
            }
        }
        let worth = unitLoss * saved(low) - unitFee * Double(low) * Double(pack) - fixedFee
        let packs = worth > 0 ? low : 0
        units = packs * pack
        self.saved = packs > 0 ? saved(packs) : 0
        avoided = unitLoss * self.saved
        fee = packs > 0 ? fixedFee + unitFee * Double(packs) * Double(pack) : 0
        self.lost = lost
    }
}
