import Actions
import Domain
import FoundationEssentials
import Glibc
import Intake

/// Where a shop's files lie; see CONTRACT.md.
public struct ShopFolder: Sendable, Hashable {
    /// The folder.
    public let path: String

    /// The folder at a path.
    public init(path: String) { self.path = path }

    /// The folder that is meant where none is named: `$PENSTOCK_SHOP`, else `$XDG_DATA_HOME/penstock/default`.
    public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> ShopFolder {
        if let path = environment["PENSTOCK_SHOP"], !path.isEmpty { return ShopFolder(path: path) }
        let home = environment["HOME"] ?? "."
        // The XDG specification has relative paths ignored.
        let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.local/share"
        return ShopFolder(path: "\(data)/penstock/default")
    }

    /// What the sources said.
    public var facts: String { "\(path)/facts.db" }
    /// What was decided.
    public var decisions: String { "\(path)/decisions.db" }
    /// Time zone, currency, executors.
    public var settings: String { "\(path)/penstock.toml" }
    /// Guardrails and roles.
    public var policy: String { "\(path)/policy.toml" }
    /// How sources are read.
    public var mappings: String { "\(path)/mappings" }
    /// What products were renamed or merged, for a rebuilt store.
    public var aliases: String { "\(mappings)/aliases.csv" }
    /// What people set against the models, for a rebuilt store.
    public var overrides: String { "\(mappings)/overrides.csv" }
    /// Approved orders, for whoever takes them.
    public var outbox: String { "\(path)/outbox" }
    /// Exports of refused rows.
    public var quarantine: String { "\(path)/quarantine" }
    /// Copies of the databases.
    public var backups: String { "\(path)/backups" }
    /// Held by the one runner.
    public var lock: String { "\(path)/run.lock" }

    /// Whether a shop is here.
    public var exists: Bool { FileManager.default.fileExists(atPath: settings) }

    /// Permission bits of the shop's files: 0600, or 0660 where a group shares the shop.
    public var fileMode: mode_t {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0o600 }
        return status.st_mode & 0o060 == 0o060 ? 0o660 : 0o600
    }

    /// Permission bits of folders in the shop: 0700, or 2770 where a group shares it.
    public var folderMode: mode_t { fileMode == 0o660 ? 0o2770 : 0o700 }

    /// Makes a new shop with a commented `penstock.toml` and `policy.toml`, and the mappings that ship.
    ///
    /// - Throws: `EngineError`: see `create(_:settings:policy:mappings:group:)`.
    public static func create(
        _ path: String, zone: Zone, currency: Currency, place: PlaceName, leadTimeDays: Double?, group: String?
    ) throws -> ShopFolder {
        try create(
            path, settings: ShopSettings.text(zone: zone, currency: currency, place: place, leadTimeDays: leadTimeDays),
            policy: Policy.template(currency: currency), mappings: ["online-retail": Mapping.onlineRetail], group: group
        )
    }

    /// Makes a shop's folder with its settings, policy and mappings. Complete, or an error and nothing of ours left.
    ///
    /// - Throws: `EngineError`: `.refused` where a shop or anything else is there already, `.usage` for an unknown group.
    public static func create(
        _ path: String, settings: String, policy: String, mappings: [String: String], group: String?
    ) throws -> ShopFolder {
        let shop = ShopFolder(path: path)
        let manager = FileManager.default
        if manager.fileExists(atPath: path) {
            let content = (try? manager.contentsOfDirectory(atPath: path)) ?? ["?"]
            guard content.isEmpty else {
                let what = shop.exists ? "a shop is there already" : "the folder is not empty"
                throw EngineError(.refused, "\(path): \(what); name another folder")
            }
        }
        var groupID: gid_t?
        if let group {
            guard let entry = getgrnam(group) else { throw EngineError(.usage, "no group is called '\(group)'") }
            groupID = entry.pointee.gr_gid
        }
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            try shop.own(path, mode: groupID == nil ? 0o700 : 0o2770, group: groupID)
            for folder in [shop.mappings, shop.outbox, shop.outbox + "/taken", shop.quarantine, shop.backups] {
                guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw shop.failure(folder) }
                try shop.own(folder, mode: groupID == nil ? 0o700 : 0o2770, group: groupID)
            }
            for (name, text) in mappings {
                try shop.write(
                    text, to: "\(shop.mappings)/\(name).toml", mode: groupID == nil ? 0o600 : 0o640, group: groupID)
            }
            // Owner alone may loosen a guardrail; the group may read what binds it.
            try shop.write(policy, to: shop.policy, mode: groupID == nil ? 0o600 : 0o640, group: groupID)
            try shop.write(settings, to: shop.settings, mode: groupID == nil ? 0o600 : 0o640, group: groupID)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.usage, "cannot make a shop in \(path): \(error)")
        }
        return shop
    }

    /// The text of a file in the shop; nil where there is none.
    public func text(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw EngineError(.usage, "\(path) cannot be read as text: check its permissions and that it is UTF-8")
        }
    }

    private func write(_ text: String, to path: String, mode: mode_t, group: gid_t?) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(path) }
            bytes = bytes.dropFirst(count)
        }
        try own(path, mode: mode, group: group)
    }

    private func own(_ path: String, mode: mode_t, group: gid_t?) throws {
        if let group, chown(path, uid_t.max, group) != 0 { throw failure(path) }
        guard chmod(path, mode) == 0 else { throw failure(path) }
    }

    private func failure(_ path: String) -> EngineError {
        EngineError(.usage, "\(path): \(String(cString: strerror(errno)))")
    }
}
