/// The characters that screens are drawn with, each one column wide.
public struct Glyphs: Equatable, Sendable {
    /// Lines and corners of boxes.
    public let horizontal, vertical, upperLeft, upperRight, lowerLeft, lowerRight: Character
    /// Where lines meet: open to the right, to the left, down, up, and to all sides.
    public let teeRight, teeLeft, teeDown, teeUp, cross: Character
    /// Arrows, for sorting and for changes.
    public let up, down, left, right: Character
    /// A point of a list, the sign of a picked row, of one that is done and of one that failed.
    public let bullet, mark, check, fail: Character
    /// In place of what was cut.
    public let ellipsis: String
    /// Bars that stand, from empty to full: nine of them, or fewer where the set has fewer.
    public let levels: [Character]
    /// Bars that lie, from empty to full, filled from the left.
    public let parts: [Character]
    /// From faint to dense: three.
    public let shades: [Character]

    /// Lines and block elements: what fonts of terminals have.
    public static let unicode = Glyphs(
        horizontal: "─", vertical: "│", upperLeft: "┌", upperRight: "┐", lowerLeft: "└", lowerRight: "┘",
        teeRight: "├", teeLeft: "┤", teeDown: "┬", teeUp: "┴", cross: "┼",
        up: "▲", down: "▼", left: "◀", right: "▶",
        bullet: "•", mark: "●", check: "✓", fail: "✗", ellipsis: "…",
        levels: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        parts: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        shades: ["░", "▒", "▓"])

    /// For terminals and lines that carry nothing else.
    public static let ascii = Glyphs(
        horizontal: "-", vertical: "|", upperLeft: "+", upperRight: "+", lowerLeft: "+", lowerRight: "+",
        teeRight: "+", teeLeft: "+", teeDown: "+", teeUp: "+", cross: "+",
        up: "^", down: "v", left: "<", right: ">",
        bullet: "*", mark: "*", check: "+", fail: "x", ellipsis: "~",
        levels: [" ", ".", ":", "-", "=", "+", "*", "#"],
        parts: [" ", "#"],
        shades: [".", ":", "#"])

    /// What the locale of the user carries: Unicode where it says UTF-8, else ASCII.
    ///
    /// - Parameter environment: The variables of the process; LC_ALL goes before LC_CTYPE, and that before LANG.
    public static func suited(to environment: [String: String]) -> Glyphs {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let charset = locale.split(separator: "@", maxSplits: 1).first?.split(separator: ".").dropFirst().first ?? ""
        return ["utf-8", "utf8"].contains(charset.lowercased()) ? .unicode : .ascii
    }

    /// A line of bars, one column each, scaled from 0 to the greatest value.
    ///
    /// What is not a number, and a missing one, is a blank; anything above 0 is seen.
    ///
    /// - Parameters:
    ///   - values: Any scale; those below 0 count as 0.
    ///   - top: The value of a full bar; nil takes the greatest value.
    public func sparkline(_ values: [Double?], top: Double? = nil) -> String {
        let known = values.compactMap { $0 }.filter(\.isFinite)
        let scale = top ?? known.max() ?? 0
        return String(
            values.map { value in
                guard let value, value.isFinite, value > 0, scale > 0 else { return levels[0] }
                return levels[step(value / scale, of: levels.count)]
            })
    }

    /// A bar that lies.
    ///
    /// - Parameters:
    ///   - share: 0 to 1; what lies outside is brought inside, and what is not a number is 0.
    ///   - width: Columns, filled up with blanks.
    public func bar(_ share: Double, width: Int) -> String {
        guard width > 0 else { return "" }
        let steps = parts.count - 1
        let filled = share.isFinite ? Int((min(1, max(0, share)) * Double(width * steps)).rounded()) : 0
        let full = String(repeating: parts[steps], count: filled / steps)
        let rest = filled % steps > 0 ? String(parts[filled % steps]) : ""
        return full + rest + String(repeating: " ", count: width - full.count - rest.count)
    }

    private func step(_ share: Double, of count: Int) -> Int {
        max(1, min(count - 1, Int((share * Double(count - 1)).rounded())))
    }
}
