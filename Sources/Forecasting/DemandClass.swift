/// The kind of demand by how often and how evenly it comes.
///
/// Syntetos, Boylan & Croston, "On the categorization of demand patterns", JORS 56 (2005): a mean interval between
/// demands of 1.32 periods and a squared coefficient of variation of their sizes of 0.49 part the classes.
public enum DemandClass: String, Sendable, Codable, CaseIterable {
    /// Often, and much alike.
    case smooth
    /// Often, in very different sizes.
    case erratic
    /// Seldom, but much alike.
    case intermittent
    /// Seldom, and in very different sizes.
    case lumpy
    /// Never while it was in stock.
    case none

    /// Whether most of what there is to know is when the next demand comes.
    public var isIntermittent: Bool { self == .intermittent || self == .lumpy }

    /// The class of a series of demands, ≥ 0; periods that were not observed must be left out.
    public init(of units: some Sequence<Double>) {
        var periods = 0.0
        var demands = 0.0
        var sum = 0.0
        var squares = 0.0
        for value in units {
            periods += 1
            guard value > 0 else { continue }
            demands += 1
            sum += value
            squares += value * value
        }
        guard demands > 0 else {
            self = .none
            return
        }
        let size = sum / demands
        let variance = demands > 1 ? max(0, squares - sum * size) / (demands - 1) : 0
        let isUneven = variance / (size * size) >= 0.49
        let isSeldom = periods / demands >= 1.32
        self = isSeldom ? (isUneven ? .lumpy : .intermittent) : (isUneven ? .erratic : .smooth)
    }
}
