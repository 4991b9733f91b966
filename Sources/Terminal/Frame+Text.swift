// A frame as text: for goldens, for `--once --text`, and for whoever debugs.

extension Frame {
    /// The rows as text, without the blanks at their ends.
    public var lines: [String] {
        (0..<size.height).map { y in
            var line = row(y).reduce(into: "") { $0 += $1.text }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The rows as text, each followed by the runs of its cells that are not plain: columns, role and attributes.
    ///
    ///     Orders   3 open
    ///       ~ 0-5 heading bold, 9-14 muted
    public var annotated: String {
        var text = ""
        for (y, line) in lines.enumerated() {
            text += line + "\n"
            let runs = runs(ofRow: y)
            if !runs.isEmpty { text += "  ~ " + runs.joined(separator: ", ") + "\n" }
        }
        if let cursor { text += "cursor \(cursor.x),\(cursor.y)\n" }
        return text
    }

    private func runs(ofRow y: Int) -> [String] {
        var runs: [String] = []
        let cells = Array(row(y))
        var start = 0
        while start < cells.count {
            let (role, attributes) = (cells[start].role, cells[start].attributes)
            let end = cells[start...].firstIndex { $0.role != role || $0.attributes != attributes } ?? cells.count
            if role != .text || !attributes.isEmpty {
                runs.append((["\(start)-\(end - 1)", role.rawValue] + attributes.names).joined(separator: " "))
            }
            start = end
        }
        return runs
    }
}

extension Cell.Attributes {
    /// The names of those set.
    var names: [String] {
        let all: [(Self, String)] = [
            (.bold, "bold"), (.dim, "dim"), (.underline, "underline"), (.reverse, "reverse"), (.selected, "selected"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
