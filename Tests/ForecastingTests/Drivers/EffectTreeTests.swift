import Numerics
import Testing

@testable import Forecasting

@Suite("Effects drawn to one another")
struct EffectTreeTests {
    @Test("means and variances are those of the joint normal law, solved as linear equations")
    func joint() {
        var tree = EffectTree()
        let root = tree.add(parent: -1, variance: 0.5)
        let left = tree.add(parent: root, variance: 0.2)
        let right = tree.add(parent: root, variance: 0.3)
        let leaves = [left, left, right].map { tree.add(parent: $0, variance: 0.1) }
        var found = [SIMD2<Double>](repeating: .zero, count: tree.count)
        found[leaves[0]] = SIMD2(1.5, 4)
        found[leaves[1]] = SIMD2(0.4, 10)
        found[right] = SIMD2(-0.5, 2)
        let drawn = tree.drawn(found)
        // Precision matrix of the prior and the measurements, inverted column by column.
        let count = tree.count
        var matrix = [Double](repeating: 0, count: count * count)
        for node in 0..<count {
            let precision = 1 / tree.variances[node]
            matrix[node * count + node] += precision + found[node][1]
            let parent = tree.parents[node]
            guard parent >= 0 else { continue }
            matrix[parent * count + parent] += precision
            matrix[node * count + parent] -= precision
            matrix[parent * count + node] -= precision
        }
        var means = found.map { $0[0] * $0[1] }
        var spoilt = matrix
        #expect(Cholesky.solve(&spoilt, &means, count))
        for node in 0..<count {
            var unit = [Double](repeating: 0, count: count)
            unit[node] = 1
            var spoilt = matrix
            #expect(Cholesky.solve(&spoilt, &unit, count))
            #expect(abs(drawn[node][0] - means[node]) < 1e-12)
            #expect(abs(drawn[node][1] - unit[node]) < 1e-12)
        }
    }

    @Test("with nothing measured all is as believed")
    func nothing() {
        var tree = EffectTree()
        let root = tree.add(parent: -1, variance: 0.5)
        _ = tree.add(parent: root, variance: 0.2)
        let drawn = tree.drawn([.zero, .zero])
        #expect(drawn[0] == SIMD2(0, 0.5))
        #expect(abs(drawn[1][1] - 0.7) < 1e-12 && drawn[1][0] == 0)
    }
}
