import Domain
import Engine
import Terminal

/// What lies over a screen and takes the keys.
enum Overlay: Sendable {
    /// Asks before something is done.
    case confirm(Confirmation)
    /// One of several.
    case choose(Choice)
    /// A value to type.
    case ask(Question)
    /// The filter of the focused table, typed.
    case filter(TextField)
    /// Any command, order or product by its words.
    case palette(Palette)
    /// What every key does; from a row on.
    case help(top: Int)
}

/// A question with two answers: the one that changes nothing has the focus.
struct Confirmation: Sendable {
    var title: String
    var lines: [CellText]
    /// What is done, in one word.
    var verb: String
    /// The key that does it: never the one that asked.
    var key: Key
    var effects: [Effect]
    var isOnVerb = false
    /// A word to be typed first, where much is at stake; nil for none.
    var word: String?
    var typed = TextField("")
}

/// One of several, by arrow and Enter or by its letter.
struct Choice: Sendable {
    struct Option: Sendable {
        var key: Key
        var title: String
        var answer: Answer
    }

    /// What follows from an option.
    enum Answer: Sendable {
        case ask(Question)
        case effects([Effect])
    }

    var title: String
    /// What is done in the end, in one word.
    var verb = "Reject"
    var lines: [CellText]
    var options: [Option]
    var selected = 0
}

/// A value to type.
struct Question: Sendable {
    /// What it is for; each brings what it will be checked by.
    enum Purpose: Sendable {
        case quantity(action: Int64, sku: SKU)
        case reject(Int64, hash: String, lines: Set<SKU>?, RejectKind)
        case snooze([Int64])
        case note, hold, release
        case missing(RiskRow.ID, MissingInput, supplier: SupplierName?)
        case mend(Int64)
    }

    var purpose: Purpose
    var title: String
    /// What is expected, beside the field.
    var hint: String
    var field = TextField("")
    /// What was wrong with the last try.
    var complaint: String?
}

/// Why an order is turned down, before its value is typed.
enum RejectKind: CaseIterable, Sendable {
    case wrongLeadTime, wrongCost, doNotBuy, alreadyOrdered, wrongStock, tooEarly, other
}

/// A line of text being typed, with its cursor.
struct TextField: Sendable, Equatable {
    private(set) var characters: [Character]
    private(set) var cursor: Int

    /// At most so many characters: what is longer is no answer.
    static let limit = 2000

    init(_ text: String) {
        characters = Array(text.prefix(TextField.limit))
        cursor = characters.count
    }

    var text: String { String(characters) }

    /// Takes a key; false where it means nothing to a text.
    mutating func take(_ key: Key) -> Bool {
        switch key.code {
        case .character(let character) where key.modifiers.isEmpty:
            insert(String(character))
        case .character("u") where key.modifiers == .control:
            characters.removeFirst(cursor)
            cursor = 0
        case .character("w") where key.modifiers == .control:
            while cursor > 0, characters[cursor - 1] == " " { erase() }
            while cursor > 0, characters[cursor - 1] != " " { erase() }
        case .character("a") where key.modifiers == .control: cursor = 0
        case .character("e") where key.modifiers == .control: cursor = characters.count
        case .backspace: erase()
        case .delete: if cursor < characters.count { characters.remove(at: cursor) }
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .home: cursor = 0
        case .end: cursor = characters.count
        default: return false
        }
        return true
    }

    /// Puts a text at the cursor, made safe to show.
    mutating func insert(_ text: String) {
        let added = Array(text.printable.prefix(TextField.limit - characters.count))
        characters.insert(contentsOf: added, at: cursor)
        cursor += added.count
    }

    private mutating func erase() {
        guard cursor > 0 else { return }
        cursor -= 1
        characters.remove(at: cursor)
    }
}
