import Glibc

/// A stream of UTF-8 text from a file, a compressed file, standard input or memory.
///
/// Reads once, from front to back. A byte order mark is dropped and decides the encoding. Not to be shared by threads.
public final class ByteSource {
    /// What error messages call it: the path as given, or `standard input`.
    public let name: String
    /// Bytes of the file as stored (compressed, where it is); nil where nobody can know.
    public private(set) var size: Int64?

    private var descriptor: Int32 = -1
    private var ownsDescriptor = false
    /// Our end of gzip's output; -1 where the file is not compressed.
    private var channel: Int32 = -1
    private var gzip: GzipProcess?
    private var memory: [UInt8] = []
    private var taken: Int64 = 0

    private var encoding: TextEncoding
    private var transcoder: Transcoder?
    /// Decoded bytes that no reader has taken yet, from `pendingStart` on.
    private var pending: [UInt8] = []
    private var pendingStart = 0
    private var started = false
    private var ended = false
    /// Damage stays damage, however often one asks.
    private var failure: FormatError?
    /// Bytes of a UTF-8 byte order mark that was dropped, so that offsets count from the start of the file.
    private(set) var droppedMark: Int64 = 0

    /// Opens a file, or standard input where the path is `-`. A path that ends in `.gz` is read through `gzip`.
    ///
    /// - Throws: `.notFound`, `.unreadable`, `.missingProgram`. A damaged compressed file shows while reading.
    public init(path: String, encoding: TextEncoding = .utf8) throws(FormatError) {
        self.encoding = encoding
        if path == "-" {
            name = "standard input"
            descriptor = STDIN_FILENO
            return
        }
        name = path
        guard !path.utf8.contains(0) else {
            throw FormatError(.notFound, "a path cannot hold a NUL byte", file: path)
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ByteSource.openingError(errno, path) }
        ownsDescriptor = true
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ByteSource.openingError(errno, path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw FormatError(.unreadable, "this is a directory; name a file in it", file: path)
        }
        if status.st_mode & S_IFMT == S_IFREG { size = Int64(status.st_size) }
        if path.hasSuffix(".gz") { try startGzip() }
    }

    /// Reads bytes that are already here: a form's text, a test's file.
    public init(bytes: [UInt8], name: String, encoding: TextEncoding = .utf8) {
        self.name = name
        self.encoding = encoding
        memory = bytes
        size = Int64(bytes.count)
    }

    deinit {
        if channel >= 0 { close(channel) }
        if ownsDescriptor { close(descriptor) }
    }

    /// Bytes of the file taken so far, of `size`; for a compressed file as far as gzip has come.
    public var consumed: Int64 {
        guard gzip != nil else { return taken }
        return max(0, Int64(lseek(descriptor, 0, SEEK_CUR)))
    }

    /// How much of the file has been taken, 0 … 1; nil where nobody can know.
    public var share: Double? { size.map { $0 > 0 ? min(1, Double(consumed) / Double($0)) : 1 } }

