/// What the time of year does to the demand of all series together: how last year went on from the same day.
///
/// One year is one observation, so only the square root of its change is taken.
struct YearShape {
    private let sums: [Double]
    /// The day a year before the first of the future, weekdays matched, and the mean of the days before it; nil where
    /// the past does not reach back so far.
    private let start: Int?
    private var before = 0.0
    private static let year = 364
    /// Days before that day whose mean is compared with: at least two weeks, at most four.
    private static let least = 14
    private static let most = 28
    /// Days before and after a day that smooth it.
    private static let reach = 3

    /// - Parameter sums: units of all series in each period of the past, free of what the calendar does.
    init(_ sums: [Double], _ panel: DemandPanel) {
        self.sums = sums
        let start = sums.count - YearShape.year
        guard !panel.monthDays.isEmpty, start >= YearShape.least else {
            self.start = nil
            return
        }
        self.start = start
        let days = max(0, start - YearShape.most)..<start
        before = sums[days].reduce(0, +) / Double(days.count)
    }

    /// The factor of a period of the future, 0 being the first: ½…2, and 1 where nothing is known.
    func factor(_ ahead: Int) -> Double {
        guard let start, before > 0 else { return 1 }
        let day = start + ahead % YearShape.year
        let days = day - YearShape.reach..<min(sums.count, day + YearShape.reach + 1)
        let mean = sums[days].reduce(0, +) / Double(days.count)
        return min(2, max(0.5, (mean / before).squareRoot()))
    }
}
