import TOMLKit

/// What is wrong with a configuration file, and where.
public struct ConfigError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's name.
    public var file: String
    /// The line, 1-based; nil where the complaint is about the whole file.
    public var line: Int?
    /// What is wrong and what would be right.
    public var message: String

    /// A complaint about a file.
    public init(file: String, line: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: message`, as editors and compilers write a place.
    public var located: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }

    /// The message, with its place where there is one.
    public var description: String { line.map { "\(file), line \($0): \(message)" } ?? "\(file): \(message)" }
}

/// One table of a TOML file, read strictly: a wrong type, and a key that nobody asked for, is an error with its line.
///
/// Ask for every key that may stand in the table, then call `end()`.
public final class ConfigTable {
    private let table: TOMLTable
    private let text: ConfigText
    private let path: [String]
    private let occurrence: Int
    private var asked: Set<String> = []

    /// Parses a whole file.
    ///
    /// - Throws: `ConfigError` with the line, where the text is not TOML.
    public convenience init(_ text: String, file: String) throws(ConfigError) {
        do {
            self.init(
                table: try TOMLTable(string: text), text: ConfigText(file: file, text: text), path: [], occurrence: 0)
        } catch {
            let error = error as? TOMLParseError
            throw ConfigError(
                file: file, line: error?.source.begin.line, message: error?.description ?? "this is not TOML")
        }
    }

    private init(table: TOMLTable, text: ConfigText, path: [String], occurrence: Int) {
        self.table = table
        self.text = text
        self.path = path
        self.occurrence = occurrence
    }

    /// The keys of the table, sorted.
    public var keys: [String] { table.keys.sorted() }

    /// A text; nil where the key is missing.
    public func string(_ key: String) throws(ConfigError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw wrong(key, "a text in quotes") }
        return text
    }

    /// A whole number; nil where the key is missing.
    public func integer(_ key: String) throws(ConfigError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.int else { throw wrong(key, "a whole number") }
        return number
    }

    /// A finite number, whole or not; nil where the key is missing.
    public func number(_ key: String) throws(ConfigError) -> Double? {
        guard let value = value(key) else { return nil }
        let number = value.double ?? value.int.map(Double.init)
        guard let number, number.isFinite else { throw wrong(key, "a number") }
        return number
    }

    /// true or false; nil where the key is missing.
    public func boolean(_ key: String) throws(ConfigError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let truth = value.bool else { throw wrong(key, "true or false") }
        return truth
    }

    /// A list of texts; nil where the key is missing.
    public func strings(_ key: String) throws(ConfigError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw wrong(key, "a list of texts: [\"…\", \"…\"]") }
        var list: [String] = []
        for index in 0..<array.count {
            guard let text = array[index].string else { throw wrong(key, "a list of texts: [\"…\", \"…\"]") }
            list.append(text)
        }
        return list
    }

    /// A table within this one; nil where the key is missing.
    public func table(_ key: String) throws(ConfigError) -> ConfigTable? {
        guard let value = value(key) else { return nil }
        guard let inner = value.table else { throw wrong(key, "a table: [\((path + [key]).joined(separator: "."))]") }
        return ConfigTable(table: inner, text: text, path: path + [key], occurrence: 0)
    }

    /// A list of tables (`[[key]]`), empty where the key is missing.
    public func tables(_ key: String) throws(ConfigError) -> [ConfigTable] {
        guard let value = value(key) else { return [] }
        guard let array = value.array else { throw wrong(key, "a list of tables: [[\(key)]]") }
        var list: [ConfigTable] = []
        for index in 0..<array.count {
            guard let inner = array[index].table else { throw wrong(key, "a list of tables: [[\(key)]]") }
            list.append(ConfigTable(table: inner, text: text, path: path + [key], occurrence: index))
        }
        return list
    }

    /// Leaves keys to somebody else who reads the same table.
    public func leave(_ keys: [String]) { asked.formUnion(keys) }

    /// Refuses keys that nobody asked for: a misspelt limit must not pass as no limit.
    public func end() throws(ConfigError) {
        for key in keys where !asked.contains(key) {
            let known = asked.sorted().joined(separator: ", ")
            throw error(key, "'\(key)' means nothing here; known: \(known)")
        }
    }

    /// A complaint about a key, with its line.
    public func error(_ key: String, _ message: String) -> ConfigError {
        ConfigError(file: text.file, line: text.line(of: key, in: path, occurrence: occurrence), message: message)
    }

    private func value(_ key: String) -> (any TOMLValueConvertible)? {
        asked.insert(key)
        return table[key]
    }

    private func wrong(_ key: String, _ wanted: String) -> ConfigError { error(key, "\(key) must be \(wanted)") }
}

/// On which line each key of a text stands: the parser tells lines only of what it cannot parse. Looked for only where
/// something is wrong.
private struct ConfigText {
    let file: String
    let text: String

    private func findPlaces() -> [(path: String, occurrence: Int, line: Int)] {
        var places: [(path: String, occurrence: Int, line: Int)] = []
        var table = ""
        var occurrences: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop { $0 == " " || $0 == "\t" }
            if line.first == "[", let close = line.firstIndex(of: "]") {
                table = ConfigText.plain(line[..<close].drop { $0 == "[" })
                if line.hasPrefix("[[") { occurrences[table, default: -1] += 1 }
                places.append((table, occurrences[table] ?? 0, index + 1))
            } else if line.first != "#", let equals = line.firstIndex(of: "=") {
                let key = ConfigText.plain(line[..<equals])
                places.append((table.isEmpty ? key : "\(table).\(key)", occurrences[table] ?? 0, index + 1))
            }
        }
        return places
    }

    /// The line of a key, else of the innermost table around it that has one.
    func line(of key: String, in path: [String], occurrence: Int) -> Int? {
        let places = findPlaces()
        var path = path + [key]
        while !path.isEmpty {
            let name = path.joined(separator: ".")
            let found = places.first { $0.path == name && $0.occurrence == occurrence }
            if let line = (found ?? places.first { $0.path == name })?.line { return line }
            path.removeLast()
        }
        return nil
    }

    private static func plain(_ key: Substring) -> String {
        key.filter { !" \t\"'".contains($0) }
    }
}
