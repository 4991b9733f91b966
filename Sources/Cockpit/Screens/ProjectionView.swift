import Domain
import Engine
import Terminal

// Stock over the days to come inside the fan of demand.

extension View {
    /// The projection of a product in a panel: one column a day, stock upwards from nothing.
    mutating func projection(_ id: RiskRow.ID, _ title: String, in area: Rect) {
        var inner = panel(area, title.printable)
        guard let page = state.products[id] else {
            frame.write("working it out…", x: inner.x + 1, y: inner.y, role: .muted)
            return
        }
        guard let projection = page.projection else {
            frame.write(
                "it cannot be projected: stock or history is missing", x: inner.x + 1, y: inner.y, role: .warning)
            return
        }
        guard inner.height >= 3, inner.width >= 24 else {
            frame.write(
                View.summary(projection), x: inner.x + 1, y: inner.y, width: inner.width - 2, ellipsis: glyphs.ellipsis)
            return
        }
        let legend = inner.takeBottom(1)
        frame.write(
            View.summary(projection), x: legend.x + 1, y: legend.y, width: legend.width - 2, ellipsis: glyphs.ellipsis,
            role: .muted)
        let axis = inner.takeBottom(1)
        let labels = inner.takeLeft(8)
        chart(projection, inner, labels: labels, axis: Rect(x: inner.x, y: axis.y, width: inner.width, height: 1))
    }

    private mutating func chart(_ projection: StockProjection, _ area: Rect, labels: Rect, axis: Rect) {
        let days = Array(projection.days.prefix(area.width))
        // Days take as many columns as there is room for, all the same.
        let step = max(1, area.width / max(1, days.count))
        var top = max(1, days.map { max($0.expected, $0.band.last ?? 0) }.max() ?? 1)
        // A reorder point far above all stock would press the rest flat; the words below name it.
        if let point = projection.reorderPoint.map(Double.init), point > top, point < 2 * top { top = point }
        let height = area.height
        /// The row of a value: the lowest is what is left when nothing is.
        func row(_ value: Double) -> Int {
            area.bottom - 1 - min(height - 1, max(0, Int((value / top * Double(height - 1)).rounded())))
        }
        for (index, day) in days.enumerated() {
            let x = area.x + index * step
            guard day.band.count == 4 else { continue }
            let (low, inLow, inHigh, high) = (row(day.band[0]), row(day.band[1]), row(day.band[2]), row(day.band[3]))
            for column in x..<min(area.right, x + step) {
                for y in high...low where day.band[3] > 0 {
                    frame.write(
                        String(y >= inHigh && y <= inLow ? glyphs.shades[1] : glyphs.shades[0]), x: column, y: y,
                        role: .band)
                }
                let isOut = day.expected <= 0
                frame.write(
                    String(isOut ? glyphs.fail : glyphs.bullet), x: column, y: row(day.expected),
                    role: isOut ? .danger : .chart)
            }
            if day.arriving > 0 { frame.write(String(glyphs.up), x: x, y: axis.y, role: .good) }
            if day.day.weekday == .monday, day.arriving == 0 {
                frame.write(String(day.day.civil.day), x: x, y: axis.y, width: 3, role: .muted)
            }
        }
        if let arrives = projection.orderArrives, arrives < days.count {
            frame.write(String(glyphs.vertical), x: area.x + arrives * step, y: axis.y, role: .marker)
        }
        frame.write(
            String(Int64(top.rounded())), x: labels.x, y: labels.y, width: 7, alignment: .trailing, role: .muted)
        frame.write("0", x: labels.x, y: area.bottom - 1, width: 7, alignment: .trailing, role: .muted)
        if let point = projection.reorderPoint, Double(point) <= top, row(Double(point)) != labels.y,
            row(Double(point)) != area.bottom - 1
        {
            frame.write(
                "\(point)\(glyphs.right)", x: labels.x, y: row(Double(point)), width: 7, alignment: .trailing,
                role: .marker)
        }
    }

    /// The projection in a line of words.
    private static func summary(_ projection: StockProjection) -> String {
        let arrivals = projection.days.filter { $0.arriving > 0 }.prefix(2).map {
            "\($0.arriving) arrive \(Wording.day($0.day))"
        }
        let out = projection.days.first { $0.chance > 0.5 }.map { "out \(Wording.day($0.day))" } ?? "lasts"
        var parts = ["\(projection.available) available, \(out)"] + arrivals
        if let point = projection.reorderPoint, let upTo = projection.orderUpTo {
            parts.append("reorder at \(point) up to \(upTo)")
        }
        if let days = projection.orderArrives {
            parts.append("ordered now it arrives \(Wording.day(projection.today.advanced(by: days)))")
        }
        return parts.joined(separator: ", ")
    }
}
