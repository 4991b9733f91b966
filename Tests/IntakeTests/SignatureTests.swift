import Config
import Formats
import Glibc
import Intake
import Store
import TestSupport
import Testing

/// Secrets by which messages are checked.
@Suite struct SignatureTests {
    private let message = #"{"inventory_item_id":5,"location_id":9,"available":1,"updated_at":"2011-10-01T10:00:00Z"}"#

    @Test func `a secret that is missing stops no command, and is told where it is needed`() throws {
        let settings = try IntakeSettings(
            "[signatures]\nshopify = \"env:PENSTOCK_NO_SUCH_SECRET\"\n", file: "penstock.toml")
        #expect(settings.signatures.obstacles.first?.contains("PENSTOCK_NO_SUCH_SECRET") == true)
        let shop = try FactsShop()
        #expect(try shop.take("sku,name\nA,Mug\n", .known(.products), settings: settings).count.accepted == 1)
        let report = try shop.take(message, .json(.shopify), name: "hook.json", settings: settings)
        #expect(report.count.refused == 1)
        #expect(report.complaints.first?.hasPrefix("hook.json:1") == true)
        #expect(report.complaints.first?.contains("PENSTOCK_NO_SUCH_SECRET") == true)
    }

    @Test func `a secret is looked up when a message comes`() throws {
        let settings = try IntakeSettings(
            "[signatures]\nshopify = \"env:PENSTOCK_LATE_SECRET\"\n", file: "penstock.toml")
        setenv("PENSTOCK_LATE_SECRET", "hush", 1)
        defer { unsetenv("PENSTOCK_LATE_SECRET") }
        #expect(settings.signatures.obstacles.isEmpty)
        let report = try FactsShop().take(message, .json(.mixed), name: "hook.json", settings: settings)
        #expect(report.complaints.first?.contains("bears no signature") == true)
        #expect(report.complaints.first?.hasPrefix("hook.json:1") == true)
        #expect(throws: ConfigError.self) {
            try IntakeSettings("[signatures]\nshopify = \"hush\"\n", file: "penstock.toml")
        }
    }
}
