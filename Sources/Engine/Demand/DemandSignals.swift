import Domain
import Glibc
import Store

/// What is seen of demand before it comes, by day: views, carts and mentions of a product, visits and mentions of the shop.
///
/// Counts, and NaN on days of which their sources have not told. Where regions tell pools apart, each pool has its own.
struct DemandSignals: Sendable {
    /// A kind of signal.
    enum Kind: String, Sendable, CaseIterable {
        case views, carts, mentions, visits
        case shopMentions = "shop-mentions"

        /// In words.
        var words: String {
            switch self {
            case .views: "views of its page"
            case .carts: "put into carts"
            case .mentions: "mentions of it"
            case .visits: "visits of the shop"
            case .shopMentions: "mentions of the shop"
            }
        }
    }

    /// The days that signals are given for.
    let days: ClosedRange<Day>
    /// First and last day of which a source has told of visits, and of mentions.
    let visited: ClosedRange<Day>?
    let mentioned: ClosedRange<Day>?
    /// Products with signals of their own.
    let products: Set<Int64>

    private let facts: Facts
    private let regions: RegionPools
    private let isVisited: [Bool]
    private let isMentioned: [Bool]
    private let mentions: [Int64: [MentionSeen]]
    private let shopMentions: [MentionSeen]
    private let visits: [VisitDay]
    /// By product; nil where all regions speak for all pools.
    private let byRegion: [Int64: [TrafficDay]]?

    /// Sentiment from which on a mention is meant badly.
    private static let bad = -0.5

    /// The signals of a shop; nil where no source has told of any before today.
    ///
    /// - Parameters:
    ///   - first: the first day that signals are given for.
    ///   - last: the last day with demand; signals go on to their own last day, yesterday at most.
    ///   - pools: the pools that demand is told apart by.
    init?(
        _ facts: Facts, from first: Day, demandUntil last: Day, today: Day, pools: some Collection<Int64>,
        regions: RegionPools
    ) throws {
        let visitWindow = HistoryWindow(coverage: try facts.visitCoverage(), today: today)
        let mentionWindow = HistoryWindow(coverage: try facts.mentionCoverage(), today: today)
        let ends = [visitWindow, mentionWindow].compactMap { $0?.days.upperBound }
        guard let end = ends.max(), end >= first else { return nil }
        let days = first...max(end, last)
        self.days = days
        self.facts = facts
        self.regions = regions
        visited = visitWindow?.days
        mentioned = mentionWindow?.days
        isVisited = DemandSignals.told(visitWindow, days)
        isMentioned = DemandSignals.told(mentionWindow, days)
        visits = try facts.visits(in: days)
        var mentions: [Int64: [MentionSeen]] = [:]
        var shopMentions: [MentionSeen] = []
        for mention in try facts.mentions(in: days) where mention.sentiment ?? 0 > DemandSignals.bad {
            if let product = mention.product {
                mentions[product, default: []].append(mention)
            } else {
                shopMentions.append(mention)
            }
        }
        self.mentions = mentions
        self.shopMentions = shopMentions
        products = try facts.visitedProducts(in: days).union(mentions.keys)
        let isSplit = Set(visits.compactMap(\.region)).contains { regions.tellsApart($0, pools) }
        byRegion = isSplit ? try facts.trafficByRegion(in: days) : nil
    }

    /// The kinds of signals that a product has of its own.
    static let own = [Kind.views, .carts, .mentions]
    /// The kinds that all products of a pool share.
    static let common = [Kind.visits, .shopMentions]

    /// Views, carts and mentions of a product as far as they speak for a pool.
    func own(_ product: Int64, _ pool: Int64) throws -> [[Double]] {
        var views = isVisited.map { $0 ? 0 : Double.nan }
        var carts = views
        let traffic = try byRegion.map { $0[product] ?? [] } ?? facts.traffic(of: product, in: days)
        for day in traffic where regions.speaks(day.region, for: pool) {
            let index = days.lowerBound.distance(to: day.day)
            views[index] += Double(day.views)
            carts[index] += Double(day.carts)
        }
        return [views, carts, counted(mentions[product] ?? [], pool)]
    }

    /// Visits and mentions of the shop as far as they speak for a pool.
    func common(_ pool: Int64) -> [[Double]] {
        var counts = isVisited.map { $0 ? 0 : Double.nan }
        for day in visits where regions.speaks(day.region, for: pool) {
            counts[days.lowerBound.distance(to: day.day)] += Double(day.visits)
        }
        return [counts, counted(shopMentions, pool)]
    }

    /// Mentions a day. One that many people may have seen counts for more, though not for as much more: for one and as
    /// many again as the thousands of them can be halved.
    private func counted(_ mentions: [MentionSeen], _ pool: Int64) -> [Double] {
        var counts = isMentioned.map { $0 ? 0 : Double.nan }
        for mention in mentions where regions.speaks(mention.region, for: pool) {
            counts[days.lowerBound.distance(to: mention.day)] +=
                1 + log2(1 + Double(max(0, mention.reach)) / 1000).rounded()
        }
        return counts
    }

    /// For each day whether all sources of a kind that had not ended told of it.
    private static func told(_ window: HistoryWindow?, _ days: ClosedRange<Day>) -> [Bool] {
        guard let window else { return days.map { _ in false } }
        let told = window.isCovered(by: nil)
        return days.map { window.days.contains($0) && told[window.days.lowerBound.distance(to: $0)] }
    }
}
