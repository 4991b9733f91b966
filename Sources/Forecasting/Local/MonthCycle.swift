import Glibc

/// How demand of single days swings with the month: paydays, benefits, rents.
///
/// Three harmonics of a mean month (30.436875 days) as relative deviations from the local mean of 31 days. The place in
/// the month is taken from the series' own days, so no calendar is needed; a calendar month is within a day and a half of it.
struct MonthCycle {
    /// One lane to a harmonic; the fourth stays at nothing.
    private typealias Lanes = SIMD4<Double>

    private static let length = 30.436875
    /// Days before and after that make the local mean.
    private static let reach = 15

    /// Factor of each day from the first, 0.3…3.
    let factors: [Double]

    /// The cycle of a series; nil where fewer than half a year was seen or nothing was sold.
    ///
    /// Each harmonic is drawn towards none by thirty units.
    ///
    /// - Parameters:
    ///   - units: demand of each day; NaN is not observed.
    ///   - first: the first day that counts.
    ///   - profile: factor of each weekday, that of the first day first.
    ///   - days: how many factors are wanted.
    init?(_ units: [Double], from first: Int, profile: [Double], days: Int) {
        let n = units.count
        let reach = MonthCycle.reach
        guard n - first >= 183, !profile.isEmpty else { return nil }
        var weekdays: [Double] = []
        weekdays.reserveCapacity(n)
        var place = 0
        for _ in 0..<n {
            weekdays.append(profile[place])
            place = place + 1 == profile.count ? 0 : place + 1
        }
        var sold = 0.0
        var seen = 0.0
        for t in first..<(first + 2 * reach) where !units[t].isNaN {
            sold += units[t]
            seen += weekdays[t]
        }
        var (cosines, sines, cosineSquares, sineSquares) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        var total = 0.0
        var waves = Waves(day: first + reach)
        for t in (first + reach)..<(n - reach) {
            let (entering, leaving) = (t + reach, t - reach)
            if !units[entering].isNaN {
                sold += units[entering]
                seen += weekdays[entering]
            }
            if !units[t].isNaN, seen > 0.5 {
                let mean = max(0, sold / seen * weekdays[t])
                let deviation = units[t] - mean
                total += mean
                cosines += deviation * waves.cosine
                sines += deviation * waves.sine
                cosineSquares += mean * waves.cosine * waves.cosine
                sineSquares += mean * waves.sine * waves.sine
            }
            if !units[leaving].isNaN {
                sold -= units[leaving]
                seen -= weekdays[leaving]
            }
            waves.advance()
        }
        guard total > 0, total.isFinite else { return nil }
        let trust = total / (total + 30)
        cosines *= trust / pointwiseMax(cosineSquares, Lanes(repeating: 1e-9 * total))
        sines *= trust / pointwiseMax(sineSquares, Lanes(repeating: 1e-9 * total))
        var day = Waves(day: 0)
        var factors: [Double] = []
        factors.reserveCapacity(days)
        for _ in 0..<days {
            factors.append(min(max(1 + (cosines * day.cosine + sines * day.sine).sum(), 0.3), 3))
            day.advance()
        }
        self.factors = factors
    }

    /// Cosine and sine of each harmonic, turned from day to day.
    private struct Waves {
        private(set) var cosine = Lanes.zero
        private(set) var sine = Lanes.zero
        private var turnCosine = Lanes.zero
        private var turnSine = Lanes.zero

        init(day: Int) {
            for harmonic in 0..<3 {
                let turn = 2 * Double.pi * Double(harmonic + 1) / MonthCycle.length
                cosine[harmonic] = cos(turn * Double(day))
                sine[harmonic] = sin(turn * Double(day))
                turnCosine[harmonic] = cos(turn)
                turnSine[harmonic] = sin(turn)
            }
        }

        mutating func advance() {
            let before = cosine
            cosine = before * turnCosine - sine * turnSine
            sine = sine * turnCosine + before * turnSine
        }
    }
}
