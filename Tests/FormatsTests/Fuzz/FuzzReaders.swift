import Domain

@testable import Formats

/// Records of delimited text that mean nothing: their fields are looked at, and that is all.
struct RawRecords: RecordReader {
    let ignoredColumns: [String] = []
    let csv: CSVReader

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard try csv.next() else { return nil }
        let outcome = csv.outcome { () throws(FormatError) -> [Fact] in
            for index in -1...csv.fieldCount { _ = csv.field(index).count }
            return []
        }
        return Reading(rows: 1, line: csv.line, offset: csv.offset, raw: Array(csv.raw), outcome: outcome)
    }
}

/// JSON values that mean nothing: every one of them is looked at.
struct RawItems: RecordReader {
    let ignoredColumns: [String] = []
    var items: JSONItems

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let item = try items.next() else { return nil }
        if case .success(let node) = item { visit(node) }
        return Reading(rows: 1, line: items.line, offset: items.offset, raw: items.raw, outcome: item.map { _ in [] })
    }
}

/// A whole text as one record, read as `read` says.
struct WholeText: RecordReader {
    let ignoredColumns: [String] = []
    private let source: ByteSource
    private let read: ([UInt8], String) throws(FormatError) -> [Fact]
    private var isDone = false

    init(_ source: ByteSource, _ read: @escaping ([UInt8], String) throws(FormatError) -> [Fact]) {
        self.source = source
        self.read = read
    }

    mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard !isDone else { return nil }
        isDone = true
        var bytes: [UInt8] = []
        while case let more = try source.chunk(), !more.isEmpty { bytes += more }
        let outcome = Result { () throws(FormatError) in try read(bytes, source.name) }
        return Reading(rows: 1, line: 1, offset: source.droppedMark, raw: bytes, outcome: outcome)
    }

    /// One JSON document.
    static func document(_ bytes: [UInt8], name: String) throws(FormatError) -> [Fact] {
        do throws(JSONDocument.Failure) {
            visit(try JSONDocument(bytes).root)
        } catch {
            throw FormatError(.notJSON, error.message, file: name)
        }
        return []
    }

    /// A pattern on the first line, a timestamp on each of the others; a moment that was read is a footfall of its time.
    static func timestamps(_ bytes: [UInt8], name: String) throws(FormatError) -> [Fact] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        var format = try TimestampFormat(String(decoding: lines.removeFirst(), as: UTF8.self))
        var facts: [Fact] = []
        for line in lines {
            for zone in [FuzzTarget.zone, .utc] {
                let moment = line.withUnsafeBufferPointer { format.parse($0, zone: zone) }
                guard let moment, let place = PlaceName("x") else { continue }
                facts.append(.footfall(Footfall(place: place, from: moment, minutes: 1, entered: 0)))
            }
        }
        return facts
    }
}

/// Asks a value all that can be asked.
private func visit(_ node: JSONNode) {
    _ = (node.text, node.bool, node.isNull, node.isNumber, node.source.count, node["a"]?.text)
    let row = JSONRow(node, file: "fuzz", line: 1, offset: 0)
    let members = node.members
    for (name, value) in members {
        if members.count < 64 {
            _ = (row.bool(name), row.object(name), row.objects(name).count)
            _ = try? row.integer(name)
            _ = try? row.price(name)
            _ = try? row.number(name)
            _ = try? row.moment(name)
            _ = try? row.day(name)
            _ = try? row.minorUnits(name, FuzzTarget.pounds)
        }
        visit(value)
    }
    for value in node.elements { visit(value) }
}
