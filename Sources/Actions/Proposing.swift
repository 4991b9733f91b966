import Domain
import Store

/// What a plan wants done for one target.
public struct Proposal: Hashable, Sendable {
    /// What it is about, as the rule spells it: `supplier|place|currency`. One proposal a target.
    public var target: String
    /// The order, suppressed needs included: those are left out here.
    public var order: DraftOrder
    /// What is known of each line; every line has its own.
    public var evidence: [SKU: LineEvidence]
    /// The supplier's terms for each line in a form that changes when they do, such as a hash of the offer: a change
    /// reopens a need that was rejected until then. Empty where nothing is known.
    public var terms: [SKU: String]
    /// Money that acting now saves, minor units of the shop's currency.
    public var severity: Int64

    /// A proposal.
    public init(
        target: String, order: DraftOrder, evidence: [SKU: LineEvidence], terms: [SKU: String] = [:], severity: Int64
    ) {
        self.target = target
        self.order = order
        self.evidence = evidence
        self.terms = terms
        self.severity = severity
    }
}

/// What became of a plan. Action ids, in the plan's order.
public struct Proposed: Hashable, Sendable {
    /// New actions.
    public var opened: [Int64] = []
    /// Pending ones with a new version.
    public var revised: [Int64] = []
    /// Pending ones whose need is gone.
    public var superseded: [Int64] = []
    /// Those, new or not, that the policy has decided.
    public var approved: [Int64] = []

    /// Whether nothing changed, and so nothing was written about any action.
    public var isEmpty: Bool { opened.isEmpty && revised.isEmpty && superseded.isEmpty && approved.isEmpty }
}

extension Desk {
    /// Takes in the complete plan of a rule: all its proposals of now, so that what is missing is no longer needed.
    ///
    /// A target without a pending action opens its signal once more and gets a new one. A pending action is revised
    /// only when something material moved: a line came or went, a quantity or cost changed, or evidence left the
    /// policy's tolerance. What a person edited, rejected or left out of a pending action stays so. Pending actions of
    /// targets that are not in the plan are superseded. Running the same plan twice writes nothing.
    ///
    /// - Parameters:
    ///   - proposals: in the order in which they should draw on the budgets.
    ///   - rule: whose plan it is: `reorder`.
    ///   - seen: the journal entry up to which the plan knew what is on order, from `onOrder()`. Products decided since
    ///     are left out, or they would be ordered twice.
    ///   - newestBatch: the newest batch of facts.
    ///   - now: shop time.
    ///   - wall: machine time, see `Desk`.
    ///   - actor: who runs the plan.
    /// - Throws: `ActionError` with code `.usage` where a proposal contradicts itself; then nothing of the plan is taken.
    public func propose(
        _ proposals: [Proposal], rule: String, seen: Int64, newestBatch: Int64, now: Instant, wall: Instant? = nil,
        actor: String
    ) throws -> Proposed {
        try turn(now: now, wall: wall, actor: actor) { turn in
            _ = try turn.passTime()
            var intake = try PlanIntake(turn: turn, rule: rule, seen: seen, newestBatch: newestBatch)
            for proposal in proposals { try intake.take(proposal) }
            return try intake.finish()
        }
    }
}

/// A plan while it is taken in.
private struct PlanIntake {
    private let turn: Turn
    private let rule: String
    private let newestBatch: Int64
    private let signals: [String: Decisions.Signal]
    private let suppressions: [String: [Decisions.Suppression]]
    private let failedTargets: Set<String>
    private let decidedSince: Set<Needed>
    private var pending: [String: [Decisions.Action]]
    private var listed: Set<String> = []
    private var result = Proposed()

    private struct Needed: Hashable {
        var sku: String  // its key: a catalogue may have spelled it anew since
        var place: PlaceName
    }

