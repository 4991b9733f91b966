import Domain
import Formats
import Inventory
import Store

/// Stock worth moving between places before any is bought, the greatest gain first.
public struct TransferReport: Report {
    /// One move.
    public struct Move: Sendable {
        /// Where it is spare.
        public var from: ProductPlan
        /// Where it is short.
        public var to: ProductPlan
        /// Units, gain and cost.
        public var transfer: Transfer
    }

    let moves: [Move]
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            moves.map { move in
                .object([
                    ("sku", .text(move.to.product.sku)), ("name", .string(move.to.product.name)),
                    ("from", .text(move.from.place)), ("to", .text(move.to.place)),
                    ("units", .integer(move.transfer.units)), ("gain", .money(move.transfer.gain, currency)),
                    ("cost", .money(move.transfer.cost, currency)),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        guard !moves.isEmpty else { return "no stock is worth moving between places" }
        var table = TextTable([
            .init("SKU"), .init("NAME"), .init("FROM"), .init("TO"), .init("UNITS", number: true),
            .init("GAIN", number: true), .init("TRIP", number: true), .init("RUNS OUT THERE", number: true),
        ])
        for move in moves {
            table.add([
                move.to.product.sku.text, Readable.cut(move.to.product.name, 28), move.from.place.text,
                move.to.place.text, String(move.transfer.units), Readable.units(move.transfer.gain),
                Readable.units(move.transfer.cost),
                move.to.line.map { Readable.chance($0.risk.chanceBeforeNext) } ?? "?",
            ])
        }
        return table.text + "\ngain and trip in \(currency)"
    }
}

extension Engine {
    /// Moves between places that bring more than they cost.
    ///
    /// - Parameters:
    ///   - tripCost: money for a trip of one product from one place to another, ≥ 0, units of the shop's currency.
    ///   - unitCost: money for each unit on it, ≥ 0.
    /// - Throws: `.usage` for costs out of range.
    public func transfers(tripCost: Double, unitCost: Double, actor: String) throws -> TransferReport {
        guard tripCost >= 0, unitCost >= 0, (tripCost + unitCost).isFinite else {
            throw EngineError(.usage, "give costs of a trip and of a unit of 0 or more")
        }
        let rate = try policy(actor: actor).policy.service.holdingRate
        var moves: [TransferReport.Move] = []
        let byProduct = Dictionary(grouping: try plans(actor: actor).filter { $0.kit == nil }, by: \.product.id)
        for plans in byProduct.values where plans.count > 1 {
            let known = plans.compactMap { plan in plan.reward(holdingRate: rate).map { (plan: plan, reward: $0) } }
            guard known.count > 1 else { continue }
            let places = known.map { plan, reward in
                Transfer.Place(
                    available: plan.line?.available ?? 0, keeps: plan.line?.policy?.reorderPoint ?? 0, reward: reward)
            }
            let lanes = places.indices.flatMap { from in
                places.indices.filter { $0 != from }.map {
                    Transfer.Lane(from: from, to: $0, fixedCost: tripCost, unitCost: unitCost)
                }
            }
            for transfer in Transfer.plan(places, lanes: lanes) {
                let lane = lanes[transfer.lane]
                moves.append(
                    TransferReport.Move(from: known[lane.from].plan, to: known[lane.to].plan, transfer: transfer))
            }
        }
        moves.sort {
            let (a, b) = ($0.transfer.gain - $0.transfer.cost, $1.transfer.gain - $1.transfer.cost)
            return a != b
                ? a > b
                : ($0.to.product.sku, $0.from.place, $0.to.place) < ($1.to.product.sku, $1.from.place, $1.to.place)
        }
        return TransferReport(moves: moves, currency: settings.currency)
    }
}
