import Glibc

/// Where levels go by what series look like, learned from the looks back of all of them: small boosted trees that correct
/// the level of the three memories, each look starting from its own.
///
/// They maximise the likelihood of demand whose variance is twice its mean and an eighth of its square, what three weeks of
/// retail products scatter by about such a level; the variance is put in as a weight, so that large series do not rule.
/// Settings chosen on two stores of the public M5 data set.
struct PooledLevel: Sendable, Hashable {
    private let edges: BinEdges
    private let trees: TreeEnsemble

    /// Fewest looks that are learned from.
    static let leastLooks = 2000
    /// Most looks; every so many of more.
    private static let mostLooks = 40_000

    /// What is learned from looks and the units that the memories expect of each; nil from fewer than `leastLooks`.
    init?(_ looks: [DemandStudy.Look], expected: [Double], concurrently: @escaping Concurrently) {
        guard looks.count >= PooledLevel.leastLooks else { return nil }
        let every = (looks.count + PooledLevel.mostLooks - 1) / PooledLevel.mostLooks
        let used = Array(stride(from: 0, to: looks.count, by: every))
        var sample: [Float] = []
        let part = (used.count + 4999) / 5000
        for place in stride(from: 0, to: used.count, by: part) { sample += PooledLevel.row(looks[used[place]].traits) }
        edges = BinEdges(sample: sample, features: LevelTraits.count)
        var rows = BinnedRows(count: used.count, edges: edges)
        var target: [Float] = []
        var offset: [Float] = []
        for (place, index) in used.enumerated() {
            rows.put(PooledLevel.row(looks[index].traits), at: place)
            let mean = max(PooledLevel.least, expected[index])
            // Deviance is linear in the units: weighing a look is counting its units and its mean in other units.
            let weight = 1 / (2 + mean / 8)
            target.append(Float(min(1e30, weight * looks[index].came)))
            offset.append(Float(log(weight * mean)))
        }
        var settings = GradientBoosting.Settings()
        settings.trees = 120
        settings.leaves = 12
        settings.rate = 0.05
        settings.minimumWeight = 400
        settings.rowShare = 0.7
        settings.power = 1
        trees = GradientBoosting.train(
            rows: rows, target: target, offset: offset, settings: settings, concurrently: concurrently)
    }

    /// Units that a look expects at least.
    private static let least = 0.05

    private static func row(_ traits: LevelTraits.Values) -> [Float] { (0..<LevelTraits.count).map { traits[$0] } }

    /// Factor of the level of the three memories for a series of these traits, e⁻²…e².
    func factors(_ traits: [LevelTraits.Values]) -> [Double] {
        var rows = BinnedRows(count: traits.count, edges: edges)
        for (index, values) in traits.enumerated() { rows.put(PooledLevel.row(values), at: index) }
        var scores = [Float](repeating: 0, count: traits.count)
        trees.add(to: &scores, rows)
        return scores.map { exp(Double(min(2, max(-2, $0)))) }
    }
}
