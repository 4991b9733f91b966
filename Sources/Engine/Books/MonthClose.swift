import Actions
import Domain
import Formats
import Store

/// What came of closing a month.
public struct MonthClosed: Report {
    /// The close as it was kept.
    public let close: Decisions.Close
    let figures: Int

    /// As `Report` says.
    public var json: JSONValue { .object(close.members + [("figures", .integer(Int64(figures)))]) }

    /// As `Report` says.
    public var text: String {
        ([
            "\(close.period) is closed: \(figures) figures, facts up to batch \(close.batch), digest \(close.digest.prefix(16))"
        ]
            + close.doubts.map { "closed all the same: \($0)" }).map(\.printable).joined(separator: "\n")
    }
}

/// The months that are closed.
public struct CloseList: Report {
    /// Oldest month first.
    public let closes: [Decisions.Close]

    /// As `Report` says.
    public var json: JSONValue { .array(closes.map { .object($0.members) }) }

    /// As `Report` says.
    public var text: String {
        guard !closes.isEmpty else { return "no month is closed; penstock books close 2011-11 closes one" }
        var table = TextTable([
            .init("MONTH"), .init("FROM"), .init("TO"), .init("CLOSED"), .init("BY"), .init("BATCH", number: true),
            .init("DOUBTS", number: true),
        ])
        for close in closes {
            table.add([
                close.period, "\(close.days.lowerBound)", "\(close.days.upperBound)", "\(close.at)", close.actor,
                String(close.batch), close.doubts.isEmpty ? "" : String(close.doubts.count),
            ])
        }
        return table.text
    }
}

/// A month as it was closed.
public struct ClosedBooks: Report {
    let close: Decisions.Close
    let month: ClosedMonth
    let currency: Currency

    /// As `Report` says.
    public var json: JSONValue {
        .object(
            close.members + [
                (
                    "figures",
                    .array(
                        month.figures.map { figure in
                            var members: [(String, JSONValue)] = [("metric", .string(figure.key.metric))]
                            if !figure.key.dimension.isEmpty {
                                members.append((figure.key.dimension, .string(figure.key.label)))
                            }
                            members.append(("value", figure.json(figure.value, currency)))
                            return .object(members)
                        })
                )
            ])
    }

    /// As `Report` says.
    public var text: String {
        var table = TextTable([.init("METRIC"), .init("OF"), .init("CLOSED", number: true)])
        for figure in month.figures {
            table.add([figure.key.metric, figure.key.of, figure.shown(figure.value, currency)])
        }
        return
            ([
                table.text, "",
                "\(close.period), \(close.days.lowerBound) to \(close.days.upperBound), closed by \(close.actor) on \(close.at)",
                "facts up to batch \(close.batch), contents \(close.contents), cost method \(close.method)",
                "digest \(close.digest)",
            ] + close.doubts.map { "closed all the same: \($0)".printable }).joined(separator: "\n")
    }
}

extension Decisions.Close {
    var members: [(String, JSONValue)] {
        [
            ("month", .string(period)), ("from", .text(days.lowerBound)), ("to", .text(days.upperBound)),
            ("closedAt", .text(at)), ("closedBy", .string(actor)), ("batch", .integer(batch)),
            ("contentDigest", .string(contents)), ("costMethod", .string(method)), ("digest", .string(digest)),
            ("doubts", .array(doubts.map { .string($0) })), ("reason", .string(reason)),
        ]
    }
}

extension ClosedFigure {
    func json(_ value: Int64?, _ currency: Currency) -> JSONValue {
        if unit == .money { return .money(value, currency) }
        return .number(value.map { Double($0) / 1_000_000 })
    }
}

extension Engine {
    /// Closes a month: keeps its figures as they are now, for ever.
    ///
    /// - Parameters:
    ///   - text: the month, `2011-11` or `2011-P10`.
    ///   - reason: why it is closed although something speaks against it; nil refuses then.
    /// - Throws: `EngineError(.refused)` with everything that speaks against it.
    public func closeMonth(_ text: String, reason: String?, actor: String) throws -> MonthClosed {
        let period = try BooksPeriod(text, settings.fiscalYear)
        if let known = try decisions.read({ try $0.close(of: period.name) }) {
            throw EngineError(
                .refused,
                "\(period.name) was closed by \(known.actor) on \(known.at); what came later is in "
                    + "penstock books restatements \(period.name)")
        }
        let doubts = try doubts(about: period.days)
        guard doubts.isEmpty || reason != nil else {
            throw EngineError(
                .refused,
                "\(period.name) is not ready to be closed:\n"
                    + doubts.map { "  \($0)" }.joined(separator: "\n")
                    + "\nmend what can be mended, or close it all the same with --force REASON")
        }
        let (batch, revision, month) = try settledFigures(of: period.days)
        let close = try BooksClosing.close(
            Decisions.Close(
                period: period.name, days: period.days, at: now(), actor: actor, batch: batch, revision: revision,
                contents: facts.contentDigest(), method: facts.costMethod().rawValue,
                currency: settings.currency.code, doubts: doubts, reason: reason ?? "", digest: ""),
            bytes: month.bytes, in: decisions)
        return MonthClosed(close: close, figures: month.figures.count)
    }

    /// The figures of a range of days, read while nothing changed them: what comes in meanwhile would be in some of them.
    /// A live shop takes facts in all the time; they do no harm where a second reading says the same.
    private func settledFigures(
        of days: ClosedRange<Day>
    ) throws -> (batch: Int64, revision: Int64, month: ClosedMonth) {
        var before: [UInt8]?
        for _ in 0..<4 {
            let (revision, batch) = (try facts.revision(), try facts.newestBatch())
            let month = try figures(of: days)
            if try facts.revision() == revision || month.bytes == before { return (batch, revision, month) }
            before = month.bytes
        }
        throw EngineError(.busy, "facts of the month keep coming in while its figures are read; try again later")
    }

    /// The months that are closed.
    public func closes() throws -> CloseList { CloseList(closes: try decisions.read { try $0.closes() }) }

    /// A month as it was closed.
    ///
    /// - Throws: `ActionError(.notFound)` for an open one.
    public func closedBooks(_ text: String) throws -> ClosedBooks {
        let (close, bytes) = try BooksClosing.figures(
            of: BooksPeriod(text, settings.fiscalYear).name, in: decisions)
        return ClosedBooks(
            close: close, month: ClosedMonth(bytes: bytes), currency: Currency(close.currency) ?? settings.currency)
    }
}
