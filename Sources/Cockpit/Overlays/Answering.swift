import Domain
import Engine
import Terminal

// What keys do while a dialog is open.

extension State {
    /// Takes a key for the topmost overlay.
    mutating func takeOverlay(_ key: Key) -> [Effect] {
        guard let top = overlays.popLast() else { return [] }
        switch top {
        case .confirm(let confirmation): return take(key, confirmation)
        case .choose(let choice): return take(key, choice)
        case .ask(let question): return take(key, question)
        case .filter(let field): return take(key, field)
        case .palette(let palette): return take(key, palette)
        case .help(let first):
            switch key.code {
            case .up: overlays.append(.help(top: max(0, first - 1)))
            case .down: overlays.append(.help(top: min(Command.active(self).count - 1, first + 1)))
            case .pageUp: overlays.append(.help(top: max(0, first - 10)))
            case .pageDown: overlays.append(.help(top: min(Command.active(self).count - 1, first + 10)))
            default: break
            }
            return []
        }
    }

    private mutating func take(_ key: Key, _ asked: Confirmation) -> [Effect] {
        var asked = asked
        switch key.code {
        case .escape: return []
        case .enter:
            guard asked.isOnVerb || asked.word.map({ $0 == asked.typed.text }) ?? false else { return [] }
            return confirmed(asked)
        case .tab, .left, .right: asked.isOnVerb.toggle()
        default:
            if asked.word != nil {
                _ = asked.typed.take(key)
            } else if key == asked.key {
                return confirmed(asked)
            }
        }
        overlays.append(.confirm(asked))
        return []
    }

    private mutating func confirmed(_ asked: Confirmation) -> [Effect] {
        if let word = asked.word, asked.typed.text != word {
            overlays.append(.confirm(asked))
            return []
        }
        return asked.effects
    }

    private mutating func take(_ key: Key, _ choice: Choice) -> [Effect] {
        var choice = choice
        var picked: Choice.Option?
        switch key.code {
        case .escape: return []
        case .up: choice.selected = max(0, choice.selected - 1)
        case .down: choice.selected = min(choice.options.count - 1, choice.selected + 1)
        case .enter: picked = choice.options[choice.selected]
        default: picked = choice.options.first { $0.key == key }
        }
        guard let picked else {
            overlays.append(.choose(choice))
            return []
        }
        switch picked.answer {
        case .ask(let question):
            overlays.append(.ask(question))
            return []
        // What takes effect at once is asked once more: a letter may be a slip.
        case .effects(let effects):
            guard let key = Key("y") else { return [] }
            overlays.append(
                .confirm(
                    Confirmation(
                        title: "\(choice.title) \(picked.title)", lines: choice.lines, verb: choice.verb, key: key,
                        effects: effects)))
            return []
        }
    }

    private mutating func take(_ key: Key, _ question: Question) -> [Effect] {
        var question = question
        switch key.code {
        case .escape: return []
        case .enter:
            do throws(Answer.Refusal) {
                return try Answer(self).effects(question)
            } catch {
                question.complaint = error.sentence
            }
        default:
            if question.field.take(key) { question.complaint = nil }
        }
        overlays.append(.ask(question))
        return []
    }

    private mutating func take(_ key: Key, _ field: TextField) -> [Effect] {
        var field = field
        switch key.code {
        case .escape:
            table.filter("", listing)
            return []
        case .enter: return afterMoving()
        case .up, .down:
            table.move(by: key.code == .up ? -1 : 1)
            overlays.append(.filter(field))
            return afterMoving()
        default:
            if field.take(key), field.text != table.filter { table.filter(field.text, listing) }
        }
        overlays.append(.filter(field))
        return []
    }

    private mutating func take(_ key: Key, _ palette: Palette) -> [Effect] {
        var palette = palette
        let entries = palette.entries(self)
        switch key.code {
        case .escape: return []
        case .up: palette.selected = max(0, palette.selected - 1)
        case .down: palette.selected = min(max(0, entries.count - 1), palette.selected + 1)
        case .enter:
            guard entries.indices.contains(palette.selected) else { break }
            switch entries[palette.selected].target {
            case .command(let id): return Command.active(self).last { $0.id == id }?.perform(&self) ?? []
            case .place(.product(let id)): return openProduct(id)
            case .place(let place):
                go(to: place)
                return []
            }
        default:
            if palette.field.take(key) { palette.selected = 0 }
        }
        overlays.append(.palette(palette))
        return []
    }

    /// Moves the focus of a confirmation to a button: 0 is Cancel.
    mutating func focusButton(_ number: Int) {
        guard case .confirm(var asked) = overlays.last else { return }
        asked.isOnVerb = number == 1
        overlays[overlays.count - 1] = .confirm(asked)
    }
}

extension Overlay {
    /// Puts a pasted text where one types; false where one does not.
    mutating func insert(_ text: String) -> Bool {
        switch self {
        case .ask(var question):
            question.field.insert(text)
            self = .ask(question)
        case .filter(var field):
            field.insert(text)
            self = .filter(field)
        case .palette(var palette):
            palette.field.insert(text)
            self = .palette(palette)
        case .confirm, .choose, .help: return false
        }
        return true
    }
}

