import Domain
import GRDB

extension Facts {
    /// The first day whose figures may still change because a source tells of it late: web analytics rewrites its last 72
    /// hours, and ad platforms hand conversions in for three days.
    ///
    /// - Returns: nil where the metric rests on nothing of the kind.
    public func provisionalDay(of metric: Metric, in catalogue: [String: Metric], now: Instant) throws -> Day? {
        var relations: Set<String> = []
        func collect(_ metric: Metric) {
            switch metric.kind {
            case .sum(let relation, _, _), .cumulative(let relation, _, _): relations.insert(relation.name)
            default: for name in metric.inputs { catalogue[name].map(collect) }
            }
        }
        collect(metric)
        guard !relations.isDisjoint(with: ["visits", "traffic", "ads"]) else { return nil }
        return zone.day(of: now.adding(seconds: -72 * 3600))
    }
}
