import Domain
import Engine
import Terminal

/// What happens to the cockpit.
enum Message: Sendable {
    /// The operator or the terminal.
    case event(Event)
    /// The shop was read anew.
    case read(ShopSnapshot)
    /// A product that was opened was worked out.
    case product(RiskRow.ID, ProductPage)
    /// A decision or another order of the operator's was carried out.
    case done(String, cleared: Cleared = .nothing)
    /// It was not, and why.
    case failed(String)
    /// The shop could not be read; what was read before stands.
    case unread(String)
    /// A day of the demo has been played.
    case played(String)
    /// The selection has come to rest.
    case rested
    /// Machine time has come to this.
    case time(Instant)

    /// What a carried out order makes needless.
    enum Cleared: Sendable {
        case nothing
        /// Marks of the focused table.
        case marks
    }
}

/// What an update asks of the world; carried out in the background, one after the other.
enum Effect: Sendable {
    case read
    case openProduct(RiskRow.ID)
    case approve([Approval])
    case edit(Int64, hash: String, sku: SKU, quantity: Int64)
    case reject(Int64, hash: String, lines: Set<SKU>?, because: RejectionReason)
    case snooze([Int64], until: Instant)
    case undo(Int64)
    case resolve(Int64, done: Bool)
    case hold(String)
    case release(String)
    case note(String)
    case supply(MissingValue, RiskRow.ID)
    case mend(Int64, row: String)
    case retryQuarantine
    case startRunner
    /// A day of the demo; `playing on` leaves time to look at the last one first.
    case playDay(playingOn: Bool)
    case copy(String)
    case export(name: String, csv: [UInt8])
    case mouse(Bool)
    case theme(String)
    case suspend
    case repaint

    /// One order as it was shown: what is approved is exactly that.
    struct Approval: Sendable, Equatable {
        var id: Int64
        var hash: String
        /// The products to order; nil for all.
        var lines: Set<SKU>?
    }
}
