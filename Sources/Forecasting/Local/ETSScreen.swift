/// A first look at all models: gains from a grid, starting states as decomposed, eight sets of gains to a passage.
///
/// Absolute and relative errors are looked at one after the other.
struct ETSScreen {
    private struct Trial {
        var trend: ETS.Trend
        var alpha: Double
        var beta: Double
        var gamma: Double
        var phi: Double
    }

    private struct Outcome {
        var form: ETS.Form
        var trial: Trial
        var deviance: Double
    }

    private let series: ETSSeries
    private var outcomes: [Outcome] = []

    init(_ series: ETSSeries, forms: [ETS.Form]) {
        self.series = series
        for season in ETS.Season.allCases {
            let wanted = forms.filter { $0.season == season }
            guard !wanted.isEmpty else { continue }
            for trend in ETS.Trend.allCases {
                let kinds = wanted.filter { $0.trend == trend }.map(\.error)
                guard !kinds.isEmpty else { continue }
                screen(trend, season, kinds)
            }
        }
    }

    /// Models, the least AICc first.
    var ranked: [ETS.Form] {
        var best: [(form: ETS.Form, criterion: Double)] = []
        for outcome in outcomes {
            let criterion = series.criterion(outcome.form, deviance: outcome.deviance)
            if let known = best.firstIndex(where: { $0.form == outcome.form }) {
                best[known].criterion = min(best[known].criterion, criterion)
            } else {
                best.append((outcome.form, criterion))
            }
        }
        return best.filter { $0.criterion < .infinity }.sorted { $0.criterion < $1.criterion }.map(\.form)
    }

    /// The likeliest sets of gains of a model, as points to begin at.
    func starts(_ form: ETS.Form, search: ETSSearch, count: Int) -> [ETSSearch.Point] {
        let own = outcomes.filter { $0.form == form && $0.deviance < .infinity }.sorted { $0.deviance < $1.deviance }
        return own.prefix(count).map {
            search.point(
                alpha: $0.trial.alpha, beta: $0.trial.beta, gamma: $0.trial.gamma, phi: $0.trial.phi,
                deviance: $0.deviance)
        }
    }

    private mutating func screen(_ trend: ETS.Trend, _ season: ETS.Season, _ kinds: [ETS.ErrorKind]) {
        var trials: [Trial] = []
        let seasons = season == .none ? [0] : [0.02, 0.2]
        switch trend {
        case .none:
            for gamma in seasons {
                for alpha in season == .none
                    ? [0.02, 0.06, 0.12, 0.25, 0.4, 0.6, 0.8, 0.97] : [0.03, 0.12, 0.35, 0.75]
                {
                    trials.append(Trial(trend: trend, alpha: alpha, beta: 0, gamma: gamma, phi: 0))
                }
            }
        case .additive, .damped:
            for gamma in seasons {
                for alpha in season == .none ? [0.05, 0.2, 0.5, 0.9] : [0.15, 0.6] {
                    for beta in [0.02, 0.2] {
                        trials.append(
                            Trial(
                                trend: trend, alpha: alpha, beta: beta, gamma: gamma, phi: trend == .damped ? 0.95 : 1))
                    }
                }
            }
        }
        let form = ETS.Form(kinds.contains(.multiplicative) ? .multiplicative : .additive, trend, season)
        let opening = series.opening(form)
        var start = ETSPass.Start()
        start.season = opening.season.map { SIMD8(repeating: $0) }
        start.level = SIMD8(repeating: opening.level)
        start.slope = SIMD8(repeating: trend == .none ? 0 : opening.slope)
        for (lane, trial) in trials.enumerated() {
            start.alpha[lane] = trial.alpha
            start.beta[lane] = trial.alpha * trial.beta
            start.gamma[lane] = (1 - trial.alpha) * trial.gamma
            start.phi[lane] = trial.phi
        }
        for kind in kinds {
            let isRelative = kind == .multiplicative
            let pass = series.units.withUnsafeBufferPointer {
                ETSPass($0, from: start, season: season, isRelative: isRelative)
            }
            for (lane, trial) in trials.enumerated() {
                outcomes.append(
                    Outcome(
                        form: ETS.Form(kind, trend, season), trial: trial,
                        deviance: pass.deviance(lane, observed: series.observed, isRelative: isRelative)))
            }
        }
    }
}
