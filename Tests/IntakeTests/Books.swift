import Domain
import Engine
import Formats
import Intake
import Store
import TestSupport
import Testing

/// Money figures in minor units of the shop's currency, counts as they are.
struct Books {
    let shop: EngineShop

    init(_ currency: String = "GBP") throws { shop = try EngineShop(currency: currency) }

    @discardableResult
    func take(_ lines: [String]) throws -> ImportReport {
        let text = lines.joined(separator: "\n") + "\n"
        return try shop.engine.importer().run(
            ByteSource(bytes: Array(text.utf8), name: "orders.json"), layout: .json(.mixed))
    }

    func figure(
        _ metric: String, from: String = "2008-01-01", to: String = "2011-10-03", where condition: String? = nil
    )
        throws -> Int64
    {
        let days = try #require(Day(from))...(try #require(Day(to)))
        let rows = try shop.engine.read(metric, MetricQuery(days: days, condition: condition)).rows
        let value = rows.first?.value ?? 0
        let isMoney = try shop.engine.metrics().metrics[metric]?.unit == .money
        let scale = Double(FixedPoint.powers[6 - shop.engine.settings.currency.decimals])
        return Int64((isMoney ? value / scale : value).rounded())
    }

    func figures(_ metrics: [String], from: String = "2008-01-01", to: String = "2011-10-03") throws -> [Int64] {
        try metrics.map { try figure($0, from: from, to: to) }
    }

    /// The flags of one rule.
    func flagged(_ rule: String) throws -> [String] {
        try shop.engine.facts.flags(limit: 50).filter { $0.flag.rule == rule }.map(\.flag.subject).sorted()
    }

    var flags: [String] {
        get throws { try shop.engine.facts.flags(limit: 50).map { "\($0.flag.subject) \($0.flag.rule)" }.sorted() }
    }
}

/// An order as Shopify's webhooks tell of it, from 1 October on.
func order(_ number: Int, _ lines: [String], _ members: String = "\"x\":0", currency: String = "GBP")
    -> String
{
    """
    {"id":\(number),"name":"#\(number)","created_at":"2011-10-01T10:00:00Z","updated_at":"2011-10-01T10:00:00Z",\
    "currency":"\(currency)","financial_status":"paid","line_items":[\(lines.joined(separator: ","))],\(members)}
    """
}

/// A line of it.
func line(_ id: Int, _ sku: String, _ price: String, _ units: Int = 1, _ members: String = "\"y\":0")
    -> String
{
    "{\"id\":\(id),\"sku\":\"\(sku)\",\"name\":\"\(sku)\",\"price\":\"\(price)\",\"quantity\":\(units),\(members)}"
}
