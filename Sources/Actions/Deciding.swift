import Domain
import FoundationEssentials
import Store

/// What an approval came to.
public enum Approved: Hashable, Sendable {
    /// It will be sent under this key, not before this machine time; until then it can be undone.
    case queued(key: String, notBefore: Instant)
    /// Its value needs a second person, who approves the version with this hash.
    case awaitsSecond(hash: String)
}

/// When a need that was turned down may be proposed again.
public enum Reopening: Hashable, Sendable {
    /// From a moment on.
    case on(Instant)
    /// When the supplier's terms are no longer those under which it was turned down.
    case whenTermsChange
}

extension Desk {
    /// Approves exactly what was shown.
    ///
    /// Lines that are left out of `lines` are not rejected but left for later: their need is proposed again with the
    /// next plan, as a new action. Edited quantities are kept beside the proposed ones; the rest of one that was
    /// lowered counts as turned down for the policy's number of days, unless the order is taken back or fails. A held
    /// action can be approved where the edits, or a policy changed since, bring it within its limits.
    ///
    /// - Parameters:
    ///   - id: which action.
    ///   - hash: the hash of the version that was shown.
    ///   - lines: the products to order; nil for all.
    ///   - edits: quantities that replace the proposed ones, whole packs and at least the supplier's minimum.
    ///   - evidence: what is known now.
    ///   - now: shop time.
    ///   - wall: machine time, see `Desk`.
    ///   - actor: who approves.
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided`, `.notAllowed`, `.usage`, `.refused` by a guardrail,
    ///   `.overBudget`; `.stale` where the hash is not the current one or the evidence has moved: then the action has
    ///   been revised, and `moved` says what moved.
    public func approve(
        _ id: Int64, expecting hash: String, lines: Set<SKU>? = nil, edits: [SKU: Int64] = [:],
        evidence: CurrentEvidence, now: Instant, wall: Instant? = nil, actor: String
    ) throws -> Approved {
        try checkMayDecide(actor)
        guard let shown = try decisions.read({ try $0.action(id) }) else {
            throw ActionError(.notFound, "there is no action \(id); see penstock actions list")
        }
        // Not inside the transaction: reading facts may take longer than others should wait for this database.
        let current = shown.hash == hash && shown.state.isPending ? try evidence(shown.order, id) : nil
        let result = try turn(now: now, wall: wall, actor: actor) { turn -> Result<Approved, ActionError> in
            var action = try turn.pending(id, expecting: hash)
            guard let current else { throw try turn.stale(action, since: hash) }
            if now >= action.expiresAt {
                try turn.move(&action, .expire)
                return .failure(
                    ActionError(.stale, "it has expired; its need is proposed again", place: turn.place(action)))
            }
            let moved = try turn.rules(of: action).tolerance.moves(from: action.evidence, to: current)
            guard moved.isEmpty else {
                try turn.askAnew(&action, moved: moved, current: current)
                let what = moved.map(\.description).joined(separator: "; ")
                return .failure(
                    ActionError(
                        .stale, "what it rests on has moved: \(what). See version \(action.version)",
                        place: turn.place(action), moved: moved))
            }
            try turn.select(lines, edits, of: &action)
            return .success(try turn.approve(&action))
        }
        return try result.get()
    }

    /// Puts other quantities in place of the proposed ones, without approving them. They stay when a plan revises the
    /// action.
    ///
    /// - Returns: the hash of the new version.
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided`, `.stale`, `.notAllowed`, `.usage`.
    public func edit(
        _ id: Int64, expecting hash: String, quantities: [SKU: Int64], now: Instant, actor: String
    ) throws -> String {
        try checkMayDecide(actor)
        return try turn(now: now, actor: actor) { turn in
            var action = try turn.pending(id, expecting: hash)
            try turn.select(nil, quantities, of: &action)
            try turn.heed(try turn.verdict(on: action, newestBatch: .min), for: &action)
            return action.hash
        }
    }

