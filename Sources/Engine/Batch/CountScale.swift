/// The unit in which a series is counted, a power of ten: forecasts are distributions over whole numbers.
///
/// A series of whole numbers up to 10⁹ is counted as it is. One with fractions is counted in tenths, hundredths… until
/// its values are whole or a step is less than a hundred-thousandth of the largest; one with larger values in tens,
/// hundreds… Quantiles therefore are whole numbers where demand is, and otherwise as fine as the data. Past some two
/// thousand different totals the distribution itself goes over to a coarser grid (`CountDistribution`).
struct CountScale: Sendable, Hashable {
    /// Decimals of a count: 2 for hundredths, −3 for thousands.
    let decimals: Int

    /// Largest count that a history may hold.
    private static let largest = 1e9
    private static let finest = 9

    /// The scale of a series' values; those that are not finite are passed over.
    init(_ units: [Double]) {
        var top = 0.0
        var isWhole = true
        for value in units where value.isFinite {
            top = max(top, value)
            isWhole = isWhole && value == value.rounded()
        }
        var decimals = 0
        while top * CountScale.power(decimals) > CountScale.largest { decimals -= 1 }
        if !isWhole {
            while decimals >= 0, decimals < CountScale.finest, top * CountScale.power(decimals) < 1e5,
                !units.allSatisfy({ CountScale.isWhole($0 * CountScale.power(decimals)) })
            { decimals += 1 }
        }
        self.decimals = decimals
    }

    /// Counts in a unit of the file.
    var counts: Double { CountScale.power(decimals) }

    /// 0.29 × 100 is not 29 in binary, but as near as it can be.
    private static func isWhole(_ value: Double) -> Bool {
        !value.isFinite || abs(value - value.rounded()) <= 1e-9 * max(1, value)
    }

    private static func power(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        return exponent < 0 ? 1 / power : power
    }
}
