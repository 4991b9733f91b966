import Domain
import Store

// How an action comes to its next version other than by a plan: a person chooses, the world moves, time passes.

extension Decisions.Action {
    /// The included lines of which less is ordered than was proposed.
    fileprivate var reducedLines: [Line] {
        lines.filter { $0.standing == .included && $0.quantity < $0.draft.quantity }
    }

    /// Puts what is known now in place of what was known.
    mutating func know(_ current: [SKU: LineEvidence]) {
        for index in lines.indices {
            if let known = current[lines[index].draft.sku] { lines[index].evidence = known }
        }
    }
}

extension Turn {
    /// Applies a person's choice of lines and quantities as a new version; without any it changes nothing.
    func select(_ lines: Set<SKU>?, _ edits: [SKU: Int64], of action: inout Decisions.Action) throws {
        let included = Set(action.order.lines.map(\.sku))
        let chosen = lines ?? included
        try checkNamed(chosen, in: included, of: action)
        if !edits.isEmpty { try checkNamed(Set(edits.keys), in: chosen, of: action) }
        if let bad = edits.filter({ $0.value <= 0 }).keys.min() {
            throw ActionError(
                .usage, "the quantity of \(bad) must be above 0; leave the line out instead", place: place(action))
        }
        for line in action.lines {
            if let quantity = edits[line.draft.sku] { try checkSold(quantity, line, of: action) }
        }
        let old = action
        for index in action.lines.indices where action.lines[index].standing == .included {
            let sku = action.lines[index].draft.sku
            if !chosen.contains(sku) { action.lines[index].standing = .left }
            if let quantity = edits[sku], quantity != action.lines[index].quantity {
                action.lines[index].edited = quantity == action.lines[index].draft.quantity ? nil : quantity
            }
        }
        guard action.lines != old.lines else { return }
        action.takenInHand = true
        try renew(&action, verdict: try verdict(on: action, newestBatch: .min))
        var body = Particulars(payloadOf: action)
        body.replaces = old.hash
        try move(&action, .revise, reason: action.reason, body: body, lines: true)
    }

    /// Refuses a quantity that the supplier does not sell. What the plan itself proposed is always sold.
    private func checkSold(_ quantity: Int64, _ line: Decisions.Action.Line, of action: Decisions.Action) throws {
        let pack = max(1, line.evidence.pack)
        let minimum = max(1, line.evidence.minimum)
        if quantity == line.draft.quantity || (quantity % pack == 0 && quantity >= minimum) { return }
        func whole(_ packs: Int64) -> Int64? {
            let (units, overflow) = packs.multipliedReportingOverflow(by: pack)
            return overflow || units < minimum ? nil : units
        }
        let least = whole((minimum - 1) / pack + 1)
        let near = quantity < minimum ? [least] : [whole(quantity / pack), whole(quantity / pack + 1)]
        let choice = near.compactMap { $0.map(String.init) }.joined(separator: " or ")
        throw ActionError(
            .usage,
            "\(line.draft.sku) is sold in packs of \(pack), from \(minimum) units on, not by \(quantity): "
                + "order \(choice)",
            place: place(action))
    }

    /// Closes the needs of which a person ordered less than was proposed, as if the rest had been turned down.
    func closeRest(of action: Decisions.Action) throws {
        let reduced = action.reducedLines
        if reduced.isEmpty { return }
        let until = now.adding(seconds: try rules(of: action).rejectedDays * 86_400)
        for line in reduced {
            let reason = "\(line.quantity) of \(line.draft.quantity) proposed units were ordered"
            try writer.suppress(
                Decisions.Suppression(sku: line.draft.sku, until: until, terms: nil, reason: reason),
                rule: action.rule, target: action.target, actor: actor, at: now)
        }
        var body = Particulars(
            reason: reduced.map { "\($0.draft.sku): \($0.quantity) of \($0.draft.quantity)" }.joined(separator: "; "))
        body.lines = reduced.map(\.draft.sku)
        body.until = until
        try note("rest-closed", action, body)
    }

    /// Opens again what `closeRest` closed: the order that it was the rest of does not happen.
    func reopenRest(of action: Decisions.Action) throws {
        for line in action.reducedLines {
            try writer.liftSuppression(of: line.draft.sku, rule: action.rule, target: action.target)
        }
    }

    /// Puts the evidence of now in place of the one that was shown, as a new version for people to decide about.
    func askAnew(
        _ action: inout Decisions.Action, moved: [EvidenceMove], current: [SKU: LineEvidence], reason: String? = nil
    ) throws {
        let old = action.hash
        action.know(current)
        for index in action.lines.indices {
            guard let known = current[action.lines[index].draft.sku] else { continue }
            action.lines[index].draft.cost = UnitPrice(micros: known.costMicros)
        }
        action.takenInHand = true
        let verdict = try verdict(on: action, newestBatch: .min)
        try renew(&action, verdict: verdict)
        var body = Particulars(payloadOf: action)
        body.replaces = old
        body.moved = moved
        let reason = reason ?? "asked again: " + moved.map(\.description).joined(separator: "; ")
        try move(&action, .revise, reason: reason, body: body, lines: true)
        try heed(verdict, for: &action)
    }

    /// Expires and wakes what is due.
    func passTime() throws -> [Int64] {
        var expired: [Int64] = []
        for var action in try read.actions(in: Set(ActionState.allCases.filter(\.isPending))).sorted(by: {
            $0.id < $1.id
        }) {
            if now >= action.expiresAt {
                try move(&action, .expire, reason: "nobody decided in time")
                expired.append(action.id)
            } else if action.state == .snoozed, let until = action.snoozedUntil, now >= until {
                try move(&action, .wake)
            }
        }
        return expired
    }
}
