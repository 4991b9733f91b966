import Domain
import Formats

/// A fact under the shop's own names, with what the rules say of it: all that can be known of it without the store.
struct RuledFact: Sendable {
    var fact: Fact
    var complaints: [(rule: ValidationRule, says: String)]
}

/// What can be known of facts without the store: what the shop calls their places, and what the rules say of them.
struct Rules: Sendable {
    let validation: Validation
    let places: [String: PlaceName]
    let currency: Currency
    /// Facts after this moment have not happened.
    let latest: Instant?

    /// What the rules say of a fact.
    func complaints(of fact: Fact) -> [(rule: ValidationRule, says: String)] {
        validation.complaints(of: fact, now: latest ?? Instant(milliseconds: .max / 4), currency: currency)
    }

    /// The facts of a reading under the shop's own names, with what the rules say of each.
    func judged(_ outcome: Result<[Fact], FormatError>) -> Result<[RuledFact], FormatError> {
        outcome.map { facts in
            facts.map {
                let fact = named($0)
                return RuledFact(fact: fact, complaints: complaints(of: fact))
            }
        }
    }

    /// The fact with the shop's own names of places.
    private func named(_ fact: Fact) -> Fact {
        guard !places.isEmpty else { return fact }
        func place(_ name: PlaceName) -> PlaceName { places[name.text] ?? name }
        switch fact {
        case .order(var order):
            order.place = order.place.map(place)
            for index in order.lines.indices {
                order.lines[index].returnedTo = order.lines[index].returnedTo.map(place)
            }
            return .order(order)
        case .amendment(var amendment):
            for index in amendment.entries.indices {
                amendment.entries[index].returnedTo = amendment.entries[index].returnedTo.map(place)
            }
            return .amendment(amendment)
        case .count(var count):
            count.place = place(count.place)
            return .count(count)
        case .shipment(var shipment):
            shipment.place = shipment.place.map(place)
            return .shipment(shipment)
        case .purchase(var line):
            line.place = place(line.place)
            return .purchase(line)
        case .receipt(var receipt):
            receipt.place = place(receipt.place)
            return .receipt(receipt)
        case .move(var move):
            move.from = move.from.map(place)
            move.to = move.to.map(place)
            return .move(move)
        default: return fact
        }
    }
}

/// Reads facts, and judges them by the rules: beside the one who writes, where it reads ahead.
struct RuleReader: RecordReader {
    var reader: any RecordReader<[Fact]>
    let rules: Rules

    var ignoredColumns: [String] { reader.ignoredColumns }
    var skippedRows: Int { reader.skippedRows }

    mutating func next() throws(FormatError) -> Reading<[RuledFact]>? {
        try reader.next().map { $0.with(rules.judged($0.outcome)) }
    }
}
