import Domain
import Formats
import Glibc

/// Records in which a CloudEvent counts once: two with one source and id are the same event (CloudEvents 1.0.2, section
/// 3.1), whatever the second says.
///
/// Across imports, facts are told again by their own keys.
struct EventsOnce: RecordReader {
    /// Most events that are remembered; then all are forgotten.
    private static let limit = 200_000
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
        guard isMarked(raw), let root = try? JSONDocument(raw).root, root["specversion"] != nil,
            let source = root["source"]?.text, let id = root["id"]?.text
        else { return nil }
        return [source, id]
    }

    /// Whether the mark stands anywhere in the bytes; looked for by its `v`, which few words have.
    private static func isMarked(_ raw: [UInt8]) -> Bool {
        raw.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            var position = 5
            while position < bytes.count,
                let found = memchr(base + position, Int32(UInt8(ascii: "v")), bytes.count - position)
            {
                let place = base.distance(to: UnsafeRawPointer(found))
                if place - 5 + mark.count <= bytes.count, memcmp(base + place - 5, mark, mark.count) == 0 {
                    return true
                }
                position = place + 1
            }
            return false
        }
    }
}
