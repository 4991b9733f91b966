import Forecasting
import Glibc
import Numerics
import Testing

@Suite("Hierarchies and their reconciliation")
struct HierarchyTests {
    /// Solves A·x = b by elimination, for checks by the textbook formula.
    func solve(_ matrix: [[Double]], _ right: [[Double]]) -> [[Double]] {
        var a = zip(matrix, right).map { $0 + $1 }
        let n = a.count
        for column in 0..<n {
            let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
            a.swapAt(column, pivot)
            for row in 0..<n where row != column {
                let factor = a[row][column] / a[column][column]
                for k in column..<a[row].count { a[row][k] -= factor * a[column][k] }
            }
        }
        return (0..<n).map { row in a[row][n...].map { $0 / a[row][row] } }
    }

    func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        a.map { row in b[0].indices.map { j in row.indices.reduce(0) { $0 + row[$1] * b[$1][j] } } }
    }

    func transposed(_ a: [[Double]]) -> [[Double]] { a[0].indices.map { j in a.map { $0[j] } } }

    /// S·(SᵀW⁻¹S)⁻¹SᵀW⁻¹ŷ with all matrices in full.
    func dense(_ forecasts: [Double], _ hierarchy: Hierarchy, _ covariance: [[Double]], free: [Int]? = nil) -> [Double]
    {
        let bottoms = free ?? Array(0..<hierarchy.bottomCount)
        let sums = transposed(
            bottoms.map { i in
                var unit = [Double](repeating: 0, count: hierarchy.bottomCount)
                unit[i] = 1
                return hierarchy.aggregated(unit) ?? []
            })
        let weighted = solve(covariance, sums)
        let normal = product(transposed(sums), weighted)
        let right = product(transposed(weighted), forecasts.map { [$0] })
        return product(sums, solve(normal, right)).map { $0[0] }
    }

    func diagonal(_ values: [Double]) -> [[Double]] {
        values.indices.map { i in values.indices.map { $0 == i ? values[i] : 0 } }
    }

    /// Three levels that are not nested: total, four groups, three other groups, over a dozen series.
    func crossed() throws -> Hierarchy {
        try #require(
            Hierarchy(
                bottomCount: 12,
                levels: [
                    [Int](repeating: 0, count: 12), (0..<12).map { $0 / 3 }, (0..<12).map { $0 % 3 },
                ]))
    }

    @Test("the worked examples of least squares")
    func examples() throws {
        let pair = try #require(Hierarchy(bottomCount: 2, levels: [[0, 0]]))
        let forecasts = [100.0, 45, 50]
        for (errors, expected) in [
            (ErrorCovariance.equal, [98.33333333, 46.66666667, 51.66666667]), (.structural, [97.5, 46.25, 51.25]),
            (.variances([4, 1, 2]), [97.14285714, 45.71428571, 51.42857143]),
        ] {
            let found = try #require(Reconciliation.reconciled(forecasts, hierarchy: pair, errors: errors))
            for (left, right) in zip(found, expected) { #expect(abs(left - right) < 1e-7) }
        }
        #expect(pair.aggregated([45, 50]) == [95, 45, 50])
        #expect(pair.sizes == [2, 1, 1])
    }

    @Test("crossed levels agree with the textbook formula", arguments: [UInt64(1), 2, 3])
    func crossedLevels(seed: UInt64) throws {
        let hierarchy = try crossed()
        var generator = SplitMix64(seed: seed)
        let forecasts = (0..<hierarchy.nodeCount).map { _ in 10 + 5 * generator.normal() }
        let variances = (0..<hierarchy.nodeCount).map { _ in 0.1 + 10 * generator.uniform() }
        for (errors, matrix) in [
            (ErrorCovariance.equal, diagonal(variances.map { _ in 1 })), (.structural, diagonal(hierarchy.sizes)),
            (.variances(variances), diagonal(variances)),
        ] {
            let found = try #require(Reconciliation.reconciled(forecasts, hierarchy: hierarchy, errors: errors))
            for (left, right) in zip(found, dense(forecasts, hierarchy, matrix)) { #expect(abs(left - right) < 1e-6) }
            // What adds up already is left alone.
            let again = try #require(Reconciliation.reconciled(found, hierarchy: hierarchy, errors: errors))
            for (left, right) in zip(found, again) { #expect(abs(left - right) < 1e-8) }
        }
    }

    @Test("shrunken covariance agrees with the textbook formula, pair by pair")
    func shrunk() throws {
        let hierarchy = try crossed()
        let nodes = hierarchy.nodeCount
        let periods = 9
        var generator = SplitMix64(seed: 6)
        let residuals = (0..<periods).flatMap { _ -> [Double] in
            let common = generator.normal()
            let bottom = (0..<12).map { _ in common + generator.normal() }
            return (hierarchy.aggregated(bottom) ?? []).map { $0 + 0.5 * generator.normal() }
        }
        let n = Double(periods)
        func residual(_ t: Int, _ i: Int) -> Double { residuals[t * nodes + i] }
        var covariance = (0..<nodes).map { i in
            (0..<nodes).map { j in (0..<periods).reduce(0) { $0 + residual($1, i) * residual($1, j) } / n }
        }
        var (top, bottom) = (0.0, 0.0)
        for i in 0..<nodes {
            for j in 0..<nodes where i != j {
                let scale = (covariance[i][i] * covariance[j][j]).squareRoot()
                let products = (0..<periods).map { residual($0, i) * residual($0, j) / scale }
                let r = products.reduce(0, +) / n
                top += products.reduce(0) { $0 + ($1 - r) * ($1 - r) } / (n * (n - 1))
                bottom += r * r
            }
        }
        let share = min(1, top / bottom)
        #expect(share > 0.05 && share < 0.95)
        for i in 0..<nodes { for j in 0..<nodes where i != j { covariance[i][j] *= 1 - share } }
        let forecasts = (0..<nodes).map { _ in 20 + 4 * generator.normal() }
        let found = try #require(
            Reconciliation.reconciled(
                forecasts, hierarchy: hierarchy, errors: .shrunk(residuals: residuals, periods: periods)))
        for (left, right) in zip(found, dense(forecasts, hierarchy, covariance)) { #expect(abs(left - right) < 1e-5) }
    }

    @Test("no value is negative, and no other such forecast is nearer", arguments: [UInt64(1), 2, 3, 4])
    func nonNegative(seed: UInt64) throws {
        let hierarchy = try #require(Hierarchy(bottomCount: 6, levels: [[0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1]]))
        var generator = SplitMix64(seed: seed)
        let forecasts = (0..<9).map { _ in 2 * generator.normal() + 0.3 }
        let variances = (0..<9).map { _ in 0.2 + generator.uniform() }
        let found = try #require(
            Reconciliation.reconciled(
                forecasts, hierarchy: hierarchy, errors: .variances(variances), nonNegative: true))
        func distance(_ values: [Double]) -> Double {
            values.indices.reduce(0) {
                $0 + (values[$1] - forecasts[$1]) * (values[$1] - forecasts[$1]) / variances[$1]
            }
        }
        // Every choice of series at 0, by the textbook formula; the nearest of those without negatives.
        var best = distance(hierarchy.aggregated([Double](repeating: 0, count: 6)) ?? [])
        for choice in 1..<64 {
            let free = (0..<6).filter { choice >> $0 & 1 == 1 }
            let values = dense(forecasts, hierarchy, diagonal(variances), free: free)
            if values[3...].allSatisfy({ $0 >= -1e-9 }) { best = min(best, distance(values)) }
        }
        #expect(found.allSatisfy { $0 >= 0 })
        #expect(abs(distance(found) - best) < 1e-6)
        #expect(found == hierarchy.aggregated(Array(found[3...])))
    }

    @Test("variances of nought keep forecasts, and series of zeros do no harm")
    func certain() throws {
        let pair = try #require(Hierarchy(bottomCount: 2, levels: [[0, 0]]))
        let top = try #require(
            Reconciliation.reconciled([100, 45, 50], hierarchy: pair, errors: .variances([0, 1, 1])))
        #expect(abs(top[0] - 100) < 1e-9 && abs(top[1] - 47.5) < 1e-9)
        let all = try #require(
            Reconciliation.reconciled([0, 0, 0], hierarchy: pair, errors: .variances([0, 0, 0])))
        #expect(all == [0, 0, 0])
        let zeros = try #require(
            Reconciliation.reconciled(
                [10, 4, 0], hierarchy: pair, errors: .shrunk(residuals: [1, 1, 0, -1, -1, 0, 2, 1, 0], periods: 3),
                nonNegative: true))
        #expect(zeros[2] == 0 && abs(zeros[0] - zeros[1]) < 1e-9)
        #expect(Reconciliation.reconciled([1, 2], hierarchy: pair, errors: .equal) == nil)
        #expect(Reconciliation.reconciled([1, 2, .nan], hierarchy: pair, errors: .equal) == nil)
        #expect(Reconciliation.reconciled([1, 2, 3], hierarchy: pair, errors: .variances([1, -1, 1])) == nil)
        #expect(
            Reconciliation.reconciled([1, 2, 3], hierarchy: pair, errors: .shrunk(residuals: [], periods: 0)) == nil)
        let flat = try #require(Hierarchy(bottomCount: 2, levels: []))
        #expect(Reconciliation.reconciled([3, 4], hierarchy: flat, errors: .equal) == [3, 4])
        let none = try #require(Hierarchy(bottomCount: 0, levels: [[]]))
        #expect(Reconciliation.reconciled([], hierarchy: none, errors: .equal) == [])
        #expect(Hierarchy(bottomCount: 2, levels: [[0, 2]]) == nil)
        #expect(Hierarchy(bottomCount: 3, levels: [[0, 2, 2]]) == nil)
        #expect(Hierarchy(bottomCount: 2, levels: [[0]]) == nil)
    }

    @Test("top-down shares out by forecast proportions")
    func topDown() throws {
        let tree = try #require(Hierarchy(bottomCount: 4, levels: [[0, 0, 0, 0], [0, 0, 1, 1]]))
        // 100 in the proportion 30 : 10, then 3 : 1 and, where all are 0, evenly.
        let found = try #require(tree.topDown([100, 30, 10, 3, 1, 0, 0]))
        #expect(found == [100, 75, 25, 56.25, 18.75, 12.5, 12.5])
        let crossed = try #require(Hierarchy(bottomCount: 4, levels: [[0, 0, 1, 1], [0, 1, 0, 1]]))
        #expect(crossed.topDown([1, 1, 1, 1, 1, 1, 1, 1]) == nil)
        #expect(tree.topDown([1]) == nil)
    }

    @Test("whole units keep every nested sum within one")
    func whole() throws {
        var generator = SplitMix64(seed: 2)
        let tree = try #require(
            Hierarchy(
                bottomCount: 60, levels: [(0..<60).map { _ in 0 }, (0..<60).map { $0 / 20 }, (0..<60).map { $0 / 5 }]))
        let bottom = (0..<60).map { _ in 0.4 * generator.uniform() }
        let exact = try #require(tree.aggregated(bottom))
        let found = try #require(tree.wholeUnits(bottom: bottom))
        #expect(found[0] == exact[0].rounded())
        for (left, right) in zip(found, exact) {
            #expect(left == left.rounded() && left >= 0)
            #expect(abs(left - right) <= 1 + 1e-9)
        }
        #expect(tree.wholeUnits(bottom: [1]) == nil)
    }
}
