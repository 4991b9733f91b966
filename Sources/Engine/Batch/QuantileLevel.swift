import Domain

/// A level of a quantile, and what the column of that quantile is called.
public struct QuantileLevel: Hashable, Sendable, CustomStringConvertible {
    /// The level, above 0 and below 1.
    public let value: Double
    /// The level as it was written, without trailing zeros: `0.05`.
    public let description: String

    /// Reads `0.05`, `.5` or `0.50`; nil for what is not above 0 and below 1 or has more than twelve decimals.
    public init?(_ text: some StringProtocol) {
        guard case .success(let scaled) = FixedPoint.parse(String(text), decimals: 12),
            scaled > 0, scaled < FixedPoint.powers[12]
        else { return nil }
        value = Double(scaled) / Double(FixedPoint.powers[12])
        description = FixedPoint.text(scaled, decimals: 12, keep: 0)
    }

    /// 0.05, 0.5 and 0.95.
    public static let usual = ["0.05", "0.5", "0.95"].compactMap { QuantileLevel($0) }
}
