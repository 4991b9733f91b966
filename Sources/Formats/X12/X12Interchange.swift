import Domain

/// One interchange, `ISA` to `IEA`: its bytes, where its messages stand in them, and what does not hold together.
struct X12Interchange: Sendable {
    /// Where a message stands.
    struct Span: Sendable {
        var start, end: Int
        var line: Int
        /// Which of the groups it is in.
        var group: Int
    }

    /// Most bytes of a GS segment, which every message of its group carries along; its elements have at most 81.
    static let groupLimit = 256

    let file: String
    let line: Int
    let offset: Int64
    var raw: [UInt8] = []
    var delimiters = X12Delimiters.standard
    /// Bytes of the ISA segment with its terminator.
    var header = 0
    var sets: [Span] = []
    /// The GS segments, terminators included.
    private(set) var groups: [Span] = []
    /// The first thing that does not hold together.
    private(set) var problem: FormatError?

    private var setStart: Int?
    private var setLine = 0
    private var isInGroup = false
    private var setsInGroup = 0

    init(file: String, line: Int, offset: Int64) {
        self.file = file
        self.line = line
        self.offset = offset
    }

    /// Keeps a problem, the first one only: the others follow from it.
    mutating func refuse(_ code: FormatError.Code, _ message: String, line: Int? = nil, field: String? = nil) {
        guard problem == nil else { return }
        problem = FormatError(code, message, file: file, line: line ?? self.line, offset: offset, field: field)
    }

