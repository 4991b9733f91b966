import Domain

/// One number that an action rests on, and how far it has moved since it was shown.
public struct EvidenceMove: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Which number.
    public enum Field: String, Sendable, Codable, CaseIterable {
        /// Units on the shelf.
        case onHand = "on_hand"
        /// Units promised to customers.
        case committed
        /// Units on order.
        case onOrder = "on_order"
        /// Units expected to be asked for.
        case demand
        /// Cost of one unit, millionths.
        case cost
        /// Days from order to shelf.
        case leadTime = "lead_time"
        /// The product can no longer be assessed at all.
        case missing
        /// The position, which was below the reorder point, no longer is.
        case unneeded
    }

    /// The product.
    public var sku: SKU
    /// Which number.
    public var field: Field
    /// What was shown; for `.unneeded` the reorder point of now.
    public var was: Double
    /// What holds now; 0 for `.missing`, the position for `.unneeded`.
    public var now: Double

    /// One sentence: `A: unit cost was 2.00, is 2.50`.
    public var description: String {
        switch field {
        case .onHand: "\(sku): on hand was \(tenths(was)), is \(tenths(now))"
        case .committed: "\(sku): promised to customers was \(tenths(was)), is \(tenths(now))"
        case .onOrder: "\(sku): on order was \(tenths(was)), is \(tenths(now))"
        case .demand: "\(sku): expected demand was \(tenths(was)), is \(tenths(now))"
        case .cost: "\(sku): unit cost was \(price(was)), is \(price(now))"
        case .leadTime: "\(sku): lead time was \(tenths(was)) days, is \(tenths(now))"
        case .missing: "\(sku): nothing is known of it any more"
        case .unneeded:
            "\(sku): no longer needed: position \(tenths(now)) is not below reorder point \(tenths(was))"
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
    /// Units promised to customers, ≥ 0.
    public var committed = 0.2
    /// Units on order, ≥ 0.
    public var onOrder = 0.2
    /// Units expected to be asked for, ≥ 0.
    public var demand = 0.2
    /// Cost of one unit, ≥ 0; 0 means that any change is asked again.
    public var cost = 0.0
    /// Days from order to shelf, ≥ 0.
    public var leadTime = 0.0

    /// The defaults: a fifth for stock, what is promised or on order, and demand; nothing for cost and lead time.
    public init() {}

    /// What has moved beyond the tolerance, by SKU: |now − was| > tolerance × max(|was|, 1). What is promised or on
    /// order is often 0 and then has no scale of its own, so there it is × max(|was|, order-up-to level, 1). A need that was
    /// shown and is gone has moved, whatever the tolerance. A product that `current` does not name has moved; one that
    /// only `current` names has not been shown and does not count.
    public func moves(from shown: [SKU: LineEvidence], to current: [SKU: LineEvidence]) -> [EvidenceMove] {
        var moves: [EvidenceMove] = []
        for (sku, was) in shown.sorted(by: { $0.key < $1.key }) {
            guard let now = current[sku] else {
                moves.append(EvidenceMove(sku: sku, field: .missing, was: 0, now: 0))
                continue
            }
            func compare(
                _ field: EvidenceMove.Field, _ was: Double, _ now: Double, _ tolerance: Double, least: Double = 1
            ) {
                // Written so that a NaN counts as moved.
                if !(abs(now - was) <= tolerance * max(abs(was), least)) {
                    moves.append(EvidenceMove(sku: sku, field: field, was: was, now: now))
                }
            }
            compare(.onHand, Double(was.onHand), Double(now.onHand), onHand)
            let level = max(Double(was.orderUpTo), 1)
            compare(.committed, Double(was.committed), Double(now.committed), committed, least: level)
            compare(.onOrder, Double(was.onOrder), Double(now.onOrder), onOrder, least: level)
            compare(.demand, was.demand, now.demand, demand)
            compare(.cost, Double(was.costMicros), Double(now.costMicros), cost)
            compare(.leadTime, was.leadTimeDays, now.leadTimeDays, leadTime)
            // What was ordered along to fill up an order was never below its reorder point.
            if was.isBelowReorderPoint, !now.isBelowReorderPoint {
                moves.append(
                    EvidenceMove(sku: sku, field: .unneeded, was: Double(now.reorderPoint), now: now.position))
            }
        }
        return moves
    }
}

extension LineEvidence {
    /// Units on the shelf and on order that are not promised.
    fileprivate var position: Double { Double(onHand) - Double(committed) + Double(onOrder) }

    fileprivate var isBelowReorderPoint: Bool { position < Double(reorderPoint) }
}
