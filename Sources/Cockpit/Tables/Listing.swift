import Domain
import Terminal

/// What a table shows, without the type of its rows: cells are made only for the rows that are seen.
struct Listing: Sendable {
    /// A column's head and room.
    struct Column: Sendable {
        let title: String
        /// Columns of the screen that it needs at least.
        let width: Int
        let isNumber: Bool
        /// Columns of a lower rank go first where there is no room; rank 0 stays.
        let rank: Int
        /// Whether it takes the room that is left.
        let grows: Bool
    }

    let columns: [Column]
    let ids: [String]
    private let places: [String: Int]
    private let cellOf: @Sendable (Int, Int) -> CellText
    private let keyOf: @Sendable (Int, Int) -> SortKey
    private let wordsOf: @Sendable (Int) -> String

    /// Nothing.
    static let empty = Listing([Int](), id: { _ in "" }, words: { _ in "" }, columns: [])

    init<Row: Sendable>(
        _ rows: [Row], id: (Row) -> String, words: @escaping @Sendable (Row) -> String, columns: [TableColumn<Row>]
    ) {
        self.columns = columns.map(\.head)
        ids = rows.map(id)
        places = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        cellOf = { columns[$1].cell(rows[$0]) }
        keyOf = { columns[$1].key(rows[$0]) }
        wordsOf = { words(rows[$0]) }
    }

    /// The cell of a row and a column.
    func cell(_ row: Int, _ column: Int) -> CellText { cellOf(row, column) }

    /// What the row is sorted by.
    func key(_ row: Int, _ column: Int) -> SortKey { keyOf(row, column) }

    /// Where a row is; nil where it is no longer.
    func index(of id: String) -> Int? { places[id] }

    /// Whether a row speaks of every word of a filter.
    func matches(_ row: Int, _ words: [String]) -> Bool {
        let text = wordsOf(row).lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}

/// One cell: its text and what it means.
struct CellText: Sendable {
    var text: String
    var role: Role

    init(_ text: String, _ role: Role = .text) {
        self.text = text
        self.role = role
    }
}

/// What a column is sorted by; what is missing comes last in either direction.
enum SortKey: Sendable {
    case number(Double)
    case text(String)
    case missing

    static func number(_ value: Double?) -> SortKey { value.map { SortKey.number($0) } ?? .missing }
    static func number(_ value: Int64?) -> SortKey { value.map { SortKey.number(Double($0)) } ?? .missing }
    static func day(_ value: Day?) -> SortKey { value.map { SortKey.number(Double($0.number)) } ?? .missing }
    static func instant(_ value: Instant?) -> SortKey {
        value.map { SortKey.number(Double($0.milliseconds)) } ?? .missing
    }

    /// Whether it comes before another; nil where neither does.
    func precedes(_ other: SortKey, descending: Bool) -> Bool? {
        switch (self, other) {
        case (.missing, .missing): return nil
        case (.missing, _): return false
        case (_, .missing): return true
        case (.number(let left), .number(let right)):
            return left == right ? nil : descending ? left > right : left < right
        case (.text(let left), .text(let right)):
            return left == right ? nil : descending ? left > right : left < right
        case (.number, .text): return true
        case (.text, .number): return false
        }
    }
}

/// How one column is made from a row.
struct TableColumn<Row: Sendable>: Sendable {
    let head: Listing.Column
    let cell: @Sendable (Row) -> CellText
    let key: @Sendable (Row) -> SortKey

    /// A column of words, sorted by them.
    static func words(
        _ title: String, _ width: Int, rank: Int = 0, grows: Bool = false, role: Role = .text,
        _ text: @escaping @Sendable (Row) -> String
    ) -> TableColumn {
        TableColumn(
            head: .init(title: title, width: width, isNumber: false, rank: rank, grows: grows),
            cell: { CellText(text($0), role) }, key: { .text(text($0).lowercased()) })
    }

    /// A column sorted by something else than what it says.
    static func by(
        _ title: String, _ width: Int, rank: Int = 0, number: Bool = true, grows: Bool = false,
        key: @escaping @Sendable (Row) -> SortKey, _ cell: @escaping @Sendable (Row) -> CellText
    ) -> TableColumn {
        TableColumn(
            head: .init(title: title, width: width, isNumber: number, rank: rank, grows: grows), cell: cell, key: key)
    }
}
