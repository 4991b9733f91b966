import Domain
import Glibc
import Synchronization
import Testing

@testable import Formats
@testable import Intake

@Suite struct ReadAheadTests {
    /// Gives so many readings, numbered by their lines, and then ends or fails.
    private struct Numbered: RecordReader {
        let count: Int
        let size: Int
        let failure: FormatError?
        let taken: Counter
        var ignoredColumns: [String] { ["after \(taken.value)"] }

        mutating func next() throws(FormatError) -> Reading<[Fact]>? {
            if taken.value == count {
                if let failure { throw failure }
                return nil
            }
            let line = taken.next()
            return Reading(
                rows: 1, line: line, offset: Int64(line), raw: Array(repeating: 0x41, count: size),
                outcome: .success([]))
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private func source() -> ByteSource { ByteSource(bytes: [], name: "a.csv") }

    @Test(arguments: [0, 1, 255, 256, 257, 10_000]) func `readings come in order, once each`(count: Int) throws {
        let reader = ReadAhead(
            Numbered(count: count, size: 40, failure: nil, taken: Counter()), of: source())
        var lines: [Int] = []
        while let reading = try reader.next() { lines.append(reading.line) }
        #expect(lines == Array(1..<(count + 1)))
        #expect(try reader.next() == nil)
        #expect(reader.ignoredColumns == ["after \(count)"])
        #expect(reader.share == 1)
    }

    @Test func `what ends the reading comes after all that was read before it`() throws {
        let failure = FormatError(.damaged, "the compressed file is truncated or corrupt", file: "a.csv")
        let reader = ReadAhead(
            Numbered(count: 300, size: 40, failure: failure, taken: Counter()), of: source())
        for line in 1...300 { #expect(try reader.next()?.line == line) }
        #expect(throws: failure) { try reader.next() }
        #expect(throws: failure) { try reader.next() }
    }

    @Test(arguments: [10, 1 << 16]) func `only a few parts wait while nobody takes them`(size: Int) throws {
        let taken = Counter()
        let reader = ReadAhead(Numbered(count: 100_000, size: size, failure: nil, taken: taken), of: source())
        #expect(try reader.next()?.line == 1)
        // Whatever time passes, the thread stops at its parts ahead: one taken, 24 waiting, one in its hands.
        var last = -1
        while last != taken.value {
            last = taken.value
            var pause = timespec(tv_sec: 0, tv_nsec: 50_000_000)
            nanosleep(&pause, nil)
        }
        #expect(last <= 26 * min(256, (1 << 17) / size + 1))
    }

    @Test func `a reader that is left stops reading`() throws {
        let taken = Counter()
        var reader: ReadAhead? = ReadAhead(
            Numbered(count: 1_000_000, size: 40, failure: nil, taken: taken), of: source())
        #expect(try reader?.next()?.line == 1)
        reader = nil
        var last = -1
        while last != taken.value {
            last = taken.value
            var pause = timespec(tv_sec: 0, tv_nsec: 50_000_000)
            nanosleep(&pause, nil)
        }
        #expect(last < 1_000_000)
    }
}
