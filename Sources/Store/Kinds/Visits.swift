import Domain
import GRDB

/// What a visit counts for on the day on which it began.
struct VisitSums: Equatable {
    /// Day, source, origin, device, region: which row of `visit_day`.
    private(set) var key: [Int64]
    /// Visits, pages, views, carts, checkouts, purchases; whether it viewed, put into the cart, checked out, bought,
    /// bounced; its length.
    private(set) var sums: [Int64]

    static let columns = """
        source, origin, device, region, first, last, pages, views, carts, checkouts, purchases
        """

    /// A row of `columns`.
    init(_ column: (Int32) -> Int64?, zone: Zone) {
        let (first, last) = (column(4) ?? 0, column(5) ?? 0)
        key = [Int64(zone.day(of: Instant(milliseconds: first)).number)] + (0...3).map { column($0) ?? 0 }
        let counts = (6...10).map { column($0) ?? 0 }
        let isBounce = counts[0] + counts[1] <= 1 && counts[2...].allSatisfy { $0 == 0 }
        sums = [1] + counts + counts[1...].map { $0 > 0 ? 1 : 0 } + [isBounce ? 1 : 0, last - first]
    }

    /// Books what has become of a visit.
    static func book(_ before: VisitSums?, _ after: VisitSums, _ database: Database) throws {
        guard before != after else { return }
        if let before, before.key == after.key {
            try add(after.key, zip(after.sums, before.sums).map(-), database)
            return
        }
        if let before {
            try add(before.key, before.sums.map { -$0 }, database)
            try database.cachedStatement(
                sql: """
                    DELETE FROM visit_day WHERE day = ? AND source = ? AND origin = ? AND device = ? AND region = ?
                        AND visits = 0
                    """
            ).execute(arguments: StatementArguments(before.key))
        }
        try add(after.key, after.sums, database)
    }

    private static func add(_ key: [Int64], _ sums: [Int64], _ database: Database) throws {
        let statement = BulkStatement(
            try database.cachedStatement(
                sql: """
                    INSERT INTO visit_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET
                        visits = visits + excluded.visits, pages = pages + excluded.pages, views = views + excluded.views,
                        carts = carts + excluded.carts, checkouts = checkouts + excluded.checkouts,
                        purchases = purchases + excluded.purchases, viewing = viewing + excluded.viewing,
                        carting = carting + excluded.carting, checking_out = checking_out + excluded.checking_out,
                        buying = buying + excluded.buying, bounces = bounces + excluded.bounces,
                        length = length + excluded.length
                    """))
        statement.bind(key + sums)
        try statement.run()
    }

    /// Counts the visits of every day anew.
    static func rebuild(_ zone: Zone, _ database: Database) throws {
        var days: [[Int64]: [Int64]] = [:]
        let rows = BulkRows(try database.makeStatement(sql: "SELECT \(columns) FROM visit"))
        while try rows.next() {
            let visit = VisitSums(rows.integer, zone: zone)
            if let sums = days[visit.key] {
                days[visit.key] = zip(sums, visit.sums).map(+)
            } else {
                days[visit.key] = visit.sums
            }
        }
        for (key, sums) in days { try add(key, sums, database) }
    }
}
