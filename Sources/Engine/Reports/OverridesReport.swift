import Domain
import Formats
import Store

/// What people have set against the models, and how each stands.
public struct OverridesReport: Report {
    let spans: [OverrideSpan]
    let today: Day
    let zone: Zone

    /// How a version stands on a day, in a word.
    static func standing(_ span: OverrideSpan, on today: Day) -> String {
        if span.replacedOn != nil { return "replaced" }
        if span.status == .withdrawn { return "withdrawn" }
        if !span.isPlaced { return "unknown-place" }
        if span.expires < today { return "expired" }
        if span.lastDay < today || span.lastDay < span.firstDay { return "over" }
        return span.firstDay > today ? "planned" : "in-force"
    }

    /// As `Report` says.
    public var json: JSONValue {
        .array(
            spans.map { span in
                .object([
                    ("id", .string(span.id)), ("system", .string(span.system)), ("sku", .string(span.sku)),
                    ("place", .text(span.place)), ("what", .string(span.word.figure.rawValue)),
                    ("value", .number(span.word.value)), ("unit", .string(span.word.unit.rawValue)),
                    ("from", .text(span.from)), ("to", .text(span.to)), ("owner", .string(span.owner)),
                    ("reason", .string(span.reason)), ("expires", .string(span.expires.description)),
                    ("state", .string(OverridesReport.standing(span, on: today))),
                    ("saidAt", .string(span.saidAt.iso8601(in: zone))),
                ])
            })
    }

    /// As `Report` says.
    public var text: String {
        guard !spans.isEmpty else { return "no override is in force or to come" }
        var table = TextTable([
            .init("ID"), .init("SKU"), .init("PLACE"), .init("SETS"), .init("FROM"), .init("TO"), .init("EXPIRES"),
            .init("OWNER"), .init("STATE"), .init("REASON"),
        ])
        for span in spans {
            table.add([
                span.id, span.sku, span.place?.text ?? "", span.word.words, span.from?.description ?? "",
                span.to?.description ?? "", span.expires.description, Readable.cut(span.owner, 20),
                OverridesReport.standing(span, on: today), Readable.cut(span.reason, 60),
            ])
        }
        return table.text
    }
}

extension Engine {
    /// Overrides that are in force or to come.
    ///
    /// - Parameter all: those that were withdrawn, have expired or were replaced as well, every version in order.
    public func overrides(all: Bool = false) throws -> OverridesReport {
        let today = settings.zone.day(of: try now())
        let wanted: Set = ["in-force", "planned", "unknown-place"]
        return OverridesReport(
            spans: try facts.overrides().filter { all || wanted.contains(OverridesReport.standing($0, on: today)) },
            today: today, zone: settings.zone)
    }
}
