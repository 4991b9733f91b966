import Domain
import Formats
import Store

/// Goods that are paid for or owed and not on a shelf: ordered, sent and not received; and between places.
public struct InTransitReport: Report {
    let day: Day
    let lines: [PurchaseStanding]
    let moving: StockValueReport
    let shop: Currency
    /// What one unit of a foreign currency is worth on the day, in millionths; missing where nobody said.
    let rates: [Currency: Int64]

    /// What a line's units cost in the shop's currency; nil without a cost or a rate.
    func value(_ line: PurchaseStanding, _ units: Int64) -> Int64? {
        guard let minor = line.cost?.total(units, currency: line.currency) else { return nil }
        if line.currency == shop { return minor }
        return rates[line.currency].map { Exact.total(minor, in: line.currency, at: $0, as: shop) }
    }

    func sum(_ units: (PurchaseStanding) -> Int64) -> (value: Int64, unvalued: Int64) {
        lines.reduce(into: (0, 0)) { sum, line in
            let count = units(line)
            guard count > 0 else { return }
            if let value = value(line, count) { sum.0 += value } else { sum.1 += count }
        }
    }

    /// As `Report` says.
    public var json: JSONValue {
        let (sent, ordered) = (sum(\.inTransit), sum(\.onOrder))
        return .object([
            ("asOf", .text(day)), ("inTransit", .money(sent.value, shop)),
            ("inTransitUnitsWithoutCost", .integer(sent.unvalued)), ("onOrder", .money(ordered.value, shop)),
            ("onOrderUnitsWithoutCost", .integer(ordered.unvalued)),
            ("betweenPlaces", .money(moving.moving.value, shop)),
            ("unitsBetweenPlaces", .integer(moving.moving.units)),
            (
                "lines",
                .array(
                    lines.map { line in
                        .object([
                            ("supplier", .string(line.supplier)), ("order", .string(line.order)),
                            ("line", .string(line.line)), ("sku", .string(line.sku)), ("place", .string(line.place)),
                            ("inTransit", .integer(line.inTransit)), ("onOrder", .integer(line.onOrder)),
                            ("inTransitValue", .money(value(line, line.inTransit), shop)),
                            ("onOrderValue", .money(value(line, line.onOrder), shop)),
                            ("expectedOn", .text(line.expectedOn)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("SUPPLIER"), .init("ORDER"), .init("LINE"), .init("SKU"), .init("TO"), .init("SENT", number: true),
            .init("VALUE (\(shop))", number: true), .init("NOT SENT", number: true), .init("EXPECTED"),
        ])
        for line in lines {
            table.add([
                line.supplier, line.order, line.line, line.sku, line.place, String(line.inTransit),
                value(line, line.inTransit).map { Money(minor: $0, currency: shop).amount } ?? "?",
                String(line.onOrder), line.expectedOn?.description ?? "",
            ])
        }
        let (sent, ordered) = (sum(\.inTransit), sum(\.onOrder))
        func says(_ name: String, _ sum: (value: Int64, unvalued: Int64)) -> String {
            "\(name) \(Money(minor: sum.value, currency: shop))"
                + (sum.unvalued > 0 ? ", and \(sum.unvalued) units without a cost or a rate" : "")
        }
        return [
            table.text, "", "at the end of \(day)", says("sent and not received:", sent),
            says("ordered and not known to be sent:", ordered),
            "between places: \(moving.moving.units) units, \(Money(minor: moving.moving.value, currency: shop))",
        ].joined(separator: "\n")
    }
}

/// What came and is not invoiced, by supplier and order line.
public struct NotInvoicedReport: Report {
    let day: Day
    let lines: [PurchaseStanding]
    let shop: Currency
    let rates: [Currency: Int64]

    private var open: [PurchaseStanding] { lines.filter { ($0.uninvoiced ?? 0) > 0 } }

    /// The sum in the shop's currency, by supplier; what has no rate is left out and counted.
    var bySupplier: [(supplier: String, value: Int64, unvalued: Int)] {
        var sums: [String: (Int64, Int)] = [:]
        for line in open {
            guard let minor = line.uninvoiced else { continue }
            if let own = own(minor, line.currency) {
                sums[line.supplier, default: (0, 0)].0 += own
            } else {
                sums[line.supplier, default: (0, 0)].1 += 1
            }
        }
        return sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value.0, $0.value.1) }
    }

    /// How many lines are invoiced beyond what came.
    private var over: Int { lines.count { ($0.uninvoiced ?? 0) < 0 } }

    /// Lines that something came of and of which nobody says what is invoiced, or what it costs.
    var unknown: [PurchaseStanding] { lines.filter { $0.received > 0 && $0.uninvoiced == nil } }

    private func own(_ minor: Int64, _ currency: Currency) -> Int64? {
        if currency == shop { return minor }
        return rates[currency].map { Exact.total(minor, in: currency, at: $0, as: shop) }
    }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("asOf", .text(day)), ("value", .money(bySupplier.reduce(0) { $0 + $1.value }, shop)),
            ("linesWithoutRate", .integer(Int64(bySupplier.reduce(0) { $0 + $1.unvalued }))),
            ("linesNotKnown", .integer(Int64(unknown.count))), ("linesInvoicedBeyondReceipt", .integer(Int64(over))),
            (
                "suppliers",
                .array(
                    bySupplier.map {
                        .object([("supplier", .string($0.supplier)), ("value", .money($0.value, shop))])
                    })
            ),
            (
                "lines",
                .array(
                    open.map { line in
                        .object([
                            ("supplier", .string(line.supplier)), ("order", .string(line.order)),
                            ("line", .string(line.line)), ("sku", .string(line.sku)),
                            ("received", .integer(line.received)), ("invoiced", .integer(line.invoiced)),
                            ("invoicedAmount", .money(line.invoicedAmount, line.currency)),
                            ("notInvoiced", .money(line.uninvoiced, line.currency)),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([
            .init("SUPPLIER"), .init("ORDER"), .init("LINE"), .init("SKU"), .init("RECEIVED", number: true),
            .init("INVOICED", number: true), .init("NOT INVOICED", number: true), .init(""),
        ])
        for line in open {
            table.add([
                line.supplier, line.order, line.line, line.sku, String(line.received),
                line.invoicedAmount.map { Money(minor: $0, currency: line.currency).amount }
                    ?? line.invoiced.map { "\($0) units" } ?? "?",
                line.uninvoiced.map { Money(minor: $0, currency: line.currency).amount } ?? "?", line.currency.code,
            ])
        }
        var lines = [table.text, "", "received by \(day) and not invoiced by today's word:"]
        for sum in bySupplier {
            lines.append(
                "  \(sum.supplier.printable)  \(Money(minor: sum.value, currency: shop))"
                    + (sum.unvalued > 0 ? ", and \(sum.unvalued) lines in a currency without a rate" : ""))
        }
        if bySupplier.isEmpty { lines.append("  nothing") }
        if over > 0 { lines.append("\(over) lines are invoiced beyond what came") }
        if !unknown.isEmpty {
            lines.append(
                "\(unknown.count) lines were received of which nobody says what is invoiced or what it costs: import "
                    + "purchases with the columns invoiced or invoiced_amount, and cost")
        }
        return lines.joined(separator: "\n")
    }
}

extension Engine {
    /// What had been ordered or sent and not received at the end of a day, today where none is given.
    public func goodsInTransit(asOf day: Day?) throws -> InTransitReport {
        let day = try day ?? settings.zone.day(of: now())
        let lines = try facts.purchaseStandings(asOf: day)
        return InTransitReport(
            day: day, lines: lines.filter { $0.inTransit + $0.onOrder > 0 }, moving: try stockValue(asOf: day, by: []),
            shop: settings.currency, rates: try rates(of: lines, on: day))
    }

    /// What had come by the end of a day and is not invoiced.
    ///
    /// - Parameter batch: invoices count of which this batch or an older one told; nil for all.
    public func receivedNotInvoiced(asOf day: Day?, invoicesUntil batch: Int64? = nil) throws -> NotInvoicedReport {
        let day = try day ?? settings.zone.day(of: now())
        let lines = try facts.purchaseStandings(asOf: day, invoicesUntil: batch)
        return NotInvoicedReport(
            day: day, lines: lines, shop: settings.currency, rates: try rates(of: lines, on: day))
    }

    private func rates(of lines: [PurchaseStanding], on day: Day) throws -> [Currency: Int64] {
        var rates: [Currency: Int64] = [:]
        for currency in Set(lines.map(\.currency)) where currency != settings.currency {
            rates[currency] = try facts.rate(of: currency, on: day)
        }
        return rates
    }
}
