import Domain
import GRDB

/// Brings the lines of one order, as several messages tell of them, to what they come to together.
///
/// Money given back without a product is shared out over what was sold, by value, so that the parts of a figure add up.
/// Units that the order calls cancelled give way to refunds that tell of them. More units than were sold do not come
/// back. Whatever the order of messages, the same lines come out.
struct OrderBalance {
    /// The order's own currency, and the shop's.
    let currency, own: Currency
    /// The line with its money in the shop's currency, after it has changed in its own.
    let convert: (StoredLine) throws -> StoredLine
    /// What is odd: the rule, and what is wrong.
    private(set) var oddities: [(rule: String, says: String)] = []
    /// The rules by which it judges.
    static let rules = ["refunded-units-exceed-sold", "refunds-exceed-paid"]

    init(_ currency: Currency, _ facts: Facts, _ database: Database) {
        self.currency = currency
        own = facts.currency
        convert = { line in
            guard line.foreignTotal != .min else { return line }
            let day = facts.zone.day(of: Instant(milliseconds: line.at))
            guard let rate = try Facts.rate(database, currency, on: day) else { return line }
            var line = line
            line.price = Exact.price(line.foreignPrice, at: rate)
            line.total = Exact.total(line.foreignTotal, in: currency, at: rate, as: facts.currency)
            return line
        }
    }

    /// The identities of the lines that an entry without a product has become.
    static func shares(of identity: Int64, in lines: [StoredLine]) -> Set<Int64> {
        var all: Set<Int64> = [identity]
        for line in lines where line.isSold && line.product != 0 { all.insert(identity ^ (line.identity & ~1)) }
        return all
    }

    /// The lines, sorted.
    mutating func settled(_ lines: [StoredLine]) throws -> [StoredLine] {
        guard lines.contains(where: { $0.quantity <= 0 && $0.identity != 0 }) else { return lines }
        var lines = try share(lines)
        let sold = lines.filter(\.isSold)
        guard !sold.isEmpty, sold.allSatisfy({ $0.identity != 0 }) else { return lines.sorted() }
        let ids = Set(sold.map(\.identity))
        let ofProduct = Dictionary(grouping: sold, by: \.product)
        let back = Dictionary(grouping: lines.indices.filter { lines[$0].isTakenBack }) { lines[$0].product }
        for (product, mine) in back.sorted(by: { $0.key < $1.key }) {
            guard let sold = ofProduct[product] else { continue }
            try giveWay(&lines, mine, of: sold)
            try cap(&lines, mine, of: sold.reduce(0) { $0 &+ $1.quantity })
        }
        lines.removeAll { $0.quantity == 0 && $0.total == 0 && $0.isTakenBack && $0.isCalledGone(among: ids) }
        compareMoney(lines)
        return lines.sorted()
    }

    private func share(_ lines: [StoredLine]) throws -> [StoredLine] {
        let sold = lines.filter { $0.isSold && $0.product != 0 && $0.paid > 0 }.sorted()
        guard !sold.isEmpty, sold.allSatisfy({ $0.identity != 0 }) else { return lines }
        var all: [StoredLine] = []
        for line in lines {
            guard line.product == 0, line.isTakenBack, line.quantity == 0, line.identity != 0, line.paid != 0 else {
                all.append(line)
                continue
            }
            for (sale, amount) in zip(sold, FixedPoint.shared(line.paid, by: sold.map(\.paid))) where amount != 0 {
                var part = line
                part.identity = line.identity ^ (sale.identity & ~1)
                part.product = sale.product
                part.paid = amount
                all.append(try convert(part))
            }
        }
        return all
    }

    /// Lowers what the order calls cancelled or edited away by what refunds and edits tell of themselves.
    private func giveWay(_ lines: inout [StoredLine], _ mine: [Int], of sold: [StoredLine]) throws {
        let sales = Dictionary(sold.map { ($0.identity, $0) }) { first, _ in first }
        func sale(_ index: Int) -> StoredLine? {
            sales[lines[index].identity ^ Interner.cancelledMark] ?? sales[lines[index].identity ^ Interner.editMark]
        }
        let gone = mine.filter { sale($0) != nil }
        guard !gone.isEmpty else { return }
        var excess = mine.reduce(0) { $0 &- lines[$1].quantity } &- sold.reduce(0) { $0 &+ $1.quantity }
        for index in gone.reversed() where excess > 0 {
            let less = min(excess, -lines[index].quantity)
            guard less > 0, let sale = sale(index) else { continue }
            excess -= less
            let units = -lines[index].quantity - less
            lines[index].quantity = -units
            lines[index].paid =
                0
                &- Int64(
                    clamping: Exact.rounded(
                        Int128(sale.paid) * Int128(units), dividedBy: Int128(max(1, sale.quantity))))
            lines[index] = try priced(lines[index])
        }
        // Of a cancelled order all money goes back: what was given back already is part of it.
        var given = 0 &- mine.reduce(0) { $0 &+ lines[$1].paid } &- sold.reduce(0) { $0 &+ $1.paid }
        for index in gone.reversed()
        where given > 0 && sales[lines[index].identity ^ Interner.cancelledMark] != nil {
            let less = min(given, max(0, 0 &- lines[index].paid))
            given -= less
            lines[index].paid &+= less
            lines[index] = try priced(lines[index])
        }
    }

