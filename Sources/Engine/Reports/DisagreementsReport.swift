import Domain
import Formats
import Store

/// Where sources contradict each other.
public struct DisagreementsReport: Report {
    let disagreements: [Disagreement]
    let zone: Zone

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            disagreements.map { one in
                .object([
                    ("field", .string(one.field)), ("subject", .string(one.subject)), ("decided", .bool(one.isDecided)),
                    (
                        "words",
                        .array(
                            one.words.map {
                                .object([
                                    ("system", .string($0.system)), ("value", .string($0.value)),
                                    ("at", .string($0.at.iso8601(in: zone))),
                                ])
                            })
                    ),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        guard !disagreements.isEmpty else { return "the sources agree, or no two of them speak of the same thing" }
        var table = TextTable([
            .init("FIELD"), .init("OF"), .init("HOLDS"), .init("SAID BY"), .init("AGAINST"), .init("SAID BY"),
        ])
        for one in disagreements {
            // What one system alone has said holds nowhere: the system of record does not know it.
            let holds = one.words.count > 1 ? one.words.first : nil
            let others = one.words.dropFirst(holds == nil ? 0 : 1)
            table.add([
                one.field, one.subject, holds.map { Readable.cut($0.value, 40) } ?? "nothing", holds?.system ?? "",
                others.map { Readable.cut($0.value, 40) }.joined(separator: "; "),
                others.map(\.system).joined(separator: "; "),
            ])
        }
        let undecided = Set(disagreements.filter { !$0.isDecided }.map(\.field)).sorted()
        return table.text
            + (undecided.isEmpty
                ? ""
                : "\nof \(undecided.joined(separator: ", ")) the newest word holds; say in penstock.toml whose counts: "
                    + "[records] \(undecided[0]) = [\"…\", \"…\"]")
    }
}

/// What is odd about facts that were taken in all the same.
public struct OdditiesReport: Report {
    let flags: [RaisedOddity]
    let zone: Zone

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            flags.map {
                .object([
                    ("kind", .string($0.flag.kind.rawValue)), ("subject", .string($0.flag.subject)),
                    ("rule", .string($0.flag.rule)), ("says", .string($0.flag.says)), ("system", .string($0.system)),
                    ("batch", .integer($0.batch)), ("at", .string($0.at.iso8601(in: zone))),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        guard !flags.isEmpty else { return "nothing that was taken in is odd" }
        var table = TextTable([.init("KIND"), .init("OF"), .init("RULE"), .init("SYSTEM"), .init("WHAT IS ODD")])
        for raised in flags {
            table.add([
                raised.flag.kind.rawValue, raised.flag.subject, raised.flag.rule, raised.system,
                Readable.cut(raised.flag.says, 100),
            ])
        }
        return table.text
    }
}

extension Engine {
    /// What disagreements can be about, besides `orders`.
    public static let contestedFields = Contested.allCases.map(\.rawValue) + ["orders"]

    /// Where sources contradict each other: both values, the one that holds first.
    ///
    /// - Parameter field: what about, one of `contestedFields`; everything where nil.
    /// - Throws: `EngineError(.usage)` for another field.
    public func disagreements(on field: String?, limit: Int) throws -> DisagreementsReport {
        if let field, !Engine.contestedFields.contains(field) {
            throw EngineError(
                .usage, "'\(field.printable)' is none of \(Engine.contestedFields.joined(separator: ", "))")
        }
        let now = try now()
        var found: [Disagreement] = []
        if field ?? "stock" == "stock" { found += try facts.stockAgreement(asOf: now).disagreements }
        if field != "stock", field != "orders" {
            found += try facts.productDisagreements(on: field.flatMap { Contested(rawValue: $0) }, limit: limit)
        }
        if field ?? "orders" == "orders" {
            let records = settings.intake.records
            if !records.orders.isEmpty {
                found += try facts.doubleOrders(limit: limit) { records.counts($0, $1) }
            }
            found += try facts.orderDisagreements(asOf: now, limit: limit)
        }
        return DisagreementsReport(disagreements: Array(found.prefix(limit)), zone: settings.zone)
    }

    /// What is odd about facts that were taken in, the newest first.
    public func oddities(limit: Int) throws -> OdditiesReport {
        OdditiesReport(flags: try facts.flags(limit: limit), zone: settings.zone)
    }
}
