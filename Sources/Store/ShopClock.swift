import Domain
import GRDB

/// Shop time: what facts, freshness, validity and horizons are measured by; one for all processes of a shop.
public enum ShopClock: Sendable, Hashable {
    /// The wall clock.
    case live
    /// Stands still until it is set anew: a sample, a drill, a replay.
    case fixed(Instant)

    /// The moment it shows when the wall clock shows `wall`.
    public func now(wall: Instant) -> Instant {
        switch self {
        case .live: wall
        case .fixed(let instant): instant
        }
    }
}

extension Facts {
    /// The shop's clock.
    public func clock() throws -> ShopClock {
        let text = try database.read {
            try String.fetchOne($0, sql: "SELECT value FROM setting WHERE key = 'clock'")
        }
        guard let text, let milliseconds = Int64(text) else { return .live }
        return .fixed(Instant(milliseconds: milliseconds))
    }

    /// Sets the shop's clock for all its processes.
    public func setClock(_ clock: ShopClock) throws {
        try commit { database in
            switch clock {
            case .live: try database.execute(sql: "DELETE FROM setting WHERE key = 'clock'")
            case .fixed(let instant):
                try database.execute(
                    sql: "INSERT OR REPLACE INTO setting VALUES ('clock', ?)",
                    arguments: [String(instant.milliseconds)])
            }
        }
    }
}
