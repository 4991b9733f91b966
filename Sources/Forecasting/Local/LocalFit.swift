import Glibc

/// A model fitted to one series: what it found, how it would have forecast the past, and its forecast.
///
/// Series are plain arrays, oldest first; NaN means that a period was not observed, and models carry their state over
/// it. A series that holds an infinity, or nothing observed, has no fit.
public struct LocalFit: Sendable, Hashable {
    /// One estimated or given number.
    public struct Parameter: Sendable, Hashable, Codable {
        /// The trade's name of it: alpha, beta, gamma, phi, level, trend, theta…
        public let name: String
        /// Its value, in units of the series where it is a state.
        public let value: Double
    }

    /// The model: `ETS(A,N,A)`, `Theta`, `Croston`…
    public let model: String
    /// What was estimated or given, in the order that the model names it.
    public let parameters: [Parameter]
    /// As long as the series: the forecast of each period made from those before it, with parameters of the whole series;
    /// nil before the first there is.
    public let fitted: [Double?]
    /// Log-likelihood without the terms that are the same for all models of a series, as R's `forecast` gives it; nil
    /// where the model has none.
    public let logLikelihood: Double?
    /// Estimated parameters, starting states and the variance of the errors together, for the information criteria.
    public let estimated: Int
    /// Periods that were observed.
    public let observed: Int

    let path: ForecastPath
    let spread: ErrorGrowth?

    init(
        model: String, parameters: [(String, Double)], fitted: [Double?], observed: Int, path: ForecastPath,
        spread: ErrorGrowth?, logLikelihood: Double? = nil, estimated: Int = 0
    ) {
        self.model = model
        self.parameters = parameters.map { Parameter(name: $0.0, value: $0.1) }
        self.fitted = fitted
        self.observed = observed
        self.path = path
        self.spread = spread
        self.logLikelihood = logLikelihood
        self.estimated = estimated
    }

    /// The value of a parameter; nil where the model has none of that name.
    public func parameter(_ name: String) -> Double? { parameters.first { $0.name == name }?.value }

    /// Akaike's information criterion with the correction for short series (Hurvich & Tsay, Biometrika 76, 1989); nil
    /// without a likelihood or with fewer periods than it needs.
    public var aicc: Double? {
        guard let logLikelihood, observed > estimated + 1 else { return nil }
        let k = Double(estimated)
        return -2 * logLikelihood + 2 * k + 2 * k * (k + 1) / (Double(observed) - k - 1)
    }

    /// Akaike's information criterion; nil without a likelihood.
    public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(estimated) } }

    /// Schwarz' information criterion; nil without a likelihood.
    public var bic: Double? { logLikelihood.map { -2 * $0 + log(Double(observed)) * Double(estimated) } }

    /// The farthest that forecasts reach: more is cut to this.
    static let farthest = 1_000_000

    /// Expected value of each of the next `horizon` periods, a million at most; empty where `horizon` is not positive.
    public func forecast(_ horizon: Int) -> [Double] { path.means(min(horizon, LocalFit.farthest)) }

    /// Expected value of the next period.
    public var rate: Double { path.means(1)[0] }

    /// Variance of what happens about the forecast of each of the next `horizon` periods; nil where the model says none.
    ///
    /// The work grows with the square of `horizon`; ten thousand periods are the most.
    public func variance(_ horizon: Int) -> [Double]? {
        spread?.variances(min(horizon, 10_000), means: path)
    }

    /// Standard deviation of what happens about the forecast of each of the next `horizon` periods; nil where the model
    /// says none.
    public func deviation(_ horizon: Int) -> [Double]? {
        variance(horizon)?.map { $0.squareRoot() }
    }
}
