import Domain
import TOMLKit

extension Policy {
    /// Reads the text of a `policy.toml`. What it does not mention keeps its conservative default.
    ///
    /// - Parameters:
    ///   - text: TOML 1.0; `template(currency:)` shows every key.
    ///   - currency: the shop's, which amounts are in.
    /// - Throws: `ActionError` with code `.policy`, naming every wrong line: a key that is not known, a value of the
    ///   wrong type or out of its range.
    public init(_ text: String, currency: Currency) throws {
        self.init(currency: currency)
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ActionError(
                .policy, "line \(error.source.begin.line): \(error.description)",
                place: "policy.toml:\(error.source.begin.line)")
        }
        var root = PolicyTable(table, path: "", places: KeyPlaces(text), decimals: currency.decimals)
        root.table("reorder") { table in
            table.choice("mode", &reorder.mode)
            table.money("max_order_value", &reorder.maxOrderValue)
            table.money("max_supplier_day_value", &reorder.maxSupplierDayValue)
            table.money("max_day_value", &reorder.maxDayValue)
            table.count("max_line_units", &reorder.maxLineUnits, 1...1_000_000_000)
            table.count("grace_minutes", &reorder.graceMinutes, 0...10_080)
            table.count("valid_hours", &reorder.validHours, 1...8_760)
            table.count("rejected_days", &reorder.rejectedDays, 0...3_650)
            table.count("max_count_age_hours", &reorder.maxCountAgeHours, 0...8_760)
            table.count("cover_days", &reorder.coverDays, 1...730)
            table.table("tolerance") { table in
                table.share("on_hand", &reorder.tolerance.onHand, 0...100)
                table.share("demand", &reorder.tolerance.demand, 0...100)
                table.share("cost", &reorder.tolerance.cost, 0...100)
                table.share("lead_time", &reorder.tolerance.leadTime, 0...100)
            }
        }
        root.table("service") { table in
            table.share("default", &service.standard, 0.001...0.9999)
            for name in table.otherKeys {
                var level = service.standard
                table.share(name, &level, 0.001...0.9999)
                service.classes[name] = level
            }
        }
        root.table("roles") { table in
            table.names("approvers", &approvers)
            var above = Int64.max
            table.money("four_eyes_above", &above)
            if above != .max { fourEyesAbove = above }
        }
        try root.finish()
    }

    /// The text of a `policy.toml` with every key, its meaning and its default: it reads as `Policy(currency:)`.
    public static func template(currency: Currency) -> String {
        let rules = Rules(currency: currency)
        func whole(_ minor: Int64) -> Int64 { minor / FixedPoint.powers[currency.decimals] }
        return """
            # What Penstock may do by itself, what it asks for, and what it never does.
            # Amounts are in \(currency). A mistake in this file leaves the last valid policy in force.

            [reorder]
            # "off": nothing is ordered. "ask": a person decides. "auto": decided here where every guardrail agrees.
            mode = "\(rules.mode.rawValue)"
            # An order above one of these is held until it is made smaller or the limit is raised.
            max_order_value = \(whole(rules.maxOrderValue))
            max_line_units = \(rules.maxLineUnits)
            # What all orders of a day may cost, with one supplier and together. Reserved at approval.
            max_supplier_day_value = \(whole(rules.maxSupplierDayValue))
            max_day_value = \(whole(rules.maxDayValue))
            # Minutes between a decision and its sending, in which it can be undone.
            grace_minutes = \(rules.graceMinutes)
            # Hours for which a proposal waits for a decision.
            valid_hours = \(rules.validHours)
            # Days for which a rejected need stays closed.
            rejected_days = \(rules.rejectedDays)
            # Hours since the stock was counted up to which "auto" may decide.
            max_count_age_hours = \(rules.maxCountAgeHours)
            # Days of demand that an order should cover beyond the lead time.
            cover_days = \(rules.coverDays)

            # How far a number may move, relative to what was shown, before a decision is asked again.
            [reorder.tolerance]
            on_hand = \(rules.tolerance.onHand)
            demand = \(rules.tolerance.demand)
            cost = \(rules.tolerance.cost)
            lead_time = \(rules.tolerance.leadTime)

            # Shares of demand to be served from the shelf, by class; a class that is not named has the default.
            [service]
            default = \(ServiceLevels().standard)
            # A = 0.98
            # C = 0.90

            [roles]
            # User names that may decide; empty for everyone.
            approvers = []
            # Orders above this need a second person.
            # four_eyes_above = 5000

            """
    }
}

