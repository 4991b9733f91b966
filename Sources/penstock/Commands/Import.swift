import ArgumentParser
import Engine

struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take files into the shop.",
        discussion: """
            Shopify's exports of orders, products and inventory, and Penstock's own layouts (counts, offers, calendars, \
            purchases, products) are known by their headers; any other file of order lines is read by a mapping, a small \
            TOML file that says which column is what. A file may be compressed (.gz), - is standard input.

            The same file twice, its rows in another order, or overlapping parts leave the same shop. A row that cannot be \
            taken in goes to quarantine whole, with the reason; the rest goes in. ^C leaves whole documents behind; \
            importing the file again goes on.

            Examples:
              penstock import orders_export.csv inventory.csv
              penstock import online_retail.csv.gz --mapping online-retail
              zcat big.csv.gz | penstock import - --as counts
            """)

    @OptionGroup var shop: ShopOptions
    @Argument(help: ArgumentHelp("Files, or - for standard input.", valueName: "file")) var files: [String]
    @Option(
        help: ArgumentHelp(
            "The layout, where the header does not tell: \(Layout.names.joined(separator: ", ")).",
            valueName: "layout"))
    var `as`: String?
    @Option(
        help: ArgumentHelp("A mapping: a name in the shop's mappings/, or the path of a .toml file.", valueName: "name")
    )
    var mapping: String?
    @Option(help: ArgumentHelp("The system of record the files speak for.", valueName: "name")) var system: String?
    @Option(
        help: ArgumentHelp("Days for which a file of orders is complete, as 2011-10-01..2011-10-03.", valueName: "days")
    )
    var covers: String?
    @Option(
        help: ArgumentHelp("When the stock was counted, for layouts that do not say (ISO 8601).", valueName: "time"))
    var countedAt: String?
    @Option(
        help: ArgumentHelp(
            "How the characters of the files are spelt: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "name"))
    var encoding: String?
    @Flag(help: "One JSON document for each file instead of text.") var json = false

    func run() throws {
        let engine = try shop.open()
        let spelling = try encoding.map { name in
            guard let known = TextEncoding(name: name) else {
                throw EngineError(
                    .usage,
                    "no encoding is called '\(name.printable)'; known: "
                        + TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return known
        }
        if mapping != nil, self.as != nil { throw EngineError(.usage, "--as and --mapping exclude each other") }
        let covered = try covers.map(range)
        let moment = try countedAt.map { text in
            guard let moment = Instant(iso8601: text) else {
                throw EngineError(.usage, "--counted-at must be a time with its offset, as 2011-10-02T18:00:00+01:00")
            }
            return moment
        }
        catchInterrupts()
        var refused = 0
        var documents: [JSONValue] = []
        // All are looked at before the first goes in: a name mistyped at the end must not leave half of them.
        let layouts = try files.map { file in
            let layout = try layout(file, spelling, engine)
            if file != "-" { _ = try ByteSource(path: file) }
            return layout
        }
        for (file, layout) in zip(files, layouts) {
            do {
                let report = try take(file, layout, spelling, engine, covered, moment)
                refused += report.count.refused
                if json { documents.append(document(report)) } else { tell(report, file) }
            } catch {
                guard !documents.isEmpty || file != files[0] else { throw error }
                if json { show(documents) }
                if !(error is ExitCode) { complain("penstock: \(error)") }
                complain("stopped at \(file); the files before it are in")
                throw ExitCode(1)
            }
        }
        if json { show(documents) }
        if refused > 0 { throw ExitCode(1) }
    }

    private func show(_ documents: [JSONValue]) {
        penstock.show(documents.count == 1 ? documents[0] : .array(documents))
    }

    private func take(
        _ file: String, _ layout: Layout, _ spelling: TextEncoding?, _ engine: Engine, _ covered: ClosedRange<Day>?,
        _ moment: Instant?
    ) throws -> ImportReport {
        var encoding = TextEncoding.utf8
        if case .mapped(let mapping) = layout { encoding = mapping.encoding }
        if let spelling { encoding = spelling }
        let bar = ProgressBar(file)
        defer { bar.end() }
        do {
            return try engine.importer().run(
                ByteSource(path: file, encoding: encoding), layout: layout, system: system, covers: covered,
                countedAt: moment
            ) { progress in
                bar.update(progress)
                if isInterrupted { throw Interrupted() }
            }
        } catch is Interrupted {
            bar.end()
            complain("stopped; what went in is whole. To go on: penstock import \(file) again, with the same options")
            throw ExitCode(1)
        }
    }

    private func layout(_ file: String, _ spelling: TextEncoding?, _ engine: Engine) throws -> Layout {
        if let mapping { return .mapped(try engine.keptMapping(mapping)) }
        if let name = self.as {
            guard let layout = try Layout(name: name, of: file, encoding: spelling) else {
                throw EngineError(
                    .usage,
                    "no layout is called '\(name.printable)'; known: \(Layout.names.joined(separator: ", "))")
            }
            return layout
        }
        guard file != "-" else { throw EngineError(.usage, "standard input needs --as LAYOUT or --mapping NAME") }
        guard let layout = try Layout(of: ByteSource(path: file, encoding: spelling ?? .utf8)) else {
            let header = try CSVReader(ByteSource(path: file, encoding: spelling ?? .utf8)).header
            throw EngineError(
                .usage,
                "\(file): the header is none that is known (\(header.prefix(8).joined(separator: ", ").printable)…); give --mapping NAME, "
                    + "for example --mapping online-retail, or --as LAYOUT")
        }
        return layout
    }

    private func range(_ text: String) throws -> ClosedRange<Day> {
        let parts = text.split(separator: ".", omittingEmptySubsequences: true)
        guard parts.count == 2, let first = Day(parts[0]), let last = Day(parts[1]), first <= last else {
            throw EngineError(.usage, "--covers must be two days, as 2011-10-01..2011-10-03")
        }
        return first...last
    }

    private func document(_ report: ImportReport) -> JSONValue {
        let count = report.count
        return .object([
            ("batch", .integer(report.batch)), ("read", .integer(Int64(count.read))),
            ("accepted", .integer(Int64(count.accepted))), ("replaced", .integer(Int64(count.replaced))),
            ("duplicate", .integer(Int64(count.duplicate))), ("parked", .integer(Int64(count.parked))),
            ("refused", .integer(Int64(count.refused))),
            ("waits", .object(report.waits.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) })),
            ("released", .integer(Int64(report.released))),
            ("ignoredColumns", .array(report.ignoredColumns.map { .string($0) })),
            ("complaints", .array(report.complaints.map { .string($0) })),
        ])
    }

    /// What rows wait for, by `Awaited.kind`.
    static func waiting(for kind: String) -> String {
        switch kind {
        case "order": "tell of orders that have not come yet; they are tried again with every import"
        case "rate": "are in currencies without a rate for their day; penstock import rates (currency,day,rate)"
        case "person": "wait for somebody to let them in; penstock quarantine list --parked, then retry or drop"
        default: "name products that nobody has named yet; they are tried again with every import"
        }
    }

    private func tell(_ report: ImportReport, _ file: String) {
        let count = report.count
        print(
            "\(file): \(count.read) rows read: \(count.accepted) accepted, \(count.replaced) replaced, \(count.duplicate) known already, "
                + "\(count.parked) parked, \(count.refused) refused")
        if !report.ignoredColumns.isEmpty {
            let (names, shown) = (report.ignoredColumns, 20)
            let rest = names.count > shown ? " and \(names.count - shown) more" : ""
            complain("columns not used: \(names.prefix(shown).joined(separator: ", "))\(rest)")
        }
        if report.released > 0 { print("\(report.released) rows parked earlier could be taken in now") }
        for complaint in report.complaints { complain("refused: \(complaint)") }
        if count.refused > 0 { complain("see penstock quarantine list; mend with penstock quarantine fix ID") }
        if count.parked > 0 {
            for (kind, rows) in report.waits.sorted(by: { $0.key < $1.key }) {
                complain("\(rows) rows \(Import.waiting(for: kind))")
            }
        }
    }
}
