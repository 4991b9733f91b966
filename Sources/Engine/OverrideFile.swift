import Domain
import Formats
import Glibc

/// The file that keeps what is set from the command line, `mappings/overrides.csv`, open and locked: a row for each word,
/// by which a rebuilt store knows it again. The lock ends with this.
final class OverrideFile {
    private let path: String
    private let descriptor: Int32
    /// Seconds for which another's lock is waited for.
    private static let patience = 5

    /// Opens and locks the file; it is made where it is missing.
    ///
    /// - Throws: `EngineError`: `.busy` while another keeps it locked, `.usage` where it cannot be opened.
    init(_ path: String, mode: mode_t) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw OverrideFile.failure("open", path) }
        if mode & 0o060 != 0 { _ = fchmod(descriptor, mode) }  // the umask must not lock the group out
        var tries = OverrideFile.patience * 100
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, tries > 0 else {
                close(descriptor)
                throw EngineError(.busy, "somebody else is writing \(path); try again")
            }
            tries -= 1
            usleep(10_000)
        }
    }

    deinit { close(descriptor) }

    /// Appends an override under the file's own header.
    ///
    /// - Returns: how long the file was before: `cut(to:)` takes the row out again.
    /// - Throws: `EngineError(.refused)` where a column is missing; `FormatError`.
    func append(_ override: Override) throws -> Int {
        let size = try end()
        let writer = CSVWriter()
        var header = OverridesFormat.header
        if size == 0 {
            try writer.record(header)
        } else {
            header = try CSVReader(ByteSource(path: path)).header
        }
        let values = OverridesFormat.written(override)
        for (field, _) in values where !header.contains(where: { $0.lowercased() == field.rawValue }) {
            throw EngineError(
                .refused, "\(path) has no column \(field.rawValue); add it to its header, or move the file away")
        }
        try writer.record(
            header.map { name in OverridesFormat.Field(rawValue: name.lowercased()).flatMap { values[$0]?.text } ?? "" }
        )
        try writer.finish()
        var bytes = writer.bytes
        if size > 0, try !endsLine(at: size) { bytes.insert(0x0A, at: 0) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, size + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = OverrideFile.failure("write", path)
                cut(to: size)
                throw failure
            }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw OverrideFile.failure("write", path) }
        return size
    }

    /// Takes out again what was appended.
    func cut(to size: Int) { _ = ftruncate(descriptor, size) }

    private func end() throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw OverrideFile.failure("read", path) }
        return Int(status.st_size)
    }

    /// Whether the last byte ends a line: somebody may have written the file by hand.
    private func endsLine(at size: Int) throws -> Bool {
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, size - 1) == 1 else { throw OverrideFile.failure("read", path) }
        return last == 0x0A
    }

    private static func failure(_ what: String, _ path: String) -> EngineError {
        EngineError(.usage, "cannot \(what) \(path): \(String(cString: strerror(errno)))")
    }
}
