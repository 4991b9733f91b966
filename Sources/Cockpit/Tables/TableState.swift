/// What an operator has made of a table: order, place, filter and marks, all by the ids of rows.
///
/// The order of rows is held from the moment the operator acts until a refresh: what is new waits, and what is gone
/// stays in its place, struck out, so that a key never meets another row than the one that was seen.
struct TableState: Sendable, Equatable {
    /// The ids shown, in order.
    private(set) var order: [String] = []
    /// The row that keys act on.
    private(set) var selected: String?
    /// The first row on screen.
    private(set) var top = 0
    /// The column that it is sorted by; nil for the order in which rows come.
    private(set) var sortColumn: Int?
    /// Whether the greatest comes first.
    private(set) var isDescending = false
    /// Words that a row must contain.
    private(set) var filter = ""
    /// Rows picked for a common action.
    private(set) var marked: Set<String> = []
    /// Whether the operator has acted since the last refresh.
    private(set) var isHeld = false
    /// Rows that wait for a refresh.
    private(set) var waiting = 0

    /// Where the selected row is; nil without rows.
    var position: Int? { selected.flatMap { order.firstIndex(of: $0) } }

    /// Takes what was read anew: shows it, or notes what waits where the order is held.
    mutating func take(_ listing: Listing) {
        guard isHeld else { return refresh(listing) }
        let known = Set(order)
        waiting = matching(listing).reduce(0) { $0 + (known.contains(listing.ids[$1]) ? 0 : 1) }
    }

    /// Shows what there is now; the selected row stays selected while it is there.
    mutating func refresh(_ listing: Listing) {
        let place = position ?? 0
        var rows = matching(listing)
        if let column = sortColumn, column < listing.columns.count {
            let keyed = rows.map { (row: $0, key: listing.key($0, column)) }
            rows = keyed.sorted {
                $0.key.precedes($1.key, descending: isDescending) ?? ($0.row < $1.row)
            }.map(\.row)
        }
        order = rows.map { listing.ids[$0] }
        isHeld = false
        waiting = 0
        marked.formIntersection(order)
        if selected.map({ !order.contains($0) }) ?? true {
            selected = order.isEmpty ? nil : order[min(place, order.count - 1)]
        }
    }

    private func matching(_ listing: Listing) -> [Int] {
        let words = filter.lowercased().split(separator: " ").map(String.init)
        return words.isEmpty
            ? Array(listing.ids.indices) : listing.ids.indices.filter { listing.matches($0, words) }
    }

    /// Moves the selection by rows, at most to the ends.
    mutating func move(by rows: Int) {
        guard !order.isEmpty else { return }
        select(at: (position ?? 0).addingReportingOverflow(rows).partialValue)
    }

    /// Selects the row at a place, the first or the last where it lies beyond.
    mutating func select(at place: Int) {
        guard !order.isEmpty else { return }
        selected = order[max(0, min(order.count - 1, place))]
        isHeld = true
    }

    /// Selects a row if it is shown.
    mutating func select(_ id: String) {
        guard order.contains(id) else { return }
        selected = id
        isHeld = true
    }

    /// Holds the order: a dialog is about what is shown.
    mutating func hold() { isHeld = true }

    /// Picks the selected row, or lets it go, and goes on to the next.
    mutating func mark() {
        guard let selected else { return }
        if marked.remove(selected) == nil { marked.insert(selected) }
        move(by: 1)
        isHeld = true
    }

    /// Lets all rows go.
    mutating func clearMarks() { marked = [] }

    /// Sorts by the next column, or by none after the last.
    mutating func sortByNext(_ listing: Listing) {
        let next = (sortColumn ?? -1) + 1
        sort(by: next < listing.columns.count ? next : nil, listing)
    }

    /// Sorts by a column, numbers the greatest first; by the same one again the other way round.
    mutating func sort(by column: Int?, _ listing: Listing) {
        if let column, column == sortColumn {
            isDescending.toggle()
        } else {
            sortColumn = column
            isDescending = column.map { listing.columns[$0].isNumber } ?? false
        }
        refresh(listing)
    }

    /// Sorts the other way round.
    mutating func reverse(_ listing: Listing) {
        guard sortColumn != nil else { return sort(by: 0, listing) }
        isDescending.toggle()
        refresh(listing)
    }

    /// Shows only rows that contain these words.
    mutating func filter(_ text: String, _ listing: Listing) {
        filter = text
        refresh(listing)
    }

    /// The rows seen in a window of so many: the selected one is among them.
    func window(height: Int) -> Range<Int> {
        var first = top
        if let position {
            first = min(first, position)
            first = max(first, position - height + 1)
        }
        first = max(0, min(first, order.count - height))
        return first..<min(order.count, first + max(0, height))
    }

    /// Keeps the window where it was last seen.
    mutating func scroll(height: Int) { top = window(height: height).lowerBound }
}
