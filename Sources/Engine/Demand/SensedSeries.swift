import Domain
import Forecasting

/// What signals foretell of one product in one pool, how that went so far, and what speaks against it.
struct SensedSeries: Sendable {
    /// Whether its multipliers are used, and if not, why.
    enum Standing: String, Sendable, CaseIterable {
        case on
        case shortHistory = "short-history"
        case fewSales = "few-sales"
        case quiet, unproven
        case noHelp = "no-help"

        /// In words, of many series.
        var words: String {
            switch self {
            case .on: "in use"
            case .shortHistory: "known for less than twelve weeks"
            case .fewSales: "sold too seldom to tell"
            case .quiet: "whose signals never rose above their noise"
            case .unproven: "that signals seem to help, but not surely"
            case .noHelp: "that signals do not help"
            }
        }
    }

    /// A surge of a signal that is going on and was taken for one of demand.
    struct Surge: Sendable {
        /// The signal that shows it most.
        var signal: DemandSignals.Kind
        /// The day on whose evening it was noticed.
        var since: Day
        /// Units of the signal since then, and what was expected of it.
        var counted: Double
        var expected: Double
    }

    /// Keys of product and pool.
    let product: Int64
    let pool: Int64
    let standing: Standing
    /// What expected demand of the days from today on is to be multiplied with; empty unless it is on.
    let multipliers: [Double]
    /// The surge of its signals that is going on, where it is on and lifts a day by a fifth at least.
    let surge: Surge?
    /// What the signals were worth on days not seen, used or not.
    let skill: SensingSkill
    /// Days of its surges of demand, and hours at which one was announced, since the first day; empty unless it is on.
    let surges: [Range<Int>]
    let announcements: [Double]
}
