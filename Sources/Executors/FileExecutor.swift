import Actions
import Domain
import FoundationEssentials
import Glibc

/// Orders as folders: `outbox/<key>/` with `order.csv` and `order.json`, there in full or not at all.
///
/// An order is staged as `outbox/.staged-<key>`, on the disk, before it is claimed, and published by renaming that
/// folder, which the kernel does for one caller only. A consumer moves a published folder to `outbox/taken/<key>` by a
/// rename, and leaves it there. Published or taken means done; still staged means not done. Neither means that it was
/// taken elsewhere or lost, with a disk or by a hand: that is not known, and a person must say.
public struct FileExecutor: Executor {
    private let outbox: String
    private let folderMode: mode_t
    private let fileMode: mode_t

    /// An executor over a shop's outbox.
    ///
    /// - Parameters:
    ///   - outbox: the folder, which is made where it is missing.
    ///   - sharedWithGroup: whether folders are 2770 and files 0660 instead of 0700 and 0600.
    public init(outbox: String, sharedWithGroup: Bool = false) {
        self.outbox = outbox
        folderMode = sharedWithGroup ? 0o2770 : 0o700
        fileMode = sharedWithGroup ? 0o660 : 0o600
    }

    /// Stages the order. An earlier version of the same key is replaced; a published one is left alone.
    ///
    /// - Throws: `ExecutorError` with code `.io`.
    public func prepare(_ order: Outbound) throws {
        let key = try checked(order.key)
        try makeFolder(outbox, mayExist: true)
        if published(key) != nil { return }
        let form = OrderForm.json(order)
        removeLeftovers(of: key)
        // A name of our own: another process may be staging the same order now.
        let own = "\(outbox)/.staging-\(key)-\(getpid())-\(UInt64.random(in: .min ... .max))"
        try makeFolder(own, mayExist: false)
        var isPlaced = false
        defer { if !isPlaced { try? FileManager.default.removeItem(atPath: own) } }
        try write(form, to: "\(own)/order.json")
        try write(try OrderForm.csv(order), to: "\(own)/order.csv")
        try flush(own)
        let staged = staged(key)
        while rename(own, staged) != 0 {
            guard errno == ENOTEMPTY || errno == EEXIST else { throw failure("it cannot be staged", staged) }
            let there = FileManager.default.contents(atPath: "\(staged)/order.json").map(Array.init)
            if there == form { return }
            // An earlier version, taken back before it was claimed.
            try? FileManager.default.removeItem(atPath: staged)
        }
        isPlaced = true
        try flush(outbox)
    }

    /// Publishes what is staged, or finds that it has been.
    public func perform(_ order: Outbound) -> Outcome {
        do {
            let key = try checked(order.key)
            if let path = published(key) { return .done(receipt: path) }
            if rename(staged(key), "\(outbox)/\(key)") == 0 {
                try flush(outbox)
                return .done(receipt: "\(outbox)/\(key)")
            }
            // Another one was faster.
            if errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST { return lookUp(order) }
            return .notDone(reason: "\(failure("it cannot be published", outbox))", retryable: true)
        } catch {
            return .unknown(reason: "\(error)")
        }
    }

    /// Whether the staged order has been published; unknown where it is nowhere.
    public func lookUp(_ order: Outbound) -> Outcome {
        // Staged is asked first: an order that leaves this name meanwhile is found under the next.
        if exists(staged(order.key)), published(order.key) == nil {
            return .notDone(reason: "it is staged and not published", retryable: true)
        }
        if let path = published(order.key) { return .done(receipt: path) }
        return .unknown(
            reason: "\(order.key) is not in \(outbox) and not in taken: taken away, or lost; a person must say")
    }

    /// Removes what a process that has died since had begun to stage.
    private func removeLeftovers(of key: String) {
        let prefix = ".staging-\(key)-"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: outbox)) ?? [] where name.hasPrefix(prefix) {
            let process = name.dropFirst(prefix.count).prefix { $0 != "-" }
            guard let pid = pid_t(process), kill(pid, 0) != 0, errno == ESRCH else { continue }
            try? FileManager.default.removeItem(atPath: "\(outbox)/\(name)")
        }
    }

    private func staged(_ key: String) -> String { "\(outbox)/.staged-\(key)" }

    /// Where a published order lies; nil where it does not.
    private func published(_ key: String) -> String? {
        ["\(outbox)/\(key)", "\(outbox)/taken/\(key)"].first(where: exists)
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// A key that is safe as the name of a folder.
    private func checked(_ key: String) throws -> String {
        let isSafe = key.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2D
        }
        guard isSafe, !key.isEmpty, key.utf8.count <= 200 else {
            throw ExecutorError(.io, "'\(key.printable)' cannot name a folder", place: outbox)
        }
        return key
    }

    private func makeFolder(_ path: String, mayExist: Bool) throws {
        if mkdir(path, folderMode) == 0 {
            // The umask must not lock the group out; the set-group bit is not for mkdir.
            guard chmod(path, folderMode) == 0 else { throw failure("its mode cannot be set", path) }
        } else if errno != EEXIST || !mayExist {
            throw failure("the folder cannot be made", path)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw failure("it cannot be written", path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, fileMode) == 0 else { throw failure("its mode cannot be set", path) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("it cannot be written in full", path) }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw failure("it cannot be kept on disk", path) }
    }

    private func flush(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("the folder cannot be opened", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("the folder cannot be kept on disk", folder) }
    }

    private func failure(_ what: String, _ path: String) -> ExecutorError {
        ExecutorError(.io, "\(what): \(systemMessage(errno)); check space and permissions", place: path)
    }
}

/// What the system calls an error number.
func systemMessage(_ number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &text, text.count) == 0 else { return "error \(number)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