    /// Whether two control numbers are one: zeros in front do not count, partners fill up differently.
    static func isSame(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return false }
        func bare(_ text: String) -> Substring { text.drop { $0 == "0" } }
        return bare(left) == bare(right)
    }

    /// The segment that some bytes of `raw` begin with.
    func segment(_ range: Range<Int>, line: Int) -> X12Segment {
        let end = raw[range].firstIndex(of: delimiters.segment) ?? range.upperBound
        return X12Segment(
            file: file, bytes: raw, start: range.lowerBound, end: end, delimiter: delimiters.element, line: line,
            offset: offset + Int64(range.lowerBound))
    }

    /// Takes account of a segment that was just appended to `raw`; true after the last of the interchange.
    mutating func take(from start: Int, line: Int) -> Bool {
        let segment = segment(start..<raw.count, line: line)
        switch segment.name {
        case "GS": openGroup(segment)
        case "ST": openSet(segment)
        case "SE": closeSet(segment)
        case "GE": closeGroup(segment)
        case "IEA":
            close(segment)
            return true
        // TA1 acknowledges another interchange; it may stand before the groups.
        case "TA1" where !isInGroup: break
        case let name:
            guard setStart == nil else { break }
            refuse(
                .notX12,
                "a segment '\(name.prefix(8).printable)' stands outside of any ST…SE; ask for the interchange again",
                line: line)
        }
        return false
    }

    private mutating func openGroup(_ segment: X12Segment) {
        if setStart != nil {
            refuse(.notX12, "GS begins before ST is closed by SE; ask for it again", line: segment.line)
        }
        if isInGroup {
            refuse(.notX12, "GS begins before the last GS is closed by GE; ask for it again", line: segment.line)
        }
        if raw.count - segment.start > X12Interchange.groupLimit {
            refuse(
                .notX12, "GS is longer than its eight elements can be; ask for the interchange again",
                line: segment.line, field: "GS")
        }
        (isInGroup, setsInGroup, setStart) = (true, 0, nil)
        groups.append(Span(start: segment.start, end: raw.count, line: segment.line, group: groups.count))
    }

    private mutating func openSet(_ segment: X12Segment) {
        if !isInGroup {
            refuse(.notX12, "ST stands outside of any GS…GE; ask for the interchange again", line: segment.line)
        }
        if setStart != nil {
            refuse(.notX12, "ST begins before the last ST is closed by SE; ask for it again", line: segment.line)
        }
        (setStart, setLine) = (segment.start, segment.line)
    }

    private mutating func closeSet(_ segment: X12Segment) {
        guard let start = setStart else {
            refuse(.notX12, "SE stands without its ST; ask for the interchange again", line: segment.line)
            return
        }
        sets.append(Span(start: start, end: raw.count, line: setLine, group: groups.count - 1))
        setsInGroup += 1
        setStart = nil
    }

    private mutating func closeGroup(_ segment: X12Segment) {
        if setStart != nil {
            refuse(.notX12, "GE stands before ST is closed by SE; ask for it again", line: segment.line)
        }
        guard isInGroup, let group = groups.last else {
            refuse(.notX12, "GE stands without its GS; ask for the interchange again", line: segment.line)
            return
        }
        (isInGroup, setStart) = (false, nil)
        compare(segment, 1, count: setsInGroup, of: "transaction sets")
        compare(segment, 2, number: self.segment(group.start..<group.end, line: group.line).text(6), of: "GS06")
    }

    private mutating func close(_ segment: X12Segment) {
        if isInGroup || setStart != nil {
            refuse(.notX12, "IEA stands before GS is closed by GE; ask for the interchange again", line: segment.line)
        }
        compare(segment, 1, count: groups.count, of: "functional groups")
        compare(segment, 2, number: self.segment(0..<header, line: line).text(13), of: "ISA13")
    }

    private mutating func compare(_ segment: X12Segment, _ index: Int, count: Int, of things: String) {
        let said = segment.text(index)
        guard said.flatMap({ Int($0) }) != count else { return }
        let field = "\(segment.name)0\(index)"
        refuse(
            .notX12,
            "\(field) says '\((said ?? "").prefix(20).printable)' \(things) and \(count) are here; ask for the "
                + "interchange again, or correct the count", line: segment.line, field: field)
    }

    private mutating func compare(_ segment: X12Segment, _ index: Int, number: String?, of header: String) {
        let said = segment.text(index)
        guard !X12Interchange.isSame(said, number) else { return }
        let field = "\(segment.name)0\(index)"
        refuse(
            .notX12,
            "\(field) says '\((said ?? "").prefix(20).printable)' and \(header) "
                + "'\((number ?? "").prefix(20).printable)'; ask for the interchange again, or make the two one",
            line: segment.line, field: field)
    }

    /// A message of it, with an envelope of its own around it so that it can be read again alone.
    func reading(_ index: Int) -> Reading<X12TransactionSet> {
        let span = sets[index]
        let isa = segment(0..<header, line: line)
        let groupSpan = groups[span.group]
        let group = segment(groupSpan.start..<groupSpan.end, line: groupSpan.line)
        let st = segment(span.start..<span.end, line: span.line)
        let message = X12TransactionSet(
            kind: st.text(1) ?? "", controlNumber: st.text(2) ?? "", sender: isa.text(6) ?? "",
            receiver: isa.text(8) ?? "", interchange: isa.text(13) ?? "", isTest: isa.text(15) == "T", group: group,
            delimiters: delimiters, file: file, line: span.line, offset: offset + Int64(span.start),
            bytes: Array(raw[span.start..<span.end]))
        var outcome = Result<X12TransactionSet, FormatError>.success(message)
        do throws(FormatError) {
            try message.check()
        } catch {
            outcome = .failure(error)
        }
        return Reading(
            rows: 1, line: span.line, offset: message.offset, raw: alone(span, group: group, isa: isa),
            outcome: outcome)
    }

    private func alone(_ span: Span, group: X12Segment, isa: X12Segment) -> [UInt8] {
        let lineEnd = Array(raw[header...].prefix { $0 == 0x0D || $0 == 0x0A }.prefix(2))
        func closing(_ name: String, _ number: String?) -> [UInt8] {
            var bytes = Array(name.utf8)
            bytes += [delimiters.element, UInt8(ascii: "1"), delimiters.element]
            return bytes + Array((number ?? "").utf8) + [delimiters.segment]
        }
        let parts = [
            Array(raw[..<header]), Array(raw[group.start..<groups[span.group].end]), Array(raw[span.start..<span.end]),
            closing("GE", group.text(6)), closing("IEA", isa.text(13)),
        ]
        return Array(parts.joined(separator: lineEnd)) + lineEnd
    }
}
