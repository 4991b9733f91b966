import Domain
import Store

/// The append-only record of everything that was proposed, decided and done, chained by hashes.
///
/// Each entry's SHA-256 covers the bytes of all its fields and the hash of the entry before it, so that a changed,
/// missing, added or reordered entry breaks the chain from there on. Who can rewrite the whole file can also rewrite
/// the whole chain: that shows only against a head that was exported before.
public enum Journal {
    /// How far the journal reached at some moment: what an export keeps, to be verified against later.
    public struct Head: Hashable, Sendable, Codable, LosslessStringConvertible {
        /// Sequence number of the last entry; 0 for an empty journal.
        public var sequence: Int64
        /// Its hash, 64 hexadecimal digits; empty for an empty journal.
        public var hash: String

        /// A head.
        public init(sequence: Int64, hash: String) {
            self.sequence = sequence
            self.hash = hash
        }

        /// `12:9f86d0…`
        public var description: String { "\(sequence):\(hash)" }

        /// Reads `12:9f86d0…`; nil for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0 else { return nil }
            let digits = parts[1].utf8
            guard digits.count == (sequence == 0 ? 0 : 64),
                digits.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) })
            else { return nil }
            self.init(sequence: sequence, hash: String(parts[1]))
        }
    }

    /// What verification found.
    public enum Finding: Hashable, Sendable, CustomStringConvertible {
        /// Every entry is as it was written, up to this head.
        case intact(Head)
        /// The entry with this number is not what was written there.
        case altered(sequence: Int64)
        /// There should be an entry with this number.
        case missing(sequence: Int64)

        /// The finding as a sentence.
        public var description: String {
            switch self {
            case .intact(let head): "the journal is intact up to entry \(head.sequence)"
            case .altered(let sequence): "entry \(sequence) of the journal is not what was written"
            case .missing(let sequence): "entry \(sequence) of the journal is missing"
            }
        }
    }

    /// Where the journal ends now.
    public static func head(_ reader: Decisions.Reader) throws -> Head {
        let last = try reader.lastEntry()
        return Head(sequence: last?.sequence ?? 0, hash: last?.hash ?? "")
    }

    /// Checks every entry, and that the journal still contains the one that `expected` names.
    ///
    /// - Parameters:
    ///   - decisions: whose journal; read in short pieces, so that a long one blocks nobody.
    ///   - expected: a head that was exported earlier; without it, a cut end cannot be seen.
    /// - Returns: the first entry that is wrong or missing, or that all is well.
    public static func verify(_ decisions: Decisions, expected: Head? = nil) throws -> Finding {
        var head = Head(sequence: 0, hash: "")
        var reached = Int64.min
        while true {
            let entries = try decisions.read { try $0.entries(after: reached, limit: 1000) }
            guard let last = entries.last else { break }
            reached = last.sequence
            for entry in entries {
                let due = head.sequence + 1
                if entry.sequence > due { return .missing(sequence: due) }
                if entry.sequence < due { return .altered(sequence: entry.sequence) }
                guard entry.previous == head.hash, entry.hash == hash(of: entry) else { return .altered(sequence: due) }
                if let expected, expected.sequence == due, expected.hash != entry.hash {
                    return .altered(sequence: due)
                }
                head = Head(sequence: entry.sequence, hash: entry.hash)
            }
        }
        if let expected, expected.sequence > head.sequence { return .missing(sequence: head.sequence + 1) }
        return .intact(head)
    }

    /// Adds an entry inside the transaction that does what it records.
    ///
    /// - Returns: its sequence number.
    @discardableResult
    static func append(
        _ what: String, action: Int64? = nil, body: some Encodable, at: Instant, actor: String,
        to writer: Decisions.Writer
    ) throws -> Int64 {
        let last = try head(writer.read)
        var entry = Decisions.Entry(
            sequence: last.sequence + 1, at: at, actor: actor, what: what, action: action,
            body: try canonicalBytes(body), previous: last.hash, hash: "")
        entry.hash = hash(of: entry)
        try writer.append(entry)
        return entry.sequence
    }

    /// SHA-256 over the fields as netstrings (D. J. Bernstein, 1997): `length:bytes,` leaves no two entries alike.
    static func hash(of entry: Decisions.Entry) -> String {
        var bytes: [UInt8] = []
        func add(_ field: some Collection<UInt8>) {
            bytes += Array("\(field.count):".utf8)
            bytes += field
            bytes.append(0x2C)
        }
        add("\(entry.sequence)".utf8)
        add("\(entry.at.milliseconds)".utf8)
        add(entry.actor.utf8)
        add(entry.what.utf8)
        add((entry.action.map { "\($0)" } ?? "").utf8)
        add(entry.body)
        add(entry.previous.utf8)
        return sha256(bytes)
    }
}
