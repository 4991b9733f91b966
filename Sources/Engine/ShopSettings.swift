import Config
import Domain
import Forecasting
import Intake

/// A shop's `penstock.toml`: what does not change from day to day.
public struct ShopSettings: Sendable {
    /// The zone in which the shop's days begin and end.
    public var zone: Zone
    /// What the shop's totals are in.
    public var currency: Currency
    /// The places that serve orders which name none; purchases for them are sent to the first.
    public var defaultPlaces: [PlaceName]
    /// Days from order to shelf where a supplier's are not known; such an order is never automatic.
    public var assumedLeadTimeDays: Double?
    /// The country whose holidays move the shop's demand; nil where nobody said.
    public var holidays: Holidays?
    /// Whether lead times are learned from deliveries.
    public var learnsLeadTimes: Bool
    /// When the shop's year begins, and how it is cut into months.
    public var fiscalYear: FiscalYear
    /// How the books say what goods cost.
    public var costMethod: CostMethod
    /// Which places sell to which regions.
    public var regions: RegionPlaces
    /// Whose word counts, what is odd, and where facts come from.
    public var intake: IntakeSettings

    /// Reads `penstock.toml`.
    ///
    /// - Throws: `ConfigError` with the line.
    public init(_ text: String, file: String) throws(ConfigError) {
        let table = try ConfigTable(text, file: file)
        guard let zoneName = try table.string("time_zone") else {
            throw ConfigError(file: file, message: "time_zone is missing, for example time_zone = \"Europe/London\"")
        }
        do throws(ZoneError) {
            zone = try Zone(identifier: zoneName)
        } catch {
            throw table.error("time_zone", error.description)
        }
        guard let code = try table.string("currency"), let currency = Currency(code) else {
            throw table.error("currency", "currency must be three capital letters such as \"GBP\"")
        }
        self.currency = currency
        var names = try table.strings("default_places") ?? []
        if let name = try table.string("default_place") {
            guard names.isEmpty else { throw table.error("default_place", "give default_place or default_places") }
            names = [name]
        }
        let places = (names.isEmpty ? ["main"] : names).map { PlaceName($0) }
        defaultPlaces = places.compactMap { $0 }
        guard defaultPlaces.count == places.count else {
            throw table.error("default_places", "default_places must be names of places")
        }
        assumedLeadTimeDays = try table.number("default_lead_time_days")
        if let days = assumedLeadTimeDays, !(0...730).contains(days) {
            throw table.error("default_lead_time_days", "default_lead_time_days must lie between 0 and 730")
        }
        if let country = try table.string("holidays") {
            guard let calendar = Holidays(country: country) else {
                throw table.error(
                    "holidays",
                    "holidays must be one of \(Holidays.countries.joined(separator: ", ")); for others "
                        + "leave it out and import occasions (day, name, kind)")
            }
            holidays = calendar
        }
        learnsLeadTimes = try table.boolean("learn_lead_times") ?? true
        fiscalYear = try FiscalYear(table)
        costMethod = try CostMethod(table)
        regions = try RegionPlaces(table)
        // Executors and intake read their own tables.
        table.leave(["executor"] + IntakeSettings.keys)
        try table.end()
        intake = try IntakeSettings(text, file: file)
    }

    /// The text of a new shop's `penstock.toml`.
    static func text(zone: Zone, currency: Currency, place: PlaceName, leadTimeDays: Double?) -> String {
        let quoted = place.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let lead = leadTimeDays.map { "default_lead_time_days = \($0)" } ?? "# default_lead_time_days = 14"
        return """
            # The shop. Time zone and currency are fixed: days and totals in facts.db are in them.
            time_zone = "\(zone)"
            currency = "\(currency)"

            # The place that serves orders which name no place of their own; several places that serve them together:
            # default_places = ["Shop location", "Warehouse 2"]
            default_place = "\(quoted)"

            # Days from order to shelf where a supplier's own are not known. What is ordered on it is marked "assumed"
            # and never automatic.
            \(lead)

            # The country whose holidays and retail days the forecast knows (\(Holidays.countries.joined(separator: ", "))); days of
            # others are imported as occasions.
            # holidays = "GB"

            # Lead times are learned from deliveries where a supplier has made five of them; with false, what its offers say
            # counts.
            # learn_lead_times = true

            # The shop's year: the month in which it begins and, for a retail calendar of whole weeks, how many weeks the
            # months of a quarter have ("4-4-5", "4-5-4", "5-4-4") and on which day they begin.
            # fiscal_year_starts_in = 2
            # fiscal_calendar = "4-5-4"
            # fiscal_week_starts_on = "sun"

            # How the books (penstock books) say what goods had cost: "day-cost" (declared, else last paid, else offered),
            # "standard" (declared alone), "moving-average" or "fifo".
            # [books]
            # cost_method = "day-cost"

            # Which places sell to the visitors of a country or region, spelt as web events and mentions spell it; a region
            # that is called like a place needs no line, and any other speaks for all places.
            # [regions]
            # "United Kingdom" = ["London", "Leeds"]

            # What becomes of an approved order. "file" writes it into outbox/; a program that takes it moves it to
            # outbox/taken/. "command" hands it, as JSON, to a program on its standard input:
            #   kind = "command"
            #   program = "/usr/local/bin/place-order"
            #   arguments = []
            #   look_up = ["--look-up"]
            #   timeout_seconds = 30
            [executor.reorder]
            kind = "file"

            """
    }
}
