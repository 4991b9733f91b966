import Domain

/// What foreign currencies were worth: `currency,day,rate`.
///
/// `day` is `2011-10-03`; `rate` is the worth of one unit of `currency` in the shop's currency, more than 0, with at
/// most six decimals.
public enum RatesFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case currency, day, rate
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = Field.allCases

    /// The rate of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> ExchangeRate {
        guard let day = try row.day(.day) else {
            throw row.error(.missingValue, "is blank; write the day of the rate, such as 2011-10-03", .day)
        }
        let rate = try row.requiredPrice(.rate)
        guard rate.micros > 0 else {
            throw row.error(.outOfRange, "is 0; write what one unit is worth in the shop's currency", .rate)
        }
        return ExchangeRate(currency: try row.currency(.currency), day: day, rate: rate)
    }

    /// The fields of a rate.
    public static func written(_ rate: ExchangeRate) -> [Field: PlainValue] {
        [.currency: .of(rate.currency), .day: .of(rate.day), .rate: .price(rate.rate)]
    }
}
