import Formats

/// What each series belongs to, as a file with one row a series says: every column parts the series into groups.
///
/// Series without a row, or with a blank word, are a group of their own in that column.
struct SeriesGroups {
    /// Columns, in the order of the file.
    let columns: [String]
    private var words: [[[UInt8]]]
    private var codes: [[UInt8]: [Int]] = [:]

    /// Reads a file; without one there is no column.
    init(path: String?) throws(FormatError) {
        guard let path else {
            columns = []
            words = []
            return
        }
        let csv = try CSVReader(ByteSource(path: path))
        let id = try csv.required("unique_id")
        let places = csv.header.indices.filter { $0 != id && !csv.header[$0].isEmpty }
        columns = places.map { csv.header[$0] }
        words = places.map { _ in [[]] }
        var known = places.map { _ in [[UInt8]: Int]() }
        while try csv.next() {
            guard csv.problem == nil else { continue }
            var own: [Int] = []
            for (place, column) in places.enumerated() {
                let word = Array(trimmed(csv.field(column)))
                let code = word.isEmpty ? 0 : known[place][word] ?? words[place].count
                if code == words[place].count {
                    known[place][word] = code
                    words[place].append(word)
                }
                own.append(code)
            }
            // The first row of a series holds; others are complained of.
            if codes[Array(csv.field(id))] == nil { codes[Array(csv.field(id))] = own }
        }
    }

    /// The group of a series in each column.
    func groups(of id: [UInt8]) -> [Int] { codes[id] ?? columns.map { _ in 0 } }

    /// What rows of a group are called.
    func name(column: Int, group: Int) -> [UInt8] { Array("\(columns[column])=".utf8) + words[column][group] }
}
