import Domain
import FoundationEssentials
import Glibc
import Store

/// A shop in one file: both databases as of one moment, settings, policy and mappings, as a compressed tar archive, which
/// any system can open.
public enum Backup {
    /// Writes a backup of an open shop while it works on. Complete or absent.
    ///
    /// Decisions are copied first: whatever they rest on is in the facts that are copied after them.
    ///
    /// - Throws: `EngineError(.refused)` where the file exists; `StoreError`.
    public static func write(_ engine: Engine, to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.refused, "\(path) exists already; name another file")
        }
        let staging = "\(engine.folder.backups)/.staging-\(getpid())"
        try? FileManager.default.removeItem(atPath: staging)
        try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
        chmod(staging, 0o700)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        try engine.decisions.copy(to: "\(staging)/decisions.db")
        try engine.facts.database.copy(to: "\(staging)/facts.db")
        for (source, name) in [
            (engine.folder.settings, "penstock.toml"), (engine.folder.policy, "policy.toml"),
            (engine.folder.mappings, "mappings"), (engine.folder.outbox, "outbox"),
        ] where FileManager.default.fileExists(atPath: source) {
            try FileManager.default.copyItem(atPath: source, toPath: "\(staging)/\(name)")
        }
        let partial = "\(path).partial-\(getpid())"
        defer { unlink(partial) }
        let mask = umask(0o077)
        defer { umask(mask) }
        try tar(["-czf", partial, "-C", staging, "."])
        guard rename(partial, path) == 0 else {
            throw EngineError(.usage, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Makes a shop from a backup. The folder must not hold a shop, or `replacing` moves that one aside.
    ///
    /// - Returns: where the replaced shop now lies.
    /// - Throws: `EngineError`: `.notFound`, `.refused`, `.busy` while a runner serves the shop; `StoreError(.corrupt)`
    ///   where what was restored does not pass its checks: then nothing has changed.
    public static func restore(_ path: String, to folder: ShopFolder, replacing: Bool, now: Instant) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.notFound, "there is no file \(path)")
        }
        if FileManager.default.fileExists(atPath: folder.path) {
            guard replacing else {
                throw EngineError(.refused, "\(folder.path) exists; --replace moves it aside, or name another --shop")
            }
            if let pid = RunLock.holder(folder.lock) {
                throw EngineError(.busy, "a runner (process \(pid)) serves \(folder.path); stop it first")
            }
        }
        let fresh = ShopFolder(path: "\(folder.path).restoring-\(getpid())")
        try FileManager.default.createDirectory(atPath: fresh.path, withIntermediateDirectories: true)
        chmod(fresh.path, 0o700)
        var isDone = false
        defer { if !isDone { try? FileManager.default.removeItem(atPath: fresh.path) } }
        // tar itself refuses absolute and climbing names.
        try tar(["-xzf", path, "-C", fresh.path, "--no-same-owner"])
        guard fresh.exists, FileManager.default.fileExists(atPath: fresh.decisions) else {
            throw EngineError(.usage, "\(path) is no backup of a shop: penstock.toml or decisions.db is missing")
        }
        for part in [fresh.outbox + "/taken", fresh.quarantine, fresh.backups, fresh.mappings] {
            try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
            chmod(part, 0o700)
        }
        let engine = try Engine(fresh, wall: { now })
        let problems = try engine.facts.database.integrityProblems() + engine.decisions.integrityProblems()
        try engine.decisions.close()
        try engine.facts.database.close()
        guard problems.isEmpty else {
            throw StoreError(.corrupt, "\(path) is damaged: \(problems.prefix(3).joined(separator: "; "))")
        }
        var aside: String?
        if FileManager.default.fileExists(atPath: folder.path) {
            let name = "\(folder.path).before-\(now.seconds)"
            guard rename(folder.path, name) == 0 else {
                throw EngineError(.usage, "cannot move \(folder.path): \(String(cString: strerror(errno)))")
            }
            aside = name
        }
        guard rename(fresh.path, folder.path) == 0 else {
            throw EngineError(.usage, "cannot make \(folder.path): \(String(cString: strerror(errno)))")
        }
        isDone = true
        return aside
    }

    private static func tar(_ arguments: [String]) throws {
        let names = ["tar"] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = names.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, "tar", nil, nil, &argv, environ)
        guard code == 0 else { throw EngineError(.usage, "tar cannot be started: \(String(cString: strerror(code)))") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw EngineError(.usage, "tar failed on \(arguments[1]); see above") }
    }
}
