import Glibc

/// A file that is there in full or not at all, or standard output.
///
/// A file is written under a temporary name beside its own and takes its place only in `finish`; its mode is then
/// 0600. A path that ends in `.gz` goes through `gzip`. Where the path is no regular file (a pipe, `/dev/null`), it is
/// written directly. A sink that goes away unfinished leaves nothing behind.
public final class ByteSink {
    /// What error messages call it: the path as given, or `standard output`.
    public let name: String
    private let path: String
    private var descriptor: Int32 = -1
    private var ownsDescriptor = false
    /// Where the bytes are until `finish`; nil where they go directly.
    private var temporary: String?
    /// Our end of gzip's input; -1 where nothing is compressed.
    private var channel: Int32 = -1
    private var gzip: GzipProcess?

    /// Opens a path for writing, or standard output where it is `-`.
    ///
    /// - Throws: `.unwritable`, `.missingProgram`.
    public init(path: String) throws(FormatError) {
        self.path = path
        name = path == "-" ? "standard output" : path
        if path == "-" {
            descriptor = STDOUT_FILENO
            return
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FormatError(.unwritable, "this is no path", file: path)
        }
        try open()
        if path.hasSuffix(".gz") {
            let ends = try GzipProcess.channel(file: name)
            channel = ends.ours
            defer { close(ends.its) }
            // No name and no time in the header: the same content gives the same file.
            gzip = try GzipProcess(["-nc"], input: ends.its, output: descriptor, file: name)
        }
    }

    deinit {
        if channel >= 0 { close(channel) }
        if ownsDescriptor { close(descriptor) }
        if let temporary { unlink(temporary) }
    }

    /// Appends bytes.
    ///
    /// - Throws: `.unwritable` where the disk is full or the reader has gone.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count =
                channel >= 0
                ? send(channel, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                : Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("writing failed")
            }
            done += count
        }
    }

    /// Appends bytes.
    public func write(_ bytes: [UInt8]) throws(FormatError) {
        // A typed error does not pass through the closure of `withUnsafeBytes`.
        let outcome = bytes.withUnsafeBytes { raw -> FormatError? in
            do throws(FormatError) {
                try write(raw)
                return nil
            } catch {
                return error
            }
        }
        if let outcome { throw outcome }
    }

    /// Puts the file in its place, on the disk. Nothing may be written after it; again it does nothing.
    public func finish() throws(FormatError) {
        if channel >= 0 {
            close(channel)
            channel = -1
            let isWhole = gzip?.wait() ?? true
            gzip = nil
            guard isWhole else { throw FormatError(.unwritable, "gzip failed; is the disk full?", file: name) }
        }
        guard ownsDescriptor else { return }
        if let temporary {
            guard fsync(descriptor) == 0 else { throw failure("it cannot be kept on disk") }
            guard rename(temporary, path) == 0 else { throw failure("it cannot take its place") }
            self.temporary = nil
        }
        ownsDescriptor = false
        guard close(descriptor) == 0 else { throw failure("closing failed") }
    }

    private func open() throws(FormatError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw FormatError(.unwritable, "this is a directory; name a file in it", file: name)
            }
            descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure("it cannot be opened") }
            ownsDescriptor = true
            return
        }
        var template = Array((path + ".XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure("it cannot be created") }
        ownsDescriptor = true
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func failure(_ what: String) -> FormatError {
        FormatError(.unwritable, "\(what): \(systemMessage(errno))", file: name)
    }
}
