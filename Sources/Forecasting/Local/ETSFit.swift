extension ETS {
    /// One model of the family, its gains and starting states by maximum likelihood.
    ///
    /// Gains are kept within 0 < α < 1, 0 < β < α, 0 < γ < 1 − α, 0.8 ≤ φ ≤ 0.98. Seasons of more than 24 periods start as
    /// classical decomposition has them. NaN is not observed: states are carried over it.
    ///
    /// Nil where the series is too short for the parameters, holds an infinity or, for a model with ratios, anything that
    /// is not above 0.
    ///
    /// - Parameters:
    ///   - units: the series.
    ///   - season: periods in a season, ≥ 1.
    ///   - form: the model.
    public static func fit(_ units: [Double], season: Int = 1, form: Form) -> LocalFit? {
        guard let series = ETSSeries(units, season: season), series.allows(form) else { return nil }
        let screen = ETSScreen(series, forms: [form])
        let search = ETSSearch(form, series)
        var best: ETSSearch.Point?
        for start in screen.starts(form, search: search, count: 3) {
            let point = search.polish(start, rounds: 60, tolerance: 1e-8)
            if point.deviance < best?.deviance ?? .infinity { best = point }
        }
        return best.flatMap { search.fit($0) }
    }

    /// The model with the least AICc among those that a series allows.
    ///
    /// All are screened over a grid of gains; the likeliest few, or with `isThorough` all, are fitted by likelihood.
    /// Nil where not even simple exponential smoothing can be fitted: fewer than five values observed, or an infinity.
    ///
    /// - Parameters:
    ///   - units: the series.
    ///   - season: periods in a season, 1 for none.
    ///   - forms: the models to choose from.
    ///   - isThorough: whether every model is fitted, at about five times the cost.
    public static func choose(
        _ units: [Double], season: Int = 1, forms: [Form] = Form.stable, isThorough: Bool = false
    ) -> LocalFit? {
        guard let series = ETSSeries(units, season: season) else { return nil }
        return choose(series, forms: forms, isThorough: isThorough)?.fit
    }

    static func choose(
        _ series: ETSSeries, forms: [Form], isThorough: Bool
    ) -> (fit: LocalFit, search: ETSSearch, point: ETSSearch.Point)? {
        let allowed = forms.filter { series.allows($0) }
        guard !allowed.isEmpty else { return nil }
        let screen = ETSScreen(series, forms: allowed)
        let ranked = screen.ranked
        var best: (search: ETSSearch, point: ETSSearch.Point, criterion: Double)?
        for form in isThorough ? ranked : Array(ranked.prefix(3)) {
            let search = ETSSearch(form, series)
            for start in screen.starts(form, search: search, count: isThorough ? 2 : 1) {
                let point = search.polish(start, rounds: isThorough ? 60 : 2, tolerance: isThorough ? 1e-8 : 0.05)
                let criterion = series.criterion(form, deviance: point.deviance)
                if criterion < best?.criterion ?? .infinity { best = (search, point, criterion) }
            }
        }
        // After two rounds models are told apart; only the best one goes on.
        if !isThorough, let found = best {
            best?.point = found.search.polish(found.point, rounds: 6, tolerance: 0.05)
        }
        guard let best, let fit = best.search.fit(best.point) else { return nil }
        return (fit, best.search, best.point)
    }
}

extension ETSSeries {
    /// AICc of a model with this −2 log L.
    func criterion(_ form: ETS.Form, deviance: Double) -> Double {
        let k = Double(form.estimated(season: season))
        return deviance + 2 * k + 2 * k * (k + 1) / (Double(observed) - k - 1)
    }
}

extension ETSSearch {
    /// The fit at a point, in the units of the series; nil where a number is not finite.
    func fit(_ point: Point) -> LocalFit? {
        let n = series.units.count
        let isRelative = form.error == .multiplicative
        let start = start(point.theta)
        var means = [Lanes](repeating: .zero, count: n)
        let pass = series.units.withUnsafeBufferPointer { units in
            means.withUnsafeMutableBufferPointer { means in
                ETSPass(
                    units, from: start, season: form.season, isRelative: isRelative, means: means.baseAddress)
            }
        }
        let end = pass.end
        let scale = series.scale
        let isRatio = form.season == .multiplicative
        let periods = end.season.count
        let ahead = (0..<periods).map { end.season[(n + $0) % periods][0] * (isRatio ? 1 : scale) }
        let hasTrend = form.trend != .none
        let phi = form.trend == .damped ? start.phi[0] : 1
        let estimated = form.estimated(season: series.season)
        var deviance = pass.deviance(0, observed: series.observed, isRelative: isRelative)
        deviance += 2 * Double(series.observed) * ETSPass.natural(scale)
        guard deviance.isFinite, (end.level[0] * scale).isFinite else { return nil }
        var parameters = [("alpha", start.alpha[0])]
        if hasTrend { parameters.append(("beta", start.beta[0])) }
        if periods > 0 { parameters.append(("gamma", start.gamma[0])) }
        if form.trend == .damped { parameters.append(("phi", phi)) }
        parameters.append(("level", start.level[0] * scale))
        if hasTrend { parameters.append(("trend", start.slope[0] * scale)) }
        let freedom = Double(max(1, series.observed - estimated + 1))
        let spread = ErrorGrowth(
            variance: pass.squares[0] / freedom * (isRelative ? 1 : scale * scale), alpha: start.alpha[0],
            beta: start.beta[0], gamma: start.gamma[0], phi: phi, season: max(1, periods), isRelative: isRelative)
        return LocalFit(
            model: form.description, parameters: parameters, fitted: means.map { $0[0] * scale },
            observed: series.observed,
            path: .components(
                .init(
                    level: end.level[0] * scale, slope: end.slope[0] * scale, damping: phi, season: ahead,
                    isRatio: isRatio)),
            spread: spread, logLikelihood: -deviance / 2, estimated: estimated)
    }
}
