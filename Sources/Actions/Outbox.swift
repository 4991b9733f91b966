import Domain
import Store

/// What a look into the outbox led to.
public enum Claim: Hashable, Sendable {
    /// This order is now ours to send; `Desk.settle` must say what became of it.
    case send(Outbound)
    /// What this action rests on has moved, or the policy no longer allows it: it waits for a decision again.
    case askedAgain(action: Int64, reason: String)
    /// The executor could not prepare it; it is tried later, or has failed after too many attempts.
    case deferred(action: Int64, reason: String)
}

extension Desk {
    /// Takes the effect that has been due the longest out of the outbox, for exactly one caller.
    ///
    /// Before it is handed out, the policy's limits and the evidence are checked once more; outside, it is not sent but
    /// asked again, showing what moved. While everything is on hold nothing is handed out. Effects are claimed only by
    /// the holder of the shop's `run.lock`, so a claim that outlives its process is an orphan, see `recover`.
    ///
    /// - Parameters:
    ///   - now: shop time.
    ///   - wall: machine time; what is due is measured by it.
    ///   - actor: who executes.
    ///   - evidence: what is known now.
    ///   - prepare: stages the order at its executor without any effect outside; called before the claim, so that a
    ///     claimed effect has always been staged. An error defers the effect.
    /// - Returns: nil where nothing is due.
    public func claim(
        now: Instant, wall: Instant? = nil, actor: String, evidence: CurrentEvidence,
        prepare: (Outbound) throws -> Void
    ) throws -> Claim? {
        while true {
            let due = try decisions.read { reader in
                try reader.hold() == nil ? try reader.dueEffect(at: wall ?? now) : nil
            }
            guard let due else { return nil }
            let outbound = try Outbound(due)
            let current = try evidence(outbound.order, outbound.action)
            if let claim = try ask(again: due, current, now: now, wall: wall, actor: actor) { return claim }
            do {
                try prepare(outbound)
            } catch {
                return try postpone(due, because: "\(error)", now: now, wall: wall, actor: actor)
            }
            let sent = try turn(now: now, wall: wall, actor: actor) { turn -> Claim? in
                guard var (action, effect) = try turn.waiting(due) else { return nil }
                if let objection = try turn.objection(to: action, current) {
                    return try turn.askAgain(&action, objection, current)
                }
                effect.attempts += 1
                effect.claimedAt = turn.wall
                effect.claimant = actor
                try turn.writer.save(effect)
                var body = Particulars()
                body.key = effect.key
                body.hash = sha256(effect.payload)
                try turn.move(&action, .send, body: body)
                return .send(outbound)
            }
            // Nil: somebody undid it, held everything or took it meanwhile. Look again.
            if let sent { return sent }
        }
    }

    /// Records what became of an effect that was claimed.
    ///
    /// Not done and worth another try: it waits 1, 2, 4… up to 60 seconds and is sent again under the same key, up to
    /// `maximumAttempts` times. Unknown: nothing is repeated, a look-up or a person has to say.
    ///
    /// - Throws: `ActionError` with code `.alreadyDecided` where the action is not on its way.
    public func settle(
        _ id: Int64, _ outcome: Outcome, now: Instant, wall: Instant? = nil, actor: String
    ) throws {
        try turn(now: now, wall: wall, actor: actor) { turn in
            var action = try turn.load(id)
            guard action.state == .sent, let effect = try turn.read.effect(of: id) else {
                throw ActionError(
                    .alreadyDecided, "it is not on its way but \(action.state.rawValue)", place: turn.place(action))
            }
            try turn.settle(&action, effect, outcome)
        }
    }

    /// A person's word on an effect of which nobody could say whether it happened.
    ///
    /// Done: it is confirmed. Not done: it waits for its grace period once more, in which it can be undone, and is then
    /// sent under the same key.
    ///
    /// - Throws: `ActionError`: `.notFound`, `.notAllowed`, `.alreadyDecided` where nothing is unknown about it.
    public func resolve(_ id: Int64, done: Bool, now: Instant, wall: Instant? = nil, actor: String) throws {
        try checkMayDecide(actor)
        try turn(now: now, wall: wall, actor: actor) { turn in
            var action = try turn.load(id)
            guard action.state == .unknown, var effect = try turn.read.effect(of: id) else {
                throw ActionError(
                    .alreadyDecided, "it is not unknown but \(action.state.rawValue)", place: turn.place(action))
            }
            if done {
                effect.receipt = "confirmed by \(actor)"
                try turn.writer.save(effect)
                var body = Particulars()
                body.receipt = effect.receipt
                try turn.move(&action, .confirm, body: body)
            } else {
                effect.notBefore = turn.wall.adding(seconds: try turn.rules(of: action).graceMinutes * 60)
                try turn.writer.save(effect)
                try turn.move(&action, .retry, reason: "\(actor) says it did not happen")
            }
        }
    }

