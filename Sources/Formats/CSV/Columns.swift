import Domain

/// A column of a layout and where it stands in this file.
struct Column {
    /// What the layout calls it.
    var name: String
    /// Its index; nil where this file lacks it.
    var index: Int?
}

/// Matches the columns of a layout with those of a file.
struct Columns {
    private let csv: CSVReader
    private var used: Set<Int> = []

    init(_ csv: CSVReader) { self.csv = csv }

    /// The column of any of `names`, the first of them being its own.
    mutating func optional(_ names: String...) -> Column {
        find(names)
    }

    /// As `optional`; throws where the file has none of them.
    mutating func required(_ names: String...) throws(FormatError) -> Column {
        let column = find(names)
        guard column.index == nil else { return column }
        let have = csv.header.prefix(12).map(\.printable).joined(separator: ", ")
        let hint = csv.header.count == 1 ? "; is the file separated by something else than the comma?" : ""
        throw FormatError(
            .missingColumn, "there is no column '\(names[0])'; the file has: \(have)\(hint)", file: csv.source.name,
            line: csv.line, field: names[0])
    }

    /// Columns that nobody asked for.
    var ignored: [String] {
        csv.header.indices.filter { !used.contains($0) && !csv.header[$0].isEmpty }.map { csv.header[$0] }
    }

    private mutating func find(_ names: [String]) -> Column {
        for name in names {
            guard let index = csv.column(name) else { continue }
            used.insert(index)
            return Column(name: names[0], index: index)
        }
        return Column(name: names[0], index: nil)
    }
}
