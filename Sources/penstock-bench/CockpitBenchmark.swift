import ArgumentParser
import Engine
import Foundation

/// What the cockpit reads before its first frame, on a shop of the whole file with sixty suppliers.
///
/// The shop is left where `--shop` says, to measure the terminal on it from outside.
struct CockpitBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cockpit", abstract: "Time to open a shop with 60 open orders and to read what a screen shows.")

    @Option(help: "The Online Retail file, .csv or .csv.gz.") var file: String
    @Option(help: "Where the shop is made; it is kept. Not there yet, or made by an earlier run.") var shop: String

    func run() throws {
        let penstock = try Run.penstock()
        if !FileManager.default.fileExists(atPath: "\(shop)/penstock.toml") { try make(penstock) }
        let clock = ContinuousClock()
        func milliseconds(_ body: () throws -> Void) rethrows -> String {
            let (seconds, attoseconds) = (try clock.measure(body)).components
            return decimals(Double(seconds) * 1000 + Double(attoseconds) / 1e15, 1)
        }
        var engine: Engine?
        print("open                   \(try milliseconds { engine = try Engine(ShopFolder(path: shop)) }) ms")
        guard let engine else { return }
        var snapshot: ShopSnapshot?
        print(
            "first snapshot         \(try milliseconds { snapshot = try engine.snapshot(actor: "bench") }) ms   (at most 40)"
        )
        print(
            "next snapshot          \(try milliseconds { _ = try engine.snapshot(after: snapshot, actor: "bench") }) ms"
        )
        if let row = snapshot?.risk.first {
            print("one product's page     \(try milliseconds { _ = try engine.page(of: row.id, actor: "bench") }) ms")
        }
        if let snapshot, let stamp = snapshot.plan {
            // Every row another one, and back: what a plan of a new day writes, in one transaction.
            let day = snapshot.yesterday.day
            let expected = ExpectedDay(units: 0, net: 0, margin: 0)
            var other = snapshot.risk
            for index in other.indices { other[index].dailyDemand += 1 }
            print(
                "keeping another plan   \(try milliseconds { try engine.facts.keep(plan: other, stamp: stamp, expects: expected, on: day) }) ms   (reading the last one included)"
            )
            try engine.facts.keep(plan: snapshot.risk, stamp: stamp, expects: expected, on: day)
        }
        print("orders \(snapshot?.orders.count ?? 0), products \(snapshot?.risk.count ?? 0)")
    }

    private func make(_ penstock: String) throws {
        _ = try Run.well(
            penstock,
            [
                "init", shop, "--timezone", "Europe/London", "--currency", "GBP", "--lead-time", "14", "--at",
                "2011-12-10T08:00:00+00:00",
            ])
        _ = try Run.well(penstock, ["import", "--shop", shop, file, "--mapping", "online-retail"])
        let skus = try Run.well("sqlite3", ["\(shop)/facts.db", "SELECT sku FROM product"]).output.split(
            separator: "\n")
        let counts = skus.enumerated().map { "\"\($1)\",main,\($0 * 37 % 400),on-hand,2011-12-09T18:00:00Z" }
        let offers = skus.enumerated().map { "Supplier \($0 % 60 + 1),\"\($1)\",1.00,GBP,6,6,12,3" }
        for (name, head, rows) in [
            ("counts", "sku,place,quantity,state,counted_at", counts),
            ("offers", "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days", offers),
        ] {
            let path = "\(shop)-\(name).csv"
            try ([head] + rows).joined(separator: "\n").appending("\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            _ = try Run.well(penstock, ["import", "--shop", shop, path])
            try FileManager.default.removeItem(atPath: path)
        }
        _ = try Run.well(penstock, ["run", "--once", "--shop", shop])
    }
}
