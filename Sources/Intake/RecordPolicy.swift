import Config
import Domain
import Store

/// Whose word counts: one system of record for the orders of each channel and for products, and for the rest the order in
/// which sources are believed.
///
///     [records]
///     orders = "shopify"              # all channels; or a table: web = "shopify", till = "pos", "*" = "erp"
///     products = "shopify"            # others may name only products that it has named
///     stock = ["wms", "shopify"]      # whose count stands where both count
///     costs = ["erp", "shopify"]      # and so for prices, names, vendors, categories, lifecycles
public struct RecordPolicy: Sendable {
    /// The system of record for the orders of a channel, in small letters; `*` for those that name none of these.
    /// Empty: every system's orders count.
    public var orders: [String: String] = [:]
    /// The system that owns products; nil where every source may name new ones.
    public var products: String?
    /// For each field, the systems whose word on it counts, the first before the second.
    public var precedence: [Contested: [String]] = [:]

    /// Nothing is decided: every system counts.
    public init() {}

    /// Reads `[records]`.
    ///
    /// - Throws: `ConfigError` with the line.
    init(_ table: ConfigTable) throws(ConfigError) {
        if let one = try? table.string("orders") {
            orders["*"] = one
        } else if let channels = try table.table("orders") {
            for channel in channels.keys { orders[channel.lowercased()] = try channels.string(channel) }
            try channels.end()
        }
        products = try table.string("products")
        for field in Contested.allCases {
            if let one = try? table.string(field.rawValue) {
                precedence[field] = [one]
            } else {
                precedence[field] = try table.strings(field.rawValue)
            }
            if let twice = precedence[field]?.first(where: { name in precedence[field]?.count { $0 == name } ?? 0 > 1 })
            {
                throw table.error(field.rawValue, "\(twice) is named twice")
            }
        }
        try table.end()
    }

    /// Whether a system's orders count for any channel.
    func recordsOrders(of system: String) -> Bool { orders["*"] == nil || orders.values.contains(system) }

    /// Whether a system's orders of a channel count.
    public func counts(_ system: String, _ channel: String?) -> Bool {
        recorder(of: channel).map { $0 == system } ?? true
    }

    /// The system of record for a channel's orders; nil where every system counts.
    public func owner(of channel: String?) -> String? { recorder(of: channel) }

    /// The system of record for a channel's orders; nil where every system counts.
    func recorder(of channel: String?) -> String? {
        channel.flatMap { orders[$0.lowercased()] } ?? orders["*"]
    }
}
