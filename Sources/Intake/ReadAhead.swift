import Dispatch
import Domain
import Formats
import Synchronization

/// Readings of a file, made on a thread of their own while those before them are written.
///
/// They come in the file's order. As many parts of it wait as a group of an import takes, so that the store never waits for
/// the reader in between, and no more, so that a slow store fills no memory.
final class ReadAhead<Record: Sendable>: RecordReader {
    /// Readings of about this many bytes are handed over together, or this many readings.
    private static var bytesAPart: Int { 1 << 17 }
    private static var readingsAPart: Int { 256 }
    private static var partsAhead: Int { 24 }

    private struct Part {
        var readings: [Reading<Record>] = []
        /// How much of the file has been read, 0 … 1; nil where its size is not known.
        var share: Double?
        /// What ended the reading before the file's end.
        var failure: FormatError?
        var isLast = false
        var ignoredColumns: [String] = []
        var skippedRows = 0
    }

    /// What the two threads share.
    private final class Belt: Sendable {
        private let parts = Mutex<[Part]>([])
        private let isLeft = Atomic<Bool>(false)
        private let (filled, free) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))

        init() { for _ in 0..<ReadAhead.partsAhead { free.signal() } }

        /// Waits for room; false where nobody takes any more.
        func put(_ part: Part) -> Bool {
            free.wait()
            if isLeft.load(ordering: .acquiring) { return false }
            parts.withLock { $0.append(part) }
            filled.signal()
            return true
        }

        var isEmpty: Bool { parts.withLock { $0.isEmpty } }

        func take() -> Part {
            filled.wait()
            defer { free.signal() }
            return parts.withLock { $0.removeFirst() }
        }

        func leave() {
            isLeft.store(true, ordering: .releasing)
            free.signal()
        }
    }

    private let belt = Belt()
    private var part = Part()
    private var place = 0

    /// Begins to read: neither the reader nor its source is to be used elsewhere from here on.
    init(_ reader: any RecordReader<Record>, of source: ByteSource) {
        // The thread alone uses both, as the caller promises.
        nonisolated(unsafe) let (reader, source) = (reader, source)
        let belt = belt
        DispatchQueue.global(qos: .userInitiated).async { ReadAhead.read(reader, source, onto: belt) }
    }

    deinit { belt.leave() }

    var ignoredColumns: [String] { part.ignoredColumns }
    var skippedRows: Int { part.skippedRows }
    /// How much of the file has been read, 0 … 1; nil where its size is not known.
    var share: Double? { part.share }

    /// Whether the next reading, or the end, is there.
    var isReady: Bool { place < part.readings.count || part.isLast || part.failure != nil || !belt.isEmpty }

    func next() throws(FormatError) -> Reading<Record>? {
        while place == part.readings.count {
            if let failure = part.failure { throw failure }
            if part.isLast { return nil }
            (part, place) = (belt.take(), 0)
        }
        defer { place += 1 }
        return part.readings[place]
    }

    private static func read(_ reader: any RecordReader<Record>, _ source: ByteSource, onto belt: Belt) {
        var reader = reader
        while true {
            var part = Part()
            var bytes = 0
            do throws(FormatError) {
                while bytes < bytesAPart, part.readings.count < readingsAPart, let reading = try reader.next() {
                    bytes += reading.raw.count
                    part.readings.append(reading)
                }
                part.isLast = bytes < bytesAPart && part.readings.count < readingsAPart
            } catch {
                part.failure = error
            }
            part.share = source.share
            part.ignoredColumns = reader.ignoredColumns
            part.skippedRows = reader.skippedRows
            guard belt.put(part), !part.isLast, part.failure == nil else { return }
        }
    }
}
