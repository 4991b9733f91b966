import Domain
import Engine
import FoundationEssentials
import Terminal

// Who did what, on which evidence.

/// The particulars of a journal entry, read for people.
struct JournalText {
    private let body: [UInt8]

    init(_ entry: Decisions.Entry) { body = entry.body }

    private struct Reason: Decodable {
        var reason: String?
    }

    /// The reason that was given.
    var reason: String? { (try? JSONDecoder().decode(Reason.self, from: Data(body)))?.reason }

    /// One line for each of its members, nested ones as they are written.
    var lines: [String] {
        var (lines, line) = ([String](), [UInt8]())
        var (depth, isQuoted, isEscaped) = (0, false, false)
        for byte in body {
            if isQuoted {
                isQuoted = byte != UInt8(ascii: "\"") || isEscaped
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                switch byte {
                case UInt8(ascii: "\""): isQuoted = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
                let isOuter = depth == 1 && byte == UInt8(ascii: "{") && line.isEmpty && lines.isEmpty
                if isOuter { continue }
                if depth == 1 && byte == UInt8(ascii: ",") || depth == 0 {
                    lines.append(String(decoding: line, as: UTF8.self))
                    line = []
                    continue
                }
            }
            line.append(byte)
        }
        return lines.filter { !$0.isEmpty }
    }
}

extension Listing {
    static func journal(_ rows: [Decisions.Entry], zone: Zone) -> Listing {
        Listing(
            rows, id: { String($0.sequence) },
            words: { "\($0.actor) \($0.what) \($0.action.map { "action \($0)" } ?? "")" },
            columns: [
                TableColumn<Decisions.Entry>.by(
                    "No", 6, rank: 2, key: { .number($0.sequence) },
                    {
                        CellText(String($0.sequence), .muted)
                    }),
                .by("When", 16, number: false, key: { .instant($0.at) }, { CellText(Wording.moment($0.at, zone)) }),
                .words("Who", 12) { $0.actor },
                .words("What", 16) { $0.what },
                .by("Order", 6, rank: 1, key: { .number($0.action) }, { CellText($0.action.map { String($0) } ?? "") }),
                .words("Why", 16, rank: 3, grows: true, role: .muted) { JournalText($0).reason ?? "" },
            ])
    }
}

extension View {
    mutating func journal(_ area: Rect) {
        var rest = area
        let below = rest.takeBottom(rest.height >= 14 ? rest.height / 3 : 0)
        table(.journal, in: rest, empty: "nothing has happened yet")
        guard below.height > 2, let id = state.detail,
            let entry = state.snapshot?.journal.first(where: { String($0.sequence) == id })
        else { return }
        let inner = panel(below, "entry \(entry.sequence), hash \(entry.hash.prefix(16))\(glyphs.ellipsis)")
        lines(JournalText(entry).lines.map { CellText($0) }, in: inner)
    }
}
