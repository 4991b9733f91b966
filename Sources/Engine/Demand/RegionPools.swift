import Config
import Domain

/// The places that sell to a country or region: what visitors from there look at is bought from them.
public struct RegionPlaces: Sendable, Hashable {
    /// Places by region, as sources of visits and mentions spell it.
    public var places: [String: [PlaceName]]

    /// Places by region.
    public init(_ places: [String: [PlaceName]] = [:]) { self.places = places }

    /// The table `[regions]` of `penstock.toml`: `"United Kingdom" = ["London", "Leeds"]`.
    init(_ table: ConfigTable) throws(ConfigError) {
        places = [:]
        guard let regions = try table.table("regions") else { return }
        for region in regions.keys {
            let names = try regions.strings(region) ?? []
            places[region] = names.compactMap { PlaceName($0) }
            guard !names.isEmpty, places[region]?.count == names.count else {
                throw regions.error(region, "a region has the names of its places: \"\(region)\" = [\"London\"]")
            }
        }
    }
}

/// Which pools the visits and mentions of a region speak for.
///
/// A region speaks for the pools of its places, by name or as the shop's settings say; one that no place is known for, and
/// what comes from nobody knows where, speaks for every pool.
struct RegionPools: Sendable {
    private var pools: [String: Set<Int64>] = [:]

    /// - Parameters:
    ///   - places: every place that is known, with its pool.
    ///   - pools: the pools' own names.
    ///   - said: what the shop's settings say.
    init(places: [(name: PlaceName, pool: Int64)], pools names: [Int64: String], said: RegionPlaces) {
        let all =
            places.map { (RegionPools.folded($0.name.text), $0.pool) } + names.map { (RegionPools.folded($1), $0) }
        for (name, pool) in all where !name.isEmpty { pools[name, default: []].insert(pool) }
        let byName = pools
        for (region, names) in said.places {
            let found = names.flatMap { byName[RegionPools.folded($0.text)] ?? [] }
            if !found.isEmpty { pools[RegionPools.folded(region)] = Set(found) }
        }
    }

    /// Whether what comes from a region may be bought from a pool.
    func speaks(_ region: String?, for pool: Int64) -> Bool {
        guard let region, let pools = pools[RegionPools.folded(region)] else { return true }
        return pools.contains(pool)
    }

    /// Whether a region speaks for some pools and not for others.
    func tellsApart(_ region: String, _ all: some Sequence<Int64>) -> Bool { all.contains { !speaks(region, for: $0) } }

    /// A name without letter case, blanks and signs, as `United Kingdom` and `united-kingdom` are one.
    private static func folded(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }
}
