import Domain
import Inventory
import Store

/// All that is read of one product in one pool for a replay.
struct ReplayPast: Sendable {
    var product: Product
    var pool: Int64
    var place: PlaceName
    /// Demand from the first day that any forecast looks at, up to the last of the replay.
    var series: DemandDays
    /// Units at the end of each day, from the day before the replay to its last; nil where nobody knew.
    var stock: [Int64?]
    /// Days with nothing to sell, by counts.
    var empty: [ClosedRange<Day>]
    /// Who sells it; nil for nobody yet.
    var sources: Set<Int64>?
    /// Terms that hold on some day.
    var offers: [Offer]
    /// What was really ordered, and what came.
    var placed: [PlacedOrder]
    /// The stock on the morning of the first day.
    var level: StockLevel
}

/// Why a product cannot be replayed.
enum ReplayGap: Int, CaseIterable, Error {
    case kit, notCounted, notBought, noOffer, noPrice, noCost, noHistory

    /// What is the matter.
    var words: String {
        switch self {
        case .kit: "are kits: what they are made of is replayed"
        case .notCounted: "were not counted before the first day"
        case .notBought: "are not bought any more"
        case .noOffer: "had no supplier with a lead time"
        case .noPrice: "have no price"
        case .noCost: "have no cost"
        case .noHistory: "had no sales to forecast from"
        }
    }

    /// How programs know it.
    var key: String { "\(self)" }
}
