import Domain
import Formats

/// How many products can be planned, and what the others lack.
public struct CoverageReport: Report {
    let total: Int
    let planned: Int
    let orderable: Int
    let lacks: [(input: MissingInput, count: Int, examples: [SKU])]
    let undeclared: Int
    let kits: Int
    let covered: [ClosedRange<Day>]
    let hint: String?

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("products", .integer(Int64(total))), ("planned", .integer(Int64(planned))),
            ("orderable", .integer(Int64(orderable))), ("undeclared", .integer(Int64(undeclared))),
            ("kits", .integer(Int64(kits))),
            (
                "missing",
                .array(
                    lacks.map { lack in
                        .object([
                            ("input", .string(lack.input.rawValue)), ("count", .integer(Int64(lack.count))),
                            ("cure", .string(lack.input.cure)),
                            ("examples", .array(lack.examples.map { .string($0.text) })),
                        ])
                    })
            ),
            (
                "ordersCovered",
                .array(covered.map { .object([("from", .text($0.lowerBound)), ("to", .text($0.upperBound))]) })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        let words = lacks.map {
            "\($0.count) lack \($0.input == .offer || $0.input == .orderDay ? "an" : $0.input == .history ? "" : "a") \($0.input.rawValue)"
                .replacing("  ", with: " ")
        }
        var lines = [
            "\(orderable) of \(total) products can be planned and ordered"
                + (words.isEmpty ? "" : "; " + words.joined(separator: ", "))
        ]
        if planned != orderable { lines.append("for \(planned) the risk is known") }
        for lack in lacks {
            lines.append("  \(lack.input.rawValue): \(lack.input.cure)")
            lines.append("    for example \(lack.examples.map(\.text).joined(separator: ", "))".printable)
        }
        if kits > 0 {
            lines.append(
                kits == 1
                    ? "1 is a kit, made of its components when it is sold: those are ordered in its place"
                    : "\(kits) are kits, made of their components when they are sold: those are ordered in their place")
        }
        if undeclared > 0 {
            lines.append("\(undeclared) products were named by orders only; a catalogue (sku, name, …) declares them")
        }
        for range in covered { lines.append("orders are known from \(range.lowerBound) to \(range.upperBound)") }
        if covered.count > 1 { lines.append("days between these count as unknown, not as days without demand") }
        if let hint { lines.append(hint) }
        return lines.joined(separator: "\n")
    }
}

extension Engine {
    /// What can be planned, and what keeps the rest.
    public func coverage(actor: String) throws -> CoverageReport {
        let plans = try plans(actor: actor)
        func count(_ holds: (ProductPlan) -> Bool) -> Int { Set(plans.filter(holds).map(\.product.id)).count }
        let lacks = MissingInput.allCases.compactMap { input -> (input: MissingInput, count: Int, examples: [SKU])? in
            let without = plans.filter { $0.missing.contains(input) }.sorted { $0.dailyDemand > $1.dailyDemand }
            guard !without.isEmpty else { return nil }
            // A product lacks something where any of its places does, and counts once.
            var seen: Set<SKU> = []
            let products = without.map(\.product.sku).filter { seen.insert($0).inserted }
            return (input, products.count, Array(products.prefix(5)))
        }
        let places = Set(plans.filter { $0.stock != nil }.map(\.place))
        let isDefaultCounted = plans.contains { $0.stock != nil && $0.pool == Facts.defaultPool }
        let hint =
            !places.isEmpty && !isDefaultCounted
            ? "orders that name no place are served from '\(settings.defaultPlaces.map(\.text).joined(separator: ", "))', which nobody counted; your counts name "
                + places.sorted().map { "'\($0)'" }.joined(separator: ", ") + ": set default_place in penstock.toml"
            : nil
        return CoverageReport(
            total: count { _ in true }, planned: count { $0.line != nil }, orderable: count { $0.missing.isEmpty },
            lacks: lacks, undeclared: count { !$0.product.isDeclared }, kits: count { $0.kit != nil },
            covered: try facts.coveredDays(), hint: hint)
    }
}
