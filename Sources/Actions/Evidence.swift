import Domain

/// One number that an action rests on, and how far it has moved since it was shown.
public struct EvidenceMove: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Which number.
    public enum Field: String, Sendable, Codable, CaseIterable {
        /// Units on the shelf.
        case onHand = "on_hand"
        /// Units expected to be asked for.
        case demand
        /// Cost of one unit, millionths.
        case cost
        /// Days from order to shelf.
        case leadTime = "lead_time"
        /// The product can no longer be assessed at all.
        case missing
    }

    /// The product.
    public var sku: SKU
    /// Which number.
    public var field: Field
    /// What was shown.
    public var was: Double
    /// What holds now; 0 for `.missing`.
    public var now: Double

    /// One sentence: `A: unit cost was 2.00, is 2.50`.
    public var description: String {
        switch field {
        case .onHand: "\(sku): on hand was \(tenths(was)), is \(tenths(now))"
        case .demand: "\(sku): expected demand was \(tenths(was)), is \(tenths(now))"
        case .cost: "\(sku): unit cost was \(price(was)), is \(price(now))"
        case .leadTime: "\(sku): lead time was \(tenths(was)) days, is \(tenths(now))"
        case .missing: "\(sku): nothing is known of it any more"
        }
    }

    private func tenths(_ value: Double) -> String {
        guard value.magnitude < 1e15 else { return "\(value)" }
        return FixedPoint.text(Int64((value * 10).rounded()), decimals: 1, keep: 0)
    }

    private func price(_ micros: Double) -> String {
        Int64(exactly: micros).map { UnitPrice(micros: $0).description } ?? "\(micros / 1_000_000)"
    }
}

/// How far each number may move, relative to what was shown, before a decision about it no longer counts.
public struct EvidenceTolerance: Hashable, Sendable, Codable {
    /// Units on the shelf, ≥ 0.
    public var onHand = 0.2
    /// Units expected to be asked for, ≥ 0.
    public var demand = 0.2
    /// Cost of one unit, ≥ 0; 0 means that any change is asked again.
    public var cost = 0.0
    /// Days from order to shelf, ≥ 0.
    public var leadTime = 0.0

    /// The defaults: a fifth for stock and demand, nothing for cost and lead time.
    public init() {}

    /// What has moved beyond the tolerance, by SKU: |now − was| > tolerance × max(|was|, 1). A product that `current`
    /// does not name has moved; one that only `current` names has not been shown and does not count.
    public func moves(from shown: [SKU: LineEvidence], to current: [SKU: LineEvidence]) -> [EvidenceMove] {
        var moves: [EvidenceMove] = []
        for (sku, was) in shown.sorted(by: { $0.key < $1.key }) {
            guard let now = current[sku] else {
                moves.append(EvidenceMove(sku: sku, field: .missing, was: 0, now: 0))
                continue
            }
            func compare(_ field: EvidenceMove.Field, _ was: Double, _ now: Double, _ tolerance: Double) {
                // Written so that a NaN counts as moved.
                if !(abs(now - was) <= tolerance * max(abs(was), 1)) {
                    moves.append(EvidenceMove(sku: sku, field: field, was: was, now: now))
                }
            }
            compare(.onHand, Double(was.onHand), Double(now.onHand), onHand)
            compare(.demand, was.demand, now.demand, demand)
            compare(.cost, Double(was.costMicros), Double(now.costMicros), cost)
            compare(.leadTime, was.leadTimeDays, now.leadTimeDays, leadTime)
        }
        return moves
    }
}
