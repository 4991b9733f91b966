import Config
import Domain

/// One table of a settings file while it is read: every mistake is gathered, so that one look mends them all.
struct SettingsTable {
    private let table: ConfigTable
    private let path: String
    private let file: String
    private var known: Set<String> = []
    private(set) var complaints: [(line: Int, text: String)] = []

    /// The root of a text.
    ///
    /// - Throws: `ActionError` with code `.settings` and the line where the text is not TOML.
    init(_ text: String, file: String) throws {
        do throws(ConfigError) {
            table = try ConfigTable(text, file: file)
        } catch {
            // The parser says where in lines of its own.
            let message = error.message.split(whereSeparator: \.isNewline).map(\.trimmed).joined(separator: " ")
            throw ActionError(.settings, message, place: "\(file), line \(error.line ?? 1)")
        }
        path = ""
        self.file = file
    }

    private init(_ table: ConfigTable, path: String, of outer: SettingsTable) {
        self.table = table
        self.path = path
        file = outer.file
    }

    /// The keys that nobody has asked for yet.
    var otherKeys: [String] { table.keys.filter { !known.contains($0) } }

    /// Whether a key stands here.
    func has(_ key: String) -> Bool { table.keys.contains(key) }

    mutating func table(_ key: String, _ body: (inout SettingsTable) -> Void) {
        known.insert(key)
        guard has(key) else { return }
        guard let inner = try? table.table(key) else { return complain(key, "must be a table: [\(full(key))]") }
        var table = SettingsTable(inner, path: full(key), of: self)
        body(&table)
        table.refuseOthers()
        complaints += table.complaints
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ field: inout Choice)
    where Choice.RawValue == String {
        let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        take(key, &field, "must be one of \(names)") { try $0.string(key).flatMap(Choice.init(rawValue:)) }
    }

    mutating func count(_ key: String, _ field: inout Int64, _ range: ClosedRange<Int64>) {
        take(key, &field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)") {
            try $0.integer(key).map(Int64.init).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func share(_ key: String, _ field: inout Double, _ range: ClosedRange<Double>) {
        take(key, &field, "must be a number from \(range.lowerBound) to \(range.upperBound)") {
            try $0.number(key).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func text(_ key: String, _ field: inout String) {
        take(key, &field, "must be a text that is not empty") { try $0.string(key).flatMap { $0.isEmpty ? nil : $0 } }
    }

    mutating func money(_ key: String, _ field: inout Int64, decimals: Int) {
        take(key, &field, "must be an amount that is not negative, with at most \(decimals) decimals") { table in
            // The shortest text of a Double is what was written, so 12.34 is read exactly.
            let text = try (try? table.integer(key)).map { "\($0)" } ?? table.number(key).map { "\($0)" } ?? ""
            guard case .success(let amount) = FixedPoint.parse(text, decimals: decimals), amount >= 0 else {
                return nil
            }
            return amount
        }
    }

    mutating func names(_ key: String, _ field: inout [String]) {
        take(key, &field, "must be a list of texts: [\"one\", \"two\"]") {
            try $0.strings(key).flatMap { $0.contains("") ? nil : $0 }
        }
    }

    /// Throws what is wrong, if anything is; with what nobody asked for, where that is a mistake in this file.
    mutating func finish(refusingOthers: Bool) throws {
        if refusingOthers { refuseOthers() }
        let sorted = complaints.sorted { $0.line < $1.line }
        guard let first = sorted.first else { return }
        // One line, because it is shown in places that have no second one.
        let others = sorted.dropFirst().map { "; line \($0.line): \($0.text)" }.joined()
        throw ActionError(.settings, first.text + others, place: "\(file), line \(first.line)")
    }

    mutating func complain(_ key: String, _ text: String) {
        known.insert(key)
        complaints.append((table.error(key, text).line ?? 1, "\(full(key)) \(text)"))
    }

    private mutating func refuseOthers() {
        for key in otherKeys { complain(key, "is not known here") }
    }

    /// Takes a value that is there: a wrong type and a value out of range are the same complaint.
    private mutating func take<Value>(
        _ key: String, _ field: inout Value, _ wanted: String, _ read: (ConfigTable) throws -> Value?
    ) {
        known.insert(key)
        guard has(key) else { return }
        guard let value = try? read(table) else { return complain(key, wanted) }
        field = value
    }

    private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
