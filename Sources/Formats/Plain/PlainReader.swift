import Domain

/// Reads a plain layout from CSV: one reading a row.
public struct PlainReader<Format: PlainFormat>: RecordReader {
    /// Columns of the file that the layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let zone: Zone
    private var columns: [Format.Field: Int] = [:]

    /// Reads the rows of a file; times without an offset are in `zone`.
    ///
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, zone: Zone) throws(FormatError) {
        self.csv = csv
        self.zone = zone
        var found = Columns(csv)
        for field in Format.Field.allCases {
            let column =
                Format.needed.contains(field)
                ? try found.required(field.rawValue) : found.optional(field.rawValue)
            columns[field] = column.index
        }
        ignoredColumns = found.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<Format.Record>? {
        let row = PlainRow<Format.Field>(origin: .csv(csv, columns), zone: zone)
        return try csv.reading { () throws(FormatError) in try Format.read(row) }
    }
}

extension PlainFormat {
    /// The header of such a CSV file.
    public static var header: [String] { Field.allCases.map(\.rawValue) }

    /// Writes records as CSV, header first, so that they read back the same. The writer is not finished.
    ///
    /// - Throws: what the writer's sink throws.
    public static func write(_ records: some Sequence<Record>, to writer: CSVWriter) throws(FormatError) {
        try writer.record(header)
        for record in records {
            let values = written(record)
            try writer.record(Field.allCases.map { values[$0]?.text ?? "" })
        }
    }

    /// A record as a JSON object; what is blank is left out.
    public static func json(_ record: Record) -> JSONValue {
        let values = written(record)
        return .object(
            Field.allCases.compactMap { field in
                values[field].map { value in
                    switch value {
                    case .text(let text): (field.rawValue, .string(text))
                    // Digits go out as text where a double would not carry them.
                    case .number(let digits): (field.rawValue, Int64(digits).map(JSONValue.integer) ?? .string(digits))
                    case .truth(let truth): (field.rawValue, .bool(truth))
                    }
                }
            })
    }

    /// The record of a JSON object.
    static func read(_ row: JSONRow, zone: Zone) throws(FormatError) -> Record {
        try read(PlainRow<Field>(origin: .json(row), zone: zone))
    }
}

extension PlainValue {
    /// As CSV writes it.
    public var text: String {
        switch self {
        case .text(let text), .number(let text): text
        case .truth(let truth): truth ? "true" : "false"
        }
    }
}
