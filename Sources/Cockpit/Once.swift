import Domain
import Engine
import FoundationEssentials
import Terminal

/// One screen, once, for scripts and for those who read line by line.
public enum Once: Sendable {
    /// How it is written.
    public enum Format: String, CaseIterable, Sendable {
        /// The screen as it would be drawn, without colour.
        case text
        /// The rows of its table as objects: numbers as they are shown, money in units of its currency.
        case json
        /// The rows of its table.
        case csv
    }

    /// What can be named: the screens, and the tabs of those that have some.
    public static let names = [
        "shift", "orders", "risk", "risk-will-be", "risk-excess", "risk-missing", "inbound", "feeds", "quarantine",
        "journal",
    ]

    /// Writes a screen.
    ///
    /// - Parameters:
    ///   - name: one of `names`.
    ///   - format: how.
    ///   - size: of the screen, for text.
    /// - Returns: the bytes; nil where no screen is called so.
    public static func bytes(
        _ engine: Engine, screen name: String, format: Format, size: Size, glyphs: Glyphs, actor: String
    ) throws -> [UInt8]? {
        var state = State()
        state.glyphs = glyphs
        state.rights.isReadOnly = true
        switch name {
        case "shift": state.path = [.shift]
        case "orders": state.path = [.orders]
        case "risk": state.path = [.risk]
        case "risk-will-be": (state.path, state.riskTab) = ([.risk], .willBe)
        case "risk-excess": (state.path, state.riskTab) = ([.risk], .excess)
        case "risk-missing": (state.path, state.riskTab) = ([.risk], .missing)
        case "inbound": state.path = [.data]
        case "feeds": (state.path, state.dataTab) = ([.data], .feeds)
        case "quarantine": (state.path, state.dataTab) = ([.data], .quarantine)
        case "journal": state.path = [.journal]
        default: return nil
        }
        _ = state.update(.read(try engine.snapshot(actor: actor)))
        _ = state.update(.rested)
        if format == .text, let risk = state.risk {
            _ = state.update(.product(risk.id, try engine.page(of: risk.id, actor: actor)))
        }
        switch format {
        case .text:
            let frame = View.draw(state, size: size).frame
            return Array((frame.lines.joined(separator: "\n") + "\n").utf8)
        case .csv: return try state.csv()
        case .json:
            var bytes: [UInt8] = []
            state.json().writeOutput { bytes += $0 }
            return bytes
        }
    }
}

extension State {
    /// The header and the rows of the focused table, for programs.
    fileprivate func json() -> JSONValue {
        let (listing, table) = (listing, table)
        func value(_ row: Int, _ column: Int) -> JSONValue {
            let text = listing.cell(row, column).text.printable
            guard listing.columns[column].isNumber, let number = Double(text) else { return .string(text) }
            return Int64(text).map { .integer($0) } ?? .number(number)
        }
        let keys = listing.columns.map { View.key($0.title) }
        let rows = table.order.compactMap { listing.index(of: $0) }.map { row in
            JSONValue.object(keys.indices.map { (keys[$0], value(row, $0)) })
        }
        let standing = snapshot?.standing
        return .object([
            ("shop", .optional(standing?.name) { .string($0) }),
            ("asOf", .optional(standing.map { $0.now.iso8601(in: $0.zone) }) { .string($0) }),
            ("runner", .optional(standing?.runner) { .integer(Int64($0)) }),
            ("held", .optional(standing?.hold?.reason) { .string($0) }),
            ("planStale", .bool(snapshot?.isPlanStale ?? false)), ("rows", .array(rows)),
        ])
    }
}

extension View {
    /// A column's title as a key: `Ship to` is `shipTo`.
    static func key(_ title: String) -> String {
        let words = title.replacing("-", with: " ").split(separator: " ").map { $0.lowercased() }
        return words.enumerated().map {
            $0.offset == 0 ? $0.element : $0.element.prefix(1).uppercased() + $0.element.dropFirst()
        }
        .joined()
    }
}