    init(turn: Turn, rule: String, seen: Int64, newestBatch: Int64) throws {
        self.turn = turn
        self.rule = rule
        self.newestBatch = newestBatch
        signals = try turn.read.openSignals(rule: rule)
        suppressions = try turn.read.suppressions(rule: rule)
        failedTargets = try turn.read.failedTargets(rule: rule)
        decidedSince = try Set(
            turn.read.actions(decidedAfter: seen).filter { $0.state.countsAsOnOrder }.flatMap { action in
                action.order.lines.map { Needed(sku: $0.sku.key, place: action.header.shipTo) }
            })
        pending = Dictionary(
            grouping: try turn.read.actions(rule: rule, in: Set(ActionState.allCases.filter(\.isPending))),
            by: \.target)
    }

    mutating func take(_ proposal: Proposal) throws {
        let lines = try wanted(of: proposal)
        guard !lines.isEmpty else { return }
        guard listed.insert(proposal.target).inserted else {
            throw ActionError(.usage, "the plan has two proposals for \(proposal.target)")
        }
        // An approval that was taken back may have come to stand beside a newer action: the newest speaks.
        let standing = (pending.removeValue(forKey: proposal.target) ?? []).sorted { $0.opening < $1.opening }
        for old in standing.dropLast() { try supersede(old) }
        if let action = standing.last {
            try turn.writer.reopenSignal(rule: rule, target: action.target, opening: action.opening, at: turn.now)
            try reconcile(action, with: proposal, lines)
        } else {
            try open(proposal, lines)
        }
    }

    mutating func finish() throws -> Proposed {
        for (_, actions) in pending.sorted(by: { $0.key < $1.key }) {
            for action in actions { try supersede(action) }
        }
        for signal in signals.values.sorted(by: { $0.id < $1.id }) where !listed.contains(signal.target) {
            try turn.writer.closeSignal(rule: rule, target: signal.target, opening: signal.opening, at: turn.now)
        }
        return result
    }

    /// The lines that may be asked for: not turned down, not decided since the plan looked. By SKU.
    private func wanted(of proposal: Proposal) throws -> [Decisions.Action.Line] {
        let closed = Dictionary(
            (suppressions[proposal.target] ?? []).map { ($0.sku.key, $0) }, uniquingKeysWith: { _, last in last })
        var lines: [Decisions.Action.Line] = []
        for draft in proposal.order.lines.sorted(by: { $0.sku < $1.sku }) {
            guard let evidence = proposal.evidence[draft.sku], lines.last?.draft.sku != draft.sku else {
                throw ActionError(
                    .usage, "line \(draft.sku) of \(proposal.target) comes twice or without what is known of it")
            }
            let terms = proposal.terms[draft.sku] ?? ""
            if closed[draft.sku.key]?.holds(at: turn.now, terms: terms) == true { continue }
            if decidedSince.contains(Needed(sku: draft.sku.key, place: proposal.order.shipTo)) { continue }
            lines.append(Decisions.Action.Line(draft: draft, evidence: evidence, terms: terms))
        }
        return lines
    }

    private mutating func open(_ proposal: Proposal, _ lines: [Decisions.Action.Line]) throws {
        if let signal = signals[proposal.target] {
            try turn.writer.closeSignal(rule: rule, target: signal.target, opening: signal.opening, at: turn.now)
        }
        let opening = try turn.writer.openSignal(
            rule: rule, target: proposal.target, severity: proposal.severity, at: turn.now)
        var header = proposal.order
        header.lines = []
        let validSeconds = turn.desk.policy[.reorder].validHours * 3600
        var action = Decisions.Action(
            kind: ActionKind.reorder.rawValue, rule: rule, target: proposal.target, opening: opening, state: .proposed,
            reason: "", hash: "", header: header, value: 0, severity: proposal.severity, proposedAt: turn.now,
            expiresAt: turn.now.adding(seconds: validSeconds), verdict: [], lines: lines)
        guard let value = action.order.value else {
            throw ActionError(.usage, "the value of the order for \(proposal.target) does not fit 64 bits")
        }
        let verdict = try verdict(on: action)
        action.value = value.minor
        action.hash = try ShownPayload(order: action.order, evidence: action.evidence).hash()
        action.verdict = try canonicalBytes(verdict)
        if turn.desk.policy[.reorder].mode == .auto { action.reason = verdict.reason }
        action.id = try turn.writer.insert(action)
        var body = Particulars(payloadOf: action)
        body.verdict = verdict
        try turn.note("proposed", action, body)
        result.opened.append(action.id)
        try follow(verdict, &action)
    }

