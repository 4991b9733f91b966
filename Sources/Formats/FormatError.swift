/// Why bytes are not what they should be, and where.
///
/// One error for the whole room. Thrown where nothing can go on (a missing file, a header without the needed column);
/// carried in a `Reading` or in `CSVReader.problem` where one record is bad and the next may be good.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble; its raw value is the stable name that JSON output and quarantine use.
    public enum Code: String, Sendable, CaseIterable {
        /// There is no such file.
        case notFound = "not-found"
        /// The file is there, but cannot be read: a directory, no permission, a loop of links, a failing disk.
        case unreadable
        /// The compressed file is truncated or corrupt.
        case damaged
        /// A program that is needed (`gzip`) is not installed or cannot be started.
        case missingProgram = "missing-program"
        /// The file cannot be written.
        case unwritable
        /// The text's encoding is not the one that was said, or was not said clearly enough.
        case encoding
        /// A pattern or dialect that makes no sense.
        case badPattern = "bad-pattern"
        /// Not even a header.
        case emptyFile = "empty-file"
        /// Two columns of one name.
        case duplicateColumn = "duplicate-column"
        /// A column that is needed is not there.
        case missingColumn = "missing-column"
        /// More or fewer fields than the header has.
        case fieldCount = "field-count"
        /// A quote that is never closed, or text after a closing quote.
        case brokenQuoting = "broken-quoting"
        /// Bytes that are not UTF-8.
        case invalidUTF8 = "invalid-utf-8"
        /// A NUL byte.
        case nulByte = "nul-byte"
        /// A field, record or document beyond the limit.
        case tooLong = "too-long"
        /// A value that is needed is blank.
        case missingValue = "missing-value"
        /// Not a number as these files spell numbers.
        case notANumber = "not-a-number"
        /// A number, but none that can be meant.
        case outOfRange = "out-of-range"
        /// Not a date or time that exists.
        case notATime = "not-a-time"
        /// Not a name: too long, or with control characters.
        case notAName = "not-a-name"
        /// None of the words that are allowed here.
        case unknownWord = "unknown-word"
        /// Not JSON.
        case notJSON = "not-json"
        /// Not an X12 interchange, or one whose envelope does not hold together.
        case notX12 = "not-x12"
        /// A message whose signature does not fit its bytes.
        case badSignature = "bad-signature"
        /// A message of a kind that is not read.
        case unknownKind = "unknown-kind"
        /// Sound as a record, but against a rule of what its kind may say.
        case rule
    }

    /// What kind of trouble.
    public var code: Code
    /// What is wrong and what to do about it, without the place.
    public var message: String
    /// The file or stream as the user named it; empty where there is none.
    public var file: String
    /// Physical line, the first being 1; nil where no line is to blame.
    public var line: Int?
    /// Bytes before the record in the text; nil where no record is to blame.
    public var offset: Int64?
    /// Name of the column; nil where no field is to blame.
    public var field: String?

    /// An error at a place.
    public init(
        _ code: Code, _ message: String, file: String, line: Int? = nil, offset: Int64? = nil, field: String? = nil
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.offset = offset
        self.field = field
    }

    /// `orders.csv:17: quantity: '1e9' is not a number…`
    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if let field { place += place.isEmpty ? field : ": \(field)" }
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
