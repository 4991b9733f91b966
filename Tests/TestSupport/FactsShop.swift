import Domain
import Formats
import Intake
import Store

/// The facts of a shop in a temporary folder, its clock standing still, and the shortest way to say what a test needs.
public final class FactsShop {
    /// Where the clock stands unless a test says otherwise.
    public static let now = Instant(seconds: 1_320_660_000)  // 2011-11-07T10:00:00Z

    /// Where the shop lies.
    public let folder: TemporaryFolder
    /// What its sources said.
    public let facts: Facts

    /// An empty shop.
    public init(zone: String = "Europe/London", currency: String = "GBP") throws {
        folder = try TemporaryFolder()
        facts = try FactsShop.open(folder, zone: zone, currency: currency)
    }

    deinit { try? facts.database.close() }

    /// Opens the facts that lie in a folder, as another process would.
    public static func open(
        _ folder: TemporaryFolder, zone: String = "Europe/London", currency: String = "GBP", busySeconds: Double = 5
    ) throws -> Facts {
        guard let currency = Currency(currency) else { throw Unmet("'\(currency)' is no currency") }
        return try Facts(
            database: ShopDatabase(
                path: "\(folder.path)/facts.db", schema: .facts, durability: .normal, backups: "\(folder.path)/backups",
                busySeconds: busySeconds),
            zone: Zone(identifier: zone), currency: currency)
    }

    /// The importer, at the moment where the clock stands or at another.
    public func importer(
        at now: Instant = FactsShop.now, settings: IntakeSettings = IntakeSettings(), mapping: Mapping? = nil
    ) -> Importer {
        Importer(
            facts: facts, settings: settings, transaction: .zero,
            mapping: { try mapping ?? Importer.noMapping($0) }
        ) { now }
    }

    /// Imports a text.
    @discardableResult
    public func take(
        _ text: String, _ layout: Layout, name: String = "file.csv", covers: ClosedRange<Day>? = nil,
        countedAt: Instant? = nil, at now: Instant = FactsShop.now, settings: IntakeSettings = IntakeSettings(),
        system: String? = nil, progress: @escaping (ImportProgress) throws -> Void = { _ in }
    ) throws -> ImportReport {
        try importer(at: now, settings: settings).run(
            ByteSource(bytes: Array(text.utf8), name: name), layout: layout, system: system, covers: covers,
            countedAt: countedAt, progress: progress)
    }

    /// Imports a text in a layout that is known.
    @discardableResult
    public func take(_ layout: KnownLayout, _ text: String, countedAt: Instant? = nil, at now: Instant = FactsShop.now)
        throws
        -> ImportReport
    {
        try take(text, .known(layout), countedAt: countedAt, at: now)
    }

    /// The product of a code, which must be known.
    public func product(_ code: String) throws -> Product {
        guard let product = try facts.product(code) else { throw Unmet("no product is known as \(code)") }
        return product
    }

    /// What is demanded of a product day by day, over the pools: units that count, and units returned in all.
    public func demand(_ code: String, from: String, to: String) throws -> (units: [Double], returned: Int64) {
        guard let first = Day(from), let last = Day(to) else { throw Unmet("\(from) to \(to) are no days") }
        let id = try product(code).id
        let pools = try facts.demand(in: first...last, products: id...id)
        let nothing = [Double](repeating: 0, count: first.distance(to: last) + 1)
        return (
            pools.reduce(nothing) { sum, pool in zip(sum, pool.units).map(+) }, pools.reduce(0) { $0 + $1.returned }
        )
    }
}

/// The mapping of a made-up till, `Doc,Code,Title,Qty,Date,Price,Customer` and what a test adds.
///
/// `POST` is postage, documents that begin with C take back, and what leaves for nothing is an adjustment.
public func tillMapping(
    lines: Bool = false, updated: Bool = false, pieces: Bool = false, later: Bool = false, places: Bool = false,
    delimiter: String = ",", zone: String = "Europe/London", currency: String = "GBP"
) throws -> Mapping {
    let extra = [
        lines ? "line = 'Line'" : "", updated ? "updated = 'Updated'" : "", later ? "shipped = 'Shipped'" : "",
        places ? "place = 'Place'" : "",
    ].joined(separator: "\n")
    return try Mapping(
        """
        system = "till"
        encoding = "utf-8"
        decimal = "."
        delimiter = "\(delimiter)"
        time_zone = "\(zone)"
        currency = "\(currency)"
        date_format = "yyyy-MM-dd HH:mm:ss"
        ships = "\(later ? "later" : "at-order")"
        pieces = \(pieces)
        [columns]
        document = "Doc"
        code = "Code"
        title = "Title"
        quantity = "Qty"
        date = "Date"
        price = "Price"
        customer = "Customer"
        \(extra)
        [[kind]]
        is = "not-a-product"
        when = "code = 'POST'"
        [[kind]]
        is = "reversal"
        when = "starts_with(document, 'C')"
        [[kind]]
        is = "adjustment"
        when = "price = 0 and quantity < 0"
        """, file: "till")
}
