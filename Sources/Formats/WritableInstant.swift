import Domain

extension Instant {
    /// Whether ISO 8601 can say it in UTC, with the four digits that years have there: what is read must be writable.
    var isWritable: Bool { (-62_135_596_800_000..<253_402_300_800_000).contains(milliseconds) }

    /// As `init(iso8601:)`; nil too for what an offset moves out of the years 1 to 9999.
    init?(stamp text: String) {
        guard let moment = Instant(iso8601: text), moment.isWritable else { return nil }
        self = moment
    }
}