/// Reads what was typed and says what follows, or what is wrong with it.
struct Answer {
    /// Why a text is no answer.
    struct Refusal: Error {
        var sentence: String
    }

    private let state: State

    init(_ state: State) { self.state = state }

    func effects(_ question: Question) throws(Refusal) -> [Effect] {
        let text = String(question.field.text.trimmed)
        guard !text.isEmpty else { throw Refusal(sentence: "type something, or leave with Esc") }
        switch question.purpose {
        case .quantity(let action, let sku):
            guard let order = state.order(action) else { throw Refusal(sentence: "the order is gone") }
            let quantity = try units(text)
            guard quantity > 0 else { throw Refusal(sentence: "to order none of it, reject the line") }
            return [.edit(action, hash: order.action.hash, sku: sku, quantity: quantity)]
        case .reject(let id, let hash, let lines, let kind):
            return [.reject(id, hash: hash, lines: lines, because: try reason(kind, text))]
        case .snooze(let ids): return [.snooze(ids, until: try moment(text))]
        case .note: return [.note(text)]
        case .hold: return [.hold(text)]
        case .release: return [.release(text)]
        case .missing(let id, let missing, let supplier): return [.supply(try value(missing, text, supplier), id)]
        case .mend(let id): return [.mend(id, row: question.field.text)]
        }
    }

    private func reason(_ kind: RejectKind, _ text: String) throws(Refusal) -> RejectionReason {
        switch kind {
        case .wrongLeadTime: return .wrongLeadTime(days: try days(text))
        case .wrongCost: return .wrongCost(try price(text))
        case .doNotBuy: return .doNotBuy
        case .alreadyOrdered:
            let words = text.split(separator: " ")
            guard words.count >= 2, let last = words.last, let day = Day(last) else {
                throw Refusal(sentence: "the number of the order, a blank and the day it arrives: PO-17 2011-10-20")
            }
            return .alreadyOrdered(reference: words.dropLast().joined(separator: " "), expectedOn: day)
        case .wrongStock: return .wrongStock(counted: try units(text))
        case .tooEarly:
            if let day = Day(text) { return .tooEarly(until: day) }
            guard let standing = state.snapshot?.standing, let count = Int(text), (1...365).contains(count) else {
                throw Refusal(sentence: "a day such as 2011-10-20, or 1 to 365 days")
            }
            return .tooEarly(until: standing.zone.day(of: standing.now).advanced(by: count))
        case .other: return .other(text)
        }
    }

    private func value(_ missing: MissingInput, _ text: String, _ supplier: SupplierName?) throws(Refusal)
        -> MissingValue
    {
        switch (missing, supplier) {
        case (.count, _): return .count(try units(text))
        case (.leadTime, let supplier?): return .leadTime(days: try days(text), supplier: supplier)
        case (.cost, let supplier?): return .cost(try price(text), supplier: supplier)
        case (.offer, _):
            let parts = text.split(separator: ",").map { String($0.trimmed) }
            guard parts.count == 3, let name = SupplierName(parts[0]) else {
                throw Refusal(sentence: "three things with commas between: supplier, cost, days")
            }
            return .offer(supplier: name, cost: try price(parts[1]), leadTimeDays: try days(parts[2]))
        default: throw Refusal(sentence: "that cannot be typed here; \(missing.cure)")
        }
    }

    private func units(_ text: String) throws(Refusal) -> Int64 {
        guard let units = Int64(text), (0...1_000_000_000).contains(units) else {
            throw Refusal(sentence: "a whole number of units, at most 1000000000")
        }
        return units
    }

    private func days(_ text: String) throws(Refusal) -> Double {
        guard let days = Double(text), days.isFinite, days >= 0, days <= 730 else {
            throw Refusal(sentence: "a number of days, 0 to 730")
        }
        return days
    }

    private func price(_ text: String) throws(Refusal) -> UnitPrice {
        guard case .success(let micros) = FixedPoint.parse(text, decimals: 6), micros > 0 else {
            throw Refusal(sentence: "an amount above 0 with a point, such as 2.40")
        }
        return UnitPrice(micros: micros)
    }

    private func moment(_ text: String) throws(Refusal) -> Instant {
        guard let standing = state.snapshot?.standing else { throw Refusal(sentence: "the shop has not been read yet") }
        if let day = Day(text), day > standing.zone.day(of: standing.now) { return standing.zone.instant(day: day) }
        if let unit = text.last, let count = Int64(text.dropLast()), (1...720).contains(count) {
            if unit == "h" { return standing.now.adding(seconds: count * 3600) }
            if unit == "d" { return standing.now.adding(seconds: count * 86_400) }
        }
        throw Refusal(sentence: "hours such as 4h, days such as 2d, or a day to come such as 2011-10-05")
    }
}