    /// Turns an action or some of its lines down; the needs stay closed until `reopening`.
    ///
    /// - Parameters:
    ///   - id: which action.
    ///   - lines: the products turned down; nil for all.
    ///   - reason: why, for those who come later; not empty.
    ///   - reopening: nil for the policy's number of days from now.
    ///   - now: shop time.
    ///   - actor: who rejects.
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided`, `.notAllowed`, `.usage`.
    public func reject(
        _ id: Int64, lines: Set<SKU>? = nil, reason: String, reopening: Reopening? = nil, now: Instant, actor: String
    ) throws {
        try checkMayDecide(actor)
        guard !reason.trimmed.isEmpty else { throw ActionError(.usage, "say why: --reason TEXT") }
        try turn(now: now, actor: actor) { turn in
            var action = try turn.load(id)
            if case .refused(let sentence) = ActionLife.step(action.state, .reject) {
                throw ActionError(.alreadyDecided, sentence, place: turn.place(action))
            }
            let included = Set(action.order.lines.map(\.sku))
            let chosen = lines ?? included
            try turn.checkNamed(chosen, in: included, of: action)
            let days = try turn.rules(of: action).rejectedDays
            let opens = reopening ?? .on(now.adding(seconds: days * 86_400))
            for index in action.lines.indices where chosen.contains(action.lines[index].draft.sku) {
                let line = action.lines[index]
                var need = Decisions.Suppression(sku: line.draft.sku, until: nil, terms: nil, reason: reason)
                switch opens {
                case .on(let moment): need.until = moment
                case .whenTermsChange: need.terms = line.terms
                }
                try turn.writer.suppress(need, rule: action.rule, target: action.target, actor: actor, at: now)
                action.lines[index].standing = .rejected
            }
            var body = Particulars(reason: reason)
            body.lines = chosen.sorted()
            if case .on(let moment) = opens { body.until = moment }
            if chosen == included {
                try turn.move(&action, .reject, reason: reason, body: body, lines: true)
            } else {
                action.takenInHand = true
                let verdict = try turn.verdict(on: action, newestBatch: .min)
                try turn.renew(&action, verdict: verdict)
                body.version = action.version
                body.hash = action.hash
                try turn.move(&action, .revise, reason: action.reason, body: body, lines: true)
                try turn.heed(verdict, for: &action)
            }
        }
    }

    /// Whether a person may turn down what was shown, before anything is changed on the word of it.
    ///
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided`, `.stale`, `.notAllowed`.
    public func checkMayReject(_ id: Int64, expecting hash: String, now: Instant, actor: String) throws {
        try checkMayDecide(actor)
        try turn(now: now, actor: actor) { _ = try $0.pending(id, expecting: hash) }
    }

    /// Leaves a note for whoever looks next, in the journal; at most 500 characters, control characters replaced.
    ///
    /// - Throws: `ActionError(.usage)` for an empty or longer text.
    public func note(_ text: String, now: Instant, actor: String) throws {
        let text = String(text.trimmed).printable
        guard !text.isEmpty, text.count <= 500 else {
            throw ActionError(.usage, "a note has 1 to 500 characters")
        }
        _ = try turn(now: now, actor: actor) { try $0.note("note", nil, Particulars(reason: text)) }
    }

