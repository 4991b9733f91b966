/// What one unit of a foreign currency was worth on a day.
public struct ExchangeRate: Hashable, Sendable {
    /// The foreign currency.
    public var currency: Currency
    /// The day.
    public var day: Day
    /// Its worth in the shop's currency, in millionths.
    public var rate: UnitPrice

    /// As its source states it.
    public init(currency: Currency, day: Day, rate: UnitPrice) {
        self.currency = currency
        self.day = day
        self.rate = rate
    }
}
