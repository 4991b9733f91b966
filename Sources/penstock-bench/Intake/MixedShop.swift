import Foundation

/// A shop that has taken in some of the mixed stream.
enum MixedShop {
    /// Makes it.
    ///
    /// - Parameters:
    ///   - scratch: a folder for the stream's files.
    /// - Returns: the stream where it was left, to go on with.
    @discardableResult
    static func make(
        _ penstock: String, _ shop: String, facts: Int, factsADay: Int, scratch: String
    ) throws -> MixedStream {
        _ = try Run.well(
            penstock, ["init", shop, "--timezone", "Europe/London", "--currency", "GBP", "--lead-time", "14"])
        let (stream, catalogue) = ("\(scratch)/stream.ndjson", "\(scratch)/catalogue.ndjson")
        let written = try MixedStream.write(
            facts: facts, seed: 1, factsADay: factsADay, to: stream, catalogue: catalogue)
        _ = try Run.well(penstock, ["import", "--shop", shop, catalogue])
        _ = try Run.well(penstock, ["import", "--shop", shop, stream])
        try? FileManager.default.removeItem(atPath: stream)
        return written
    }

    /// Counts every product and names its supplier, so that there is something to order, and plans.
    static func plan(_ penstock: String, _ shop: String, scratch: String) throws {
        let skus = (0..<MixedStream.products).map(MixedStream.code)
        let counts = skus.enumerated().map { "\($1),main,\($0 * 37 % 400),on-hand,2024-02-20T18:00:00Z" }
        let offers = skus.enumerated().map { "Supplier \($0 % 60 + 1),\($1),1.00,GBP,6,6,12,3" }
        for (name, head, rows) in [
            ("counts", "sku,place,quantity,state,counted_at", counts),
            ("offers", "supplier,sku,cost,currency,minimum_quantity,pack,lead_time_days,lead_time_spread_days", offers),
        ] {
            let path = "\(scratch)/\(name).csv"
            try ([head] + rows).joined(separator: "\n").appending("\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            _ = try Run.well(penstock, ["import", "--shop", shop, path])
        }
        _ = try Run.well(penstock, ["run", "--once", "--shop", shop])
    }
}
