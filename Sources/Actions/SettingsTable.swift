import Domain
import TOMLKit

/// One table of a settings file while it is read: every key that is asked for is known, what remains is a mistake.
struct SettingsTable {
    private let table: TOMLTable
    private let path: String
    private let places: KeyPlaces
    private let file: String
    private var known: Set<String> = []
    private(set) var complaints: [(line: Int, text: String)] = []

    /// The root of a text.
    ///
    /// - Throws: `ActionError` with code `.settings` and the line where the text is not TOML.
    init(_ text: String, file: String) throws {
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let line = error.source.begin.line
            throw ActionError(.settings, "line \(line): \(error.description)", place: "\(file):\(line)")
        }
        path = ""
        places = KeyPlaces(text)
        self.file = file
    }

    private init(_ table: TOMLTable, path: String, of outer: SettingsTable) {
        self.table = table
        self.path = path
        places = outer.places
        file = outer.file
    }

    /// The keys that nobody has asked for yet.
    var otherKeys: [String] { table.keys.filter { !known.contains($0) }.sorted() }

    /// Whether a key stands here.
    func has(_ key: String) -> Bool { table[key] != nil }

    mutating func table(_ key: String, _ body: (inout SettingsTable) -> Void) {
        guard let value = take(key) else { return }
        guard let inner = value.table else { return complain(key, "must be a table: [\(full(key))]") }
        var table = SettingsTable(inner, path: full(key), of: self)
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

    mutating func text(_ key: String, _ field: inout String) {
        guard let value = take(key) else { return }
        guard let text = value.string, !text.isEmpty else { return complain(key, "must be a text that is not empty") }
        field = text
    }

    mutating func money(_ key: String, _ field: inout Int64, decimals: Int) {
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
        guard names.allSatisfy({ !$0.isEmpty }) else {
            return complain(key, "must be a list of texts: [\"one\", \"two\"]")
        }
        field = names
    }

    /// Throws what is wrong, if anything is; with what nobody asked for, where that is a mistake in this file.
    mutating func finish(refusingOthers: Bool) throws {
        if refusingOthers { refuseOthers() }
        let sorted = complaints.sorted { $0.line < $1.line }
        guard let first = sorted.first else { return }
        throw ActionError(
            .settings, sorted.map { "line \($0.line): \($0.text)" }.joined(separator: "\n"),
            place: "\(file):\(first.line)")
    }

    private mutating func refuseOthers() {
        for key in otherKeys { complain(key, "is not known here") }
    }

    private mutating func take(_ key: String) -> (any TOMLValueConvertible)? {
        known.insert(key)
        return table[key]
    }

    mutating func complain(_ key: String, _ text: String) {
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
