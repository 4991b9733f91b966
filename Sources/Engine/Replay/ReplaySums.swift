import Domain
import Inventory
import Numerics
import Store

/// What a replay comes to, product by product as they are played; their order is that of the products' keys.
struct ReplaySums {
    /// What one product lost under a side, mean of the draws.
    struct Miss {
        var product: Product
        var place: PlaceName
        var figures: ReplayFigures

        /// The cause of most units.
        var cause: MissCause {
            var most = 0
            for index in MissCause.allCases.indices where figures.causes[index] > figures.causes[most] { most = index }
            return MissCause.allCases[most]
        }
    }

    /// Misses that are told of each side.
    static let mostMisses = 20

    private let replay: Replay
    private let currency: Currency
    /// By side, then draw.
    private var totals: [[ReplayFigures]]
    private var documents: [[Set<ReplayedProduct.Document>]]
    /// Of each side less the last, by measure: product after product, a value for each draw.
    private var differences: [[[Double]]]
    private var misses: [[Miss]]
    private var gaps = [Int](repeating: 0, count: ReplayGap.allCases.count)
    private var products = 0
    private var undated = 0
    private var unordered = 0
    private var hiddenDays = 0

    init(_ replay: Replay, currency: Currency) {
        self.replay = replay
        self.currency = currency
        totals = replay.sides.map { _ in Array(repeating: ReplayFigures(), count: replay.draws) }
        documents = replay.sides.map { _ in Array(repeating: [], count: replay.draws) }
        differences = replay.sides.dropLast().map { _ in ReplayMeasure.allCases.map { _ in [] } }
        misses = replay.sides.map { _ in [] }
    }

    /// Notes that a product is left out.
    mutating func leave(_ gap: ReplayGap) { gaps[gap.rawValue] += 1 }

    /// Adds a product, or notes why it is left out.
    mutating func add(_ result: Result<ReplayedProduct, ReplayGap>) {
        let played: ReplayedProduct
        switch result {
        case .success(let product): played = product
        case .failure(let gap): return leave(gap)
        }
        products += 1
        undated += played.undated
        unordered += played.unordered
        hiddenDays += played.hiddenDays
        for side in totals.indices {
            var mean = ReplayFigures()
            for draw in totals[side].indices {
                totals[side][draw] += played.figures[side][draw]
                documents[side][draw].formUnion(played.documents[side][draw])
                mean += played.figures[side][draw]
            }
            note(Miss(product: played.product, place: played.place, figures: mean / Double(replay.draws)), side)
        }
        for side in differences.indices {
            for (index, measure) in ReplayMeasure.allCases.enumerated() {
                for (own, other) in zip(played.figures[side], played.figures[totals.count - 1]) {
                    differences[side][index].append(measure.of(own) - measure.of(other))
                }
            }
        }
    }

    private mutating func note(_ miss: Miss, _ side: Int) {
        guard miss.figures.short > 0 else { return }
        func isWorse(_ left: Miss, _ right: Miss) -> Bool {
            if left.figures.marginLost != right.figures.marginLost {
                return left.figures.marginLost > right.figures.marginLost
            }
            return (left.product.sku, left.place) < (right.product.sku, right.place)
        }
        let place = misses[side].firstIndex { isWorse(miss, $0) } ?? misses[side].count
        guard place < ReplaySums.mostMisses else { return }
        misses[side].insert(miss, at: place)
        if misses[side].count > ReplaySums.mostMisses { misses[side].removeLast() }
    }

    /// The report.
    ///
    /// - Throws: `EngineError(.usage)` where no product could be played.
    func report() throws -> ReplayReport {
        guard products > 0 else {
            let reasons = ReplayGap.allCases.filter { gaps[$0.rawValue] > 0 }.map { "\(gaps[$0.rawValue]) \($0.words)" }
            throw EngineError(
                .usage,
                "nothing can be replayed: \(reasons.isEmpty ? "no product was counted or sold" : reasons.joined(separator: ", "));"
                    + " penstock coverage shows what is missing")
        }
        var totals = totals
        for side in totals.indices {
            for draw in totals[side].indices { totals[side][draw].orders = Double(documents[side][draw].count) }
        }
        return ReplayReport(
            replay: replay, currency: currency, products: products, gaps: gaps,
            undated: replay.sides.contains { $0.policy == nil } ? undated : 0,
            unordered: replay.sides.contains { $0.policy == nil } ? unordered : 0, hiddenDays: hiddenDays,
            totals: totals,
            differences: differences.enumerated().map { side, values in
                values.enumerated().compactMap { index, values in
                    PairedBootstrap(
                        values, draws: replay.draws, level: ReplayReport.level,
                        seed: replay.seed &+ UInt64(side) &* 0x9E37_79B9_7F4A_7C15)
                }
            }, misses: misses)
    }
}

extension ReplayFigures {
    static func / (figures: ReplayFigures, count: Double) -> ReplayFigures {
        var mean = figures
        mean.asked /= count
        mean.short /= count
        mean.revenue /= count
        mean.marginLost /= count
        mean.onHand /= count
        mean.inTransit /= count
        mean.lines /= count
        mean.orders /= count
        mean.daysOut /= count
        mean.causes /= count
        return mean
    }
}