    /// Puts an action off until a moment after now; it then waits for a decision as long as a new one would.
    ///
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided`, `.refused` while it is held, `.notAllowed`, `.usage`.
    public func snooze(_ id: Int64, until: Instant, now: Instant, actor: String) throws {
        try checkMayDecide(actor)
        guard until > now else { throw ActionError(.usage, "it can only be put off until a moment to come") }
        try turn(now: now, actor: actor) { turn in
            var action = try turn.load(id)
            action.snoozedUntil = until
            action.takenInHand = true
            action.expiresAt = max(
                action.expiresAt, until.adding(seconds: try turn.rules(of: action).validHours * 3600))
            var body = Particulars()
            body.until = until
            try turn.move(&action, .snooze, reason: "put off until \(until.iso8601(in: zone))", body: body)
        }
    }

    /// Takes an approval back, as long as no executor has taken the effect: it waits for a decision again.
    ///
    /// - Throws: `ActionError`: `.notFound`, `.alreadyDecided` once it is on its way, `.refused` before it is approved,
    ///   `.notAllowed`.
    public func undo(_ id: Int64, now: Instant, actor: String) throws {
        try checkMayDecide(actor)
        try turn(now: now, actor: actor) { turn in
            var action = try turn.load(id)
            try turn.move(&action, .undo, reason: "\(actor) took the approval back")
        }
    }

    /// Stops everything: until it is released no effect leaves the shop and the policy decides nothing. It stays in
    /// force when every process ends. Holding what is held changes nothing; anyone may hold.
    public func hold(reason: String, now: Instant, actor: String) throws {
        guard !reason.trimmed.isEmpty else { throw ActionError(.usage, "say why: --reason TEXT") }
        try turn(now: now, actor: actor) { turn in
            guard try turn.read.hold() == nil else { return }
            try turn.writer.hold(reason: reason, actor: actor, at: now)
            try turn.note("hold", nil, Particulars(reason: reason))
        }
    }

    /// Lets everything go on; what waited is sent, unless it is taken back or has to be asked again.
    ///
    /// - Throws: `ActionError`: `.notAllowed`, `.usage` without a reason.
    public func release(reason: String, now: Instant, actor: String) throws {
        try checkMayDecide(actor)
        guard !reason.trimmed.isEmpty else { throw ActionError(.usage, "say why: --reason TEXT") }
        try turn(now: now, actor: actor) { turn in
            guard try turn.read.hold() != nil else { return }
            try turn.writer.releaseHold(at: now)
            try turn.note("release", nil, Particulars(reason: reason))
        }
    }

    /// Lets pending actions whose time is over expire and wakes those that were put off until now.
    ///
    /// - Returns: the ids of the expired ones.
    public func expire(now: Instant, actor: String) throws -> [Int64] {
        try turn(now: now, actor: actor) { try $0.passTime() }
    }
}

extension Turn {
    /// A pending action that is still what was shown.
    func pending(_ id: Int64, expecting hash: String) throws -> Decisions.Action {
        let action = try load(id)
        if !action.state.isPending, case .refused(let sentence) = ActionLife.step(action.state, .approve) {
            throw ActionError(.alreadyDecided, sentence, place: place(action))
        }
        guard action.hash == hash else { throw try stale(action, since: hash) }
        return action
    }

    /// Why a hash is not the current one: it was once, or it is mistyped or another action's.
    func stale(_ action: Decisions.Action, since hash: String) throws -> ActionError {
        struct Version: Decodable {
            var version: Int64?
            var hash: String?
        }
        let wasShown = try read.entries(of: action.id).contains { entry in
            let known = try? JSONDecoder().decode(Version.self, from: Data(entry.body))
            return known?.version != nil && known?.hash == hash
        }
        return ActionError(
            .stale,
            wasShown
                ? "it has changed since it was shown; look at version \(action.version) and decide again"
                : "that is not the hash of any version of this action; look at version \(action.version)",
            place: place(action))
    }

    func checkNamed(_ chosen: Set<SKU>, in included: Set<SKU>, of action: Decisions.Action) throws {
        if let stranger = chosen.subtracting(included).min() {
            throw ActionError(.usage, "\(stranger) is not a line of it", place: place(action))
        }
        if chosen.isEmpty { throw ActionError(.usage, "name at least one line", place: place(action)) }
    }

    /// Decides for an action in a person's name, or notes the first of two people.
    fileprivate func approve(_ action: inout Decisions.Action) throws -> Approved {
        let verdict = try verdict(on: action, newestBatch: .min)
        if verdict.decision == .refuse { throw ActionError(.refused, verdict.reason, place: place(action)) }
        try heed(verdict, for: &action)
        if needsSecond(action) {
            let earlier = try read.approvals(of: action.id).filter { $0.hash == action.hash }
            if earlier.contains(where: { $0.actor == actor }) {
                throw ActionError(
                    .notAllowed, "you have approved it; a second person must do so too", place: place(action))
            }
            if earlier.isEmpty {
                try writer.approve(action, actor: actor, at: now)
                var body = Particulars()
                body.hash = action.hash
                try note("approved-first", action, body)
                return .awaitsSecond(hash: action.hash)
            }
        }
        try writer.approve(action, actor: actor, at: now)
        try move(&action, .approve, body: Particulars(payloadOf: action))
        guard let effect = try read.effect(of: action.id) else {
            throw ActionError(.damaged, "its effect was not queued", place: place(action))
        }
        return .queued(key: effect.key, notBefore: effect.notBefore)
    }

    // An order in another currency cannot be compared with the threshold, so it counts as above it.
    private func needsSecond(_ action: Decisions.Action) -> Bool {
        guard let above = desk.policy.fourEyesAbove else { return false }
        return action.header.currency != desk.policy.currency || action.value > above
    }
}
