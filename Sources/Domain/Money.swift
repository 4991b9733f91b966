/// A currency of ISO 4217: its code and how many decimals its minor unit has.
public struct Currency: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Three capital letters: `GBP`.
    public let code: String

    /// The currency of a code in capital letters; nil where ISO 4217 lists none.
    public init?(_ code: some StringProtocol) {
        guard code.utf8.count == 3 else { return nil }
        let code = String(code)
        guard Currency.codes.contains(code) else { return nil }
        self.code = code
    }

    private init(listed code: String) { self.code = code }

    /// The code that ISO 4217 has for no currency; no fact is in it.
    public static let unspecified = Currency(listed: "XXX")

    /// Decimals of the minor unit (ISO 4217): 0 for JPY, 3 for KWD, 2 for most.
    public var decimals: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    /// As files and messages write it.
    public var description: String { code }

    /// Reads the text form; anything else is a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let currency = Currency(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a currency such as GBP"))
        }
        self = currency
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}

/// An amount of money: a whole number of the currency's minor unit.
public struct Money: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Whole minor units (pence, cents, yen).
    public var minor: Int64
    /// What the minor units are of.
    public var currency: Currency

    /// `minor` units of `currency`.
    public init(minor: Int64, currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// `1234.50 GBP`, without grouping: the same in every locale.
    public var description: String { "\(amount) \(currency)" }

    /// The number alone: `1234.50`.
    public var amount: String { FixedPoint.text(minor, decimals: currency.decimals, keep: currency.decimals) }
}

/// A price or cost of one base unit: a whole number of millionths of the currency.
///
/// Unit prices need more decimals than totals (a screw for 0.0042); a total is rounded once, at the end.
public struct UnitPrice: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Millionths of one unit of the currency.
    public var micros: Int64

    /// The price of `micros` millionths.
    public init(micros: Int64) { self.micros = micros }

    /// What `quantity` units cost in whole minor units, rounded half away from zero; nil where it does not fit.
    public func total(_ quantity: Int64, currency: Currency) -> Int64? {
        let (product, overflow) = micros.multipliedReportingOverflow(by: quantity)
        if overflow { return nil }
        return FixedPoint.rounded(product, dividedBy: FixedPoint.powers[6 - currency.decimals])
    }

    /// The price in units of the currency, for models and screens.
    public var value: Double { Double(micros) / 1_000_000 }

    /// At least two decimals, at most six: `2.55`, `0.0042`.
    public var description: String { FixedPoint.text(micros, decimals: 6, keep: 2) }

    /// The natural order.
    public static func < (left: UnitPrice, right: UnitPrice) -> Bool { left.micros < right.micros }
}
