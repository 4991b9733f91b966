import Actions
import Domain
import Executors
import FoundationEssentials
import Glibc
import Store

/// A shop in one file: both databases as of one moment, settings, policy and mappings, as a compressed tar archive, which
/// any system can open.
public enum Backup {
    /// What a restored shop still needs from a person.
    public struct Restored: Sendable {
        /// Where the replaced shop now lies; nil where none was there.
        public var aside: String?
        /// Actions that were approved when the backup was made: perhaps sent since. They wait until the hold is released.
        public var approved: [Int64] = []
        /// Actions that were on their way when the backup was made, and whose fate is not known.
        public var unknown: [Int64] = []
    }

    /// Writes a backup of an open shop while it works on, to a file or, for `-`, to standard output. Complete or absent.
    ///
    /// Decisions are copied first: whatever they rest on is in the facts that are copied after them.
    ///
    /// - Throws: `EngineError`: `.refused` where the file exists, `.usage` where it cannot be written; `StoreError`.
    public static func write(_ engine: Engine, to path: String) throws {
        guard path == "-" || !FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.refused, "\(path) exists already; name another file")
        }
        let staging = "\(engine.folder.backups)/.staging-\(getpid())"
        try? FileManager.default.removeItem(atPath: staging)
        let tree = ShopTree(group: nil, refusesStrangers: false)
        try tree.makeFolder(staging)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        try engine.decisions.copy(to: "\(staging)/decisions.db")
        try engine.facts.database.copy(to: "\(staging)/facts.db")
        // Bytes, not modes: whoever may read the shop may back it up.
        try tree.copy(from: engine.folder.path, to: staging, without: ["facts.db", "decisions.db"])
        if path == "-" {
            try tar(["-czf", "-", "-C", staging, "."])
            return
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
    /// The shop is on hold then: what the backup calls approved may have been sent since, and sending it again would
    /// order twice. What was on its way is unknown until a person resolves it, unless the replaced outbox shows it.
    ///
    /// - Parameters:
    ///   - group: the Unix group that shares the shop; nil keeps what the replaced shop has.
    ///   - now: machine time.
    ///   - actor: in whose name the journal notes it.
    /// - Throws: `EngineError`: `.notFound`, `.refused`, `.busy` while a runner serves the shop, `.usage` where it is no
    ///   backup; `StoreError(.corrupt)` where what was restored does not pass its checks: then nothing has changed.
    public static func restore(
        _ path: String, to folder: ShopFolder, replacing: Bool, group: String? = nil, now: Instant, actor: String
    ) throws -> Restored {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else { throw EngineError(.notFound, "there is no file \(path)") }
        let isReplacing = manager.fileExists(atPath: folder.path)
        if isReplacing {
            guard replacing else {
                throw EngineError(.refused, "\(folder.path) exists; --replace moves it aside, or name another --shop")
            }
            if let pid = RunLock.holder(folder.lock) {
                throw EngineError(.busy, "a runner (process \(pid)) serves \(folder.path); stop it first")
            }
        }
        let fresh = ShopFolder(path: "\(folder.path).restoring-\(getpid())")
        let unpacked = "\(folder.path).unpacked-\(getpid())"
        let tree = ShopTree(group: try owner(group, of: folder), refusesStrangers: true)
        try ShopTree(group: nil, refusesStrangers: true).makeFolder(unpacked)
        defer { for path in [unpacked, fresh.path] { try? manager.removeItem(atPath: path) } }
        try tar(["-xzf", path, "-C", unpacked, "--no-same-owner", "--no-same-permissions"])
        try tree.makeFolder(fresh.path)
        try tree.copy(from: unpacked, to: fresh.path)
        guard [fresh.settings, fresh.decisions, fresh.facts].allSatisfy(manager.fileExists(atPath:)) else {
            throw EngineError(
                .usage, "\(path) is no backup of a shop: penstock.toml, decisions.db or facts.db is missing")
        }
        for part in [fresh.outbox, fresh.outbox + "/taken", fresh.quarantine, fresh.backups, fresh.mappings]
        where !manager.fileExists(atPath: part) {
            try tree.makeFolder(part)
        }
        let engine = try Engine(fresh, wall: { now })
        let problems = try engine.facts.database.integrityProblems() + engine.decisions.integrityProblems()
        guard problems.isEmpty else {
            throw StoreError(.corrupt, "\(path) is damaged: \(problems.prefix(3).joined(separator: "; "))")
        }
        var restored = try settle(
            engine, from: path, before: isReplacing ? folder : nil, home: folder, tree: tree, actor: actor)
        try engine.decisions.close()
        try engine.facts.database.close()
        if isReplacing {
            let name = "\(folder.path).before-\(now.seconds)"
            guard rename(folder.path, name) == 0 else {
                throw EngineError(.usage, "cannot move \(folder.path): \(String(cString: strerror(errno)))")
            }
            restored.aside = name
        }
        guard rename(fresh.path, folder.path) == 0 else {
            throw EngineError(.usage, "cannot make \(folder.path): \(String(cString: strerror(errno)))")
        }
        return restored
    }

    /// Holds the restored shop and says of every effect in it what is known.
    private static func settle(
        _ engine: Engine, from path: String, before: ShopFolder?, home: ShopFolder, tree: ShopTree, actor: String
    ) throws -> Restored {
        var restored = Restored()
        let (desk, now, wall) = (try engine.desk(actor: actor), try engine.now(), engine.wallNow())
        try desk.hold(
            reason: "restored from \(path): look at what was approved or sent, then release".printable, now: now,
            actor: actor)
        let isFiles = (try? engine.executor()) is FileExecutor
        /// Where a consumer, or nobody yet, has the order; in what was restored or in what it replaces.
        func published(_ key: String) throws -> Bool {
            let (here, taken) = ("\(engine.folder.outbox)/\(key)", "\(engine.folder.outbox)/taken/\(key)")
            if [here, taken].contains(where: FileManager.default.fileExists(atPath:)) { return true }
            guard let before else { return false }
            for (old, new) in [("\(before.outbox)/\(key)", here), ("\(before.outbox)/taken/\(key)", taken)]
            where FileManager.default.fileExists(atPath: old) {
                // Brought along, so that the executor too finds it and does not publish it again.
                try tree.copyFolder(old, to: new)
                return true
            }
            return false
        }
        let (approved, sent) = try engine.decisions.read { reader in
            (try reader.effects(in: [.approved]), try reader.effects(in: [.sent]))
        }
        for effect in approved {
            if isFiles { _ = try published(effect.key) }
            restored.approved.append(effect.action)
        }
        for effect in sent {
            if isFiles, try published(effect.key) {
                try desk.settle(
                    effect.action, .done(receipt: "\(home.outbox)/\(effect.key)"), now: now, wall: wall, actor: actor)
            } else {
                let reason = "it was on its way when the backup was made; look at the target, then resolve it"
                try desk.settle(effect.action, .unknown(reason: reason), now: now, wall: wall, actor: actor)
                restored.unknown.append(effect.action)
            }
        }
        return restored
    }

    private static func owner(_ group: String?, of folder: ShopFolder) throws -> gid_t? {
        if let group {
            guard let entry = getgrnam(group) else { throw EngineError(.usage, "no group is called '\(group)'") }
            return entry.pointee.gr_gid
        }
        var status = stat()
        guard folder.fileMode == 0o660, stat(folder.path, &status) == 0 else { return nil }
        return status.st_gid
    }

    private static func tar(_ arguments: [String]) throws {
        // A colon in a name does not make it a host.
        let names = ["tar", "--force-local"] + arguments
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
