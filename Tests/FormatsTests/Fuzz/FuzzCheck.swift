import Domain
import Testing

@testable import Formats

/// One input, read to its end and held against what every reader promises.
struct FuzzCheck {
    /// Readings that are read again alone; the others are only counted.
    private static let closely = 40

    private let target: FuzzTarget
    /// What the reader sees: the input in UTF-8.
    private let text: [UInt8]
    private let header: [UInt8]
    private var reader: any RecordReader<[Fact]>
    private let memory = FuzzWatch.resident
    private let start = FuzzWatch.seconds
    private(set) var seen: Set<String> = []

    /// - Throws: what the reader throws of a file that it cannot begin with.
    init(_ target: FuzzTarget, _ input: [UInt8]) throws {
        self.target = target
        if target.encoding == .utf8, !input.starts(with: [0xFF, 0xFE]), !input.starts(with: [0xFE, 0xFF]) {
            text = input
        } else {
            let source = ByteSource(bytes: input, name: "fuzz", encoding: target.encoding)
            var text: [UInt8] = []
            while case let more = try source.chunk(), !more.isEmpty { text += more }
            self.text = [UInt8](repeating: 0, count: Int(source.droppedMark)) + text
        }
        (reader, header) = try target.open(ByteSource(bytes: input, name: "fuzz", encoding: target.encoding))
    }

    /// Reads all of it; what does not hold, else nil.
    mutating func run() -> FuzzComplaint? {
        do {
            var rows = 0
            var count = 0
            while let reading = try reader.next() {
                count += 1
                rows += reading.rows
                guard reading.rows >= 1, reading.line >= 1, rows <= text.count + 1 else {
                    return FuzzComplaint("reading \(count) covers \(reading.rows) rows at line \(reading.line)")
                }
                try check(reading, closely: count <= FuzzCheck.closely)
                if count % 256 == 0 { try checkResources() }
            }
            try checkResources()
        } catch let complaint as FuzzComplaint {
            return complaint
        } catch {
            seen.insert("!! \((error as? FormatError)?.code.rawValue ?? "\(error)")")
        }
        return nil
    }

    private func checkResources() throws {
        let growth = FuzzWatch.resident - memory
        guard growth < FuzzRunner.memoryLimit else {
            throw FuzzComplaint("memory grew by \(growth >> 20) MiB over \(text.count) bytes", isOfResources: true)
        }
        let seconds = FuzzWatch.seconds - start
        // A debug build on a busy machine takes seconds for a mebibyte; what is quadratic takes hours.
        guard seconds < 20 else {
            throw FuzzComplaint("took \(seconds) seconds over \(text.count) bytes", isOfResources: true)
        }
    }

    private mutating func check(_ reading: Reading<[Fact]>, closely: Bool) throws {
        switch reading.outcome {
        case .success(let facts):
            seen.insert("ok")
            for fact in facts.prefix(100) { seen.insert(fact.kind.rawValue) }
        case .failure(let error): seen.insert("\(error.code.rawValue) \(error.field?.prefix(40) ?? "")")
        }
        guard closely else { return }
        try checkRaw(reading)
        guard reading.raw.count < 1 << 16 else { return }
        try checkAlone(reading)
        if let facts = reading.record { try checkWritten(facts) }
    }

    /// Every byte comes from the input, in order; only line ends may have gone, or become one line feed.
    private func checkRaw(_ reading: Reading<[Fact]>) throws {
        guard reading.offset >= 0, reading.offset <= text.count else {
            throw FuzzComplaint("offset \(reading.offset) of \(text.count) bytes")
        }
        var place = Int(reading.offset)
        if target.hasEnvelope {
            let own = text[place...].prefix(reading.raw.count)
            guard !own.starts(with: reading.raw) else { return }
            // The message stands whole between its envelope and the closing segments made for it.
            let shown = (0..<reading.raw.count).contains { reading.raw[$0...].starts(with: own.prefix(16)) }
            guard shown, reading.raw.count < own.count + 2_000 else { throw FuzzComplaint("raw is not of the input") }
            return
        }
        for byte in reading.raw {
            while place < text.count, text[place] != byte, text[place] == 0x0A || text[place] == 0x0D { place += 1 }
            if place < text.count, text[place] == byte {
                place += 1
            } else {
                // A carriage return ended a row where a line feed stands now.
                let isEnd = byte == 0x0A && place > 0 && place <= text.count && text[place - 1] == 0x0D
                guard isEnd else { throw FuzzComplaint("raw holds a byte that the input has not, near \(place)") }
            }
        }
    }

    /// A record read again alone gives the same facts, or the same error.
    private func checkAlone(_ reading: Reading<[Fact]>) throws {
        let raw = reading.raw
        // A record cut at a limit is within it alone; an array alone is the values in it; a mark alone is one.
        if target.isExempt(reading) || reading.error?.code == .tooLong { return }
        if header.isEmpty, raw.first == UInt8(ascii: "[") { return }
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]]
        if marks.contains(where: { (header.isEmpty ? raw : header).starts(with: $0) }) { return }
        let bytes = header + raw + (header.isEmpty ? [] : [0x0A])
        var again: [Reading<[Fact]>] = []
        do {
            var (reader, _) = try target.open(ByteSource(bytes: bytes, name: "fuzz"))
            while again.count < 100, let next = try reader.next() { again.append(next) }
        } catch {
            throw FuzzComplaint("alone threw \(error); it was \(reading.outcome)")
        }
        let error = again.lazy.compactMap(\.error).first
        let isSame: Bool =
            switch reading.outcome {
            case .success(let facts): error == nil && again.flatMap { $0.record ?? [] } == facts
            case .failure(let first): first.code == error?.code
            }
        guard isSame else {
            throw FuzzComplaint("alone it is \(again.map(\.outcome)), in its file \(reading.outcome)")
        }
    }

    /// What was accepted and can be written reads back equal.
    private func checkWritten(_ facts: [Fact]) throws {
        for fact in facts.prefix(4) {
            for back in try FuzzWriting.readings(of: fact) {
                guard back.facts == [fact] else {
                    throw FuzzComplaint("written as \(back.name), \(fact) reads back as \(back.facts), \(back.error)")
                }
            }
        }
        guard target.hasEnvelope, let back = try FuzzWriting.interchange(of: facts) else { return }
        guard back.facts == facts else {
            throw FuzzComplaint("written as X12, \(facts) reads back as \(back.facts), \(back.error)")
        }
    }
}
