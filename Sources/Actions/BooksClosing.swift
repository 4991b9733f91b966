import Domain
import Store

/// Closing a month: what was reported of it is kept for ever, with who said so.
public enum BooksClosing {
    private struct Body: Encodable {
        var period: String
        var digest: String
        var batch: Int64
        var revision: Int64
        var contents: String
        var method: String
        var doubts: [String]
        var reason: String
    }

    /// Keeps a month's figures, and writes it into the journal with their digest.
    ///
    /// - Parameters:
    ///   - close: the close; its digest is made here.
    ///   - bytes: its figures.
    /// - Returns: the close as it was kept.
    /// - Throws: `ActionError(.alreadyDecided)` where the month is closed.
    public static func close(
        _ close: Decisions.Close, bytes: [UInt8], in decisions: Decisions
    ) throws -> Decisions.Close {
        var close = close
        close.digest = sha256(bytes)
        return try decisions.write { writer in
            if let known = try writer.read.close(of: close.period) {
                throw ActionError(
                    .alreadyDecided,
                    "\(close.period) was closed by \(known.actor) on \(known.at); what came later is in "
                        + "penstock books restatements \(close.period)")
            }
            try writer.add(close, bytes: bytes)
            try Journal.append(
                "closed",
                body: Body(
                    period: close.period, digest: close.digest, batch: close.batch, revision: close.revision,
                    contents: close.contents, method: close.method, doubts: close.doubts, reason: close.reason),
                at: close.at, actor: close.actor, to: writer)
            return close
        }
    }

    /// The figures of a closed month.
    ///
    /// - Throws: `ActionError(.notFound)` for an open month, `.damaged` where they are not what was closed.
    public static func figures(
        of period: String, in decisions: Decisions
    ) throws -> (close: Decisions.Close, bytes: [UInt8]) {
        let found = try decisions.read { reader in
            try reader.close(of: period).map { ($0, try reader.parts(of: period)) }
        }
        guard let (close, bytes) = found else {
            throw ActionError(
                .notFound, "\(period) is not closed; penstock books list tells which months are")
        }
        guard sha256(bytes) == close.digest else {
            throw ActionError(
                .damaged, "the figures of \(period) are not those that were closed; restore a backup of decisions.db")
        }
        return (close, bytes)
    }
}
