/// What the screen is to show: a flat array of cells, row by row, and the place of the cursor.
///
/// Drawing clips at the frame's edges and at the part given, never cuts a wide character in half (the half that fits is
/// blank), and never fails: a view need not know whether it has room.
public struct Frame: Equatable, Sendable {
    /// Its size.
    public let size: Size
    /// The cells, row by row; `size.width * size.height` of them.
    public private(set) var cells: [Cell]
    /// Where the cursor is seen, for who types or listens to a screen reader; nil hides it.
    public var cursor: Point?

    /// An empty frame.
    public init(_ size: Size) {
        self.size = size
        cells = Array(repeating: .blank(), count: size.width * size.height)
    }

    /// The whole frame.
    public var bounds: Rect { Rect(size) }

    /// A cell; nil beyond the edges.
    public subscript(x: Int, y: Int) -> Cell? {
        bounds.contains(Point(x: x, y: y)) ? cells[y * size.width + x] : nil
    }

    /// The cells of a row, 0 to `size.height` - 1.
    func row(_ y: Int) -> ArraySlice<Cell> { cells[y * size.width..<(y + 1) * size.width] }

    /// Sets a character that fits into its row, and blanks the other half of any wide one that it cuts.
    private mutating func place(_ cell: Cell, atColumn x: Int, row y: Int) {
        let index = y * size.width + x
        let columns = cell.width == 2 ? 2 : 1
        if cells[index].isContinuation && x > 0 {
            cells[index - 1] = .blank(cells[index - 1].role, cells[index - 1].attributes)
        }
        if x + columns < size.width, cells[index + columns].isContinuation {
            let cut = cells[index + columns]
            cells[index + columns] = .blank(cut.role, cut.attributes)
        }
        cells[index] = cell
        if cell.width == 2 { cells[index + 1] = .continuation(cell.role, cell.attributes) }
    }
}

// MARK: - Drawing

extension Frame {
    /// Where a text stands in the width that it has.
    public enum Alignment: Sendable {
        /// At the left.
        case leading
        /// In the middle.
        case center
        /// At the right: numbers.
        case trailing
    }

