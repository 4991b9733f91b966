import Domain
import Formats
import Store

// A file may hold records of several systems: each speaks for its own, in a batch of its own.

extension ImportRun {
    /// What belongs to one of the systems that speak in a file.
    struct Share {
        var batch: Batch
        var count = BatchCount()
        var pending: [PendingRow] = []
        var orderDays: Set<Int32> = []
    }

    /// Lets another system speak from here on; what the one before has said so far is kept.
    mutating func speak(for name: String) throws {
        guard name != system else { return }
        let next = try shares.removeValue(forKey: name) ?? Share(batch: begin(name))
        shares[system] = Share(
            batch: batch, count: count, pending: pending, orderDays: orderDays)
        (system, batch, count) = (name, next.batch, next.count)
        (pending, orderDays, days) = (next.pending, next.orderDays, DayLookup(zone: facts.zone))
    }

    /// All that have spoken, by system: their batches, counts and the days on which they have orders.
    mutating func spoken() throws -> [(batch: Batch, count: BatchCount, coverage: [ClosedRange<Day>])] {
        let own = system
        var all: [(batch: Batch, count: BatchCount, coverage: [ClosedRange<Day>])] = []
        for name in (shares.keys + [own]).sorted() {
            try speak(for: name)
            all.append((batch, count, coverage))
        }
        try speak(for: own)
        return all
    }

    /// The rows of all that have spoken.
    var total: BatchCount {
        shares.values.reduce(into: count) { $0 += $1.count }
    }

    /// The system that a record speaks for.
    ///
    /// - Throws: `FormatError` for a store on a platform whose other store speaks for that system already.
    func speaker(of reading: Reading<[RuledFact]>) throws -> String {
        guard !isNamed, let speaker = reading.speaker else { return firstSystem }
        guard let store = speaker.store?.lowercased() else { return speaker.system }
        if let named = settings.stores[store] { return named }
        let first = try known.store(of: speaker.system, else: store, in: facts)
        guard first == store else {
            throw FormatError(
                .rule,
                "it comes from \(store.printable), but \(speaker.system) is \(first.printable) here: two stores number "
                    + "their orders alike. Name a system for it in penstock.toml, [stores] \"\(store.printable)\" = \"…\", "
                    + "and try again", file: batch.file, line: reading.line)
        }
        return speaker.system
    }

    private func begin(_ name: String) throws -> Batch {
        if let known = batches[name] { return known }
        guard let reading = batch.reading else {
            return try facts.beginBatch(
                system: name, file: batch.file, layout: batch.layout, countedAt: countedAt, now: batch.startedAt)
        }
        return try facts.beginGrowing(
            system: name, file: batch.file, layout: batch.layout, continuing: reading, now: batch.startedAt)
    }
}
