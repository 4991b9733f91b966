import Domain
import FoundationEssentials
import Store

/// Keeps the policy in force: the file where it is valid, else the last valid one, which is stored with the decisions.
public struct PolicyKeeper: Sendable {
    /// A policy and what is wrong with the file that should have given it.
    public struct InForce: Sendable {
        /// What holds now.
        public var policy: Policy
        /// Why the file does not count; to be shown by every command until it is mended. Nil where all is well.
        public var complaint: ActionError?
    }

    private let decisions: Decisions
    private let currency: Currency

    /// A keeper for a shop that counts in `currency`.
    public init(decisions: Decisions, currency: Currency) {
        self.decisions = decisions
        self.currency = currency
    }

    /// The policy that holds now. A valid file that says something new is stored and journalled.
    ///
    /// - Parameters:
    ///   - path: the shop's `policy.toml`; where there is none and never was, the conservative policy holds.
    ///   - now: shop time.
    ///   - actor: who looked, for the journal.
    /// - Throws: `StoreError`. A bad file is no error here but a complaint: the last valid policy stays in force.
    public func inForce(path: String, now: Instant, actor: String) throws -> InForce {
        let stored = try decisions.read { try $0.policyText() }
        guard FileManager.default.fileExists(atPath: path) else {
            let missing = ActionError(
                .settings, "the file is missing; the last valid policy stays in force until it is there again",
                place: path)
            return last(stored, complaint: stored == nil ? nil : missing)
        }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else {
            return last(
                stored,
                complaint: ActionError(
                    .settings, "the file cannot be read as UTF-8; the last valid policy stays in force", place: path))
        }
        do {
            let policy = try Policy(text, currency: currency)
            if text != stored {
                try decisions.write { writer in
                    try writer.keepPolicy(text, at: now)
                    try Journal.append(
                        "policy", body: ["sha256": sha256(Array(text.utf8))], at: now, actor: actor, to: writer)
                }
            }
            return InForce(policy: policy, complaint: nil)
        } catch var error as ActionError {
            error.message += "; the last valid policy stays in force"
            return last(stored, complaint: error)
        }
    }

    // A stored text that this program can no longer read falls back to asking for everything.
    private func last(_ stored: String?, complaint: ActionError?) -> InForce {
        let policy = stored.flatMap { try? Policy($0, currency: currency) }
        return InForce(policy: policy ?? Policy(currency: currency), complaint: complaint)
    }
}