/// One table of the policy while it is read: every key that is asked for is known, what remains is a mistake.
private struct PolicyTable {
    private let table: TOMLTable
    private let path: String
    private let places: KeyPlaces
    private let decimals: Int
    private var known: Set<String> = []
    private(set) var complaints: [(line: Int, text: String)] = []

    init(_ table: TOMLTable, path: String, places: KeyPlaces, decimals: Int) {
        self.table = table
        self.path = path
        self.places = places
        self.decimals = decimals
    }

    /// The keys that nobody has asked for yet.
    var otherKeys: [String] { table.keys.filter { !known.contains($0) }.sorted() }

    mutating func table(_ key: String, _ body: (inout PolicyTable) -> Void) {
        guard let value = take(key) else { return }
        guard let inner = value.table else { return complain(key, "must be a table: [\(full(key))]") }
        var table = PolicyTable(inner, path: full(key), places: places, decimals: decimals)
        body(&table)
        table.refuseOthers()
        complaints += table.complaints
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ field: inout Choice)
    where Choice.RawValue == String {
        guard let value = take(key) else { return }
        guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
            let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            return complain(key, "must be one of \(names)")
        }
        field = choice
    }

    mutating func count(_ key: String, _ field: inout Int64, _ range: ClosedRange<Int64>) {
        guard let value = take(key) else { return }
        guard let count = value.int.map(Int64.init), range.contains(count) else {
            return complain(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        field = count
    }

    mutating func share(_ key: String, _ field: inout Double, _ range: ClosedRange<Double>) {
        guard let value = take(key) else { return }
        guard let share = value.double ?? value.int.map(Double.init), range.contains(share) else {
            return complain(key, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        field = share
    }

    mutating func money(_ key: String, _ field: inout Int64) {
        guard let value = take(key) else { return }
        // The shortest text of a Double is what was written, so 12.34 is read exactly.
        let text = value.int.map { "\($0)" } ?? value.double.map { "\($0)" } ?? ""
        guard case .success(let amount) = FixedPoint.parse(text, decimals: decimals), amount >= 0 else {
            return complain(key, "must be an amount that is not negative, with at most \(decimals) decimals")
        }
        field = amount
    }

    mutating func names(_ key: String, _ field: inout [String]) {
        guard let value = take(key) else { return }
        let names = value.array?.map { $0.string ?? "" } ?? [""]
        guard names.allSatisfy({ !$0.isEmpty }) else { return complain(key, "must be a list of names: [\"mira\"]") }
        field = names
    }

    /// Throws what is wrong, if anything is.
    mutating func finish() throws {
        refuseOthers()
        let sorted = complaints.sorted { $0.line < $1.line }
        guard let first = sorted.first else { return }
        throw ActionError(
            .policy, sorted.map { "line \($0.line): \($0.text)" }.joined(separator: "\n"),
            place: "policy.toml:\(first.line)")
    }

    private mutating func refuseOthers() {
        for key in otherKeys { complain(key, "is not known here; see penstock policy --template") }
    }

    private mutating func take(_ key: String) -> (any TOMLValueConvertible)? {
        known.insert(key)
        return table[key]
    }

    private mutating func complain(_ key: String, _ text: String) {
        complaints.append((places.line(of: full(key)), "\(full(key)) \(text)"))
    }

    private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// On which line each key of a TOML text stands. The parser keeps that to itself, and only a complaint needs it.
private struct KeyPlaces {
    private var lines: [String: Int] = [:]

    init(_ text: String) {
        var table = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
                table = KeyPlaces.plain(line[line.index(after: line.startIndex)..<close])
                lines[table] = lines[table] ?? index + 1
            } else if !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") {
                let key = KeyPlaces.plain(line[..<equals])
                let path = table.isEmpty ? key : "\(table).\(key)"
                lines[path] = lines[path] ?? index + 1
            }
        }
    }

    /// The line of a path such as `reorder.mode`, else of the table that it is in, else 1.
    func line(of path: String) -> Int {
        var path = path[...]
        while true {
            if let line = lines[String(path)] { return line }
            guard let dot = path.lastIndex(of: ".") else { return 1 }
            path = path[..<dot]
        }
    }

    private static func plain(_ key: Substring) -> String {
        key.split(separator: ".").map { $0.trimmed.filter { $0 != "\"" && $0 != "'" } }.joined(separator: ".")
    }
}
