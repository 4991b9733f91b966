import Config
import Domain

/// What a shop's `penstock.toml` says of its sources: whose word counts, what is odd, what places are called, who may send.
public struct IntakeSettings: Sendable {
    /// Whose word counts.
    public var records = RecordPolicy()
    /// What is wrong with facts.
    public var validation: Validation
    /// The shop's names of places that sources know by codes of their own.
    public var places: [String: PlaceName] = [:]
    /// The systems that several stores on one platform speak for, by their domains.
    public var stores: [String: String] = [:]
    /// Who may send signed messages.
    public var signatures = Signatures()
    /// What partners in electronic data interchange mean by their codes.
    public var partners = Partners()
    /// What sources write wrongly again and again, and what they mean.
    public var rewrites = Rewrites()
    /// The live sources that `penstock run` keeps flowing.
    public var feeds: [FeedSettings] = []

    /// Nothing but what ships with Penstock.
    public init() {
        // The rules that ship are compiled by a test; without them everything sound is taken in.
        validation = (try? Validation()) ?? Validation.none
    }

    /// Reads the tables of `penstock.toml` that are intake's: `records`, `places`, `stores`, `rule`, `signatures`,
    /// `partners`, `rewrite`, `source`.
    ///
    /// - Throws: `ConfigError` with the line.
    public init(_ text: String, file: String) throws(ConfigError) {
        let table = try ConfigTable(text, file: file)
        validation = try Validation(ValidationRule.read(table.tables("rule")))
        if let records = try table.table("records") { self.records = try RecordPolicy(records) }
        if let names = try table.table("places") {
            for code in names.keys {
                guard let name = PlaceName(try names.string(code) ?? "") else {
                    throw names.error(code, "a place's name has 1 to 200 bytes and no control characters")
                }
                places[code] = name
            }
        }
        if let names = try table.table("stores") {
            for domain in names.keys {
                guard let system = try names.string(domain), !system.isEmpty else {
                    throw names.error(domain, "a store needs the name of the system that it speaks for")
                }
                stores[domain.lowercased()] = system
            }
        }
        if let signatures = try table.table("signatures") { self.signatures = try Signatures(signatures) }
        if let partners = try table.table("partners") { self.partners = try Partners(partners) }
        rewrites = try Rewrites(table.tables("rewrite"))
        feeds = try FeedSettings.read(table.tables("source"))
    }

    /// The keys of `penstock.toml` that this reads.
    public static let keys = ["records", "places", "stores", "rule", "signatures", "partners", "rewrite", "source"]
}
