import Domain
import FoundationEssentials
import Glibc
import Formats
import Intake
import Store

/// A shop on the sample: real order lines of a gift shop, played day by day from 2011-10-03 on.
///
/// What lies after the shop's clock is not yet known to it: order lines and deliveries come in as the days are played.
public final class Demo {
    /// The shop, open.
    public let engine: Engine

    private let sample: String
    private let header: [UInt8]
    /// The extract's rows by the moment of the order, ascending.
    private var rows: [(at: Instant, bytes: [UInt8])]
    private var deliveries: [PurchaseLine]
    private let mapping: Mapping
    private let zone: Zone

    /// The moment at which the demo begins.
    public static let start = "2011-10-03T08:00:00+01:00"

    /// Makes the demo's shop.
    ///
    /// - Parameters:
    ///   - path: a folder that is empty or not there yet.
    ///   - sample: the folder `sample-data`.
    ///   - actor: who works in it.
    /// - Throws: `EngineError`, `FormatError`: the sample is missing or damaged.
    public init(at path: String, sample: String, actor: String) throws {
        self.sample = sample
        func text(_ name: String) throws -> String {
            guard let text = try ShopFolder(path: sample).text("\(sample)/\(name)") else {
                throw EngineError(.notFound, "\(sample)/\(name) is missing; name the folder with --sample DIR")
            }
            return text
        }
        let folder = try ShopFolder.create(
            path, settings: try text("penstock.toml"), policy: try text("policy.toml"),
            mappings: ["online-retail": Mapping.onlineRetail], group: nil)
        engine = try Engine(folder)
        zone = engine.settings.zone
        mapping = try Mapping(Mapping.onlineRetail, file: "online-retail")
        guard let start = Instant(iso8601: Demo.start) else { throw EngineError(.usage, "the demo's start is no time") }
        try engine.facts.setClock(.fixed(start))

        let csv = try CSVReader(ByteSource(path: "\(sample)/orders.csv.gz"))
        guard let column = csv.column("InvoiceDate") else {
            throw EngineError(.usage, "\(sample)/orders.csv.gz has no column InvoiceDate")
        }
        header = Array(csv.header.joined(separator: ",").utf8)
        var dates = mapping.dates
        rows = []
        while try csv.next() {
            guard csv.problem == nil, let at = dates.parse(csv.field(column), zone: zone) else { continue }
            rows.append((at, Array(csv.raw)))
        }
        rows = rows.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        deliveries = []
        if FileManager.default.fileExists(atPath: "\(sample)/deliveries.csv") {
            var reader = try PurchasesReader(CSVReader(ByteSource(path: "\(sample)/deliveries.csv")), zone: zone)
            while let reading = try reader.next() { deliveries.append(try reading.outcome.get()) }
        }

        for name in ["products", "calendars", "offers", "counts", "purchases"] {
            let source = try ByteSource(path: "\(sample)/\(name).csv")
            guard let layout = KnownLayout(rawValue: name) else { continue }
            _ = try engine.importer().run(source, layout: .known(layout))
        }
        let first = rows.first.map { zone.day(of: $0.at) } ?? zone.day(of: start)
        try takeOrders(until: start, covers: first...zone.day(of: start).advanced(by: -1))
        // Counts and terms that name products which only orders know were parked until now.
        try engine.replan(actor: actor)
    }

    /// Plays one day: what was ordered and delivered until the same hour of the next day comes in, and the shop plans anew.
    ///
    /// - Returns: the day that was played, and the order lines that came in.
    public func playDay(actor: String) throws -> (day: Day, lines: Int) {
        let now = try engine.now()
        let day = zone.day(of: now)
        let local = zone.local(now)
        let next = zone.instant(day: day.advanced(by: 1), second: local.second)
        let lines = rows.prefix { $0.at < next }.count
        try takeOrders(until: next, covers: day...day)
        let arrived = deliveries.filter { $0.receivedAt.map { $0 < next } ?? false }
        deliveries.removeAll { $0.receivedAt.map { $0 < next } ?? false }
        if !arrived.isEmpty {
            let writer = CSVWriter()
            try PurchasesReader.write(arrived, to: writer)
            let source = ByteSource(bytes: writer.bytes, name: "deliveries-\(day).csv")
            _ = try engine.importer().run(source, layout: .known(.purchases))
        }
        try engine.facts.setClock(.fixed(next))
        try engine.replan(actor: actor)
        return (day, lines)
    }

    private func takeOrders(until end: Instant, covers: ClosedRange<Day>) throws {
        let count = rows.prefix { $0.at < end }.count
        var bytes = header + [0x0A]
        for row in rows.prefix(count) { bytes += row.bytes + [0x0A] }
        rows.removeFirst(count)
        _ = try engine.importer().run(
            ByteSource(bytes: bytes, name: "orders-\(covers.upperBound).csv"), layout: .mapped(mapping), covers: covers)
    }
}

extension Demo {
    /// The folder `sample-data`: in the folder one is in, or beside the program or a folder above it.
    ///
    /// - Throws: `EngineError(.notFound)`.
    public static func sampleFolder() throws -> String {
        var candidates = ["sample-data"]
        if let program = CommandLine.arguments.first,
            let path = realpath("/proc/self/exe", nil) ?? realpath(program, nil)
        {
            var folder = String(cString: path)[...]
            free(path)
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                candidates += ["\(folder)/sample-data", "\(folder)/share/penstock/sample-data"]
            }
        }
        for candidate in candidates where FileManager.default.fileExists(atPath: "\(candidate)/orders.csv.gz") {
            return candidate
        }
        throw EngineError(.notFound, "sample-data was not found beside the program; name it with --sample DIR")
    }
}