    private mutating func reconcile(
        _ old: Decisions.Action, with proposal: Proposal, _ lines: [Decisions.Action.Line]
    ) throws {
        var action = old
        let worse = try noteSeverity(proposal, of: &action)
        let (merged, material) = try merge(lines, into: action)
        guard merged.contains(where: { $0.standing == .included }) else { return try supersede(action) }
        action.lines = merged
        action.header = proposal.order
        action.header.lines = []
        let verdict = try verdict(on: action)
        if material {
            try turn.renew(&action, verdict: verdict)
            action.severity = proposal.severity
            if turn.desk.policy[.reorder].mode == .auto || verdict.decision == .refuse {
                action.reason = verdict.reason
            }
            var body = Particulars(payloadOf: action)
            body.replaces = old.hash
            body.verdict = verdict
            try turn.move(&action, .revise, reason: action.reason, body: body, lines: true)
            result.revised.append(action.id)
        } else {
            // The evidence that was shown stays; only the verdict is taken of that of now.
            action.lines = old.lines
            action.header = old.header
            if worse { try turn.writer.update(action, lines: false) }
        }
        try follow(verdict, &action)
    }

    /// The lines as they should stand, and whether they differ materially from those of the action.
    private func merge(
        _ lines: [Decisions.Action.Line], into action: Decisions.Action
    ) throws -> (lines: [Decisions.Action.Line], material: Bool) {
        var old = Dictionary(uniqueKeysWithValues: action.lines.map { ($0.draft.sku, $0) })
        var merged: [Decisions.Action.Line] = []
        var material = false
        for var line in lines {
            // A rejected line that comes back has been reopened; one that was left out waits for the next action.
            if let before = old.removeValue(forKey: line.draft.sku), before.standing != .rejected {
                line.edited = before.edited
                line.standing = before.standing
                if line.standing == .included {
                    material = material || line.quantity != before.quantity || line.draft.cost != before.draft.cost
                }
            } else {
                material = true
            }
            merged.append(line)
        }
        for line in old.values {
            if line.standing == .included { material = true } else { merged.append(line) }
        }
        merged.sort { $0.draft.sku < $1.draft.sku }
        if !material {
            let tolerance = try turn.rules(of: action).tolerance
            let now = Dictionary(uniqueKeysWithValues: merged.map { ($0.draft.sku, $0.evidence) })
            material = !tolerance.moves(from: action.evidence, to: now).isEmpty
        }
        return (merged, material)
    }

    /// A need that has grown by more than a fifth has worsened; smaller changes are not written.
    private func noteSeverity(_ proposal: Proposal, of action: inout Decisions.Action) throws -> Bool {
        guard Double(proposal.severity) > Double(max(0, action.severity)) * 1.2 else { return false }
        action.severity = proposal.severity
        if let signal = signals[action.target], signal.opening == action.opening {
            try turn.writer.worsenSignal(signal.id, severity: proposal.severity, at: turn.now)
        }
        return true
    }

    private func verdict(on action: Decisions.Action) throws -> Verdict {
        try turn.verdict(on: action, newestBatch: newestBatch, failedBefore: failedTargets.contains(action.target))
    }

    /// Holds, lifts or decides as the guardrails say.
    private mutating func follow(_ verdict: Verdict, _ action: inout Decisions.Action) throws {
        try turn.heed(verdict, for: &action)
        guard verdict.decision == .auto, action.state == .proposed else { return }
        var policy = turn
        policy.actor = Desk.policyName
        var body = Particulars(payloadOf: action)
        body.verdict = verdict
        try policy.move(&action, .approve, body: body)
        result.approved.append(action.id)
    }

    private mutating func supersede(_ action: Decisions.Action) throws {
        var action = action
        try turn.move(&action, .supersede, reason: "its need is no longer in the plan")
        result.superseded.append(action.id)
    }
}
