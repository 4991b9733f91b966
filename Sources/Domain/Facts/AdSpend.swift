/// What one advertisement cost and brought on one day.
public struct AdSpend: Hashable, Sendable {
    /// The campaign's number in its system.
    public var campaign: String
    /// The campaign's name.
    public var name: String
    /// The advertisement or group within it; empty where the source tells of the campaign alone.
    public var ad: String
    /// The day, in the account's zone.
    public var day: Day
    /// The product that was advertised, where the source says.
    public var product: ProductReference?
    /// What it cost, in millionths of the currency.
    public var cost: UnitPrice
    /// What cost and value are in; nil for the shop's.
    public var currency: Currency?
    /// How often it was shown.
    public var impressions: Int64
    /// How often it was followed.
    public var clicks: Int64
    /// Orders that the platform claims; fractions where it shares them out.
    public var conversions: Double
    /// What those were worth, as the platform claims.
    public var conversionValue: UnitPrice

    /// As its source states it.
    public init(
        campaign: String, name: String, ad: String, day: Day, product: ProductReference? = nil, cost: UnitPrice,
        currency: Currency? = nil, impressions: Int64, clicks: Int64, conversions: Double, conversionValue: UnitPrice
    ) {
        self.campaign = campaign
        self.name = name
        self.ad = ad
        self.day = day
        self.product = product
        self.cost = cost
        self.currency = currency
        self.impressions = impressions
        self.clicks = clicks
        self.conversions = conversions
        self.conversionValue = conversionValue
    }
}
