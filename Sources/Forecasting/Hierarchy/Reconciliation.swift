/// Makes forecasts of all nodes add up, with the least change that their errors' covariance allows.
///
/// Of all coherent forecasts, the one nearest to the given in the metric of the covariance W⁻¹: ỹ = ŷ − W·Cᵀ(C·W·Cᵀ)⁻¹C·ŷ,
/// where C·y are the groups' values less the sums of their bottom series (Wickramasuriya, Athanasopoulos & Hyndman,
/// "Optimal forecast reconciliation…", JASA 114, 2019). The system has one unknown a group and is solved by conjugate
/// gradients with products alone, so variances of 0 and series of nothing but zeros do no harm.
public enum Reconciliation {
    /// Coherent forecasts of all nodes.
    ///
    /// - Parameters:
    ///   - forecasts: of all nodes, in the order of the hierarchy.
    ///   - errors: what weighs them.
    ///   - nonNegative: whether bottom values must be 0 or more: series that would be negative are held at 0 and the rest
    ///     is reconciled anew, until each that is held would be negative if it were let go (the quadratic programme of
    ///     Wickramasuriya, Turlach & Hyndman, Statistics and Computing 30, 2020).
    /// - Returns: nil where a count is wrong, or a number is not finite or, in the errors, negative.
    public static func reconciled(
        _ forecasts: [Double], hierarchy: Hierarchy, errors: ErrorCovariance, nonNegative: Bool = false
    ) -> [Double]? {
        guard forecasts.count == hierarchy.nodeCount, forecasts.allSatisfy({ $0.isFinite }),
            let covariance = LowRankCovariance(errors, of: hierarchy)
        else { return nil }
        var system = CoherenceSystem(hierarchy: hierarchy, covariance: covariance)
        var base = forecasts
        let groups = hierarchy.groupCount
        if nonNegative {
            // What is known for certain cannot be moved later.
            for i in 0..<hierarchy.bottomCount where system.variance(ofBottom: i) == 0 {
                base[groups + i] = max(0, base[groups + i])
            }
        }
        var solved = system.project(base)
        guard nonNegative else { return finished(solved.values, hierarchy) }
        let scale = base.reduce(0) { max($0, abs($1)) }
        for round in 0..<50 {
            var isChanged = false
            for i in 0..<hierarchy.bottomCount where !system.isHeld[i] && solved.values[groups + i] < -1e-9 * scale {
                system.isHeld[i] = true
                isChanged = true
            }
            // Letting go in later rounds only takes turns, each of which could undo the other.
            if round < 20 {
                for i in 0..<hierarchy.bottomCount where system.isHeld[i] && solved.pulls[i] > 1e-9 * scale {
                    system.isHeld[i] = false
                    isChanged = true
                }
            }
            guard isChanged else { break }
            solved = system.project(base)
        }
        let bottom = solved.values[groups...].enumerated().map { system.isHeld[$0] ? 0 : max(0, $1) }
        return hierarchy.aggregated(bottom)
    }

    /// Exact sums of the bottom values, free of what the solver left.
    private static func finished(_ values: [Double], _ hierarchy: Hierarchy) -> [Double]? {
        let found = hierarchy.aggregated(Array(values[hierarchy.groupCount...]))
        return found.flatMap { $0.allSatisfy { $0.isFinite } ? $0 : nil }
    }
}

/// The constraints of coherence, and of bottom series held at 0, with their covariance.
struct CoherenceSystem {
    let hierarchy: Hierarchy
    let covariance: LowRankCovariance
    /// Bottom series whose value must be 0.
    var isHeld: [Bool]
    /// The last answer, from which a similar question is answered sooner.
    private var start: [Double]
    private let nodeVariance: [Double]

    init(hierarchy: Hierarchy, covariance: LowRankCovariance) {
        self.hierarchy = hierarchy
        self.covariance = covariance
        isHeld = [Bool](repeating: false, count: hierarchy.bottomCount)
        start = [Double](repeating: 0, count: hierarchy.nodeCount)
        var variance = covariance.diagonal
        for t in 0..<covariance.rank {
            for i in variance.indices {
                let row = covariance.rows[t * variance.count + i]
                variance[i] += row * row
            }
        }
        nodeVariance = variance
    }

    func variance(ofBottom i: Int) -> Double { nodeVariance[hierarchy.groupCount + i] }

    /// Nearest values that keep the constraints, and in which direction each held series pulls, units: upwards where it
    /// would be positive if it were let go.
    mutating func project(_ base: [Double]) -> (values: [Double], pulls: [Double]) {
        let right = constraints(base)
        let x = solved(right)
        start = x
        let change = covariance.times(transposed(x))
        var values = base
        for i in values.indices { values[i] -= change[i] }
        let groups = hierarchy.groupCount
        return (values, (0..<hierarchy.bottomCount).map { x[groups + $0] * nodeVariance[groups + $0] })
    }

    /// C·y: groups less their sums, then the held series.
    private func constraints(_ values: [Double]) -> [Double] {
        let groups = hierarchy.groupCount
        let bottom = Array(values[groups...])
        var result = hierarchy.sums(bottom)
        for j in 0..<groups { result[j] = values[j] - result[j] }
        result.reserveCapacity(values.count)
        for i in bottom.indices { result.append(isHeld[i] ? bottom[i] : 0) }
        return result
    }

    /// Cᵀ·x.
    private func transposed(_ x: [Double]) -> [Double] {
        let groups = hierarchy.groupCount
        var result = Array(x[..<groups])
        let below = hierarchy.spread(result)
        result.reserveCapacity(x.count)
        for i in below.indices { result.append((isHeld[i] ? x[groups + i] : 0) - below[i]) }
        return result
    }

    /// Conjugate gradients with the diagonal as preconditioner (Hestenes & Stiefel, 1952).
    private func solved(_ right: [Double]) -> [Double] {
        let groups = hierarchy.groupCount
        // Diagonal of C·W·Cᵀ; of the rows' part only the groups' own is kept, which is the most of it.
        let below = hierarchy.sums(Array(nodeVariance[groups...]))
        var inverse = nodeVariance
        for j in 0..<groups { inverse[j] = nodeVariance[j] + below[j] }
        for i in inverse.indices { inverse[i] = inverse[i] > 0 ? 1 / inverse[i] : 0 }
        var x = start
        for i in 0..<hierarchy.bottomCount where !isHeld[i] { x[groups + i] = 0 }
        var residual = constraints(covariance.times(transposed(x)))
        for i in residual.indices { residual[i] = right[i] - residual[i] }
        var direction = residual
        var weighted = 0.0
        for i in residual.indices {
            direction[i] = inverse[i] * residual[i]
            weighted += residual[i] * direction[i]
        }
        var target = 0.0
        for i in right.indices { target += right[i] * right[i] * inverse[i] }
        target *= 1e-22
        var rounds = 0
        while weighted > target, weighted > 0, rounds < 2000 {
            let image = constraints(covariance.times(transposed(direction)))
            var bend = 0.0
            for i in image.indices { bend += image[i] * direction[i] }
            guard bend > 0, bend.isFinite else { break }
            let step = weighted / bend
            var next = 0.0
            for i in x.indices {
                x[i] += step * direction[i]
                residual[i] -= step * image[i]
                next += residual[i] * residual[i] * inverse[i]
            }
            let ratio = next / weighted
            for i in direction.indices { direction[i] = inverse[i] * residual[i] + ratio * direction[i] }
            weighted = next
            rounds += 1
        }
        return x
    }
}
