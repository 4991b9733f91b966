import Dispatch
import Domain
import Formats
import Store

// Facts of every kind but mapped order lines: read, judged, and written in small groups.

extension ImportRun {
    /// What one reading brought, on its way into the store.
    private struct Gathered {
        var reading: Reading<[RuledFact]>
        var facts: [Fact]
        /// What is odd about each.
        var flags: [[Oddity]]
        /// What became of each; nil while it is not written, or counted with the orders.
        var arrivals: [Arrival?]
    }

    /// Takes in what a reader gives.
    ///
    /// - Parameters:
    ///   - share: how much of its file the reader has read.
    ///   - isReady: whether it can give a reading without waiting for input.
    mutating func takeFacts(
        _ reader: any RecordReader<[RuledFact]>, share: () -> Double?, isReady: () -> Bool = { true }
    ) throws {
        var flow = Flow(reader: reader)
        // Groups that are written in one transaction share their pages: in a large shop, each row of a group lies on another.
        // Nobody is kept from writing while this one waits for input.
        while let first = try flow.next() {
            if isBulk {
                try facts.database.together { try takeSome(first, &flow, share, isReady) }
            } else {
                try takeSome(first, &flow, share, isReady)
            }
        }
        for name in (shares.keys + [system]).sorted() {
            try speak(for: name)
            try write(&flow.groups[name, default: []])
            try putAside()
        }
        try speak(for: firstSystem)
        ignoredColumns = flow.ignoredColumns
    }

    /// A reader, and what has come from it and is not written, by system.
    private struct Flow {
        private var reader: any RecordReader<[RuledFact]>
        private var isOver = false
        var groups: [String: [Gathered]] = [:]
        /// Facts and lines of orders in each group.
        var sizes: [String: Int] = [:]
        var rows = 0

        init(reader: any RecordReader<[RuledFact]>) { self.reader = reader }

        var ignoredColumns: [String] { reader.ignoredColumns }

        /// The next reading; nil at the end, however often it is asked for.
        mutating func next() throws -> Reading<[RuledFact]>? {
            guard !isOver, let reading = try reader.next() else {
                isOver = true
                return nil
            }
            return reading
        }
    }

