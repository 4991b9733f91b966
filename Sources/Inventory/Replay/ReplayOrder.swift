/// One order line in a replay, with what became of it. Days count from the first day of the replay, which is 0.
public struct ReplayOrder: Hashable, Sendable {
    /// Units that come together.
    public struct Parcel: Hashable, Sendable {
        /// Day on which they come and can be sold; before 0 means on day 0, nil never within the time that is known.
        public var day: Int?
        /// Units, > 0.
        public var units: Int64

        /// Units that come on a day.
        public init(day: Int?, units: Int64) {
            self.day = day
            self.units = units
        }
    }

    /// Day for which it is promised; nil where none is.
    public var due: Int?
    /// How it comes.
    public var parcels: [Parcel]

    /// An order that comes in parcels.
    public init(due: Int?, parcels: [Parcel]) {
        self.due = due
        self.parcels = parcels.filter { $0.units > 0 }
    }

    /// An order that comes as one.
    public init(due: Int, arrives day: Int, units: Int64) {
        self.init(due: due, parcels: [Parcel(day: day, units: units)])
    }

    /// Units of all parcels.
    public var units: Int64 { parcels.reduce(0) { $0.clampedPlus($1.units) } }
}
