import Forecasting

/// A model that `penstock forecast` can be told to use.
public enum ForecastModel: String, Sendable, CaseIterable {
    /// `global` where there are many series, else `counts` for demand that was cut off by want of stock and `local` for the
    /// rest.
    case auto
    /// One model across all series (`GlobalModel`).
    case global
    /// Each series by itself: candidates chosen and combined by their own past errors (`AutomaticLocal`).
    case local
    /// Level, seasonal profile and spread of counts, aware of periods out of stock (`DemandModel`).
    case counts
    /// The last value.
    case naive
    /// The last season.
    case seasonalNaive = "seasonal-naive"
    /// The straight line from the first value to the last.
    case drift
    /// The mean of all values.
    case mean
    /// Simple exponential smoothing, fitted by likelihood.
    case ses
    /// Holt's linear trend, fitted by likelihood.
    case holt
    /// Damped trend, fitted by likelihood.
    case damped
    /// Holt and Winters' method with an additive season, fitted by likelihood.
    case holtWinters = "holt-winters"
    /// The ETS family, chosen by AICc.
    case ets
    /// The theta method.
    case theta
    /// The theta model with its parameters optimised.
    case optimisedTheta = "optimised-theta"
    /// The same, its line learned again every period.
    case dynamicTheta = "dynamic-theta"
    /// Croston's method, smoothing 0.1.
    case croston
    /// Croston's method, smoothing chosen by its errors.
    case optimisedCroston = "optimised-croston"
    /// Croston's method as corrected by Syntetos & Boylan, smoothing 0.1.
    case sba
    /// Croston's method as corrected by Shale, Boylan & Johnston, smoothing 0.1.
    case sbj
    /// The method of Teunter, Syntetos & Babai, smoothing 0.1 for size and chance.
    case tsb
    /// Aggregation over the mean interval between demands.
    case adida
    /// The mean over all aggregations up to that interval.
    case imapa

    /// The model of one series that `auto` stands for.
    func alone(isCut: Bool) -> ForecastModel { self == .auto ? (isCut ? .counts : .local) : self }

    private static let smoothing = 0.1

    /// Whether it is for demand that comes seldom: it forecasts a rate and needs a demand to start from.
    var isIntermittent: Bool {
        switch self {
        case .croston, .optimisedCroston, .sba, .sbj, .tsb, .adida, .imapa: true
        default: false
        }
    }

    /// The fit of a classical model to a series in which NaN was not observed; nil where the model has no answer, or is none
    /// of these.
    func fit(_ units: [Double], season: Int) -> LocalFit? {
        let smoothing = ForecastModel.smoothing
        func smooth(_ trend: ETS.Trend, _ seasonal: ETS.Season = .none) -> LocalFit? {
            ETS.fit(units, season: season, form: ETS.Form(.additive, trend, seasonal))
        }
        // Methods for seldom demand take what was not observed as if it had not been.
        let seen = isIntermittent ? units.filter { !$0.isNaN } : []
        return switch self {
        case .auto, .global, .local, .counts: nil
        case .naive: Baseline.naive(units)
        case .seasonalNaive: Baseline.seasonalNaive(units, season: season)
        case .drift: Baseline.drift(units)
        case .mean: Baseline.mean(units)
        case .ses: smooth(.none)
        case .holt: smooth(.additive)
        case .damped: smooth(.damped)
        case .holtWinters: smooth(.additive, .additive)
        case .ets: ETS.choose(units, season: season)
        case .theta: Theta.classical(units, season: season)
        case .optimisedTheta: Theta.optimised(units, season: season)
        case .dynamicTheta: Theta.optimised(units, season: season, isDynamic: true)
        case .croston: Intermittent.croston(seen, smoothing: smoothing)
        case .optimisedCroston: Intermittent.optimisedCroston(seen)
        case .sba: Intermittent.croston(seen, smoothing: smoothing, correction: .syntetosBoylan)
        case .sbj: Intermittent.croston(seen, smoothing: smoothing, correction: .shaleBoylanJohnston)
        case .tsb: Intermittent.teunterSyntetosBabai(seen, size: smoothing, chance: smoothing)
        case .adida: Intermittent.adida(seen)
        case .imapa: Intermittent.imapa(seen)
        }
    }
}
