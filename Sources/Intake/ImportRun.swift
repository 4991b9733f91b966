import Domain
import Formats
import Store

/// One file on its way in: decodes by layout, hands on what is sound, puts aside what is not, and counts.
struct ImportRun {
    let facts: Facts
    let batch: Batch
    let countedAt: Instant
    private let dialect: CSVDialect
    private let transaction: Duration
    private let gathering: Int
    /// Whether the file holds more order lines than one gathering.
    private var isPart = false
    private let header: [UInt8]
    private let report: (ImportProgress) throws -> Void

    private(set) var count = BatchCount()
    private(set) var ignoredColumns: [String] = []
    var complaints: [String] = []
    /// Whether each record got in, where rows are retried.
    private(set) var outcomes: [Bool] = []
    /// Rows come from quarantine: they add to their documents, and what fails is in quarantine already.
    var isRetry = false

    private var orderDays: Set<Int32> = []
    private var dayCache: (from: Int64, to: Int64) = (0, 0)
    /// Orders after this moment have not happened.
    private let latest: Instant?
    private var ordinals: [Int64: Int] = [:]
    private var pendingRefusals: [RefusedRow] = []

    init(
        facts: Facts, batch: Batch, csv: CSVReader, dialect: CSVDialect, countedAt: Instant,
        transaction: Duration = .milliseconds(12), gathering: Int = OrderBook.usualCapacity, latest: Instant? = nil,
        progress: @escaping (ImportProgress) throws -> Void = { _ in }
    ) {
        self.facts = facts
        self.batch = batch
        self.countedAt = countedAt
        self.dialect = dialect
        self.transaction = transaction
        self.gathering = gathering
        self.latest = latest
        report = progress
        let writer = CSVWriter(dialect: dialect)
        for name in csv.header { writer.field(name) }
        try? writer.endRecord()
        header = writer.bytes.last == 0x0A ? Array(writer.bytes.dropLast()) : writer.bytes
    }

    /// The days on which the file has order lines, as runs of days; which pauses between them count as days without
    /// orders is judged over everything that a source has told.
    var coverage: [ClosedRange<Day>] {
        orderDays.sorted().reduce(into: []) { ranges, number in
            let day = Day(number: number)
            if let last = ranges.last, last.upperBound.distance(to: day) <= 1 {
                ranges[ranges.count - 1] = last.lowerBound...day
            } else {
                ranges.append(day...day)
            }
        }
    }

    mutating func take(_ csv: CSVReader, _ layout: Layout) throws {
        switch layout {
        case .mapped(let mapping): try takeMapped(csv, mapping)
        case .known(.shopifyOrders):
            try takeOrders(try ShopifyOrdersReader(csv), csv)
        case .known(.shopifyProducts):
            try takeEach(try ShopifyProductsReader(csv), csv) { try $0.take($1, of: $2, Facts.take) }
        case .known(.products): try takeEach(try ProductsReader(csv), csv) { try $0.take($1, of: $2, Facts.take) }
        case .known(.shopifyInventory):
            try takeEach(try ShopifyInventoryReader(csv, countedAt: countedAt), csv) {
                try $0.take($1, of: $2, Facts.take)
            }
        case .known(.counts):
            try takeEach(try CountsReader(csv, zone: facts.zone), csv) { try $0.take($1, of: $2, Facts.take) }
        case .known(.offers): try takeEach(try OffersReader(csv), csv) { try $0.take($1, of: $2, Facts.take) }
        case .known(.calendars):
            try takeEach(try CalendarsReader(csv, currency: facts.currency), csv) {
                try $0.take($1, of: $2, Facts.take)
            }
        case .known(.purchases):
            try takeEach(try PurchasesReader(csv, zone: facts.zone), csv) { try $0.take($1, of: $2, Facts.take) }
        }
        try putAside()
    }

    // MARK: - Orders

