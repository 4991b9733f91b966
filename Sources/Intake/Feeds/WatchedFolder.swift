import Domain
import FoundationEssentials
import Formats
import Glibc
import Store

/// A folder into which somebody puts files: each is taken in as soon as it is whole, in the order of their names, and then
/// moved to `done/`, or to `failed/` with the reason beside it where it cannot be read at all.
///
/// A file is whole when its writer has closed it or it was moved here. Where nobody saw that, it is whole when the kernel
/// says that nobody has it open for writing and its times have not moved for two seconds; where the kernel cannot tell
/// (network file systems, files of other users), when they have not moved for a minute and nobody was seen writing it.
/// One that still grows in `done/` is taken back and read again. Names that begin with a dot or end in `.tmp` or `.part`
/// are left alone.
final class WatchedFolder: LiveSource {
    var feed: Feed
    private let path: String
    private let isOurs: Bool
    private let settings: FeedSettings
    private let layout: Layout?
    private let shop: FeedShop
    private var watch: FolderWatch?
    private var whole: Set<String> = []
    /// What was seen being written and not yet closed.
    private var unclosed: Set<String> = []
    private var done: [DoneFile] = []
    private var clearedLast: Instant?

    private static let stillness = 2.0
    private static let longStillness = 60.0
    /// How long a file in `done/` is looked at.
    private static let afterlook = Duration.seconds(600)

    init(_ path: String, _ settings: FeedSettings, _ layout: Layout?, _ shop: FeedShop, _ feed: Feed) throws {
        self.path = shop.absolute(path)
        isOurs = !path.hasPrefix("/")
        self.settings = settings
        self.layout = layout
        self.shop = shop
        self.feed = feed
    }

    var descriptors: [Int32] { watch.map { [$0.descriptor] } ?? [] }

    func pass() throws -> Duration {
        if watch == nil {
            // A folder inside the shop is ours to make; elsewhere a missing one is a mistake to be told.
            if isOurs { mkdir(path, 0o700) }
            watch = try FolderWatch(path, mask: IN_CLOSE_WRITE | IN_MOVED_TO | IN_MODIFY)
            for name in ["done", "failed"] {
                guard mkdir("\(path)/\(name)", 0o700) == 0 || errno == EEXIST else { throw failure("\(path)/\(name)") }
            }
        }
        hear()
        try takeBack()
        var waits = false
        for name in try names() {
            if shop.isStopping() { return .zero }
            guard isWhole(name) else {
                waits = true
                continue
            }
            whole.remove(name)
            unclosed.remove(name)
            try takeIn(name)
        }
        try clear()
        return waits ? min(settings.every, .seconds(1)) : settings.every
    }

