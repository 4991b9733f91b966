/// The family of exponential smoothing models with likelihoods: error, trend, season.
///
/// Hyndman, Koehler, Snyder & Grose, "A state space framework for automatic forecasting using exponential smoothing
/// methods", IJF 18 (2002).
public enum ETS {
    /// How errors join: in units, or in proportion to what was expected.
    public enum ErrorKind: String, Sendable, Codable, CaseIterable {
        /// In units.
        case additive = "A"
        /// In proportion; only for series above 0.
        case multiplicative = "M"
    }

    /// What the level does by itself.
    public enum Trend: String, Sendable, Codable, CaseIterable {
        /// It stays.
        case none = "N"
        /// It grows by so much a period.
        case additive = "A"
        /// It grows by less and less.
        case damped = "Ad"
    }

    /// How the season joins.
    public enum Season: String, Sendable, Codable, CaseIterable {
        /// There is none.
        case none = "N"
        /// Units above or below the level.
        case additive = "A"
        /// Factors of the level.
        case multiplicative = "M"
    }

    /// One model of the family.
    public struct Form: Sendable, Hashable, CustomStringConvertible {
        /// How errors join.
        public let error: ErrorKind
        /// What the level does by itself.
        public let trend: Trend
        /// How the season joins.
        public let season: Season

        /// A model by its three letters.
        public init(_ error: ErrorKind, _ trend: Trend, _ season: Season) {
            self.error = error
            self.trend = trend
            self.season = season
        }

        /// As the literature writes it: ETS(A,Ad,M).
        public var description: String { "ETS(\(error.rawValue),\(trend.rawValue),\(season.rawValue))" }

        /// All 18.
        public static let all: [Form] = ErrorKind.allCases.flatMap { error in
            Trend.allCases.flatMap { trend in Season.allCases.map { Form(error, trend, $0) } }
        }

        /// The 15 that are chosen among: errors in units with ratios of the season can divide by nearly nothing.
        public static let stable: [Form] = all.filter { !($0.error == .additive && $0.season == .multiplicative) }

        /// Gains and damping; starting level, trend and seasons; the variance.
        func estimated(season periods: Int) -> Int {
            let gains = 1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : 1) + (trend == .damped ? 1 : 0)
            let states = 1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : periods - 1)
            return gains + states + 1
        }
    }
}
