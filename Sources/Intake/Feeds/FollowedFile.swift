import Domain
import FoundationEssentials
import Formats
import Glibc
import Store

/// A file that grows by lines: each is taken in once, as soon as it has ended.
///
/// Where the file was reached is stored with what was taken in of it. A file that is moved away is read to its end before
/// the one that takes its place, also where that happened while nobody looked; one that is cut is read from its beginning.
final class FollowedFile: LiveSource {
    var feed: Feed
    private let path: String
    private let settings: FeedSettings
    private let layout: Layout
    private let shop: FeedShop
    private var watch: FolderWatch?
    private var text: OpenedText?
    private var intake: GrowingIntake?
    private var position: Int64 = 0
    private var line = 0
    /// Up to where records were taken in, of which the last is read again with what follows.
    private var seen: Int64 = 0
    /// Bytes that one look takes; more where a record is longer.
    private var reach = FollowedFile.usualReach
    /// Since when a quotation is open at the end of the file.
    private var quotedSince: ContinuousClock.Instant?

    private static let usualReach = 256 * 1024
    private static let longestReach = 4 << 20
    /// How long a quotation may stay open before its line is taken as it is.
    private static let patience = Duration.seconds(2)

    init(_ path: String, _ settings: FeedSettings, _ layout: Layout, _ shop: FeedShop, _ feed: Feed) {
        self.path = shop.absolute(path)
        self.settings = settings
        self.layout = layout
        self.shop = shop
        self.feed = feed
    }

    var descriptors: [Int32] { watch.map { [$0.descriptor] } ?? [] }

    /// How long the longest transaction took.
    var longest: Duration { intake?.longest ?? .zero }

    func pass() throws -> Duration {
        if watch == nil {
            let folder = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
            watch = try FolderWatch(folder, mask: IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE)
        }
        // First what was told, then the look: what happens in between is told again.
        _ = watch?.happenings()
        if text == nil {
            try find()
            watch?.add(path, mask: IN_MODIFY)
        }
        feed.said = text == nil ? "\(path) is not there yet" : ""
        while let text {
            if try isCut(text) { restart() }
            guard try takeLines(text) else { return .zero }
            let own = try text.standing()
            // While the file in its place is empty, its writer has not left this one.
            guard let next = OpenedText.standing(at: path), next.size > 0,
                next.device != own.device || next.inode != own.inode
            else { break }
            // What stands after its last line end is its last line: nobody will end it any more.
            guard try takeLines(text, isOver: true) else { return .zero }
            self.text = try OpenedText(path)
            restart()
            watch?.add(path, mask: IN_MODIFY)
        }
        return quotedSince == nil ? settings.every : min(settings.every, FollowedFile.patience)
    }

    /// Whether the file no longer holds what was taken in of it.
    private func isCut(_ text: OpenedText) throws -> Bool {
        if let place = feed.place { return try !text.holds(place) }
        return try text.standing().size < position
    }

    // MARK: - Where to go on

    /// Opens the file where it was left, or the one that it has become; else from its beginning.
    private func find() throws {
        let place = feed.place
        restart()
        feed.place = place
        let current = try OpenedText(path)
        guard let place else {
            text = current
            return
        }
        if let current, try current.holds(place) {
            text = current
        } else if let moved = try departed(place) {
            text = moved
        } else {
            text = current
            restart()
            return
        }
        (position, line, seen) = (place.position, place.line, place.position)
    }