    /// Writes a text on one row and returns the columns that it took.
    ///
    /// - Parameters:
    ///   - text: Any text; what would harm the screen is replaced.
    ///   - x: The first column.
    ///   - y: The row.
    ///   - width: The columns it may take; nil means up to the right edge. Longer text is cut; what is shorter leaves
    ///     the rest as it was.
    ///   - alignment: Where it stands in `width`.
    ///   - ellipsis: Put in place of what was cut; empty cuts without a sign.
    ///   - role: What it means.
    ///   - attributes: Added to the looks of the role.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, x: Int, y: Int, width: Int? = nil, alignment: Alignment = .leading,
        ellipsis: String = "", role: Role = .text, attributes: Cell.Attributes = []
    ) -> Int {
        let room = max(0, width ?? size.width - x)
        guard y >= 0, y < size.height, room > 0, x < size.width else { return 0 }
        guard alignment != .leading || !ellipsis.isEmpty else {
            return put(text, x: x, y: y, end: x + room, role, attributes) - x
        }
        let wanted = displayWidth(text)
        if wanted > room {
            let sign = displayWidth(ellipsis)
            guard sign > 0, sign < room else { return put(text, x: x, y: y, end: x + room, role, attributes) - x }
            let column = put(text, x: x, y: y, end: x + room - sign, role, attributes)
            return put(ellipsis, x: column, y: y, end: x + room, role, attributes) - x
        }
        let start =
            switch alignment {
            case .leading: x
            case .center: x + (room - wanted) / 2
            case .trailing: x + room - wanted
            }
        put(text, x: start, y: y, end: x + room, role, attributes)
        return wanted
    }

    /// Writes from a column to before `end` and returns the column after the last character.
    @discardableResult
    private mutating func put(
        _ text: some StringProtocol, x: Int, y: Int, end: Int, _ role: Role, _ attributes: Cell.Attributes
    ) -> Int {
        let edge = min(end, size.width)
        var column = x
        // The cell that a mark goes to.
        var last: Int?
        for scalar in text.unicodeScalars {
            guard let glyph = Glyph(scalar) else { continue }
            if glyph.width == 0 {
                if let last { cells[last].add(mark: glyph.base) }
                // A mark with nothing before it stands on a space of its own.
                guard column == x, column < edge else { continue }
                if column >= 0 {
                    place(.blank(role, attributes), atColumn: column, row: y)
                    cells[y * size.width + column].add(mark: glyph.base)
                    last = y * size.width + column
                }
                column += 1
                continue
            }
            guard column < edge else { break }
            let next = column + glyph.width
            last = nil
            if column >= 0, next <= edge {
                place(Cell(glyph, role, attributes), atColumn: column, row: y)
                last = y * size.width + column
            } else {
                // Half a wide character at an edge.
                for half in max(0, column)..<max(0, min(next, edge)) {
                    place(.blank(role, attributes), atColumn: half, row: y)
                }
            }
            column = next
        }
        return min(column, edge)
    }

    /// Fills a part with a character of one column; anything else fills with blanks.
    public mutating func fill(
        _ rect: Rect, with character: Character = " ", role: Role = .text, attributes: Cell.Attributes = []
    ) {
        let scalars = character.unicodeScalars
        let glyph = scalars.count == 1 ? scalars.first.flatMap { Glyph($0) } : nil
        let cell = Cell(glyph.map { $0.width == 1 ? $0 : .space } ?? .space, role, attributes)
        let part = rect.intersection(bounds)
        guard !part.isEmpty else { return }
        for y in part.y..<part.bottom {
            // Only the outermost cells can cut a wide character.
            place(cell, atColumn: part.x, row: y)
            place(cell, atColumn: part.right - 1, row: y)
            for x in part.x..<part.right { cells[y * size.width + x] = cell }
        }
    }

    /// Draws a box along the edges of a part, with a title in its upper line. Less than 2 by 2 draws nothing.
    public mutating func box(
        _ rect: Rect, title: String = "", glyphs: Glyphs, role: Role = .border, titleRole: Role = .heading
    ) {
        guard rect.width >= 2, rect.height >= 2 else { return }
        let (left, right, top, bottom) = (rect.x, rect.right - 1, rect.y, rect.bottom - 1)
        line(from: Point(x: left, y: top), columns: rect.width, glyphs: glyphs, role: role)
        line(from: Point(x: left, y: bottom), columns: rect.width, glyphs: glyphs, role: role)
        line(from: Point(x: left, y: top), rows: rect.height, glyphs: glyphs, role: role)
        line(from: Point(x: right, y: top), rows: rect.height, glyphs: glyphs, role: role)
        let corners = [
            (glyphs.upperLeft, left, top), (glyphs.upperRight, right, top),
            (glyphs.lowerLeft, left, bottom), (glyphs.lowerRight, right, bottom),
        ]
        for (corner, x, y) in corners { fill(Rect(x: x, y: y, width: 1, height: 1), with: corner, role: role) }
        if !title.isEmpty, rect.width > 4 {
            write(
                " \(title) ", x: left + 1, y: top, width: rect.width - 2, ellipsis: glyphs.ellipsis, role: titleRole)
        }
    }

    /// Draws a line to the right.
    public mutating func line(from start: Point, columns: Int, glyphs: Glyphs, role: Role = .border) {
        fill(Rect(x: start.x, y: start.y, width: columns, height: 1), with: glyphs.horizontal, role: role)
    }

    /// Draws a line down.
    public mutating func line(from start: Point, rows: Int, glyphs: Glyphs, role: Role = .border) {
        fill(Rect(x: start.x, y: start.y, width: 1, height: rows), with: glyphs.vertical, role: role)
    }

    /// Puts a part on the ground of the selection; its roles keep their ink where that can be read.
    public mutating func select(_ rect: Rect) {
        change(rect) { cell in cell.attributes.insert(.selected) }
    }

    /// Gives a part another role and leaves its text.
    public mutating func paint(_ rect: Rect, role: Role) {
        change(rect) { cell in cell.role = role }
    }

    /// Copies a frame over this one, its upper left cell at `origin`.
    public mutating func draw(_ other: Frame, at origin: Point) {
        let part = Rect(x: origin.x, y: origin.y, width: other.size.width, height: other.size.height)
            .intersection(bounds)
        guard !part.isEmpty else { return }
        for y in part.y..<part.bottom {
            place(.blank(), atColumn: part.x, row: y)
            place(.blank(), atColumn: part.right - 1, row: y)
            for x in part.x..<part.right {
                var cell = other.cells[(y - origin.y) * other.size.width + x - origin.x]
                let isCut = cell.width == 2 && x + 1 >= part.right || cell.isContinuation && x == part.x
                if isCut { cell = .blank(cell.role, cell.attributes) }
                cells[y * size.width + x] = cell
            }
        }
        if let inner = other.cursor {
            let outer = Point(x: inner.x + origin.x, y: inner.y + origin.y)
            if bounds.contains(outer) { cursor = outer }
        }
    }

    private mutating func change(_ rect: Rect, _ body: (inout Cell) -> Void) {
        let part = rect.intersection(bounds)
        guard !part.isEmpty else { return }
        for y in part.y..<part.bottom {
            for x in part.x..<part.right { body(&cells[y * size.width + x]) }
        }
    }
}
