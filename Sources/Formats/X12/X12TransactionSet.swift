import Domain

/// One message of an X12 interchange, `ST` to `SE`, with what its envelope says of it.
public struct X12TransactionSet: Sendable {
    /// The number of its kind (`ST01`): 846 of stock, 850 of purchase orders, 856 of ship notices.
    public let kind: String
    /// Its control number (`ST02`).
    public let controlNumber: String
    /// Who sends the interchange (`ISA06`, without the blanks that fill it up).
    public let sender: String
    /// Whom it is sent to (`ISA08`).
    public let receiver: String
    /// Control number of the interchange (`ISA13`).
    public let interchange: String
    /// Whether the interchange is marked as a test (`ISA15` is T).
    public let isTest: Bool
    /// The header of its functional group, which says when it was made.
    let group: X12Segment
    let delimiters: X12Delimiters
    let file: String
    let line: Int
    let offset: Int64
    let bytes: [UInt8]

    /// Its segments in order, `ST` and `SE` included.
    public var segments: some Sequence<X12Segment> {
        X12Segments(file: file, bytes: bytes, delimiters: delimiters, line: line, offset: offset)
    }

    /// An error about the whole message.
    func error(_ code: FormatError.Code, _ message: String, field: String? = nil) -> FormatError {
        FormatError(code, message, file: file, line: line, offset: offset, field: field)
    }

    /// Refuses a message that is cut off or changed on its way, one that is too long, and bytes that are no text.
    func check() throws(FormatError) {
        guard bytes.count <= X12Reader.setLimit else {
            throw error(
                .tooLong,
                "a transaction set of more than \(X12Reader.setLimit >> 20) MiB is none of ours; ask for "
                    + "smaller ones")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw error(.invalidUTF8, "this is no UTF-8; say the encoding of the file, such as latin-1")
        }
        var count = 0
        for segment in X12Segments(file: file, bytes: bytes, delimiters: delimiters, line: line, offset: offset) {
            count += 1
            guard segment.name == "SE" else { continue }
            guard segment.text(1).flatMap({ Int($0) }) == count else {
                throw segment.error(
                    .notX12,
                    "SE01 says \(said(segment, 1)) segments and \(count) are here; ask for the message again, or "
                        + "correct the count", 1)
            }
            guard X12Interchange.isSame(segment.text(2), controlNumber) else {
                throw segment.error(
                    .notX12,
                    "SE02 says \(said(segment, 2)) and ST02 \(controlNumber.prefix(20).printable); ask for the "
                        + "message again, or make the two one", 2)
            }
        }
    }

    private func said(_ segment: X12Segment, _ index: Int) -> String {
        segment.text(index).map { "'\($0.prefix(20).printable)'" } ?? "no number of"
    }
}