    private mutating func takeMapped(_ csv: CSVReader, _ mapping: Mapping) throws {
        var rows = try MappedOrders(csv, mapping: mapping, shopCurrency: facts.currency, latest: latest)
        var book = OrderBook(capacity: gathering)
        var read = 0
        while try csv.next() {
            read += 1
            if read & 0x1FFF == 0 { try tell(.reading, csv, rows: read) }
            do throws(FormatError) {
                let at = try rows.take(csv, into: &book)
                cover(at)
                if isRetry { outcomes.append(true) }
            } catch {
                if isRetry { outcomes.append(false) }
                for mended in try refuse(csv, error) {
                    let again = try CSVReader(
                        ByteSource(bytes: header + [0x0A] + mended + [0x0A], name: csv.source.name), dialect: dialect)
                    var reader = try MappedOrders(again, mapping: mapping, shopCurrency: facts.currency, latest: latest)
                    // What was mended under an earlier mapping may be broken under this one: then it stays refused.
                    guard try again.next(), let at = try? reader.take(again, into: &book) else { continue }
                    cover(at)
                    count.refused -= 1
                }
            }
            if book.isFull {
                try write(&book, mergesPieces: mapping.comesInPieces)
            }
        }
        ignoredColumns = csv.header.filter { name in
            !mapping.columns.values.contains { $0.lowercased() == name.trimmed.lowercased() }
        }
        try write(&book, mergesPieces: mapping.comesInPieces)
    }

    private mutating func takeOrders(_ reader: some RecordReader<OrderDocument>, _ csv: CSVReader) throws {
        var book = OrderBook(capacity: gathering)
        try each(reader, csv) { run, reading, order in
            guard order.currency == run.facts.currency else {
                throw FormatError(
                    .outOfRange,
                    "order \(order.number.printable) is in \(order.currency), the shop in \(run.facts.currency): convert it first",
                    file: csv.source.name, line: reading.line)
            }
            try run.add(order, rows: reading.rows, at: reading.line, to: &book)
            if book.isFull { try run.write(&book, mergesPieces: false) }
        }
        try write(&book, mergesPieces: false)
    }

    private mutating func add(_ order: OrderDocument, rows: Int, at row: Int, to book: inout OrderBook)
        throws(FormatError)
    {
        let totals = order.lines.map {
            OrderLine.total(
                of: $0.quantity, at: $0.unitPrice, less: $0.quantity < 0 ? -$0.discount : $0.discount,
                in: order.currency)
        }
        guard !totals.contains(nil), !totals.isEmpty else {
            throw FormatError(
                .outOfRange, "order \(order.number.printable) has no lines, or a total that does not fit",
                file: batch.file,
                line: row)
        }
        if let latest, order.orderedAt > latest {
            throw FormatError(.outOfRange, ImportRun.notYet(order.orderedAt, facts.zone), file: batch.file, line: row)
        }
        var number = order.number
        let document = number.withUTF8 { book.document($0) }
        var customer = order.customer ?? ""
        // An order that stands in the file twice stands there whole each time: the later one holds.
        book.restart(document)
        _ = customer.withUTF8 { book.describe(document, version: order.version, customer: $0, place: order.place) }
        for (index, line) in order.lines.enumerated() {
            // Cancelled orders have lines that no row stands for; the first line stands for rows that make none.
            let weight = index == 0 ? max(1, rows - order.lines.count + 1) : index < rows ? 1 : 0
            var product: Int32?
            if let sku = line.sku, line.kind != .notProduct {
                var code = sku.text
                product = code.withUTF8 { book.product($0) }
                var title = line.title
                if let product { title.withUTF8 { book.title(product, $0, at: order.orderedAt) } }
            }
            let total = totals[index] ?? 0
            var id = line.line ?? ""
            id.withUTF8 {
                book.add(
                    to: document, product: product, kind: line.kind, quantity: line.quantity, price: line.unitPrice,
                    total: total, at: order.orderedAt, shippedAt: line.shippedAt, line: $0, rows: weight)
            }
        }
        cover(order.orderedAt)
    }

    private mutating func write(_ book: inout OrderBook, mergesPieces: Bool) throws {
        guard book.count > 0 else { return }
        isPart = isPart || book.isFull
        let total = book.count
        let before = count.read
        count += try facts.write(
            book, of: batch, mergesPieces: mergesPieces || isRetry, isPart: isPart, transaction: transaction
        ) { written in
            try report(ImportProgress(phase: .writing, share: Double(written) / Double(total), rows: before + written))
        }
        book = OrderBook(capacity: gathering)
    }

    // MARK: - Everything else

