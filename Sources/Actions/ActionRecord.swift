import Domain
import FoundationEssentials
import Store

/// An action with everything that is known of it.
public struct ActionRecord: Hashable, Sendable {
    /// The action with its lines and their evidence.
    public var action: Decisions.Action
    /// What the guardrails said of this version.
    public var verdict: Verdict
    /// Its effect; nil where none is queued or was sent.
    public var effect: Decisions.Effect?
    /// The approvals that stand.
    public var approvals: [Decisions.Approval]
    /// What happened to it, in order.
    public var history: [Decisions.Entry]
}

extension Desk {
    /// The actions in these states with their lines, the most avoidable money first.
    public func actions(in states: Set<ActionState>) throws -> [Decisions.Action] {
        try decisions.read { try $0.actions(in: states) }
    }

    /// Everything that is known of an action.
    ///
    /// - Throws: `ActionError` with code `.notFound`.
    public func record(_ id: Int64) throws -> ActionRecord {
        try decisions.read { reader in
            guard let action = try reader.action(id) else {
                throw ActionError(.notFound, "there is no action \(id); see penstock actions list")
            }
            guard let verdict = try? JSONDecoder().decode(Verdict.self, from: Data(action.verdict)) else {
                throw ActionError(.damaged, "its verdict cannot be read; restore a backup", place: "action \(id)")
            }
            return ActionRecord(
                action: action, verdict: verdict, effect: try reader.effect(of: id),
                approvals: try reader.approvals(of: id), history: try reader.entries(of: id))
        }
    }

    /// The hold that stands over everything; nil where none does.
    public func standingHold() throws -> Decisions.Hold? { try decisions.read { try $0.hold() } }

    /// Where the journal ends now, to be exported and verified against later.
    public func journalHead() throws -> Journal.Head { try decisions.read(Journal.head) }
}
