import ArgumentParser
import Foundation
import Numerics

/// Import of the whole Online Retail file against the `sqlite3` program's own `.import`, in one run; and whether other
/// ways of importing it leave the same shop.
struct ImportBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Time, memory and sameness of an import, beside sqlite3's .import.")

    @Option(help: "The Online Retail file, .csv or .csv.gz.") var file: String
    @Option(help: "How often each is timed; the best of each counts.") var rounds = 3

    func run() throws {
        let penstock = try Run.penstock()
        let folder = try Run.privateFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let plain = "\(folder)/plain.csv"
        _ = try Run.well(
            "sh", ["-c", "case $1 in *.gz) gzip -dc -- \"$1\";; *) cat -- \"$1\";; esac > \"$2\"", "sh", file, plain])

        func shop(_ name: String) throws -> String {
            let path = "\(folder)/\(name)"
            try? FileManager.default.removeItem(atPath: path)
            _ = try Run.well(penstock, ["init", path, "--timezone", "Europe/London", "--currency", "GBP"])
            return path
        }
        func take(_ file: String, _ shop: String) throws -> Run {
            try Run.well(penstock, ["import", "--shop", shop, file, "--mapping", "online-retail", "--json"])
        }

        // The plain table: two indexes, one transaction, the same durability.
        let script = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE line (invoice TEXT, code TEXT, description TEXT, quantity INTEGER, date TEXT, price REAL,
                customer TEXT, country TEXT);
            CREATE INDEX line_invoice ON line (invoice);
            CREATE INDEX line_code ON line (code, date);
            .mode csv
            .import --skip 1 \(plain) line
            """
        let scriptPath = "\(folder)/import.sql"
        try script.write(toFile: scriptPath, atomically: true, encoding: .utf8)

        var best = (sqlite: Double.infinity, penstock: Double.infinity, peak: 0.0)
        var whole = ""
        for _ in 0..<rounds {
            for file in ["raw.db", "raw.db-wal", "raw.db-shm"] {
                try? FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            }
            best.sqlite = min(best.sqlite, try Run.well("sqlite3", ["\(folder)/raw.db"], input: scriptPath).seconds)
            whole = try shop("whole")
            let run = try take(file, whole)
            best.penstock = min(best.penstock, run.seconds)
            best.peak = max(best.peak, run.peakMiB)
        }
        print("sqlite3 .import        \(decimals(best.sqlite)) s")
        print("penstock import        \(decimals(best.penstock)) s")
        print("ratio                  \(decimals(best.penstock / best.sqlite))   (at most 2)")
        print("peak memory            \(decimals(best.peak, 0)) MiB   (at most 150)")
        let size = try StoreSize(shop: whole)
        print("bytes an order line    \(decimals(size.bytesAnOrderLine, 1)) of \(size.orderLines)   (at most 125)")

        let expected = try Run.contentDigest(penstock, whole)
        let again = try take(file, whole)
        print(
            "second import          \(decimals(again.seconds)) s, \(try Run.contentDigest(penstock, whole) == expected ? "same" : "DIFFERENT")"
        )

        let lines = try String(contentsOfFile: plain, encoding: .utf8).split(separator: "\n")
        guard let header = lines.first else { throw BenchError("the file is empty") }
        var rows = Array(lines.dropFirst())
        func write(_ rows: some Sequence<Substring>, _ name: String) throws -> String {
            let path = "\(folder)/\(name).csv"
            try ([header] + rows).joined(separator: "\n").appending("\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        // Overlapping by whole invoices: each part goes on to the end of an invoice, and begins one third earlier.
        func end(_ index: Int) -> Int {
            var index = min(index, rows.count)
            while index > 0, index < rows.count, rows[index].prefix(7) == rows[index - 1].prefix(7) { index += 1 }
            return index
        }
        let cuts = [0, end(rows.count / 4), end(rows.count / 3), end(rows.count / 2), end(rows.count * 2 / 3)]
        let parts = try shop("parts")
        _ = try take(write(rows[cuts[3]...], "late"), parts)
        _ = try take(write(rows[0..<cuts[2]], "early"), parts)
        _ = try take(write(rows[cuts[1]..<cuts[4]], "middle"), parts)
        print("three parts            \(try Run.contentDigest(penstock, parts) == expected ? "same" : "DIFFERENT")")

        var random = SplitMix64(seed: 2011)
        for index in stride(from: rows.count - 1, to: 0, by: -1) {
            rows.swapAt(index, Int(random.uniform() * Double(index + 1)))
        }
        let shuffled = try shop("shuffled")
        _ = try take(write(rows, "shuffled"), shuffled)
        print("shuffled rows          \(try Run.contentDigest(penstock, shuffled) == expected ? "same" : "DIFFERENT")")

        // Both sides in whole millionths, so that equal means equal.
        let ours = try Run.well(
            "sqlite3", ["\(whole)/facts.db", "SELECT count(*), sum(quantity), sum(quantity * price) FROM order_line"])
        let raw = try Run.well(
            "sqlite3",
            [
                "\(folder)/raw.db",
                "SELECT count(*), sum(quantity), sum(quantity * CAST(round(price * 1000000) AS INTEGER)) FROM line",
            ])
        print(
            "rows|units|money       \(ours.output == raw.output ? "equal" : "DIFFERENT"): \(ours.output)",
            terminator: "")
    }
}
