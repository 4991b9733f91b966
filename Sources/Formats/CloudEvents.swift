import Domain
import FoundationEssentials

/// An event in the envelope of CloudEvents 1.0; what its data means is for the receiver to decide.
///
/// Two events with one source and one id are the same event (CloudEvents specification 1.0.2, section 3.1).
public struct CloudEvent: Hashable, Sendable {
    /// What an event carries.
    public enum Payload: Hashable, Sendable {
        /// A JSON value, as it is written (`data`).
        case json([UInt8])
        /// Any bytes (`data_base64`).
        case bytes([UInt8])
    }

    /// Number of the event within its source.
    public var id: String
    /// Where it happened: a URI reference.
    public var source: String
    /// What happened, as its producer calls it: `com.example.order.created`.
    public var type: String
    /// What it happened to, within the source.
    public var subject: String?
    /// When it happened.
    public var time: Instant?
    /// Media type of the data; nil means JSON.
    public var dataContentType: String?
    /// URI of the schema that the data keeps to.
    public var dataSchema: String?
    /// What it carries; nil for nothing.
    public var data: Payload?

    /// An event that carries nothing.
    public init(id: String, source: String, type: String) {
        self.id = id
        self.source = source
        self.type = type
    }

    /// The event in structured mode, as JSON on one line; whole milliseconds of its time are kept.
    ///
    /// - Throws: `.missingValue`, `.notAName` or `.tooLong` for an attribute that the specification does not allow,
    ///   `.notJSON` for data that is said to be JSON and is not.
    public func json() throws(FormatError) -> [UInt8] {
        var members: [(String, JSONValue)] = [("specversion", .string("1.0"))]
        let texts: [(String, String?, Bool)] = [
            ("id", id, true), ("source", source, true), ("type", type, true), ("subject", subject, false),
            ("time", time?.description, false), ("datacontenttype", dataContentType, false),
            ("dataschema", dataSchema, false),
        ]
        for (name, text, isNeeded) in texts {
            guard let text else { continue }
            if let flaw = CloudEvent.flaw(of: text, isNeeded: isNeeded) {
                throw FormatError(flaw.code, flaw.message, file: "", field: name)
            }
            members.append((name, .string(text)))
        }
        var out = JSONValue.object(members).bytes()
        switch data {
        case nil: return out
        case .bytes(let bytes):
            members.append(("data_base64", .string(Data(bytes).base64EncodedString())))
            return JSONValue.object(members).bytes()
        case .json(let bytes):
            do throws(JSONDocument.Failure) {
                _ = try JSONDocument(bytes)
            } catch {
                throw FormatError(.notJSON, "this is no JSON: \(error.message)", file: "", field: "data")
            }
            out.removeLast()
            out += ",\"data\":".utf8
            CloudEvent.append(bytes, to: &out)
            return out + Array("}".utf8)
        }
    }

    /// JSON without the blanks between its values: a line end would make two lines of one event.
    private static func append(_ json: [UInt8], to out: inout [UInt8]) {
        var isInString = false
        var isEscaped = false
        for byte in json where isInString || !byte.isBlank {
            out.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString.toggle()
            }
        }
    }

    /// Most bytes of an attribute.
    static let attributeLimit = 2048

    /// What an attribute may not be.
    static func flaw(of text: String, isNeeded: Bool) -> (code: FormatError.Code, message: String)? {
        if text.isEmpty { return (.missingValue, "is empty; \(isNeeded ? "it must be there" : "leave it out")") }
        if text.utf8.count > attributeLimit { return (.tooLong, "is longer than \(attributeLimit) bytes; shorten it") }
        return text.hasControls ? (.notAName, "holds a control character; take it out") : nil
    }
}

/// Reads CloudEvents 1.0 in structured mode: one event, a batch in an array, or an event a line, one reading each.
///
/// `id`, `source`, `specversion` and `type` must be there, `specversion` must be 1.0. Extension attributes are passed
/// over; the raw bytes keep them.
public struct CloudEventsReader: RecordReader {
    /// An event has no columns.
    public let ignoredColumns: [String] = []
    private var items: JSONItems

    /// Reads the events of a stream.
    public init(_ source: ByteSource) { items = JSONItems(source) }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<CloudEvent>? {
        guard let item = try items.next() else { return nil }
        var outcome: Result<CloudEvent, FormatError>
        do throws(FormatError) {
            let row = JSONRow(try item.get(), file: items.name, line: items.line, offset: items.offset)
            outcome = .success(try CloudEventsReader.event(row))
        } catch {
            outcome = .failure(error)
        }
        return Reading(rows: 1, line: items.line, offset: items.offset, raw: items.raw, outcome: outcome)
    }

    private static func event(_ row: JSONRow) throws(FormatError) -> CloudEvent {
        guard row.node.isObject else {
            throw row.error(.unknownKind, "this is no event; it must be an object with id, source and type", "")
        }
        let version = try attribute(row, "specversion")
        guard version == "1.0" else {
            throw row.error(
                .unknownWord, "'\(version.prefix(20).printable)' is a version that is not read; send 1.0",
                "specversion")
        }
        var event = CloudEvent(
            id: try attribute(row, "id"), source: try attribute(row, "source"), type: try attribute(row, "type"))
        event.subject = try optionalAttribute(row, "subject")
        event.dataContentType = try optionalAttribute(row, "datacontenttype")
        event.dataSchema = try optionalAttribute(row, "dataschema")
        if try optionalAttribute(row, "time") != nil { event.time = try row.moment("time") }
        event.data = try data(row)
        return event
    }

    private static func data(_ row: JSONRow) throws(FormatError) -> CloudEvent.Payload? {
        let json = row.member("data")
        guard let base64 = try text(row, "data_base64") else { return json.map { .json(Array($0.source)) } }
        guard json == nil else {
            throw row.error(.rule, "stands beside data; an event carries one of the two", "data_base64")
        }
        guard let bytes = Data(base64Encoded: base64) else {
            throw row.error(.encoding, "is no base64; send letters, digits, + and / alone", "data_base64")
        }
        return .bytes([UInt8](bytes))
    }

    private static func text(_ row: JSONRow, _ name: String) throws(FormatError) -> String? {
        guard let value = row.member(name) else { return nil }
        guard !value.isNumber, let text = value.text else {
            throw row.error(.unknownWord, "is no text; write it in quotes", name)
        }
        return text
    }

    private static func optionalAttribute(_ row: JSONRow, _ name: String) throws(FormatError) -> String? {
        guard let text = try text(row, name) else { return nil }
        if let flaw = CloudEvent.flaw(of: text, isNeeded: false) { throw row.error(flaw.code, flaw.message, name) }
        return text
    }

    private static func attribute(_ row: JSONRow, _ name: String) throws(FormatError) -> String {
        guard let text = try text(row, name) else {
            throw row.error(.missingValue, "is missing; CloudEvents need it", name)
        }
        if let flaw = CloudEvent.flaw(of: text, isNeeded: true) { throw row.error(flaw.code, flaw.message, name) }
        return text
    }
}
