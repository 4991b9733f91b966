/// What is taken to be known of the errors of the nodes' own forecasts: the weights of reconciliation.
public enum ErrorCovariance: Sendable {
    /// All alike and independent: ordinary least squares.
    case equal
    /// Variance in proportion to the bottom series under a node: structural scaling.
    case structural
    /// A variance for each node, ≥ 0, in the order of the hierarchy. At 0 a forecast is kept as it is.
    case variances([Double])
    /// Sample covariance of residuals drawn towards its diagonal: MinT with shrinkage.
    ///
    /// `residuals` are errors of all nodes' one-step forecasts, `periods` rows of as many nodes. The share of the diagonal is
    /// that of Schäfer & Strimmer, "A shrinkage approach to large-scale covariance matrix estimation", SAGMB 4 (2005).
    case shrunk(residuals: [Double], periods: Int)
}

/// A covariance as a diagonal and a few rows: diag(variances) + rowsᵀ·rows, never a square matrix of all nodes.
struct LowRankCovariance {
    var diagonal: [Double]
    /// `rank` rows of as many nodes.
    var rows: [Double]
    var rank: Int

    /// Nil where shapes do not fit or a number is negative or not finite.
    init?(_ errors: ErrorCovariance, of hierarchy: Hierarchy) {
        let nodes = hierarchy.nodeCount
        (rows, rank) = ([], 0)
        switch errors {
        case .equal: diagonal = [Double](repeating: 1, count: nodes)
        case .structural: diagonal = hierarchy.sizes
        case .variances(let variances):
            guard variances.count == nodes, variances.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
            diagonal = variances
        case .shrunk(let residuals, let periods):
            guard periods >= 2, residuals.count == nodes * periods, residuals.allSatisfy({ $0.isFinite }) else {
                return nil
            }
            diagonal = [Double](repeating: 0, count: nodes)
            for t in 0..<periods {
                for i in 0..<nodes {
                    diagonal[i] += residuals[t * nodes + i] * residuals[t * nodes + i] / Double(periods)
                }
            }
            let share = LowRankCovariance.shrinkage(residuals, periods: periods, variances: diagonal)
            let factor = ((1 - share) / Double(periods)).squareRoot()
            rows = residuals.map { $0 * factor }
            rank = periods
            for i in 0..<nodes { diagonal[i] *= share }
        }
    }

    /// The product with a vector of all nodes.
    func times(_ x: [Double]) -> [Double] {
        let nodes = x.count
        var result = x
        for i in 0..<nodes { result[i] *= diagonal[i] }
        rows.withUnsafeBufferPointer { rows in
            x.withUnsafeBufferPointer { x in
                result.withUnsafeMutableBufferPointer { result in
                    for t in 0..<rank {
                        // Four sums at once: the order of additions stays the same for the same input.
                        var sums = SIMD4<Double>(repeating: 0)
                        var i = 0
                        while i + 4 <= nodes {
                            sums += SIMD4(
                                rows[t * nodes + i] * x[i], rows[t * nodes + i + 1] * x[i + 1],
                                rows[t * nodes + i + 2] * x[i + 2], rows[t * nodes + i + 3] * x[i + 3])
                            i += 4
                        }
                        var product = sums.sum()
                        while i < nodes {
                            product += rows[t * nodes + i] * x[i]
                            i += 1
                        }
                        for i in 0..<nodes { result[i] += product * rows[t * nodes + i] }
                    }
                }
            }
        }
        return result
    }

    /// Share of the diagonal, 0…1: Σ Var(rᵢⱼ) ÷ Σ rᵢⱼ² over pairs of nodes, of the correlations of residuals.
    ///
    /// Both sums over millions of pairs follow from the products of each two periods' standardised residuals, of which
    /// there are few: O(periods² × nodes).
    static func shrinkage(_ residuals: [Double], periods: Int, variances: [Double]) -> Double {
        let nodes = variances.count
        var standard = residuals
        for t in 0..<periods {
            for i in 0..<nodes { standard[t * nodes + i] *= variances[i] > 0 ? 1 / variances[i].squareRoot() : 0 }
        }
        let n = Double(periods)
        var squares = 0.0
        var fourths = 0.0
        for s in 0..<periods {
            for t in 0...s {
                var product = 0.0
                for i in 0..<nodes { product += standard[s * nodes + i] * standard[t * nodes + i] }
                squares += (s == t ? 1 : 2) * product * product
                if s == t { fourths += product * product }
            }
        }
        // Pairs of a node with itself do not count: its correlation is 1, its products the fourth powers.
        var own = 0.0
        var used = 0.0
        for i in 0..<nodes where variances[i] > 0 {
            used += 1
            for t in 0..<periods {
                let square = standard[t * nodes + i] * standard[t * nodes + i]
                own += square * square
            }
        }
        let correlations = squares / (n * n) - used
        let scatter = (fourths - own) - n * correlations
        guard correlations > 1e-12 * max(1, used) else { return 1 }
        return min(1, max(0, scatter / (n * (n - 1) * correlations)))
    }
}