    /// Takes in a reading and those after it, until some are written and a transaction's time is over, or until the next
    /// one would have to be waited for.
    private mutating func takeSome(
        _ first: Reading<[RuledFact]>, _ flow: inout Flow, _ share: () -> Double?, _ isReady: () -> Bool
    ) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        var next: Reading<[RuledFact]>? = first
        while let reading = next {
            if try take(reading, &flow, share), clock.now - begin > transaction { return }
            next = isReady() ? try flow.next() : nil
        }
    }

    /// Takes in a reading.
    ///
    /// - Returns: whether that filled a group, which is written.
    private mutating func take(
        _ reading: Reading<[RuledFact]>, _ flow: inout Flow, _ share: () -> Double?
    ) throws -> Bool {
        flow.rows += reading.rows
        lastRecord = (reading.line, reading.offset)
        lastRows = reading.rows
        if flow.rows & 0xFF < reading.rows { try tell(.reading, share(), rows: flow.rows) }
        do {
            try speak(for: speaker(of: reading))
        } catch let error as FormatError {
            try refuse(reading, error)
            return false
        }
        let name = system
        try gather(reading, in: &flow.groups[name, default: []])
        let size = flow.sizes[name, default: 0] + ImportRun.size(of: reading)
        guard size >= groupSize else {
            flow.sizes[name] = size
            return false
        }
        flow.sizes[name] = 0
        try write(&flow.groups[name, default: []])
        try tell(.reading, share(), rows: flow.rows)
        return true
    }

    /// Facts of a reading, an order as many as it has lines.
    private static func size(of reading: Reading<[RuledFact]>) -> Int {
        guard case .success(let facts) = reading.outcome else { return 1 }
        return facts.reduce(0) { size, ruled in
            if case .order(let order) = ruled.fact { size + max(1, order.lines.count) } else { size + 1 }
        }
    }

    private mutating func gather(_ reading: Reading<[RuledFact]>, in group: inout [Gathered]) throws {
        var (facts, verdict) = try judged(reading.outcome, reading)
        if case .refused = verdict, let outcome = try rewritten(reading) {
            (facts, verdict) = try judged(outcome, reading)
        }
        switch verdict {
        case .refused(let error): try refuse(reading, error)
        case .waits(let awaited):
            setAside(reading, awaited, facts)
            outcomes += isRetry ? [.waits(awaited)] : []
            try putAsideIfMany()
        case .sound(let flags):
            if let at = facts.compactMap({ $0.eventTime(in: self.facts.zone) }).max() { pass(at, rows: reading.rows) }
            guard !facts.isEmpty else {
                count.duplicate += reading.rows
                outcomes += isRetry ? [.isIn] : []
                return
            }
            group.append(
                Gathered(
                    reading: reading, facts: facts, flags: flags, arrivals: Array(repeating: nil, count: facts.count)))
        }
    }

    private func judged(
        _ outcome: Result<[RuledFact], FormatError>, _ reading: Reading<[RuledFact]>
    ) throws -> ([Fact], Verdict) {
        switch outcome {
        case .failure(let error): return ([], .refused(error))
        case .success(let ruled):
            let ruled = ruled.filter { countsHere($0.fact) }
            return (ruled.map(\.fact), try judge(ruled, line: reading.line))
        }
    }

    /// A record that is refused as it is, read with what people have learned of its source; nil where that says nothing.
    private func rewritten(_ reading: Reading<[RuledFact]>) throws -> Result<[RuledFact], FormatError>? {
        let text = settings.rewrites.applied(
            to: reading.raw, header: header, layout: batch.layout, dialect: CSVDialect())
        guard let text, let layout = Layout(name: batch.layout) else { return nil }
        let head = header.isEmpty ? [] : header + [0x0A]
        let opened = try OpenedFile(
            ByteSource(bytes: head + text + [0x0A], name: batch.file), layout, facts: facts, settings: settings,
            countedAt: countedAt)
        guard case .facts(var reader) = opened.content else { return nil }
        return try reader.next().map { rules.judged($0.outcome) }
    }

    /// Whether a fact may count: what belongs to orders of a system that is nowhere of record goes nowhere.
    private func countsHere(_ fact: Fact) -> Bool {
        switch fact {
        case .amendment, .shipment: settings.records.recordsOrders(of: system)
        default: true
        }
    }

    // MARK: - Writing

    /// Writes a group: what names things first, then orders, then all that may refer to either.
    private mutating func write(_ group: inout [Gathered]) throws {
        guard !group.isEmpty else { return }
        try take(&group) { fact in
            switch fact {
            case .product, .alias, .rate: true
            default: false
            }
        }
        try writeOrders(&group)
        try take(&group) { fact in
            if case .order = fact { false } else { true }
        }
        for gathered in group where !gathered.facts.isEmpty {
            let arrivals = gathered.arrivals.compactMap { $0 }
            guard let first = arrivals.first else {
                outcomes += isRetry ? [.isIn] : []
                continue
            }
            let worst = arrivals.dropFirst().reduce(first) { $0.weight >= $1.weight ? $0 : $1 }
            outcomes += isRetry ? [worst.outcome] : []
            // Rows that hold an order are counted with it.
            let rows = gathered.arrivals.contains(nil) ? 0 : gathered.reading.rows
            switch worst {
            case .accepted: count.accepted += rows
            case .replaced: count.replaced += rows
            case .duplicate: count.duplicate += rows
            case .parked(let awaited): setAside(gathered.reading, awaited, gathered.facts, rows: rows)
            }
        }
        drop(&group)
        try putAside()
    }

    /// Lets go of a group. To free what a great many records hold takes time that a long import has elsewhere.
    private func drop(_ group: inout [Gathered]) {
        guard isBulk else { return group.removeAll(keepingCapacity: true) }
        let done = group
        group = []
        DispatchQueue.global(qos: .utility).async { withExtendedLifetime(done) {} }
    }

    private func take(_ group: inout [Gathered], where belongs: (Fact) -> Bool) throws {
        var chosen: [Fact] = []
        var flags: [[Oddity]] = []
        var places: [(Int, Int)] = []
        for (row, gathered) in group.enumerated() {
            for (index, fact) in gathered.facts.enumerated() where gathered.arrivals[index] == nil && belongs(fact) {
                chosen.append(fact)
                flags.append(gathered.flags[index])
                places.append((row, index))
            }
        }
        guard !chosen.isEmpty else { return }
        for (place, arrival) in zip(
            places, try facts.take(chosen, flags: flags, of: batch, transaction: transaction))
        {
            group[place.0].arrivals[place.1] = arrival
        }
    }

    private mutating func writeOrders(_ group: inout [Gathered]) throws {
        var book = OrderBook(capacity: 1 << 12)
        for row in group.indices {
            var rows = group[row].reading.rows
            for (index, fact) in group[row].facts.enumerated() {
                guard case .order(var order) = fact else { continue }
                for line in order.lines.indices {
                    if let reference = order.lines[line].product,
                        let sku = try known.sku(of: reference, in: facts)
                    {
                        order.lines[line].sku = sku
                        order.lines[line].product = nil
                    }
                }
                if !isRecorder(of: order.channel) {
                    group[row].arrivals[index] = try facts.see(
                        sighting(order), flags: group[row].flags[index], of: batch)
                    continue
                }
                // Called off, it takes the place of what was told of it before.
                guard !order.lines.isEmpty || order.isTest else {
                    group[row].arrivals[index] = .duplicate
                    continue
                }
                do throws(FormatError) {
                    try add(
                        order, rows: rows, at: group[row].reading.line, flags: group[row].flags[index], to: &book)
                    rows = 0
                } catch {
                    try refuse(group[row].reading, error)
                    group[row].facts = []
                    group[row].arrivals = []
                    break
                }
            }
        }
        guard book.count > 0 else { return }
        count += try facts.write(book, of: batch, areWhole: true, transaction: transaction)
    }

    private func sighting(_ order: OrderDocument) -> Sighting {
        let sales = order.lines.filter { $0.kind == .sale }
        return Sighting(
            number: order.number, key: order.key, at: order.orderedAt, channel: order.channel,
            units: sales.reduce(0) { $0 &+ $1.quantity },
            total: sales.reduce(0) {
                $0 &+ (OrderLine.total(of: $1.quantity, at: $1.unitPrice, less: $1.discount, in: order.currency) ?? 0)
            }, currency: order.currency)
    }

    private mutating func add(_ order: OrderDocument, rows: Int, at row: Int, flags: [Oddity], to book: inout OrderBook)
        throws(FormatError)
    {
        let totals = order.lines.map {
            OrderLine.total(
                of: $0.quantity, at: $0.unitPrice, less: $0.quantity < 0 ? -$0.discount : $0.discount,
                in: order.currency)
        }
        guard !totals.contains(nil) else {
            throw FormatError(
                .outOfRange, "order \(order.number.printable) has a total that does not fit", file: batch.file,
                line: row)
        }
        var number = order.number
        let document = number.withUTF8 { book.document($0) }
        var customer = order.customer ?? ""
        // An order that stands in the file twice stands there whole each time: the later version holds, else the later.
        let isOutdated = customer.withUTF8 {
            book.describe(document, version: order.version, customer: $0, place: order.place)
        }
        if !isOutdated {
            book.restart(document)
            _ = customer.withUTF8 {
                book.describe(document, version: order.version, customer: $0, place: order.place)
            }
            book.describe(document, as: order, currency: facts.currency)
            book.flag(document, flags)
        }
        if order.lines.isEmpty {
            [UInt8]().withUnsafeBufferPointer {
                book.add(
                    to: document, product: nil, kind: .notProduct, quantity: 0, price: UnitPrice(micros: 0), total: 0,
                    at: order.orderedAt, shippedAt: nil, line: $0, isOutdated: isOutdated, rows: rows)
            }
        }
        for (index, line) in order.lines.enumerated() {
            // Cancelled orders have lines that no row stands for; the first line stands for rows that make none.
            let weight = rows == 0 ? 0 : index == 0 ? max(1, rows - order.lines.count + 1) : index < rows ? 1 : 0
            let at = line.at ?? order.orderedAt
            var product: Int32?
            if let sku = line.sku, line.kind != .notProduct {
                var code = sku.text
                product = code.withUTF8 { book.product($0) }
                var title = line.title
                if let product {
                    title.withUTF8 { book.title(product, $0, at: at) }
                    // A catalogue that names it later finds it.
                    if let reference = line.product { book.identify(product, as: reference) }
                }
            }
            var (price, total) = (line.unitPrice, totals[index] ?? 0)
            var foreign: (price: Int64, total: Int64)?
            if order.currency != facts.currency {
                guard let rate = known.rate(of: order.currency, on: facts.zone.day(of: at), in: facts) else {
                    throw FormatError(
                        .outOfRange, "no rate of \(order.currency) is known for \(facts.zone.day(of: at))",
                        file: batch.file, line: row)
                }
                foreign = (price.micros, total)
                price = UnitPrice(micros: Exact.price(price.micros, at: rate))
                total = Exact.total(total, in: order.currency, at: rate, as: facts.currency)
            }
            var id = line.line ?? ""
            id.withUTF8 {
                book.add(
                    to: document, product: product, kind: line.kind, quantity: line.quantity, price: price,
                    total: total,
                    at: at, shippedAt: line.shippedAt, line: $0, isOutdated: isOutdated, isSellable: line.isSellable,
                    returnedTo: line.returnedTo, foreign: foreign, rows: weight)
            }
        }
        cover(order.orderedAt)
    }

    // MARK: - Quarantine

    private mutating func refuse(_ reading: Reading<[RuledFact]>, _ error: FormatError) throws {
        outcomes += isRetry ? [.refused] : []
        setAside(
            RefusedRow(
                line: reading.line, offset: reading.offset, raw: reading.raw, code: error.code.rawValue,
                reason: error.message), rows: reading.rows, error)
        try putAsideIfMany()
    }

    private mutating func setAside(
        _ reading: Reading<[RuledFact]>, _ awaited: Awaited, _ facts: [Fact], rows: Int? = nil
    ) {
        var row = RefusedRow(
            line: reading.line, offset: reading.offset, raw: reading.raw, code: awaited.code, reason: awaited.reason,
            awaits: awaited)
        if facts.count == 1, case .order(let order)? = facts.first, let version = order.version {
            row.order = (order.number, version)
        }
        setAside(row, rows: rows ?? reading.rows)
    }
}

