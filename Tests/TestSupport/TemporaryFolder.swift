import FoundationEssentials
import Glibc

/// A folder of a test's own, deleted with everything in it when the test lets go of it.
public final class TemporaryFolder: Sendable {
    /// Absolute path, without a slash at its end.
    public let path: String

    /// Makes the folder, private to the user.
    ///
    /// - Throws: `Unmet` where the system cannot.
    public init() throws {
        var template = Array("/tmp/penstock-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Unmet("no temporary folder: \(String(cString: strerror(errno)))") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file into the folder, and gives its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file into the folder, and gives its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let target = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: target))
        return target
    }
}

/// What a test took for granted and did not find.
public struct Unmet: Error, CustomStringConvertible {
    /// What was missing.
    public var description: String

    /// A thing that was taken for granted.
    public init(_ description: String) { self.description = description }
}
