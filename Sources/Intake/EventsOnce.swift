import Domain
import Formats

/// Records in which a CloudEvent counts once: two with one source and id are the same event (CloudEvents 1.0.2, section
/// 3.1), whatever the second says.
///
/// Across imports, facts are told again by their own keys.
struct EventsOnce: RecordReader {
    /// Most events that are remembered; then all are forgotten.
    private static let limit = 1_000_000
    private static let mark = Array("\"specversion\"".utf8)

    private var reader: any RecordReader<[Fact]>
    private var seen: Set<[String]> = []

    init(_ reader: any RecordReader<[Fact]>) { self.reader = reader }

    var ignoredColumns: [String] { reader.ignoredColumns }
    var skippedRows: Int { reader.skippedRows }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard var reading = try reader.next() else { return nil }
        if let event = EventsOnce.event(reading.raw) {
            if seen.count >= EventsOnce.limit { seen.removeAll() }
            if !seen.insert(event).inserted { reading.outcome = .success([]) }
        }
        return reading
    }

    /// Source and id of an event; nil for anything else.
    private static func event(_ raw: [UInt8]) -> [String]? {
        // Most records are none, and are not parsed for this.
        guard raw.firstRange(of: mark) != nil, let root = try? JSONDocument(raw).root, root["specversion"] != nil,
            let source = root["source"]?.text, let id = root["id"]?.text
        else { return nil }
        return [source, id]
    }
}
