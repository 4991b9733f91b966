/// How much a product matters (A, B, C, by its share of value) and how evenly it is asked for (X, Y, Z).
///
/// Dickie, "ABC inventory analysis shoots for dollars, not pennies", Factory Management and Maintenance 109 (1951); the
/// second letter by the coefficient of variation.
public struct AbcXyz: Hashable, Sendable, CustomStringConvertible {
    /// Share of value, the most valuable first.
    public enum Value: String, Sendable, CaseIterable {
        /// The first 80 per cent, unless said otherwise.
        case a = "A"
        /// The next 15.
        case b = "B"
        /// The rest, and all that has no value.
        case c = "C"
    }

    /// Evenness of demand.
    public enum Evenness: String, Sendable, CaseIterable {
        /// A coefficient of variation up to 0.5, unless said otherwise.
        case x = "X"
        /// Up to 1.
        case y = "Y"
        /// Beyond, and all that is never asked for.
        case z = "Z"
    }

    /// Share of value.
    public let value: Value
    /// Evenness of demand.
    public let evenness: Evenness

    /// `AX` … `CZ`.
    public var description: String { value.rawValue + evenness.rawValue }

    /// The classes of products.
    ///
    /// A product is in A while those before it have less than the first limit of all value, so the one that crosses a limit
    /// is still within, and the most valuable product is always an A. Of equal values the earlier product comes first.
    ///
    /// - Parameters:
    ///   - values: revenue, margin or cost of what was sold, per product; negative and not finite counts as none.
    ///   - demand: units per period, per product; a series of no or one period counts as uneven.
    ///   - shares: cumulated shares of value up to which A and B go, 0…1.
    ///   - variation: coefficients of variation up to which X and Y go, ≥ 0.
    /// - Returns: as many as `values`; empty where `demand` has another length.
    public static func classes(
        values: [Double], demand: [[Double]], shares: (a: Double, b: Double) = (0.8, 0.95),
        variation: (x: Double, y: Double) = (0.5, 1)
    ) -> [AbcXyz] {
        guard values.count == demand.count else { return [] }
        let letters = classes(values: values, shares: shares)
        return zip(letters, demand).map { letter, series in
            AbcXyz(value: letter, evenness: evenness(of: series, variation: variation))
        }
    }

    /// The first letters alone.
    public static func classes(values: [Double], shares: (a: Double, b: Double) = (0.8, 0.95)) -> [Value] {
        let usable = values.map { $0.isFinite ? max(0, $0) : 0 }
        // Scaled first: the sum of large numbers may not be finite.
        let largest = usable.reduce(0, max)
        guard largest > 0 else { return usable.map { _ in .c } }
        let scaled = usable.map { $0 / largest }
        let total = scaled.reduce(0, +)
        var letters = [Value](repeating: .c, count: values.count)
        var before = 0.0
        for index in scaled.indices.sorted(by: { scaled[$0] != scaled[$1] ? scaled[$0] > scaled[$1] : $0 < $1 }) {
            guard scaled[index] > 0 else { break }
            // Sums round: what is a limit but for that is one.
            let share = before / total + 1e-12
            letters[index] = share < shares.a ? .a : share < shares.b ? .b : .c
            before += scaled[index]
        }
        return letters
    }

    /// The second letter of one series: its standard deviation ÷ its mean, of the periods as a population.
    public static func evenness(of demand: [Double], variation: (x: Double, y: Double) = (0.5, 1)) -> Evenness {
        let count = Double(demand.count)
        let mean = demand.reduce(0) { $0 + $1 / count }
        guard demand.count > 1, mean > 0, mean.isFinite else { return .z }
        let spread = demand.reduce(0) { $0 + ($1 / mean - 1) * ($1 / mean - 1) } / count
        let coefficient = spread.squareRoot()
        return coefficient <= variation.x ? .x : coefficient <= variation.y ? .y : .z
    }
}
