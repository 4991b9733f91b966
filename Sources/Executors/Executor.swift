import Actions
import Domain

/// The hands: what makes a decided order happen at a target, and can tell whether it did.
///
/// It is called on the runner's thread and returns when it knows, or knows that it does not.
public protocol Executor: Sendable {
    /// Makes everything ready that can fail without an effect outside. May be repeated, with another order too, until
    /// the order is performed.
    ///
    /// - Throws: `ExecutorError`; nothing has happened then, and it is tried later.
    func prepare(_ order: Outbound) throws

    /// Makes it happen, at most once for a key.
    func perform(_ order: Outbound) -> Outcome

    /// What the target knows of an order whose `perform` did not say, or was never heard of again.
    func lookUp(_ order: Outbound) -> Outcome
}

/// Why an order could not be made ready.
public struct ExecutorError: Error, CustomStringConvertible, Sendable {
    /// What kind of failure.
    public enum Code: Sendable {
        /// The file system said no.
        case io
        /// The program cannot be started.
        case program
    }

    /// What kind of failure.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String
    /// The path that it happened at.
    public var place: String

    /// An error that says what to do.
    public init(_ code: Code, _ message: String, place: String) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// Place and message, to be printed as it is.
    public var description: String { "\(place): \(message)" }
}

/// What became of one effect.
public struct Delivery: Hashable, Sendable {
    /// The action.
    public var action: Int64
    /// What the executor said; nil where it was not sent but asked again or deferred.
    public var outcome: Outcome?
    /// Why, where there is something to say.
    public var reason: String
}

extension Desk {
    /// Sends every effect that is due, one at a time, and records what became of each. An unknown outcome is looked up
    /// at once; what stays unknown waits for a person.
    ///
    /// Only the holder of the shop's `run.lock` may call it, after `recover`.
    ///
    /// - Parameters:
    ///   - executor: the hands.
    ///   - now: shop time.
    ///   - wall: machine time, see `Desk`.
    ///   - actor: who executes.
    ///   - evidence: what is known now.
    /// - Throws: `StoreError`, or what `evidence` throws; what was claimed before stays recorded.
    public func deliver(
        through executor: any Executor, now: Instant, wall: Instant? = nil, actor: String, evidence: CurrentEvidence
    ) throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while let claim = try claim(
            now: now, wall: wall, actor: actor, evidence: evidence, prepare: executor.prepare)
        {
            switch claim {
            case .askedAgain(let action, let reason), .deferred(let action, let reason):
                deliveries.append(Delivery(action: action, outcome: nil, reason: reason))
            case .send(let order):
                var outcome = executor.perform(order)
                if case .unknown(let first) = outcome {
                    outcome = executor.lookUp(order)
                    if case .unknown(let second) = outcome {
                        outcome = .unknown(reason: "\(first); look-up: \(second)")
                    }
                }
                try settle(order.action, outcome, now: now, wall: wall, actor: actor)
                deliveries.append(Delivery(action: order.action, outcome: outcome, reason: outcome.reason))
            }
        }
        return deliveries
    }
}

extension Outcome {
    fileprivate var reason: String {
        switch self {
        case .done(let receipt): receipt
        case .notDone(let reason, _), .unknown(let reason): reason
        }
    }
}
