import FoundationEssentials
import Glibc

/// The files that make a shop, copied as bytes under modes of our own: nothing of where they come from is kept but
/// names and content.
struct ShopTree {
    /// The group that shares the copy; nil where it is its owner's alone.
    let group: gid_t?
    /// Whether anything but the known files and folders is an error, as in an archive from elsewhere, or left out.
    let refusesStrangers: Bool

    private enum Entry { case file, folder, stranger }

    /// Copies the files that make a shop from one folder into another that exists.
    ///
    /// - Throws: `EngineError(.usage)` where a file cannot be copied, or is a stranger and those are refused.
    func copy(from source: String, to target: String, without left: Set<String> = []) throws {
        for name in try names(source) where !left.contains(name) {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            switch (name, entry(from)) {
            case ("facts.db", .file), ("decisions.db", .file): try copyFile(from, to: to, shared: 0o660)
            case ("penstock.toml", .file), ("policy.toml", .file): try copyFile(from, to: to, shared: 0o640)
            case ("mappings", .folder):
                try makeFolder(to)
                for mapping in try names(from) {
                    if mapping.hasSuffix(".toml"), entry("\(from)/\(mapping)") == .file {
                        try copyFile("\(from)/\(mapping)", to: "\(to)/\(mapping)", shared: 0o640)
                    } else {
                        try refuse("mappings/\(mapping)")
                    }
                }
            case ("outbox", .folder): try copyFolder(from, to: to)
            default: try refuse(name)
            }
        }
    }

    /// Copies a folder with all regular files and folders in it.
    func copyFolder(_ source: String, to target: String) throws {
        try makeFolder(target)
        for name in try names(source) {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            switch entry(from) {
            case .file: try copyFile(from, to: to, shared: 0o660)
            case .folder: try copyFolder(from, to: to)
            case .stranger: try refuse(name)
            }
        }
    }

    /// Makes a folder: 0700, or 2770 and the group's.
    func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else { throw failure(path, "cannot be made") }
        if let group, chown(path, uid_t.max, group) != 0 { throw failure(path, "cannot be given to the group") }
        guard chmod(path, group == nil ? 0o700 : 0o2770) == 0 else { throw failure(path, "cannot be made private") }
    }

    private func names(_ folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            throw EngineError(.usage, "\(folder.printable) cannot be read; check its permissions")
        }
    }

    private func entry(_ path: String) -> Entry {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .stranger }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return status.st_nlink == 1 || !refusesStrangers ? .file : .stranger
        case S_IFDIR: return .folder
        default: return .stranger
        }
    }

    private func refuse(_ name: String) throws {
        guard refusesStrangers else { return }
        throw EngineError(
            .usage, "the archive holds '\(name.printable)', which is no file of a shop; it is no backup that we wrote")
    }

    private func copyFile(_ source: String, to target: String, shared: mode_t) throws {
        let input = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        // Taken out of the outbox since it was listed.
        if input < 0, errno == ENOENT, !refusesStrangers { return }
        guard input >= 0 else { throw failure(source, "cannot be read") }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw failure(target, "cannot be written") }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(source, "cannot be read") }
            if count == 0 { break }
            var done = 0
            while done < count {
                let written = buffer[done..<count].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure(target, "cannot be written") }
                done += written
            }
        }
        guard let group else { return }
        guard fchown(output, uid_t.max, group) == 0, fchmod(output, shared) == 0 else {
            throw failure(target, "cannot be given to the group")
        }
    }

    private func failure(_ path: String, _ what: String) -> EngineError {
        EngineError(.usage, "\(path.printable) \(what): \(String(cString: strerror(errno)))")
    }
}