    private func names() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
                guard !name.hasPrefix("."), !name.hasSuffix(".tmp"), !name.hasSuffix(".part") else { return false }
                var status = stat()
                return stat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            }.sorted()
        } catch {
            watch = nil
            throw FeedError("the folder \(path) cannot be read; it must be there, and readable for the runner")
        }
    }

    /// What the kernel has told since the last look, in its order: a file may be opened again after it was closed.
    private func hear() {
        guard let happenings = watch?.happenings() else {
            (whole, unclosed) = ([], [])
            return
        }
        for happening in happenings {
            if happening.isWhole {
                unclosed.remove(happening.name)
                whole.insert(happening.name)
            } else if happening.mask & UInt32(IN_MODIFY) != 0 {
                whole.remove(happening.name)
                unclosed.insert(happening.name)
            }
        }
    }

    private func isWhole(_ name: String) -> Bool {
        let isWritten = FileLease.answer(for: "\(path)/\(name)")
        if whole.contains(name) { return isWritten != .written }
        switch isWritten {
        case .written: return false
        case .free: return isStill(name, for: WatchedFolder.stillness)
        case .unknown: return !unclosed.contains(name) && isStill(name, for: WatchedFolder.longStillness)
        }
    }

    private func isStill(_ name: String, for seconds: Double) -> Bool {
        var (status, now) = (stat(), timespec())
        guard stat("\(path)/\(name)", &status) == 0, clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
        let age =
            Double(now.tv_sec - status.st_mtim.tv_sec) + Double(now.tv_nsec - status.st_mtim.tv_nsec) / 1e9
        let change =
            Double(now.tv_sec - status.st_ctim.tv_sec) + Double(now.tv_nsec - status.st_ctim.tv_nsec) / 1e9
        // A time that was set, by a copy that keeps times, says nothing of when the file was written.
        return min(age, change) >= seconds
    }

    // MARK: - One file

    private func takeIn(_ name: String) throws {
        let file = "\(path)/\(name)"
        let size = OpenedText.standing(at: file)?.size ?? 0
        let shop = shop
        let report: ImportReport
        do {
            guard let layout = try layout(of: file) else {
                try moveAside(
                    name,
                    because:
                        "its first line is no header that is known; say as = LAYOUT or mapping = NAME for the source "
                        + settings.name)
                return
            }
            report = try shop.importer().run(
                ByteSource(path: file, encoding: layout.encoding), layout: layout, system: settings.system,
                expectedFrom: feed.watermark.map { $0.adding(seconds: -settings.provisional.components.seconds) }
            ) { _ in
                if shop.isStopping() { throw Interrupted() }
            }
        } catch is Interrupted {
            return
        } catch let error as FormatError {
            // Somebody took it away again.
            guard error.code != .notFound else { return }
            return try moveAside(name, because: error.description)
        }
        feed.add(report.count, late: report.late, watermark: report.newest, at: shop.wall())
        feed.state = .flowing
        feed.said = ""
        try shop.facts.keep(feed, now: shop.wall())
        // Between the import and this the process may die: then the file is imported again, which changes nothing.
        let moved = try move(name, to: "done")
        done.append(DoneFile(name: name, path: moved, size: size, since: .now))
        if done.count > 1000 { done.removeFirst() }
        try takeBack()
    }

    /// Takes back from `done/` what has grown there: whoever opened it before it was moved still writes to it. Reading
    /// all of it again changes nothing of what was read before.
    private func takeBack() throws {
        guard !done.isEmpty else { return }
        let now = ContinuousClock.now
        done.removeAll { now - $0.since > WatchedFolder.afterlook }
        for file in done {
            guard let size = OpenedText.standing(at: file.path)?.size, size > file.size,
                access("\(path)/\(file.name)", F_OK) != 0
            else { continue }
            done.removeAll { $0.path == file.path }
            guard rename(file.path, "\(path)/\(file.name)") == 0 else { throw failure(file.path) }
            // Our own move says nothing of whether its writer has finished.
            hear()
            whole.remove(file.name)
            feed.said = "\(file.name) was still written after it had been read; it is read again".printable
        }
    }

    private func layout(of file: String) throws -> Layout? {
        guard let layout else { return try Layout(of: ByteSource(path: file)) }
        return layout.reading(try ByteSource(path: file).peek())
    }

    private func moveAside(_ name: String, because reason: String) throws {
        let kept = try move(name, to: "failed")
        let sink = open("\(kept).reason", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard sink >= 0 else { throw failure("\(kept).reason") }
        defer { close(sink) }
        let text = Array((reason.printable + "\n").utf8)
        guard write(sink, text, text.count) == text.count else { throw failure("\(kept).reason") }
        feed.said = "\(name) could not be read: \(reason)".printable
        try shop.facts.keep(feed, now: shop.wall())
    }

    /// Moves a file into `done/` or `failed/`, under a name that nothing has there, and notes when.
    private func move(_ name: String, to folder: String) throws -> String {
        var target = "\(path)/\(folder)/\(name)"
        var number = 2
        while access(target, F_OK) == 0 || access("\(target).reason", F_OK) == 0 {
            target = "\(path)/\(folder)/\(name).\(number)"
            number += 1
        }
        let source = "\(path)/\(name)"
        guard rename(source, target) == 0 else { throw failure(source) }
        let now = shop.wall()
        let moment = timespec(tv_sec: Int(now.seconds), tv_nsec: Int(now.milliseconds - now.seconds * 1000) * 1_000_000)
        var times = [moment, moment]
        _ = utimensat(AT_FDCWD, target, &times, 0)
        return target
    }

    /// Deletes from `done/` what has been there for longer than is wanted; looks once a minute.
    private func clear() throws {
        let now = shop.wall()
        if let clearedLast, now.milliseconds - clearedLast.milliseconds < 60_000 { return }
        clearedLast = now
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/done")) ?? [] {
            let file = "\(path)/done/\(name)"
            var status = stat()
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                now.seconds - Int64(status.st_mtim.tv_sec) > settings.keepDone.components.seconds
            else { continue }
            unlink(file)
        }
    }

    private func failure(_ path: String) -> FeedError {
        FeedError("\(path): \(String(cString: strerror(errno))); the runner must be allowed to move files there")
    }
}

/// A file that was read and moved to `done/`.
private struct DoneFile {
    /// What it was called before.
    let name: String
    let path: String
    /// Bytes when it was opened.
    let size: Int64
    let since: ContinuousClock.Instant
}
