import Domain
import Testing

@testable import Formats

/// Text that breaks careless readers: separators, quotes, line ends, formulas, directions, other scripts.
let awkward = "=1+1, \"so; said\"\n'Ünïcøde' 日本 \u{202E}\\u0041\t|end"
/// The same without controls, as names may hold it.
let awkwardName = "=1+1, \"so; said\" 'Ünïcøde' 日本 \\n|end"

/// What a layout's records become when they are written as CSV and read again.
func throughCSV<Format: PlainFormat>(
    _ format: Format.Type, _ records: [Format.Record]
) throws -> [Reading<Format.Record>] {
    let writer = CSVWriter()
    try Format.write(records, to: writer)
    let reader = try PlainReader<Format>(
        CSVReader(ByteSource(bytes: writer.bytes, name: "test.csv")), zone: Zone(identifier: "Europe/London"))
    #expect(reader.ignoredColumns == [])
    return try readings(reader)
}

/// What a layout's records become when they are written as newline JSON and read again.
func throughLines<Format: PlainFormat>(
    _ format: Format.Type, _ records: [Format.Record]
) throws -> [Reading<Format.Record>] {
    let writer = JSONLinesWriter()
    try Format.write(records, to: writer)
    return try readings(PlainLinesReader<Format>(ByteSource(bytes: writer.bytes, name: "test.json"), zone: .utc))
}

/// Expects records to read back equal both ways.
func expectBack<Format: PlainFormat>(
    _ format: Format.Type, _ records: [Format.Record], sourceLocation: SourceLocation = #_sourceLocation
) throws where Format.Record: Equatable {
    #expect(try throughCSV(format, records).map(\.record) == records, sourceLocation: sourceLocation)
    #expect(try throughLines(format, records).map(\.record) == records, sourceLocation: sourceLocation)
}

/// Expects one sound row, and that each change of a field is refused with its code at that field, in CSV and JSON alike.
func expectRefusals<Format: PlainFormat>(
    _ format: Format.Type, sound: [Format.Field: String],
    _ changes: [(field: Format.Field, value: String, code: FormatError.Code)],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let names = Format.Field.allCases.map(\.rawValue)
    let rows = [sound] + changes.map { change in sound.merging([change.field: change.value]) { $1 } }
    let file = try table(
        names,
        rows.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.key.rawValue, $0.value) }) })
    let read = try readings(PlainReader<Format>(file, zone: .utc))
    #expect(read.map { $0.error?.code } == [nil] + changes.map(\.code), sourceLocation: sourceLocation)
    #expect(
        read.map { $0.error?.field } == [nil] + changes.map(\.field.rawValue), sourceLocation: sourceLocation)
    let lines = JSONLinesWriter()
    for row in rows { try lines.line(.object(row.map { ($0.key.rawValue, .string($0.value)) })) }
    let objects = try readings(PlainLinesReader<Format>(ByteSource(bytes: lines.bytes, name: "x"), zone: .utc))
    #expect(objects.map { $0.error?.code } == [nil] + changes.map(\.code), sourceLocation: sourceLocation)
    // What is refused is kept whole: it reads the same alone.
    for reading in objects {
        let again = try readings(PlainLinesReader<Format>(ByteSource(bytes: reading.raw, name: "x"), zone: .utc))
        #expect(again.map { $0.error?.code } == [reading.error?.code], sourceLocation: sourceLocation)
    }
}
