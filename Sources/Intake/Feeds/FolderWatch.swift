import Glibc

/// Tells what happens to the files of a folder, by the kernel's word (inotify).
final class FolderWatch {
    /// What happened to one file.
    struct Happening {
        var name: String
        var mask: UInt32

        /// Whether somebody has finished writing it, or has moved it here.
        var isWhole: Bool { mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0 }
    }

    /// Can be read as soon as something has happened.
    let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

    /// Watches a folder.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - mask: what is told, of inotify's events.
    /// - Throws: `FeedError` where there is no such folder or the system has no watch left.
    init(_ path: String, mask: Int32) throws {
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else {
            throw FeedError("folders cannot be watched: \(String(cString: strerror(errno)))")
        }
        guard inotify_add_watch(descriptor, path, UInt32(mask)) >= 0 else {
            throw FeedError("the folder \(path) cannot be watched: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Watches a file besides, wherever a link leads; what happens to it has no name. A file that is not there is not
    /// watched.
    func add(_ path: String, mask: Int32) { inotify_add_watch(descriptor, path, UInt32(mask)) }

    /// What has happened since it was asked last; nil where so much has happened that the kernel has lost some of it.
    func happenings() -> [Happening]? {
        var found: [Happening]? = []
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return found }
            var offset = 0
            while offset + 16 <= count {
                // struct inotify_event: wd, mask, cookie, len, name.
                let mask = number(at: offset + 4)
                let length = Int(number(at: offset + 12))
                let name = buffer[(offset + 16)..<min(count, offset + 16 + length)].prefix { $0 != 0 }
                if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                    found = nil
                } else {
                    found?.append(Happening(name: String(decoding: name, as: UTF8.self), mask: mask))
                }
                offset += 16 + length
            }
        }
    }

    private func number(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(buffer[offset + $1]) << (8 * UInt32($1)) }
    }
}
