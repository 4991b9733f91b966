import Engine
import Terminal

/// Any command by its name, any order or product by its words.
struct Palette: Sendable {
    var field = TextField("")
    var selected = 0

    /// What can be picked.
    struct Entry: Sendable {
        enum Target: Sendable {
            case command(CommandID)
            case place(Place)
        }

        var title: String
        var note: String
        /// Why it cannot be picked now.
        var whyNot: String?
        var target: Target
    }

    /// At most so many products are offered.
    private static let most = 50

    /// What matches, the best first: commands, then orders, then products.
    func entries(_ state: State) -> [Entry] {
        let words = field.text.lowercased().split(separator: " ").map(String.init)
        let isNumber = Int64(field.text) != nil
        var found: [(score: Int, entry: Entry)] = []
        for command in Command.active(state) {
            guard let score = Palette.score(words, "\(command.title) \(command.id.rawValue)") else { continue }
            let keys = command.keys.map(\.description).joined(separator: " ")
            found.append(
                (
                    score,
                    Entry(
                        title: command.title, note: keys, whyNot: command.whyNot(state), target: .command(command.id))
                ))
        }
        found.sort { $0.score < $1.score }
        guard !words.isEmpty else { return found.map(\.entry) }
        var entries = found.map(\.entry)
        for order in state.snapshot?.orders ?? [] {
            let text = "order \(order.id) \(order.action.header.supplier) \(order.action.header.shipTo)"
            guard Palette.score(words, text) != nil else { continue }
            let entry = Entry(
                title: "order \(order.id)", note: "\(order.action.header.supplier), \(order.action.state.rawValue)",
                whyNot: nil, target: .place(.order(order.id)))
            if isNumber, order.id == Int64(field.text) { entries.insert(entry, at: 0) } else { entries.append(entry) }
        }
        var count = 0
        for row in state.snapshot?.risk ?? [] where count < Palette.most {
            guard words.allSatisfy({ "\(row.id.sku) \(row.name)".lowercased().contains($0) }) else { continue }
            count += 1
            entries.append(
                Entry(title: row.id.sku.text, note: row.name, whyNot: nil, target: .place(.product(row.id))))
        }
        return entries
    }

    /// How well words fit a title, 0 the best; nil where they do not: each word's letters come in their order.
    static func score(_ words: [String], _ title: String) -> Int? {
        let text = title.lowercased()
        var total = 0
        for word in words {
            if text.hasPrefix(word) { continue }
            if text.contains(word) {
                total += 1
                continue
            }
            var rest = Substring(text)
            for letter in word {
                guard let found = rest.firstIndex(of: letter) else { return nil }
                rest = rest[rest.index(after: found)...]
            }
            total += 10
        }
        return total
    }
}