    /// Fills the front of `buffer` with the next UTF-8 bytes and says how many; 0 at the end and ever after.
    ///
    /// Waits for at least one byte. `buffer` must not be empty.
    ///
    /// - Throws: `.unreadable` where the system fails, `.damaged` where a compressed file is truncated or corrupt,
    ///   `.encoding` where UTF-16 was said and no byte order mark tells which.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        if let failure { throw failure }
        if !started { try start() }
        while true {
            if pendingStart < pending.count {
                let count = min(buffer.count, pending.count - pendingStart)
                pending.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[pendingStart..<pendingStart + count]))
                }
                pendingStart += count
                if pendingStart == pending.count {
                    pending.removeAll(keepingCapacity: true)
                    pendingStart = 0
                }
                return count
            }
            if ended { return 0 }
            guard transcoder != nil else { return try readRaw(into: buffer) }
            try decodeMore()
        }
    }

    /// The first bytes, which are read again afterwards: the first line that is not blank, or 4096 bytes, or all there
    /// are; ask before anything else is read.
    ///
    /// - Throws: as `read(into:)`.
    public func peek() throws(FormatError) -> [UInt8] {
        // A source gives as little at a time as it likes, the bytes of a mark to begin with.
        var head: [UInt8] = []
        while head.count < 4096, !head.drop(while: \.isBlank).contains(0x0A) {
            let more = try chunk(4096)
            if more.isEmpty { break }
            head += more
        }
        pending.insert(contentsOf: head, at: pendingStart)
        return head
    }

    /// The next bytes, at most `count` of them; none at the end.
    ///
    /// - Throws: as `read(into:)`.
    func chunk(_ count: Int = 1 << 16) throws(FormatError) -> [UInt8] {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        defer { room.deallocate() }
        let count = try read(into: room)
        return Array(room[..<count])
    }

    private func decodeMore() throws(FormatError) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { room.deallocate() }
        let count = try readRaw(into: room)
        if count == 0 {
            transcoder?.finish(&pending)
        } else {
            transcoder?.append(UnsafeBufferPointer(rebasing: room.bindMemory(to: UInt8.self)[..<count]), to: &pending)
        }
    }

    /// Looks at the first bytes for a byte order mark, which wins over the encoding that was said.
    private func start() throws(FormatError) {
        started = true
        var head: [UInt8] = []
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
        defer { room.deallocate() }
        while head.count < 3 {
            let count = try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: room[..<(3 - head.count)]))
            if count == 0 { break }
            head.append(contentsOf: room[..<count])
        }
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            encoding = .utf8
            head.removeFirst(3)
            droppedMark = 3
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            encoding = head[0] == 0xFF ? .utf16LittleEndian : .utf16BigEndian
            head.removeFirst(2)
        } else if encoding == .utf16 {
            throw FormatError(
                .encoding, "no byte order mark tells which UTF-16 this is; say utf-16le or utf-16be", file: name)
        }
        if encoding != .utf8 { transcoder = Transcoder(encoding) }
        guard transcoder != nil else {
            pending = head
            return
        }
        head.withUnsafeBufferPointer { transcoder?.append($0, to: &pending) }
        if ended { transcoder?.finish(&pending) }
    }

    private func readRaw(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        if ended { return 0 }
        guard descriptor >= 0 else {
            let count = min(buffer.count, memory.count - Int(taken))
            memory.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(taken)..<Int(taken) + count]))
            }
            taken += Int64(count)
            ended = count == 0
            return count
        }
        while true {
            let count = Glibc.read(channel >= 0 ? channel : descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                taken += Int64(count)
                return count
            }
            if count == 0 { break }
            if errno != EINTR { throw FormatError(.unreadable, "reading failed: \(systemMessage(errno))", file: name) }
        }
        ended = true
        if let gzip, !gzip.wait() {
            let damage = FormatError(
                .damaged, "the compressed file is truncated or corrupt; fetch it again", file: name)
            failure = damage
            throw damage
        }
        return 0
    }

    private func startGzip() throws(FormatError) {
        let ends = try GzipProcess.channel(file: name)
        channel = ends.ours
        defer { close(ends.its) }
        // The child shares the file's own descriptor, so that its position tells how far it has come.
        gzip = try GzipProcess(["-dc"], input: descriptor, output: ends.its, file: name)
    }

    private static func openingError(_ number: Int32, _ path: String) -> FormatError {
        switch number {
        case ENOENT, ENOTDIR: FormatError(.notFound, "there is no such file", file: path)
        case EACCES: FormatError(.unreadable, "you may not read this file; ask its owner for permission", file: path)
        case ELOOP: FormatError(.unreadable, "its links lead in a circle; name the real file", file: path)
        default: FormatError(.unreadable, "it cannot be opened: \(systemMessage(number))", file: path)
        }
    }
}