    /// Looks up, at the target, every effect whose executor died between claiming it and saying what became of it.
    ///
    /// To be called by the holder of the shop's `run.lock` before it claims anything: nobody else executes, so whatever
    /// is on its way then has lost its process.
    ///
    /// - Parameter lookUp: what the target knows of a key.
    /// - Returns: the ids of the actions that were settled.
    public func recover(
        now: Instant, wall: Instant? = nil, actor: String, lookUp: (Outbound) throws -> Outcome
    ) throws -> [Int64] {
        let orphans = try decisions.read { try $0.effects(in: [.sent]) }
        for effect in orphans {
            let outcome = try lookUp(try Outbound(effect))
            try settle(effect.action, outcome, now: now, wall: wall, actor: actor)
        }
        return orphans.map(\.action)
    }

    private func ask(
        again due: Decisions.Effect, _ current: [SKU: LineEvidence], now: Instant, wall: Instant?, actor: String
    ) throws -> Claim? {
        try turn(now: now, wall: wall, actor: actor) { turn in
            guard var (action, _) = try turn.waiting(due), let objection = try turn.objection(to: action, current)
            else {
                return nil
            }
            return try turn.askAgain(&action, objection, current)
        }
    }

    private func postpone(
        _ due: Decisions.Effect, because reason: String, now: Instant, wall: Instant?, actor: String
    ) throws -> Claim? {
        try turn(now: now, wall: wall, actor: actor) { turn in
            guard var (action, effect) = try turn.waiting(due) else { return nil }
            effect.attempts += 1
            try turn.settle(&action, effect, .notDone(reason: reason, retryable: true))
            return .deferred(action: action.id, reason: reason)
        }
    }
}

/// Seconds to wait after the `attempts`-th failed attempt: 1, 2, 4, 8, 16, 32, 60, 60…
func backOffSeconds(after attempts: Int) -> Int64 { attempts > 6 ? 60 : 1 << max(0, attempts - 1) }

extension Turn {
    /// Why an effect may not be sent as it was decided.
    fileprivate struct Objection {
        var reason: String
        var moved: [EvidenceMove]
    }

    /// The action and effect, where they still wait and are still what was read; nil where everything is on hold.
    fileprivate func waiting(_ due: Decisions.Effect) throws -> (Decisions.Action, Decisions.Effect)? {
        guard try read.hold() == nil, let action = try read.action(due.action), action.state == .approved,
            let effect = try read.effect(of: due.action), effect == due
        else { return nil }
        return (action, effect)
    }

    /// What stands against sending: moved evidence, a limit, or a policy that would no longer decide this by itself.
    fileprivate func objection(to action: Decisions.Action, _ current: [SKU: LineEvidence]) throws -> Objection? {
        let moved = try rules(of: action).tolerance.moves(from: action.evidence, to: current)
        if !moved.isEmpty {
            return Objection(reason: moved.map(\.description).joined(separator: "; "), moved: moved)
        }
        var fresh = action
        fresh.know(current)
        let verdict = try verdict(on: fresh, newestBatch: .min)
        let stands = verdict.decision == .auto || (verdict.decision == .ask && action.decidedBy != Desk.policyName)
        return stands ? nil : Objection(reason: verdict.reason, moved: [])
    }

    fileprivate func askAgain(
        _ action: inout Decisions.Action, _ objection: Objection, _ current: [SKU: LineEvidence]
    ) throws -> Claim {
        let reason = "asked again: \(objection.reason)"
        var body = Particulars(reason: reason)
        body.moved = objection.moved
        try move(&action, .askAgain, reason: reason, body: body)
        try askAnew(&action, moved: objection.moved, current: current, reason: reason)
        return .askedAgain(action: action.id, reason: objection.reason)
    }

    /// Stores an outcome: the receipt, the next attempt, or the end.
    fileprivate func settle(
        _ action: inout Decisions.Action, _ effect: Decisions.Effect, _ outcome: Outcome
    ) throws {
        var effect = effect
        switch outcome {
        case .done(let receipt):
            effect.receipt = receipt
            try writer.save(effect)
            var body = Particulars()
            body.key = effect.key
            body.receipt = receipt
            try move(&action, .confirm, body: body)
        case .notDone(let reason, let retryable):
            if retryable, effect.attempts < Desk.maximumAttempts {
                effect.notBefore = wall.adding(seconds: backOffSeconds(after: effect.attempts))
                try writer.save(effect)
                try move(&action, .retry, reason: reason)
            } else {
                try writer.save(effect)
                try move(&action, .fail, reason: reason)
            }
        case .unknown(let reason):
            try move(&action, .lose, reason: reason)
        }
    }
}
