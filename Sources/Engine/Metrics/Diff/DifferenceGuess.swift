import Domain
import Store

/// Why two amounts of one order differ, where the arithmetic proves it.
struct DifferenceGuess {
    /// An amount that one side may have in it and the other not, in millionths.
    private var parts: [(name: String, value: Int64)] = []
    private let minor: Int64

    /// Rates of value added and sales taxes, in hundredths of a per cent.
    private static let taxes: [Int64] = [
        2000, 1900, 2100, 2200, 2300, 2400, 2500, 2550, 2700, 1700, 1800, 1600, 1500, 1300, 1200, 1000, 900, 810, 800,
        770,
        700, 600, 550, 500, 825, 875, 888, 725, 950, 1025,
    ]

    /// - Parameters:
    ///   - standing: what is known here of the order.
    ///   - others: what the file says besides.
    init(_ standing: OrderStanding?, _ others: [String: Int64], _ currency: Currency) {
        minor = FixedPoint.powers[6 - currency.decimals]
        if let standing {
            let known: [(String, Int64)] = [
                ("discounts", standing.discounts), ("refunds", standing.refundsWithin),
                ("refunds of other days", standing.refundsOutside),
                ("postage, fees, gift cards and tips", standing.besides),
            ]
            for (name, value) in known where value != 0 { parts.append((name, value * minor)) }
        }
        for (name, value) in others.sorted(by: { $0.key < $1.key })
        where value != 0 && !parts.contains(where: { $0.value == value && $0.name.hasPrefix(name) }) {
            parts.append((name, value))
        }
    }

    /// What a difference comes to; nil where nothing that is known adds up to it.
    ///
    /// The fewest parts first; a part may be in the one figure or taken off in it.
    func explain(_ difference: Int64) -> String? {
        for count in 1...max(1, min(3, parts.count)) {
            if let found = sum(to: difference, of: count, from: 0, []) {
                return found.map { "\($0.value > 0 ? "with" : "without") \($0.name)" }.joined(separator: ", ")
            }
        }
        return nil
    }

    private func sum(
        to rest: Int64, of count: Int, from first: Int, _ chosen: [(name: String, value: Int64)]
    ) -> [(name: String, value: Int64)]? {
        if count == 0 { return rest == 0 ? chosen : nil }
        for index in parts.indices.dropFirst(first) {
            for sign in [Int64(1), -1] {
                let part = (name: parts[index].name, value: sign * parts[index].value)
                if let found = sum(to: rest &- part.value, of: count - 1, from: index + 1, chosen + [part]) {
                    return found
                }
            }
        }
        return nil
    }

    /// The tax rates, in hundredths of a per cent, by which one amount is the other, rounded to the minor unit.
    func taxRates(here: Int64, there: Int64) -> [Int64] {
        guard here != 0, (here > 0) == (there > 0), there.magnitude > here.magnitude else { return [] }
        return DifferenceGuess.taxes.filter { rate in
            let taxed =
                Exact.rounded(Int128(here) * Int128(10_000 + rate), dividedBy: 10_000 * Int128(minor)) * Int128(minor)
            return taxed == Int128(there)
        }
    }
}
