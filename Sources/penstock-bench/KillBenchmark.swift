import ArgumentParser
import Foundation

import Numerics

/// Import, approvals and the runner killed at random moments: what was accepted and decided must be there once, and whole.
struct KillBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "SIGKILL at random moments, and what is left afterwards.")

    @Option(help: "The Online Retail file, .csv or .csv.gz.") var file: String
    @Option(help: "The folder sample-data.") var sample = "sample-data"
    @Option(help: "Kills of each kind.") var kills = 50
    @Option(help: "Seed of the moments.") var seed: UInt64 = 1

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var random = SplitMix64(seed: seed)
        try importKills(penstock, folder, &random)
        try orderKills(penstock, folder, &random, command: false)
        try orderKills(penstock, folder, &random, command: true)
    }

    private func importKills(_ penstock: String, _ folder: String, _ random: inout SplitMix64) throws {
        func shop(_ name: String) throws -> String {
            _ = try Run.well(
                penstock, ["init", "\(folder)/\(name)", "--timezone", "Europe/London", "--currency", "GBP"])
            return "\(folder)/\(name)"
        }
        let arguments = ["import", file, "--mapping", "online-retail", "--json", "--shop"]
        let undisturbed = try shop("undisturbed")
        let length = try Run.well(penstock, arguments + [undisturbed]).seconds
        let killed = try shop("killed")
        var whileWriting = 0
        var round = 0
        // What ended before its kill does not count.
        while whileWriting < kills, round < kills * 4 {
            round += 1
            let run = try Run(
                penstock, arguments + [killed], killAfter: .milliseconds(Int64(random.uniform() * length * 1000)))
            if run.signal == SIGKILL { whileWriting += 1 }
            try examine(penstock, killed, "after kill \(round) of import")
        }
        _ = try Run.well(penstock, arguments + [killed])
        let same = try Run.contentDigest(penstock, undisturbed) == Run.contentDigest(penstock, killed)
        print(
            "import: killed \(whileWriting) times at work, checks passed after each, then \(same ? "the same shop" : "A DIFFERENT SHOP")"
        )
    }

    private func orderKills(_ penstock: String, _ folder: String, _ random: inout SplitMix64, command: Bool) throws {
        let name = command ? "command" : "file"
        let (shop, placed) = ("\(folder)/\(name)", "\(folder)/placed")
        var (approveKills, runKills, orders) = (0, 0, 0)
        var batch = 0
        while approveKills < kills || runKills < kills {
            batch += 1
            try? FileManager.default.removeItem(atPath: shop)
            try? FileManager.default.removeItem(atPath: placed)
            try FileManager.default.createDirectory(atPath: placed, withIntermediateDirectories: true)
            try prepare(penstock, shop, placed, command: command)
            var approved: Set<String> = []
            for id in try ids(penstock, shop, "proposed") {
                while true {
                    let run = try Run(
                        penstock, ["actions", "approve", id, "--shop", shop],
                        killAfter: .microseconds(Int64(random.uniform() * 200_000)))
                    if run.signal == SIGKILL { approveKills += 1 }
                    if try ids(penstock, shop, "approved").contains(id) { break }
                }
                approved.insert(id)
            }
            try examine(penstock, shop, "after kills of approve")
            // Killed until all is done; the last run may finish by itself.
            while try Set(ids(penstock, shop, "confirmed")) != approved {
                let run = try Run(
                    penstock, ["run", "--once", "--shop", shop],
                    killAfter: .microseconds(Int64(random.uniform() * 400_000)))
                if run.signal == SIGKILL { runKills += 1 }
                guard try ids(penstock, shop, "unknown").isEmpty, try ids(penstock, shop, "failed").isEmpty else {
                    throw BenchError("an order is unknown or failed (\(shop) of \(name))")
                }
            }
            try examine(penstock, shop, "after kills of the runner")
            orders += approved.count
            let found = try FileManager.default.contentsOfDirectory(atPath: command ? placed : "\(shop)/outbox")
                .filter { $0.hasPrefix("PO-") }
            guard found.count == approved.count else {
                throw BenchError("\(approved.count) orders were approved, \(found.count) exist (\(name))")
            }
            if command {
                for key in found {
                    let count = try String(contentsOfFile: "\(placed)/\(key)", encoding: .utf8).split(separator: "\n")
                        .count
                    guard count == 1 else { throw BenchError("\(key) was placed \(count) times") }
                }
            }
        }
        print(
            "\(name) executor: approve killed \(approveKills) times, runner \(runKills) times; each of \(orders) approved orders exists once"
        )
    }

    /// A sample shop with all its proposals, and orders that go to a folder or to a program that is slow enough to be hit.
    private func prepare(_ penstock: String, _ shop: String, _ placed: String, command: Bool) throws {
        _ = try Run.well(penstock, ["demo", "--text", "--proposals-only", "--sample", sample, "--shop", shop])
        guard command else { return }
        let program = "\(placed).sh"
        try """
        #!/bin/sh
        if [ "$PENSTOCK_CALL" = look-up ]; then [ -e "\(placed)/$PENSTOCK_KEY" ] && exit 0; exit 3; fi
        sleep 0.05
        echo placed >> "\(placed)/$PENSTOCK_KEY"
        sleep 0.05
        """.write(toFile: program, atomically: true, encoding: .utf8)
        chmod(program, 0o755)
        let path = "\(shop)/penstock.toml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let kept = text.components(before: "[executor.reorder]")
        try (kept + "[executor.reorder]\nkind = \"command\"\nprogram = \"\(program)\"\nlook_up = []\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o600)
    }

    private func ids(_ penstock: String, _ shop: String, _ state: String) throws -> [String] {
        struct Action: Decodable { var id: Int64 }
        let run = try Run.well(penstock, ["actions", "list", "--state", state, "--json", "--shop", shop])
        return try JSONDecoder().decode([Action].self, from: Data(run.output.utf8)).map { String($0.id) }
    }

    private func examine(_ penstock: String, _ shop: String, _ moment: String) throws {
        let doctor = try Run(penstock, ["doctor", "--shop", shop])
        guard doctor.code == 0 else { throw BenchError("\(moment): \(doctor.output)") }
    }
}

extension String {
    fileprivate func components(before mark: String) -> String {
        range(of: mark).map { String(self[..<$0.lowerBound]) } ?? self + "\n"
    }
}
