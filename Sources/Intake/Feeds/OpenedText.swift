import Glibc
import Store

/// A file on disk that others append to, read at any place of it.
final class OpenedText {
    /// Its identity and its size now.
    struct Standing {
        var device: Int64
        var inode: Int64
        var size: Int64

        fileprivate init(_ status: stat) {
            device = Int64(bitPattern: UInt64(status.st_dev))
            inode = Int64(bitPattern: UInt64(status.st_ino))
            size = Int64(status.st_size)
        }
    }

    private let descriptor: Int32
    private let path: String

    /// Opens a file; nil where there is none.
    ///
    /// - Throws: `FeedError` where it cannot be read.
    init?(_ path: String) throws {
        self.path = path
        // Something else than a file may stand there, and must not make us wait.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FeedError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FeedError("\(path) is no file that can be followed; name a regular file")
        }
    }

    deinit { close(descriptor) }

    /// What stands at a path; nil where nothing does.
    static func standing(at path: String) -> Standing? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Standing(status)
    }

    /// Its identity and its size now.
    func standing() throws -> Standing {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        return Standing(status)
    }

    /// At most `count` bytes from a position on; fewer only where the file ends.
    func bytes(at position: Int64, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes {
                pread($0.baseAddress.map { $0 + filled }, count: count - filled, at: off_t(position) + off_t(filled))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw failure() }
            if read == 0 { break }
            filled += read
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    private func pread(_ room: UnsafeMutableRawPointer?, count: Int, at offset: off_t) -> Int {
        Glibc.pread(descriptor, room, count, offset)
    }

    /// A number made of a file's first 4 KiB and of the 64 bytes before a position (FNV-1a), by which another file in its
    /// place is told, also one of the same length whose last line is the same.
    ///
    /// Times are no help: who appends changes them as well.
    func mark(before position: Int64) throws -> Int64 {
        let (front, count) = (min(4096, position), min(64, position))
        let bytes = try bytes(at: 0, Int(front)) + bytes(at: position - count, Int(count))
        return Int64(
            bitPattern: bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
    }

    /// Whether this is the file of a place, and still holds what was taken in of it.
    func holds(_ place: Feed.Place) throws -> Bool {
        let standing = try standing()
        guard standing.device == place.device, standing.inode == place.inode, standing.size >= place.position else {
            return false
        }
        return try mark(before: place.position) == place.mark
    }

    private func failure() -> FeedError {
        FeedError("reading \(path) failed: \(String(cString: strerror(errno)))")
    }
}
