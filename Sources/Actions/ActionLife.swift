import Domain

/// The life of an action: what may happen to it in which state, and what follows.
///
/// A pure table. It knows no database and no clock; the desk performs the consequences in the same transaction that
/// stores the new state, so that a state never stands without them.
public enum ActionLife {
    /// What happens to an action.
    public enum Event: String, Sendable, CaseIterable {
        /// A plan or a person changed its payload or its evidence.
        case revise
        /// A guardrail forbids it as it is.
        case block
        /// What forbade it is gone.
        case lift
        /// A person puts it off.
        case snooze
        /// The time for which it was put off is over.
        case wake
        /// A person or the policy decides for it.
        case approve
        /// A person turns it down.
        case reject
        /// Nobody decided while it was valid.
        case expire
        /// Its need went away, or another action took its place.
        case supersede
        /// A person takes an approval back before it is sent.
        case undo
        /// What it rests on moved before it was sent.
        case askAgain
        /// An executor takes it.
        case send
        /// The target has it.
        case confirm
        /// The target does not have it, and asking once more may help.
        case retry
        /// The target does not have it and never will.
        case fail
        /// Nobody can say whether the target has it.
        case lose
        /// Its effect has been compared with what was expected.
        case measure
    }

    /// What the shell must do together with a change of state.
    public enum Consequence: String, Sendable, CaseIterable {
        /// Take its value out of the day's budgets.
        case reserveBudget
        /// Give that value back.
        case releaseBudget
        /// Put its effect into the outbox.
        case queueEffect
        /// Take its effect out of the outbox.
        case cancelEffect
        /// Close what is left of the needs of which a person ordered less than was proposed.
        case closeRest
        /// Open that again, because the order does not happen.
        case reopenRest
        /// Close its signal; what is left of the need opens anew.
        case closeSignal
    }

    /// What an event leads to.
    public enum Step: Hashable, Sendable {
        /// It stands so now, and this is to be done.
        case moves(ActionState, [Consequence])
        /// It cannot be, for the reason that the sentence gives.
        case refused(String)
    }

    /// What `event` does to an action that stands at `state`.
    public static func step(_ state: ActionState, _ event: Event) -> Step {
        switch (state, event) {
        case (.proposed, .revise), (.snoozed, .revise), (.held, .revise): .moves(state, [])
        case (.proposed, .block), (.snoozed, .block): .moves(.held, [])
        case (.held, .lift): .moves(.proposed, [])
        case (.proposed, .snooze), (.snoozed, .snooze): .moves(.snoozed, [])
        case (.snoozed, .wake): .moves(.proposed, [])
        case (.proposed, .approve), (.snoozed, .approve): .moves(.approved, [.reserveBudget, .queueEffect, .closeRest])
        case (.proposed, .reject), (.snoozed, .reject), (.held, .reject): .moves(.rejected, [.closeSignal])
        case (.proposed, .expire), (.snoozed, .expire), (.held, .expire): .moves(.expired, [.closeSignal])
        case (.proposed, .supersede), (.snoozed, .supersede), (.held, .supersede): .moves(.superseded, [.closeSignal])
        case (.approved, .undo), (.approved, .askAgain):
            .moves(.proposed, [.releaseBudget, .cancelEffect, .reopenRest])
        case (.approved, .send): .moves(.sent, [])
        case (.sent, .confirm), (.unknown, .confirm): .moves(.confirmed, [])
        case (.approved, .retry), (.sent, .retry), (.unknown, .retry): .moves(.approved, [])
        case (.approved, .fail), (.sent, .fail): .moves(.failed, [.releaseBudget, .reopenRest, .closeSignal])
        case (.sent, .lose): .moves(.unknown, [])
        case (.confirmed, .measure): .moves(.measured, [])
        default: .refused("cannot \(event.phrase): \(standing(state))")
        }
    }

    private static func standing(_ state: ActionState) -> String {
        switch state {
        case .proposed: "it still waits for a decision"
        case .snoozed: "it is put off"
        case .approved: "it is already approved"
        case .sent: "it is already on its way"
        case .confirmed: "it is already done"
        case .measured: "it is done and measured"
        case .rejected: "it is already rejected"
        case .expired: "it has expired; its need is proposed again with the next plan"
        case .superseded: "its need went away or another action took its place"
        case .held: "it is held; see why, and lift that first"
        case .failed: "it has failed; its need is proposed again with the next plan"
        case .unknown: "nobody knows whether it happened; look at the target, then resolve it"
        }
    }
}

extension ActionLife.Event {
    /// The event after "cannot".
    fileprivate var phrase: String {
        switch self {
        case .revise: "change this action"
        case .block: "hold this action"
        case .lift: "lift the hold of this action"
        case .snooze: "put this action off"
        case .wake: "wake this action"
        case .approve: "approve this action"
        case .reject: "reject this action"
        case .expire: "let this action expire"
        case .supersede: "replace this action"
        case .undo: "take the approval back"
        case .askAgain: "ask again about this action"
        case .send: "send this action"
        case .confirm: "confirm this action"
        case .retry: "send this action once more"
        case .fail: "declare this action failed"
        case .lose: "lose sight of this action"
        case .measure: "measure this action"
        }
    }

    /// The word under which the journal records it.
    var past: String {
        switch self {
        case .revise: "revised"
        case .block: "held"
        case .lift: "lifted"
        case .snooze: "snoozed"
        case .wake: "woken"
        case .approve: "approved"
        case .reject: "rejected"
        case .expire: "expired"
        case .supersede: "superseded"
        case .undo: "undone"
        case .askAgain: "asked-again"
        case .send: "sent"
        case .confirm: "confirmed"
        case .retry: "deferred"
        case .fail: "failed"
        case .lose: "unknown"
        case .measure: "measured"
        }
    }
}
