import Domain
import Forecasting
import Formats
import Inventory
import Store

/// Whether an override did better than what would have stood without it.
public enum OverrideVerdict: String, Sendable, CaseIterable {
    /// It did better.
    case helped
    /// Neither way worth speaking of.
    case noDifference = "no-difference"
    /// It did worse.
    case hurt
    /// Too few of its days have passed, or been told of.
    case tooEarly = "too-early"
    /// There is nothing to tell it by, and there will not be.
    case unknown

    /// Least share of the larger of two figures by which they must differ.
    static let leastDifference = 0.05

    /// What a gain says.
    ///
    /// - Parameters:
    ///   - gain: how much better it was; negative for worse.
    ///   - scale: what it is measured by; less than a twentieth of it is no difference.
    ///   - smallest: a gain that is none whatever it is measured by, so that two that are both right are alike.
    init(gain: Double, of scale: Double, smallest: Double) {
        let least = max(smallest, OverrideVerdict.leastDifference * scale)
        self = gain > least ? .helped : gain < -least ? .hurt : .noDifference
    }

    /// In words.
    var words: String { rawValue.replacing("-", with: " ") }
}

/// What came of one version of an override, on the days that have passed.
public struct OverrideScore: Sendable {
    /// What it was measured by; nil in place of a figure that cannot be known.
    public enum Outcome: Sendable {
        /// Against the forecast that would have stood, on days that were told of and in stock.
        case forecast(ForecastComparison?)
        /// Against the lead time that was known without it, in what was delivered.
        case leadTime(LeadTime)
        /// By what was drawn on, place by place.
        case minimum([Minimum])
        /// By what was served before.
        case target(now: Service, before: Service)
    }

    /// A lead time that was set, against what deliveries took.
    public struct LeadTime: Sendable, Hashable {
        /// Purchase lines compared.
        public var deliveries = 0
        /// Purchase lines of its days that are still open.
        public var open = 0
        /// Days by which what was set was off, of all deliveries together.
        public var error = 0.0
        /// As above, of what was known without it.
        public var errorWithout = 0.0
    }

    /// A minimum at one place.
    public struct Minimum: Sendable, Hashable {
        /// The pool's name.
        public var place: String
        /// What became of its units.
        public var use: MinimumUse
        /// What holding those that were never needed cost; nil where no cost is known.
        public var holding: Money?
        /// What those that were drawn on earned; nil where price or cost is not known.
        public var margin: Money?
        /// What all of them would have earned; nil as above.
        public var fullMargin: Money?
    }

    /// How customers were served, by the shop's metrics.
    public struct Service: Sendable, Hashable {
        /// `fill_rate`: the share of what was wanted that was there.
        public var served: Double?
        /// The share of days with stock: what `stock_out_rate` leaves.
        public var inStock: Double?
        /// `lost_units`.
        public var lostUnits: Double?
    }

    /// The override.
    public var span: OverrideSpan
    /// Its days that have passed.
    public var days: ClosedRange<Day>
    /// What it was measured by.
    public var outcome: Outcome
    /// What that says.
    public var verdict: OverrideVerdict
    /// Why there is no verdict; nil where there is one.
    public var doubt: String?

    /// Units of forecast error that it saved; nil where it set something else, or there is no verdict.
    public var unitsSaved: Double? {
        guard case .forecast(let comparison?) = outcome, doubt == nil else { return nil }
        return comparison.saved
    }

    var json: JSONValue {
        .object([
            ("id", .string(span.id)), ("system", .string(span.system)), ("sku", .string(span.sku)),
            ("place", .text(span.place)), ("what", .string(span.word.figure.rawValue)),
            ("value", .number(span.word.value)), ("unit", .string(span.word.unit.rawValue)),
            ("owner", .string(span.owner)), ("reason", .string(span.reason)), ("from", .text(days.lowerBound)),
            ("to", .text(days.upperBound)),
            ("days", .integer(Int64(days.lowerBound.distance(to: days.upperBound) + 1))),
            ("verdict", .string(verdict.rawValue)), ("doubt", .text(doubt)), member,
        ])
    }

