import Glibc
import Store
import Synchronization

/// Fits the demand models of the days to come on a thread of its own: whoever reads or plans meanwhile goes on with those in
/// use.
///
/// What it has found is kept page by page, so a process may end while it is at it, and another one takes it up.
public final class FitAhead: Sendable {
    private let engine: Engine
    private let state = Mutex(State())

    private struct State {
        var isFitting = false
        /// Hour since 1970 that was looked at last: once an hour is often enough for what is needed in a day.
        var hour: Int64?
    }

    /// For one shop.
    public init(_ engine: Engine) { self.engine = engine }

    /// Whether a fit is under way.
    public var isFitting: Bool { state.withLock { $0.isFitting } }

    /// Begins a fit where one is due and none is under way; returns at once.
    ///
    /// A fit that fails is tried again in the next hour, or made by whoever needs it where that comes first.
    public func tend() throws {
        let now = try engine.now()
        let isDue = state.withLock { state in
            guard !state.isFitting, state.hour != now.seconds / 3600 else { return false }
            state.hour = now.seconds / 3600
            state.isFitting = true
            return true
        }
        guard isDue else { return }
        let thread = startThread { [self] in
            _ = try? ShopDemand.fitAhead(
                engine.facts, asOf: now, today: engine.settings.zone.day(of: now), holidays: engine.settings.holidays)
            state.withLock { $0.isFitting = false }
        }
        if let thread { pthread_detach(thread) } else { state.withLock { $0.isFitting = false } }
    }
}