    private mutating func takeEach<Reader: RecordReader>(
        _ reader: Reader, _ csv: CSVReader, _ take: @escaping (Facts, [Reader.Record], Batch) throws -> [Arrival]
    ) throws {
        var gathered: [Reading<Reader.Record>] = []
        func flush(_ run: inout ImportRun) throws {
            let records = gathered.compactMap { try? $0.outcome.get() }
            for (reading, arrival) in zip(gathered, try take(run.facts, records, run.batch)) {
                if run.isRetry { run.outcomes.append(arrival.isIn) }
                switch arrival {
                case .accepted: run.count.accepted += reading.rows
                case .replaced: run.count.replaced += reading.rows
                case .duplicate: run.count.duplicate += reading.rows
                case .parked(let reason):
                    run.count.parked += reading.rows
                    run.setAside(
                        RefusedRow(
                            line: reading.line, offset: reading.offset, raw: reading.raw, code: "unknown-reference",
                            reason: reason, isParked: true))
                }
            }
            gathered.removeAll(keepingCapacity: true)
        }
        try each(reader, csv) { run, reading, _ in
            gathered.append(reading)
            if gathered.count >= 500 { try flush(&run) }
        }
        try flush(&self)
    }

    private mutating func each<Reader: RecordReader>(
        _ reader: Reader, _ csv: CSVReader,
        _ body: (inout ImportRun, Reading<Reader.Record>, Reader.Record) throws -> Void
    ) throws {
        var reader = reader
        var rows = 0
        while let reading = try reader.next() {
            rows += reading.rows
            if rows & 0xFF == 0 { try tell(.reading, csv, rows: rows) }
            do {
                try body(&self, reading, try reading.outcome.get())
            } catch let error as FormatError {
                if isRetry { outcomes.append(false) }
                count.refused += reading.rows
                complain(error)
                setAside(
                    RefusedRow(
                        line: reading.line, offset: reading.offset, raw: reading.raw, code: error.code.rawValue,
                        reason: error.message))
                if pendingRefusals.count >= 500 { try putAside() }
            }
        }
        ignoredColumns = reader.ignoredColumns
    }

    // MARK: - Quarantine

    /// Puts the reader's current row aside; gives what a person made of it before, where one did.
    private mutating func refuse(_ csv: CSVReader, _ error: FormatError) throws -> [[UInt8]] {
        count.refused += 1
        complain(error)
        setAside(
            RefusedRow(
                line: csv.line, offset: csv.offset, raw: Array(csv.raw), code: error.code.rawValue,
                reason: error.message))
        return try putAside()
    }

    private mutating func setAside(_ row: RefusedRow) {
        if !isRetry { pendingRefusals.append(row) }
    }

    @discardableResult
    private mutating func putAside() throws -> [[UInt8]] {
        let rows = pendingRefusals
        pendingRefusals.removeAll()
        return try facts.quarantine(rows, header: header, of: batch, ordinals: &ordinals)
    }

    private mutating func complain(_ error: FormatError) {
        if complaints.count < 5 { complaints.append(error.description.printable) }
    }

    /// An order of tomorrow is a typing error, and would cover all the days before it.
    static func notYet(_ at: Instant, _ zone: Zone) -> String {
        "this is dated \(at.iso8601(in: zone)), after the shop's clock; correct the date"
    }

    private mutating func cover(_ at: Instant) {
        if at.milliseconds >= dayCache.from, at.milliseconds < dayCache.to { return }
        let day = facts.zone.day(of: at)
        orderDays.insert(day.number)
        dayCache = (
            facts.zone.instant(day: day).milliseconds, facts.zone.instant(day: day.advanced(by: 1)).milliseconds
        )
    }

    private func tell(_ phase: ImportProgress.Phase, _ csv: CSVReader, rows: Int) throws {
        let share = csv.source.size.map { $0 > 0 ? min(1, Double(csv.source.consumed) / Double($0)) : 1 }
        try report(ImportProgress(phase: phase, share: share, rows: rows))
    }
}

extension OrderLine {
    /// What a line comes to in minor units; nil beyond 10¹⁴ of them, since sums of such lines could leave 64 bits.
    static func total(of units: Int64, at price: UnitPrice, less discount: Int64, in currency: Currency) -> Int64? {
        guard let gross = price.total(units, currency: currency) else { return nil }
        let (total, overflow) = gross.subtractingReportingOverflow(discount)
        return overflow || total.magnitude > 100_000_000_000_000 ? nil : total
    }
}

extension Arrival {
    fileprivate var isIn: Bool {
        if case .parked = self { false } else { true }
    }
}