/// What an import has looked up, so that it asks once.
final class Known {
    /// Products that are known, by their codes.
    var skus: Set<String> = []
    private var rates: [String: Int64?] = [:]
    private var stores: [String: String] = [:]
    private var references: [ProductReference: SKU] = [:]

    /// The store that speaks for a platform's system; from now on this one, where there was none.
    func store(of system: String, else store: String, in facts: Facts) throws -> String {
        if let known = stores[system] { return known }
        let first = try facts.store(of: system, else: store)
        stores[system] = first
        return first
    }

    /// The SKU of the product that a code means; nil where none is known.
    func sku(of reference: ProductReference, in facts: Facts) throws -> SKU? {
        if let cached = references[reference] { return cached }
        let sku = try facts.product(of: reference)?.sku
        references[reference] = sku
        return sku
    }

    /// The rate of a currency on a day; nil where none is known.
    func rate(of currency: Currency, on day: Day, in facts: Facts) -> Int64? {
        let key = "\(currency.code) \(day.number)"
        if let cached = rates[key] { return cached }
        let rate = try? facts.rate(of: currency, on: day)
        if rate != nil { rates[key] = rate }
        return rate
    }
}

extension Arrival {
    /// Of several facts of a row, what has most of this is what became of the row.
    fileprivate var weight: Int {
        switch self {
        case .duplicate: 0
        case .replaced: 1
        case .accepted: 2
        case .parked: 3
        }
    }

    fileprivate var outcome: RetryOutcome {
        if case .parked(let awaited) = self { .waits(awaited) } else { .isIn }
    }
}
