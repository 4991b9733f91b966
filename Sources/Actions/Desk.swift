import Domain
import FoundationEssentials
import Store

/// The loop without hands: takes proposals in, asks or decides, and hands out effects one at a time.
///
/// Every method is one immediate transaction of the decisions database and writes what it did into the journal inside
/// it; an error means that nothing changed, except where it says that the action was revised. Two clocks are passed
/// in: `now` is shop time (validity, evidence, budgets, the journal), `wall` is the machine's time for what must pass
/// while a shop's clock stands still (grace periods, back-off); without it, `now` serves for both.
public struct Desk: Sendable {
    /// Where everything is kept.
    public let decisions: Decisions
    /// The policy in force.
    public var policy: Policy
    /// The shop's time zone: which day a budget belongs to.
    public let zone: Zone

    /// The name under which the policy decides; no person may have it.
    public static let policyName = "policy"
    /// How often an effect is tried before it has failed.
    public static let maximumAttempts = 9

    /// What is known now about the lines of an order, for comparison with what was shown; a product that can no longer
    /// be assessed is left out. The second argument is the action that the order belongs to: what is on order by its
    /// own word must not count, or every order would make itself needless. Called outside any transaction of the desk.
    public typealias CurrentEvidence = (DraftOrder, Int64) throws -> [SKU: LineEvidence]

    /// A desk over a shop's decisions.
    public init(decisions: Decisions, policy: Policy, zone: Zone) {
        self.decisions = decisions
        self.policy = policy
        self.zone = zone
    }

    /// Runs one transaction on behalf of an actor.
    func turn<T>(now: Instant, wall: Instant? = nil, actor: String, _ body: (Turn) throws -> T) throws -> T {
        guard SupplierName(actor)?.text == actor else {
            throw ActionError(.usage, "'\(actor.printable)' is not a name that can act; give a user name")
        }
        return try decisions.write { writer in
            try body(Turn(desk: self, writer: writer, now: now, wall: wall ?? now, actor: actor))
        }
    }

    /// Refuses people who may not decide, and anyone who calls himself the policy.
    func checkMayDecide(_ person: String) throws {
        guard person != Desk.policyName, policy.mayDecide(person) else {
            throw ActionError(
                .notAllowed, "\(person.printable) may not decide; see approvers under [roles] in policy.toml")
        }
    }
}

/// What the journal keeps of a change beside who, when and what. Fields that do not apply are not written.
struct Particulars: Encodable {
    var version: Int64?
    var hash: String?
    var replaces: String?
    var reason: String?
    var order: DraftOrder?
    var evidence: [SKU: LineEvidence]?
    var verdict: Verdict?
    var moved: [EvidenceMove]?
    var lines: [SKU]?
    var until: Instant?
    var key: String?
    var receipt: String?

    init(reason: String? = nil) { self.reason = reason.flatMap { $0.isEmpty ? nil : $0 } }

    /// The complete payload of an action's version.
    init(payloadOf action: Decisions.Action, reason: String? = nil) {
        self.init(reason: reason)
        version = action.version
        hash = action.hash
        order = action.order
        evidence = action.evidence
    }
}

/// One transaction of the desk: who acts, when, and the moves that every method is made of.
struct Turn {
    let desk: Desk
    let writer: Decisions.Writer
    let now: Instant
    let wall: Instant
    var actor: String

    var read: Decisions.Reader { writer.read }
    var today: Day { desk.zone.day(of: now) }

    func rules(of action: Decisions.Action) throws -> Policy.Rules { desk.policy[try kind(of: action)] }

    func kind(of action: Decisions.Action) throws -> ActionKind {
        guard let kind = ActionKind(rawValue: action.kind) else {
            throw ActionError(.damaged, "its kind '\(action.kind)' is not known to this program", place: place(action))
        }
        return kind
    }

    func load(_ id: Int64) throws -> Decisions.Action {
        guard let action = try read.action(id) else {
            throw ActionError(.notFound, "there is no action \(id); see penstock actions list")
        }
        return action
    }

    func place(_ action: Decisions.Action) -> String { "action \(action.id)" }

    @discardableResult
    func note(_ what: String, _ action: Decisions.Action? = nil, _ body: Particulars) throws -> Int64 {
        try Journal.append(what, action: action?.id, body: body, at: now, actor: actor, to: writer)
    }