    /// Lets no more units come back than were sold; of several refunds the later ones are too many.
    private mutating func cap(_ lines: inout [StoredLine], _ mine: [Int], of sold: Int64) throws {
        let back = mine.sorted { (lines[$0].at, lines[$0].identity) < (lines[$1].at, lines[$1].identity) }
        let units = back.reduce(0) { $0 &- lines[$1].quantity }
        guard units > sold else { return }
        oddities.append(
            (
                "refunded-units-exceed-sold",
                "\(units) units were taken back of \(sold) sold of one product; \(units - sold) of them do not count"
            ))
        var left = sold
        for index in back {
            let kept = min(left, -lines[index].quantity)
            left -= kept
            guard kept != -lines[index].quantity else { continue }
            lines[index].quantity = -kept
            lines[index] = try priced(lines[index])
        }
    }

    private mutating func compareMoney(_ lines: [StoredLine]) {
        let paid = lines.filter { $0.quantity > 0 }.reduce(0) { $0 &+ $1.paid }
        let ids = Set(lines.lazy.filter { $0.quantity > 0 }.map(\.identity))
        // What is no product does not give way: cancelled and refunded, a gift card stands there twice.
        let back = lines.filter {
            $0.quantity <= 0 && ($0.isTakenBack || !$0.isCalledGone(among: ids))
        }
        let given = 0 &- back.reduce(0) { $0 &+ $1.paid }
        // Each entry may have been rounded by itself.
        guard given > paid &+ Int64(back.count) else { return }
        oddities.append(
            (
                "refunds-exceed-paid",
                "\(Money(minor: given, currency: currency)) were given back of "
                    + "\(Money(minor: paid, currency: currency)) paid, both without tax"
            ))
    }

    /// The line with the price that its units and its money make.
    private func priced(_ line: StoredLine) throws -> StoredLine {
        let scale = Int128(FixedPoint.powers[6 - currency.decimals])
        let price =
            line.quantity == 0
            ? 0
            : Int64(clamping: Exact.rounded(Int128(0 &- line.paid) * scale, dividedBy: Int128(0 &- line.quantity)))
        var line = line
        if line.foreignTotal == .min { line.price = price } else { line.foreignPrice = price }
        return try convert(line)
    }
}

extension StoredLine {
    /// Its money in the order's own currency.
    var paid: Int64 {
        get { foreignTotal == .min ? total : foreignTotal }
        set { if foreignTotal == .min { total = newValue } else { foreignTotal = newValue } }
    }

    var isSold: Bool { mapped == Int64(LineKind.sale.rawValue) && quantity > 0 }

    var isTakenBack: Bool {
        mapped == Int64(LineKind.cancellation.rawValue) || mapped == Int64(LineKind.return.rawValue)
    }

    /// Whether it is what the whole order calls cancelled, or edited away, of a line.
    func isCalledGone(among sold: Set<Int64>) -> Bool {
        sold.contains(identity ^ Interner.cancelledMark) || sold.contains(identity ^ Interner.editMark)
    }
}

extension Interner {
    /// What the identity of a line becomes for the units of it that the whole order calls gone.
    static let cancelledMark: Int64 = 0x5A17_0C0F_FEE0_1D2E
    static let editMark: Int64 = 0x2B45_7D91_03CA_E86C

    /// The identity of a source's id of a line: never 0, which is no id.
    static func identity(_ text: String) -> Int64 {
        var text = text
        return text.withUTF8 { identity($0) }
    }

    /// As above, over bytes.
    static func identity(_ id: UnsafeBufferPointer<UInt8>) -> Int64 {
        if id.count > 15, id[0] == 0x61, id[10] == 0x63 || id[10] == 0x65 {
            let text = String(decoding: id, as: UTF8.self)
            for (prefix, mark) in [
                (OrderAmendment.cancelled, cancelledMark), (OrderAmendment.edit, editMark),
            ] where text.hasPrefix("amendment \(prefix)") {
                return identity(String(text.dropFirst("amendment ".count + prefix.count))) ^ mark
            }
        }
        return Int64(bitPattern: hash(id) | 1)
    }
}
