import Domain
import Store

/// What can be wrong with a live source: the rules of the signals that say so. The signal's target is the source's name, or what
/// sources disagree about.
public enum SourceTrouble: String, CaseIterable, Sendable {
    /// It has brought nothing for longer than was promised.
    case silent = "source-silent"
    /// It cannot be looked at.
    case failing = "source-failing"
    /// The share of its rows that is refused has jumped.
    case quarantine = "quarantine-spike"
    /// Systems that count the same shelves differ on too many products, and nobody has said whose counts hold.
    case disagreeing = "sources-disagree"

    /// What is wrong, after the source's name.
    var predicate: String {
        switch self {
        case .silent: "is silent"
        case .failing: "fails"
        case .quarantine: "sends too much that is refused"
        case .disagreeing: "is counted differently by several systems"
        }
    }
}

/// A live source with something wrong.
public struct TroubledSource: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What is wrong.
    public var trouble: SourceTrouble
    /// How it shows, in a sentence.
    public var says: String

    /// Something wrong with a source.
    public init(name: String, trouble: SourceTrouble, says: String) {
        self.name = name
        self.trouble = trouble
        self.says = says
    }
}

extension Desk {
    /// Opens a signal for each trouble that has none, and closes those of troubles that are over. While one is open the
    /// policy decides nothing by itself. With nothing changed it writes nothing.
    ///
    /// - Parameter troubles: all that is wrong now.
    /// - Returns: whether anything was opened or closed.
    @discardableResult
    public func settle(_ troubles: [TroubledSource], now: Instant, actor: String) throws -> Bool {
        func changes(_ reader: Decisions.Reader) throws -> (
            opened: [TroubledSource], closed: [(SourceTrouble, Decisions.Signal)]
        ) {
            let open = try reader.openTroubles()
            let known = Set(open.map { [$0.0.rawValue, $0.1.target] })
            let wanted = Set(troubles.map { [$0.trouble.rawValue, $0.name] })
            return (
                troubles.filter { !known.contains([$0.trouble.rawValue, $0.name]) },
                open.filter { !wanted.contains([$0.0.rawValue, $0.1.target]) }
            )
        }
        let first = try decisions.read(changes)
        guard !first.opened.isEmpty || !first.closed.isEmpty else { return false }
        return try turn(now: now, actor: actor) { turn in
            // Somebody may have been quicker.
            let (opened, closed) = try changes(turn.read)
            for trouble in opened {
                _ = try turn.writer.openSignal(
                    rule: trouble.trouble.rawValue, target: trouble.name, severity: 0, at: turn.now)
                try turn.note(
                    "signal-opened", nil,
                    Particulars(reason: "\(trouble.trouble.rawValue): \(trouble.name): \(trouble.says)".printable))
            }
            for (trouble, signal) in closed {
                try turn.writer.closeSignal(
                    rule: signal.rule, target: signal.target, opening: signal.opening, at: turn.now)
                try turn.note(
                    "signal-closed", nil, Particulars(reason: "\(trouble.rawValue): \(signal.target)".printable))
            }
            return !opened.isEmpty || !closed.isEmpty
        }
    }
}

extension Decisions.Reader {
    /// The open signals of live sources, by kind and name.
    public func openTroubles() throws -> [(SourceTrouble, Decisions.Signal)] {
        try SourceTrouble.allCases.flatMap { trouble in
            try openSignals(rule: trouble.rawValue).values.sorted { $0.target < $1.target }.map { (trouble, $0) }
        }
    }
}
