import Actions
import Domain
import FoundationEssentials
import Formats
import Glibc
import Store

/// One check of `doctor`.
public struct Finding: Sendable {
    /// What was looked at.
    public var subject: String
    /// What is wrong and what to do; empty where all is well.
    public var problems: [String]
}

/// What `doctor` found.
public struct HealthReport: Report {
    let findings: [Finding]
    let digest: String
    let head: Journal.Head

    /// Whether nothing is wrong.
    public var isWell: Bool { findings.allSatisfy(\.problems.isEmpty) }

    /// As `Report` says.
    public var json: JSONValue {
        .object([
            ("well", .bool(isWell)), ("contentDigest", .string(digest)), ("journalHead", .string(head.description)),
            (
                "findings",
                .array(
                    findings.map {
                        .object([
                            ("subject", .string($0.subject)), ("problems", .array($0.problems.map { .string($0) })),
                        ])
                    })
            ),
        ])
    }

    /// As `Report` says.
    public var text: String {
        (findings.flatMap { finding in
            finding.problems.isEmpty
                ? ["ok     \(finding.subject)"]
                : finding.problems.prefix(10).map { "WRONG  \(finding.subject): \($0)".printable }
        } + ["       contents \(digest)", "       journal  \(head)"]).joined(separator: "\n")
    }
}

extension Engine {
    /// Checks everything that can be checked without changing anything.
    public func examine(actor: String) throws -> HealthReport {
        func check(_ subject: String, _ body: () throws -> [String]) -> Finding {
            do { return Finding(subject: subject, problems: try body()) } catch {
                return Finding(subject: subject, problems: ["\(error)"])
            }
        }
        let journal = check("journal") {
            let finding = try Journal.verify(decisions)
            if case .intact = finding { return [] }
            return [finding.description]
        }
        let findings = [
            check("facts.db") { try facts.database.integrityProblems() },
            check("decisions.db") { try decisions.integrityProblems() },
            check("demand by day is what its lines say") { try facts.rollupProblems() },
            check("the books hold the stock that is told") { try facts.ledgerProblems() },
            journal,
            check("policy.toml") { try policy(actor: actor).complaint.map { ["\($0)"] } ?? [] },
            check("systems of record") { try recordProblems() },
            check("executor") {
                _ = try executor(); return []
            },
            check("signatures") { settings.intake.signatures.obstacles },
            check("mappings") { try mappingProblems() },
            check("metrics") {
                _ = try metrics(); return []
            },
            check("permissions") { permissionProblems() },
            check("free space") { freeSpaceProblems() },
            check("gzip") {
                access("/bin/gzip", X_OK) == 0 || access("/usr/bin/gzip", X_OK) == 0
                    ? [] : ["gzip is not installed; .gz files cannot be read"]
            },
        ]
        return HealthReport(
            findings: findings, digest: try facts.contentDigest(), head: try decisions.read(Journal.head))
    }

    /// The mapping of a name: a file's path, one of the shop's, or one that ships.
    ///
    /// - Throws: `ConfigError` for a bad one, `EngineError(.notFound)` with the names that exist.
    public func mapping(_ name: String) throws -> Mapping {
        for path in [name, "\(folder.mappings)/\(name)", "\(folder.mappings)/\(name).toml"]
        where path.hasSuffix(".toml") {
            if let text = try folder.text(path) {
                let file = path.split(separator: "/").last.map(String.init) ?? path
                return try Mapping(text, file: file.replacing(".toml", with: ""))
            }
        }
        if name == "online-retail" { return try Mapping(Mapping.onlineRetail, file: name) }
        let known = try mappingNames()
        throw EngineError(
            .notFound,
            "no mapping is called '\(name.printable)'; known: \(known.joined(separator: ", ")), or give the path of a .toml file"
        )
    }

    /// The mapping of a name, as `mapping(_:)` says; one given by the path of a file is copied into the shop's mappings,
    /// so that its rows can be tried again later.
    ///
    /// - Throws: besides, `EngineError(.refused)` where the shop has another mapping of that name, `FormatError` where it
    ///   cannot be kept.
    public func keptMapping(_ name: String) throws -> Mapping {
        let mapping = try mapping(name)
        guard name.hasSuffix(".toml"), let text = try folder.text(name) else { return mapping }
        let kept = "\(folder.mappings)/\(mapping.name).toml"
        if let known = try folder.text(kept) {
            guard known == text else {
                throw EngineError(
                    .refused,
                    "the shop has another mapping called '\(mapping.name.printable)' (\(kept)); change that one, or rename \(name)"
                )
            }
            return mapping
        }
        let sink = try ByteSink(path: kept)
        try sink.write(Array(text.utf8))
        try sink.finish()
        // The group may read it; the folder has given it the group.
        chmod(kept, folder.fileMode & 0o640)
        return mapping
    }

    private func mappingNames() throws -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.mappings)) ?? []
        return Set(files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) } + ["online-retail"]).sorted()
    }

    private func mappingProblems() throws -> [String] {
        try mappingNames().compactMap { name in
            do { _ = try mapping(name); return nil } catch { return "\(error)" }
        }
    }

    private func permissionProblems() -> [String] {
        [folder.facts, folder.decisions, folder.policy, folder.settings, folder.path].compactMap { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return status.st_mode & 0o007 == 0 ? nil : "\(path) is open to everybody; chmod o-rwx \(path)"
        }
    }

    private func freeSpaceProblems() -> [String] {
        var status = statvfs()
        guard statvfs(folder.path, &status) == 0 else { return [] }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        return free < 256 << 20 ? ["only \(free >> 20) MiB are free; imports and journals need room"] : []
    }
}
