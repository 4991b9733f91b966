import Config
import Domain

/// A shop's `penstock.toml`: what does not change from day to day.
public struct ShopSettings: Sendable {
    /// The zone in which the shop's days begin and end.
    public var zone: Zone
    /// What the shop's totals are in.
    public var currency: Currency
    /// The place that serves orders which name none.
    public var defaultPlace: PlaceName
    /// Days from order to shelf where a supplier's are not known; such an order is never automatic.
    public var assumedLeadTimeDays: Double?

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
        guard let place = PlaceName(try table.string("default_place") ?? "main") else {
            throw table.error("default_place", "default_place must be the name of a place")
        }
        defaultPlace = place
        assumedLeadTimeDays = try table.number("default_lead_time_days")
        if let days = assumedLeadTimeDays, !(0...730).contains(days) {
            throw table.error("default_lead_time_days", "default_lead_time_days must lie between 0 and 730")
        }
        // The executors read their own table.
        _ = try table.table("executor")
        try table.end()
    }

    /// The text of a new shop's `penstock.toml`.
    static func text(zone: Zone, currency: Currency, place: PlaceName, leadTimeDays: Double?) -> String {
        let quoted = place.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let lead = leadTimeDays.map { "default_lead_time_days = \($0)" } ?? "# default_lead_time_days = 14"
        return """
            # The shop. Time zone and currency are fixed: days and totals in facts.db are in them.
            time_zone = "\(zone)"
            currency = "\(currency)"

            # The place that serves orders which name no place of their own.
            default_place = "\(quoted)"

            # Days from order to shelf where a supplier's own are not known. What is ordered on it is marked "assumed"
            # and never automatic.
            \(lead)

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
