import CNcurses
import Glibc

/// Frames in, bytes out: what turns the last screen into this one, as ncurses works it out.
///
/// It touches no terminal. One thread at a time works with any of them: ncurses keeps the current one in a global.
final class Painter {
    /// The terminal's description that was found.
    let description: String
    /// The colours used.
    let depth: ColourDepth
    private let canvas: OpaquePointer
    private let endsSingly: Bool
    private var palette: Palette
    private var styles: StyleStream
    private var size: Size
    /// The frame on the screen; nil where everything is to be painted anew.
    private var shown: Frame?
    private var row: [cn_character] = []

    /// - Throws: `unfitTerminal` where none of the kind's descriptions is known, `system` where the system has no UTF-8.
    init(
        _ kind: TerminalKind, size: Size, theme: Theme, depth: (Int) -> ColourDepth
    ) throws(TerminalError) {
        guard cn_locale_utf8() else {
            throw TerminalError(.system, "the system has no UTF-8 locale: install its locales (C.UTF-8)")
        }
        // No description draws on nothing.
        let rows = Int32(max(1, size.height))
        let columns = Int32(max(1, size.width))
        guard
            let (name, canvas) = kind.descriptions.lazy.compactMap({ name in
                cn_canvas_open(name, rows, columns).map { (name, $0) }
            }).first
        else {
            throw TerminalError(
                .unfitTerminal,
                "nobody here knows the terminal '\(kind.name)', nor any that it may resemble: "
                    + "install the system's terminal descriptions (ncurses-base), or set TERM")
        }
        self.canvas = canvas
        description = name
        self.size = size
        self.depth = depth(Int(cn_canvas_colours(canvas)))
        palette = Palette(theme, depth: self.depth)
        endsSingly = Self.capability("rmul", of: canvas) == Array("\u{1B}[24m".utf8)
        styles = StyleStream(colours: palette.colours, endsSingly: endsSingly)
        usePalette()
    }

    deinit { cn_canvas_close(canvas) }

    /// Changes the looks; the next frame paints everything.
    func use(_ theme: Theme) {
        palette = Palette(theme, depth: depth)
        styles = StyleStream(colours: palette.colours, endsSingly: endsSingly)
        usePalette()
        shown = nil
    }

    private func usePalette() {
        if depth != .none {
            for place in 0..<Palette.count {
                cn_canvas_pair(canvas, Int32(place + 1), Int32(palette[place].ink), Int32(palette[place].ground))
            }
        }
        cn_canvas_ground(canvas, pair(Palette.place(.text, selected: false)))
    }

    /// Pair 0 is the terminal's own colours, and cannot be another.
    private func pair(_ place: Int) -> Int32 { depth == .none ? 0 : Int32(place + 1) }

    /// The next frame paints everything.
    func repaint() {
        cn_canvas_repaint(canvas)
        shown = nil
    }

    /// The terminal is left, without a word to it; the next frame enters it again.
    func leave() {
        cn_canvas_leave(canvas)
        styles.forget()
        shown = nil
    }

    /// A capability of the description, without its padding.
    func capability(_ name: String) -> [UInt8] { Self.capability(name, of: canvas) }

    private static func capability(_ name: String, of canvas: OpaquePointer) -> [UInt8] {
        guard let text = cn_canvas_capability(canvas, name) else { return [] }
        defer { free(text) }
        return Array(String(cString: text).utf8)
    }

    /// The bytes that show a frame; none where it is shown already or has no cell.
    func bytes(for frame: Frame) -> [UInt8] {
        guard frame.size.width > 0, frame.size.height > 0 else { return [] }
        if frame.size != size {
            size = frame.size
            cn_canvas_resize(canvas, Int32(size.height), Int32(size.width))
            shown = nil
        }
        for y in 0..<size.height {
            let cells = frame.row(y)
            if let shown, shown.row(y) == cells { continue }
            row.removeAll(keepingCapacity: true)
            for cell in cells where !cell.isContinuation {
                let place = Palette.place(cell)
                let attributes = palette[place].attributes.union(cell.attributes).subtracting(.selected)
                row.append(
                    cn_character(
                        scalars: (cell.base, cell.firstMark, cell.secondMark), width: cell.width,
                        attributes: attributes.rawValue, pair: UInt16(pair(place))))
            }
            cn_canvas_row(canvas, Int32(y), row, Int32(row.count))
        }
        let cursor = frame.cursor.flatMap { frame.bounds.contains($0) ? $0 : nil }
        cn_canvas_cursor(canvas, Int32(cursor?.y ?? 0), Int32(cursor?.x ?? 0), cursor != nil)
        shown = frame
        var start: UnsafePointer<UInt8>?
        let count = cn_canvas_bytes(canvas, &start)
        guard count > 0 else { return [] }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        styles.shorten(UnsafeBufferPointer(start: start, count: count), into: &output)
        return output
    }
}
