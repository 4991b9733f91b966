import Formats

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