    private var member: (String, JSONValue) {
        switch outcome {
        case .forecast(let comparison):
            guard let comparison else { return ("forecast", .null) }
            return (
                "forecast",
                .object([
                    ("days", .integer(Int64(comparison.days))), ("error", .number(comparison.error)),
                    ("errorWithout", .number(comparison.errorWithout)), ("unitsSaved", .number(comparison.saved)),
                    ("wape", .number(comparison.wape)), ("wapeWithout", .number(comparison.wapeWithout)),
                    ("bias", .number(comparison.bias)), ("biasWithout", .number(comparison.biasWithout)),
                ])
            )
        case .leadTime(let time):
            let count = Double(time.deliveries)
            return (
                "leadTime",
                .object([
                    ("deliveries", .integer(Int64(time.deliveries))), ("open", .integer(Int64(time.open))),
                    ("daysOff", .number(count > 0 ? time.error / count : nil)),
                    ("daysOffWithout", .number(count > 0 ? time.errorWithout / count : nil)),
                ])
            )
        case .minimum(let places):
            return (
                "minimum",
                .array(
                    places.map { place in
                        .object([
                            ("place", .string(place.place)), ("days", .integer(Int64(place.use.days))),
                            ("lowest", .integer(place.use.lowest)), ("drawn", .integer(place.use.drawn)),
                            ("undrawn", .integer(place.use.undrawn)),
                            ("daysSaved", .integer(Int64(place.use.daysSaved))), ("margin", .money(place.margin)),
                            ("holdingCost", .money(place.holding)),
                        ])
                    })
            )
        case .target(let now, let before):
            func object(_ service: Service) -> JSONValue {
                .object([
                    ("served", .number(service.served)), ("inStock", .number(service.inStock)),
                    ("lostUnits", .number(service.lostUnits)),
                ])
            }
            return ("target", .object([("now", object(now)), ("before", object(before))]))
        }
    }

    /// What it did, in a line.
    var words: String {
        let measured =
            switch outcome {
            case .forecast(let comparison): comparison.map(OverrideScore.words)
            case .leadTime(let time): OverrideScore.words(time)
            case .minimum(let places): OverrideScore.words(places)
            case .target(let now, let before): OverrideScore.words(now, before, wanted: span.word.value)
            }
        return [doubt, measured].compactMap(\.self).joined(separator: "; ")
    }

    private static func words(_ comparison: ForecastComparison) -> String {
        func share(_ value: Double?) -> String { value.map(Readable.chance) ?? "?" }
        func bias(_ value: Double?) -> String {
            value.map { ($0 > 0 ? "+" : $0 < 0 ? "−" : "") + Readable.chance($0.magnitude) } ?? "?"
        }
        return "off by \(share(comparison.wape)) against \(share(comparison.wapeWithout)) without it, bias "
            + "\(bias(comparison.bias)) against \(bias(comparison.biasWithout)): "
            + (comparison.saved < 0
                ? "\(Readable.units(-comparison.saved)) units of error more"
                : "\(Readable.units(comparison.saved)) units of error saved")
            + " in \(comparison.days) day\(comparison.days == 1 ? "" : "s")"
    }

    private static func words(_ time: LeadTime) -> String? {
        guard time.deliveries > 0 else { return nil }
        let count = Double(time.deliveries)
        return "off by \(Readable.units(time.error / count)) days against "
            + "\(Readable.units(time.errorWithout / count)) without it, in \(time.deliveries) "
            + (time.deliveries == 1 ? "delivery" : "deliveries")
    }

    private static func words(_ places: [Minimum]) -> String? {
        guard !places.isEmpty else { return nil }
        return places.map { place in
            let use = place.use
            let name = places.count > 1 ? "\(place.place): " : ""
            guard let lowest = use.lowest else { return name + "the stock never came up to it" }
            return name
                + "at least \(lowest) on the shelf, \(use.drawn) of its \(use.drawn + use.undrawn) units drawn on, "
                + "\(use.daysSaved) day\(use.daysSaved == 1 ? "" : "s") without stock avoided"
                + (place.holding.map { ", holding the others cost \($0.amount) \($0.currency)" } ?? "")
        }.joined(separator: "; ")
    }

    private static func words(_ now: Service, _ before: Service, wanted: Double) -> String? {
        guard now != Service() else { return nil }
        func share(_ value: Double?) -> String { value.map { "\(Readable.units($0 * 100)) %" } ?? "?" }
        func units(_ value: Double?) -> String { value.map(Readable.units) ?? "?" }
        return "\(share(now.served)) served against \(share(before.served)) before and \(share(wanted)) wanted, "
            + "in stock on \(share(now.inStock)) of days against \(share(before.inStock)), \(units(now.lostUnits)) "
            + "units lost against \(units(before.lostUnits))"
    }
}
