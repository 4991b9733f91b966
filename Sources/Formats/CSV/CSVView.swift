import Domain

/// How the columns of a file are looked at: under other names, values written otherwise, constants beside them.
///
/// What a value means is for the reader of the layout to judge: a value that cannot be rewritten is passed on as it is,
/// and the reader says what is wrong with it.
public final class CSVView {
    /// How the values of a column are written.
    public enum Rewriting: Sendable {
        /// A time by a pattern, in a zone; becomes ISO 8601.
        case moment(TimestampFormat, Zone)
        /// A day, or the day of a time in a zone; becomes `yyyy-MM-dd`.
        case day(TimestampFormat, Zone)
        /// A number with a decimal separator and one of thousands.
        case number(decimal: UInt8, group: UInt8?)
        /// Words of the source for words of the layout, letter case ignored.
        case words([String: String])
    }

    /// A column of the file, or a constant.
    public struct Column: Sendable {
        /// What the layout calls it; empty for a column that it does not use.
        public var name: String
        /// The value of every record; nil for a column of the file.
        public var constant: String?
        /// How its values are rewritten, one after the other.
        public var rewritings: [Rewriting]

        /// A column of the file.
        public init(_ name: String, _ rewritings: [Rewriting] = []) {
            self.name = name
            self.rewritings = rewritings
        }

        /// A column that the file does not have.
        public init(_ name: String, constant: String) {
            self.name = name
            self.constant = constant
            rewritings = []
        }
    }

    private var columns: [Column]
    private var values: [UnsafeMutableBufferPointer<UInt8>]

    /// The columns of a file in order, then constants.
    public init(_ columns: [Column]) {
        self.columns = columns
        values = columns.map { column in
            let bytes = Array((column.constant ?? "").utf8)
            let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
            _ = room.initialize(from: bytes)
            return room
        }
    }

    deinit { for value in values { value.deallocate() } }

    /// The names that the layout knows.
    var header: [String] { columns.map(\.name) }

    /// The value of a column, valid until the next call for that column.
    func value(_ index: Int, told: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard columns.indices.contains(index) else { return told }
        if columns[index].constant != nil { return UnsafeBufferPointer(values[index]) }
        guard !columns[index].rewritings.isEmpty, !told.isEmpty else { return told }
        var bytes = Array(told)
        for place in columns[index].rewritings.indices {
            bytes = CSVView.rewritten(bytes, &columns[index].rewritings[place]) ?? bytes
        }
        values[index].deallocate()
        values[index] = .allocate(capacity: bytes.count)
        _ = values[index].initialize(from: bytes)
        return UnsafeBufferPointer(values[index])
    }

    private static func rewritten(_ bytes: [UInt8], _ rewriting: inout Rewriting) -> [UInt8]? {
        func parsed(_ format: inout TimestampFormat, _ zone: Zone) -> Instant? {
            let text = String(decoding: bytes, as: UTF8.self)
            return format.parse(String(text.trimmed), zone: zone)
        }
        switch rewriting {
        case .moment(var format, let zone):
            return parsed(&format, zone).map { Array($0.description.utf8) }
        case .day(var format, let zone):
            return parsed(&format, zone).map { Array(zone.day(of: $0).description.utf8) }
        case .number(let decimal, let group):
            return bytes.compactMap { $0 == group ? nil : $0 == decimal ? UInt8(ascii: ".") : $0 }
        case .words(let words):
            return words[String(decoding: bytes, as: UTF8.self).trimmed.lowercased()].map { Array($0.utf8) }
        }
    }
}
