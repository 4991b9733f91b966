import Domain
import Formats
import Glibc
import Store

/// Lines that come in on standard input, each taken in as soon as it has ended.
///
/// What was read and not yet taken in when the process dies is lost: nobody can read it again. A file that is followed
/// loses nothing.
final class StandardInput: LiveSource {
    var feed: Feed
    private let settings: FeedSettings
    private let layout: Layout
    private let shop: FeedShop
    private let descriptor: Int32
    private var intake: GrowingIntake?
    private var rest: [UInt8] = []
    private var position: Int64 = 0
    private var line = 0
    private var hasEnded = false
    private var quotedSince: ContinuousClock.Instant?

    init(
        _ settings: FeedSettings, _ layout: Layout, _ shop: FeedShop, _ feed: Feed, descriptor: Int32 = STDIN_FILENO
    ) {
        self.settings = settings
        self.layout = layout
        self.shop = shop
        self.descriptor = descriptor
        self.feed = feed
    }

    var descriptors: [Int32] { hasEnded ? [] : [descriptor] }

    func pass() throws -> Duration {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !hasEnded, !shop.isStopping() {
            var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&source, 1, 0) > 0 else { break }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else {
                hasEnded = true
                throw FeedError("reading standard input failed: \(String(cString: strerror(errno)))")
            }
            hasEnded = count == 0
            rest += buffer[..<count]
            if rest.count >= 1 << 20 || hasEnded { try takeLines() }
        }
        try takeLines()
        feed.said = hasEnded ? "standard input has ended" : ""
        return quotedSince == nil ? .seconds(3600) : .seconds(2)
    }

    private func takeLines() throws {
        while !rest.isEmpty, !shop.isStopping() {
            if intake == nil { guard try begin() else { return } }
            guard var intake else { return }
            var cut = RecordCut(rest, rows: intake.rows, delimiter: intake.layout.delimiter)
            if cut.bytes == 0, cut.isInQuotes {
                let since = quotedSince ?? .now
                quotedSince = since
                if ContinuousClock.now - since >= .seconds(2), let end = rest.lastIndex(of: 0x0A) {
                    cut.bytes = end + 1
                }
            } else {
                quotedSince = nil
            }
            if cut.bytes == 0, hasEnded || rest.count > 4 << 20 { cut.bytes = rest.count }
            guard cut.bytes > 0 else { return }
            // Nothing can be read again here, so that the last record counts as whole.
            let done = try intake.take(rest[..<cut.bytes], feed: &feed, at: (position, line), isAll: true) { _, _ in nil
            }
            rest.removeFirst(done.bytes)
            position += Int64(done.bytes)
            line += done.lines
            self.intake = intake
        }
    }

    private func begin() throws -> Bool {
        let layout = layout.reading(rest)
        var header: [UInt8] = []
        if layout.delimiter != nil {
            let cut = RecordCut(rest, rows: 1, delimiter: layout.delimiter)
            guard cut.bytes > 0 else { return false }
            header = Array(rest[..<cut.bytes])
            rest.removeFirst(cut.bytes)
            // The header is the first line that is not blank.
            guard header.contains(where: { !($0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D)) }) else { return !rest.isEmpty }
            (position, line) = (Int64(header.count), cut.lines)
        }
        intake = try GrowingIntake(
            layout, name: "standard input", header: header, settings: settings, shop: shop, continuing: nil)
        return true
    }
}
