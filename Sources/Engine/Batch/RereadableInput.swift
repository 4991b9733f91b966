import Formats
import Glibc

/// A file that can be read from its beginning as often as needed.
///
/// What is no regular file, such as standard input, is copied to a temporary file first: whether a file is in order shows
/// only at the row that is not.
final class RereadableInput {
    private let name: String
    /// The file to read: the input itself, or its copy.
    private let path: String
    private let isCopy: Bool

    /// Opens an input; `-` is standard input.
    init(path: String) throws(FormatError) {
        let source = try ByteSource(path: path)
        name = source.name
        guard source.size == nil else {
            self.path = path
            isCopy = false
            return
        }
        var directory = "/tmp"
        if let told = getenv("TMPDIR") { directory = String(cString: told) }
        var template = Array((directory + "/penstock-input-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw FormatError(
                .unwritable, "cannot be kept to be read again; make room in \(directory) or set TMPDIR", file: name)
        }
        close(descriptor)
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isCopy = true
        let sink = try ByteSink(path: self.path)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = try source.read(into: room)
            if count == 0 { break }
            try sink.write(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
        try sink.finish()
    }

    deinit {
        if isCopy { unlink(path) }
    }

    /// Reads it from the beginning.
    func reader() throws(FormatError) -> CSVReader {
        do throws(FormatError) {
            return try CSVReader(ByteSource(path: path))
        } catch {
            throw named(error)
        }
    }

    /// The error with the name that the user gave.
    func named(_ error: FormatError) -> FormatError {
        guard isCopy, error.file == path else { return error }
        var error = error
        error.file = name
        return error
    }
}
