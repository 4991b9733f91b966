/// Where the records of a growing text end: no record is taken before its last line is there.
struct RecordCut {
    /// Bytes of whole records from the beginning.
    var bytes = 0
    /// Line ends among them.
    var lines = 0
    /// Whether a record goes on after them that could be an open quotation: its line has ended, it has not.
    var isInQuotes = false

    /// Looks for the end of whole records.
    ///
    /// - Parameters:
    ///   - text: begins with a record.
    ///   - rows: most records.
    ///   - delimiter: what separates fields, in which quotation marks hide line ends; nil where nothing does.
    init(_ text: some RandomAccessCollection<UInt8>, rows: Int, delimiter: UInt8?) {
        var (count, lines) = (0, 0)
        // As CSVReader has it: a quotation begins only where a field does; a doubled mark stands for itself.
        var (isStart, isQuoted) = (true, false)
        for (index, byte) in text.enumerated() {
            if byte == 0x0A {
                lines += 1
                guard !isQuoted else { continue }
                (bytes, self.lines) = (index + 1, lines)
                count += 1
                isStart = true
                if count == rows { return }
            } else if let delimiter {
                if byte == UInt8(ascii: "\"") {
                    isQuoted = isQuoted ? false : isStart
                    // After the end of a quotation, the next mark only means that it was a doubled one.
                    isStart = !isQuoted
                } else if !isQuoted {
                    isStart = byte == delimiter
                }
            }
        }
        isInQuotes = isQuoted && lines > self.lines
    }
}
