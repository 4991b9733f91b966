import Domain

/// Reads X12 interchanges as facts, one reading a transaction set: 846 as counts, 850 as purchase lines, 856 as ship
/// notices (`X12Inventory`, `X12Purchase`, `X12ShipNotice`).
///
/// A set of another kind fails with `.unknownKind`, and so does a test (`ISA15` is T) of a partner whose tests are not
/// taken; envelopes that do not hold together fail as `X12Reader` says.
public struct X12FactsReader: RecordReader {
    /// An interchange has no columns.
    public let ignoredColumns: [String] = []
    private var reader: X12Reader
    private let partner: @Sendable (String) -> X12Partner

    /// Reads the interchanges of a stream.
    ///
    /// - Parameter partner: what the sender of an interchange (`ISA06`) means by its codes.
    public init(_ source: ByteSource, partner: @escaping @Sendable (String) -> X12Partner) {
        reader = X12Reader(source)
        self.partner = partner
    }

    /// The next reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<[Fact]>? {
        guard let found = try reader.next() else { return nil }
        var outcome: Result<[Fact], FormatError>
        do throws(FormatError) {
            outcome = .success(try X12FactsReader.facts(try found.outcome.get(), partner: partner))
        } catch {
            outcome = .failure(error)
        }
        // Partners number their documents each for themselves.
        let sender = (try? found.outcome.get())?.sender.trimmed
        return found.with(outcome, speaker: sender.map { Speaker("x12:\($0.printable)") })
    }

    private static func facts(
        _ message: X12TransactionSet, partner: (String) -> X12Partner
    ) throws(FormatError) -> [Fact] {
        let partner = partner(message.sender)
        guard partner.takesTests || !message.isTest else {
            throw message.error(
                .unknownKind,
                "this is a test (ISA15 is T), which is not to be counted; ask for production messages, or say that "
                    + "tests of this partner are taken", field: "ISA15")
        }
        switch message.kind {
        case "846": return try X12Inventory.facts(message, partner: partner)
        case "850": return try X12Purchase.facts(message, partner: partner)
        case "856": return try X12ShipNotice.facts(message, partner: partner)
        // What was sent has arrived there: that is no fact of a shop.
        case "997": return []
        default:
            throw message.error(
                .unknownKind,
                "a transaction set '\(message.kind.prefix(8).printable)' is not read; 846 (stock), 850 (purchase "
                    + "orders), 856 (ship notices) and 997 (acknowledgements) are", field: "ST01")
        }
    }
}