    /// The file of a place under its new name in the same folder; nil where it is gone.
    private func departed(_ place: Feed.Place) throws -> OpenedText? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        for name in ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() {
            let other = "\(folder)/\(name)"
            guard let standing = OpenedText.standing(at: other), standing.inode == place.inode,
                standing.device == place.device, let text = try? OpenedText(other), try text.holds(place)
            else { continue }
            return text
        }
        return nil
    }

    /// From the beginning of whatever is open.
    private func restart() {
        intake = nil
        feed.place = nil
        (position, line, seen, reach) = (0, 0, 0, FollowedFile.usualReach)
        quotedSince = nil
    }

    // MARK: - Lines

    /// Takes in the lines that are there.
    ///
    /// - Parameter isOver: whether nobody writes to the file any more.
    /// - Returns: false where it was told to stop before.
    private func takeLines(_ text: OpenedText, isOver: Bool = false) throws -> Bool {
        let own = try text.standing()
        while true {
            if shop.isStopping() { return false }
            if intake == nil {
                guard try begin(text, isOver: isOver) else { return true }
            }
            guard var intake else { return true }
            let bytes = try text.bytes(at: position, reach)
            let isWhole = bytes.count < reach
            var cut = RecordCut(bytes, rows: intake.rows, delimiter: intake.layout.delimiter)
            if cut.bytes == 0, !isWhole, reach < FollowedFile.longestReach {
                reach *= 2
                continue
            }
            if isWhole, isOver, cut.bytes == 0 { cut.bytes = bytes.count }
            if cut.isInQuotes, isWhole { try wait(for: bytes, &cut) } else { quotedSince = nil }
            // No record is that long: it is taken as it is, and refused.
            if cut.bytes == 0, !isWhole { cut.bytes = bytes.count }
            guard cut.bytes > 0 else { return true }
            if position + Int64(cut.bytes) <= seen {
                // The last record alone, which was taken in. Is there more than a part holds?
                let all = RecordCut(bytes, rows: .max, delimiter: intake.layout.delimiter)
                guard position + Int64(all.bytes) > seen || !isWhole else { return true }
                intake.widen()
                if !isWhole, reach < FollowedFile.longestReach { reach *= 2 }
                self.intake = intake
                continue
            }
            let isLast = isWhole && cut.bytes == bytes.count
            let (from, lineBefore) = (position, line)
            let done = try intake.take(
                bytes[..<cut.bytes], feed: &feed, at: (position, line), isAll: isOver && isLast
            ) { count, lines in
                Feed.Place(
                    device: own.device, inode: own.inode, position: from + Int64(count), line: lineBefore + lines,
                    mark: try text.mark(before: from + Int64(count)))
            }
            seen = position + Int64(cut.bytes)
            position += Int64(done.bytes)
            line += done.lines
            if done.bytes == 0, !isLast { intake.widen() }
            if done.bytes == 0, cut.bytes == bytes.count, !isWhole, reach < FollowedFile.longestReach { reach *= 2 }
            self.intake = intake
            if isLast { return true }
            // Others want to write as well.
            usleep(2000)
        }
    }

    /// A quotation that stays open for long is no quotation: its line is taken as it is.
    private func wait(for bytes: [UInt8], _ cut: inout RecordCut) throws {
        let now = ContinuousClock.now
        let since = quotedSince ?? now
        quotedSince = since
        guard cut.bytes == 0, now - since >= FollowedFile.patience,
            let end = bytes.lastIndex(of: 0x0A)
        else { return }
        cut.bytes = end + 1
        quotedSince = nil
    }

    /// Reads the header, where the layout has one; false while it is not there.
    private func begin(_ text: OpenedText, isOver: Bool) throws -> Bool {
        let head = try text.bytes(at: 0, 1 << 20)
        guard !head.isEmpty else { return false }
        let layout = layout.reading(head)
        var header: [UInt8] = []
        if layout.delimiter != nil {
            // The header is the first line that is not blank.
            var end = 0
            repeat {
                let cut = RecordCut(head[end...], rows: 1, delimiter: layout.delimiter)
                guard cut.bytes > 0 else {
                    guard head.count < 1 << 20 else {
                        throw FeedError("\(path) has no header line; put one at its front")
                    }
                    return false
                }
                end += cut.bytes
            } while head[..<end].allSatisfy { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
            header = Array(head[..<end])
        }
        intake = try GrowingIntake(
            layout, name: path, header: header, settings: settings, shop: shop,
            continuing: position > 0 ? feed.batch : nil)
        if position == 0 {
            (position, line) = (Int64(header.count), header.count { $0 == 0x0A })
            seen = position
        }
        return true
    }
}
