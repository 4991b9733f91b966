/// How many cells wide and high something is; never negative.
public struct Size: Hashable, Sendable {
    /// Columns, 0 or more.
    public var width: Int
    /// Rows, 0 or more.
    public var height: Int

    /// A size; negative numbers become 0.
    public init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
    }
}

/// A cell's place: 0, 0 is the upper left one.
public struct Point: Hashable, Sendable {
    /// The column, counted from 0.
    public var x: Int
    /// The row, counted from 0.
    public var y: Int

    /// A place.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A part of the screen; may be empty, and may reach over its edges.
public struct Rect: Hashable, Sendable {
    /// The upper left cell.
    public var origin: Point
    /// Its size.
    public var size: Size

    /// The first column.
    public var x: Int { origin.x }
    /// The first row.
    public var y: Int { origin.y }
    /// Columns.
    public var width: Int { size.width }
    /// Rows.
    public var height: Int { size.height }
    /// The column after the last one.
    public var right: Int { origin.x + size.width }
    /// The row after the last one.
    public var bottom: Int { origin.y + size.height }
    /// Whether it has no cell.
    public var isEmpty: Bool { width == 0 || height == 0 }

    /// A part by its upper left cell and its size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        origin = Point(x: x, y: y)
        size = Size(width: width, height: height)
    }

    /// The whole of something.
    public init(_ size: Size) {
        origin = Point(x: 0, y: 0)
        self.size = size
    }

    /// Whether a cell lies within.
    public func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < right && point.y >= y && point.y < bottom
    }

    /// What both cover; empty where they do not meet.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top, width: min(right, other.right) - left, height: min(bottom, other.bottom) - top)
    }

    /// What is left within a margin on every side.
    public func inset(horizontal: Int = 1, vertical: Int = 1) -> Rect {
        Rect(x: x + horizontal, y: y + vertical, width: width - 2 * horizontal, height: height - 2 * vertical)
    }

    /// Takes rows off the top, as many as there are up to `count`, and returns them.
    public mutating func takeTop(_ count: Int) -> Rect {
        let rows = min(max(0, count), height)
        defer { self = Rect(x: x, y: y + rows, width: width, height: height - rows) }
        return Rect(x: x, y: y, width: width, height: rows)
    }

    /// Takes rows off the bottom, as many as there are up to `count`, and returns them.
    public mutating func takeBottom(_ count: Int) -> Rect {
        let rows = min(max(0, count), height)
        defer { size.height -= rows }
        return Rect(x: x, y: bottom - rows, width: width, height: rows)
    }

    /// Takes columns off the left, as many as there are up to `count`, and returns them.
    public mutating func takeLeft(_ count: Int) -> Rect {
        let columns = min(max(0, count), width)
        defer { self = Rect(x: x + columns, y: y, width: width - columns, height: height) }
        return Rect(x: x, y: y, width: columns, height: height)
    }

    /// Takes columns off the right, as many as there are up to `count`, and returns them.
    public mutating func takeRight(_ count: Int) -> Rect {
        let columns = min(max(0, count), width)
        defer { size.width -= columns }
        return Rect(x: right - columns, y: y, width: columns, height: height)
    }
}
