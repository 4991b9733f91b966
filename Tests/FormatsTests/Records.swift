import FoundationEssentials
import Testing

@testable import Formats

/// One record as tests compare it.
struct Record: Equatable {
    var line: Int
    var offset: Int64
    var fields: [String]
    var code: FormatError.Code?
    var raw: [UInt8]
}

/// All records of a text.
func records(_ text: String, dialect: CSVDialect = .init()) throws -> [Record] {
    try records(Array(text.utf8), dialect: dialect)
}

/// All records of some bytes.
func records(
    _ bytes: [UInt8], encoding: TextEncoding = .utf8, dialect: CSVDialect = .init()
) throws -> [Record] {
    try records(ByteSource(bytes: bytes, name: "test.csv", encoding: encoding), dialect: dialect)
}

/// All records of a source.
func records(_ source: ByteSource, dialect: CSVDialect = .init()) throws -> [Record] {
    let reader = try CSVReader(source, dialect: dialect)
    var all: [Record] = []
    while try reader.next() {
        all.append(
            Record(
                line: reader.line, offset: reader.offset,
                fields: (0..<reader.fieldCount).map { String(decoding: reader.field($0), as: UTF8.self) },
                code: reader.problem?.code, raw: Array(reader.raw)))
    }
    return all
}

/// A reader over a text.
func csv(_ text: String) throws -> CSVReader {
    try CSVReader(ByteSource(bytes: Array(text.utf8), name: "test.csv"))
}

/// All readings of a reader.
func readings<Reader: RecordReader>(_ reader: Reader) throws -> [Reading<Reader.Record>] {
    var reader = reader
    var all: [Reading<Reader.Record>] = []
    while let reading = try reader.next() { all.append(reading) }
    return all
}

extension Reading {
    /// The record, where there is one.
    var record: Record? { try? outcome.get() }
    /// The error, where there is one.
    var error: FormatError? {
        if case .failure(let error) = outcome { return error }
        return nil
    }
}

/// What `body` throws; a failed expectation where it throws nothing.
func thrown(_ body: () throws -> Void) -> FormatError? {
    do {
        try body()
        Issue.record("nothing was thrown")
    } catch {
        return error as? FormatError
    }
    return nil
}

/// A folder of its own for a test, removed with the last reference.
final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "formats-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// A file of this folder with some bytes.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
}

/// A small generator with a seed (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
