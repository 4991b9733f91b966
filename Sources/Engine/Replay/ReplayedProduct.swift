import Domain
import Store

/// One product in one pool, played under every side in every draw.
struct ReplayedProduct: Sendable {
    /// The product and where it is.
    let product: Product
    let place: PlaceName
    /// By side, then draw.
    let figures: [[ReplayFigures]]
    /// The purchase orders that its lines stand on, by side, then draw.
    let documents: [[Set<Document>]]
    /// Order lines whose day of arrival nobody told, and arrivals of which nobody told an order.
    let undated: Int, unordered: Int
    /// Days on which demand was drawn.
    let hiddenDays: Int

    /// A purchase order: its number, or the day of the replay on which it is placed.
    struct Document: Hashable, Sendable {
        var supplier: SupplierName?
        var pool: Int64
        var number: String?
        var day: Int
    }
}