    /// Takes an action one step along its life: state, consequences, journal and row together.
    ///
    /// - Parameters:
    ///   - action: changed in place and stored.
    ///   - event: what happens to it; refused where its state does not allow it.
    ///   - reason: why it stands there then.
    ///   - body: what the journal keeps.
    ///   - lines: whether the lines have changed and are to be stored too.
    func move(
        _ action: inout Decisions.Action, _ event: ActionLife.Event, reason: String = "", body: Particulars? = nil,
        lines: Bool = false
    ) throws {
        switch ActionLife.step(action.state, event) {
        case .refused(let sentence):
            throw ActionError(action.state.isPending ? .refused : .alreadyDecided, sentence, place: place(action))
        case .moves(let state, let consequences):
            action.state = state
            action.reason = reason
            for consequence in consequences { try perform(consequence, for: action) }
        }
        let entry = try note(event.past, action, body ?? Particulars(reason: reason))
        switch event {
        case .approve:
            (action.decidedAt, action.decidedBy, action.decidedEntry) = (now, actor, entry)
            action.snoozedUntil = nil
        case .undo, .askAgain:
            (action.decidedAt, action.decidedBy, action.decidedEntry) = (nil, nil, nil)
            action.takenInHand = true
            action.expiresAt = now.adding(seconds: try rules(of: action).validHours * 3600)
            try writer.voidApprovals(of: action.id)
        case .confirm: action.confirmedAt = now
        case .wake, .block: action.snoozedUntil = nil
        default: break
        }
        try writer.update(action, lines: lines)
    }

    private func perform(_ consequence: ActionLife.Consequence, for action: Decisions.Action) throws {
        switch consequence {
        case .reserveBudget: try reserve(action)
        case .releaseBudget: try writer.release(action: action.id)
        case .queueEffect: try queue(action)
        case .cancelEffect: try writer.removeEffect(of: action.id)
        case .closeRest: try closeRest(of: action)
        case .reopenRest: try reopenRest(of: action)
        case .closeSignal:
            try writer.closeSignal(rule: action.rule, target: action.target, opening: action.opening, at: now)
        }
    }

    // The check and the reservation are one transaction: two approvals can never both see the same room.
    private func reserve(_ action: Decisions.Action) throws {
        let currency = action.header.currency
        guard let limits = desk.policy.limits(of: try kind(of: action), in: currency) else {
            throw ActionError(.refused, Guardrails.noLimits(for: currency), place: place(action))
        }
        let budgets = Budgets(
            limits: limits,
            reserved: try read.reserved(on: today, currency: currency, supplier: action.header.supplier))
        if let over = budgets.margins(of: action.value).first(where: { $0.margin < 0 }) {
            throw ActionError(
                .overBudget,
                "\(Money(minor: action.value, currency: currency)) do not fit into today's budget\(over.whose): "
                    + "\(Money(minor: over.limit - over.used, currency: currency)) are left; "
                    + "order less, wait for tomorrow or raise the limit in policy.toml",
                place: place(action))
        }
        try writer.reserve(action: action, on: today)
    }

    private func queue(_ action: Decisions.Action) throws {
        let outbound = Outbound(
            key: Outbound.key(of: action), action: action.id, order: action.order, approvedBy: actor, approvedAt: now)
        let grace = try rules(of: action).graceMinutes * 60
        try writer.save(
            Decisions.Effect(
                action: action.id, key: outbound.key, payload: try canonicalBytes(outbound),
                notBefore: wall.adding(seconds: grace)))
    }

    /// What the guardrails say of an action as it is now.
    func verdict(on action: Decisions.Action, newestBatch: Int64, failedBefore: Bool = false) throws -> Verdict {
        var around = Guardrails.Surroundings(
            now: now, newestBatch: newestBatch,
            reserved: try read.reserved(
                on: action.decidedAt.map(desk.zone.day(of:)) ?? today, currency: action.header.currency,
                supplier: action.header.supplier, without: action.id))
        around.hold = try read.hold()?.reason
        around.failedBefore = failedBefore
        around.takenInHand = action.takenInHand
        around.troubledSources = try read.openTroubles().map { "\($1.target) \($0.predicate)".printable }
        return Guardrails.verdict(
            kind: try kind(of: action), order: action.order, evidence: action.evidence, policy: desk.policy,
            around: around)
    }

    /// Makes a changed payload the next version: value, hash, verdict and a new term of validity.
    func renew(_ action: inout Decisions.Action, verdict: Verdict) throws {
        guard let value = action.order.value else {
            throw ActionError(.usage, "its value does not fit 64 bits; make it smaller", place: place(action))
        }
        action.version += 1
        action.value = value.minor
        action.hash = try ShownPayload(order: action.order, evidence: action.evidence).hash()
        action.verdict = try canonicalBytes(verdict)
        action.expiresAt = max(
            action.expiresAt, now.adding(seconds: try rules(of: action).validHours * 3600))
    }

    /// Holds an action that a guardrail forbids, lifts one that none forbids any more; else changes nothing.
    func heed(_ verdict: Verdict, for action: inout Decisions.Action) throws {
        if verdict.decision == .refuse, action.state == .proposed || action.state == .snoozed {
            var body = Particulars(reason: verdict.reason)
            body.verdict = verdict
            action.verdict = try canonicalBytes(verdict)
            try move(&action, .block, reason: verdict.reason, body: body)
        } else if verdict.decision != .refuse, action.state == .held {
            action.verdict = try canonicalBytes(verdict)
            try move(&action, .lift)
        }
    }
}
