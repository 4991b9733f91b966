import Intake
import Store

extension Engine {
    /// Where `[records]` and what has come do not fit: a system of record that never sent anything, and orders that came
    /// in before another system was of record.
    public func recordProblems() throws -> [String] {
        let records = settings.intake.records
        guard !records.orders.isEmpty || records.products != nil else { return [] }
        let (booked, sighted) = try facts.orderKeeping()
        var problems: [String] = []
        let seen = sighted.reduce(0) { $0 + $1.orders }
        for system in Set(records.orders.values).sorted()
        where seen > 0 && !booked.contains(where: { $0.system == system }) {
            let others = sighted.map(\.system).joined(separator: ", ")
            problems.append(
                "[records] says that \(system) is of record for orders, of which none counts so far: \(seen) orders of "
                    + "\(others) count nowhere; correct the name, or import its orders, again where they came before")
        }
        if let owner = records.products, try !facts.hasSent(owner), try facts.productCount() > 0 || seen > 0 {
            problems.append(
                "[records] says that \(owner) owns products, which has never sent anything: what others name waits; "
                    + "correct the name, or import its products")
        }
        for (system, channel, orders) in booked where !records.counts(system, channel) {
            problems.append(
                "\(orders) orders of \(system)\(channel.map { " (\($0))" } ?? "") came in before [records] said that "
                    + "\(records.owner(of: channel) ?? "another system") is of record: they count besides its own; rebuild: "
                    + "move facts.db away, then import the sources again (penstock sources disagreements --field orders)"
            )
        }
        return problems
    }
}
