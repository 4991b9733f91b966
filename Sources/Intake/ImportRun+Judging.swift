import Domain
import Formats
import Store

// What the rules make of facts, before anything of them is written.

/// What the rules make of the facts of a reading.
enum Verdict {
    /// They may be written, with these flags.
    case sound([[Oddity]])
    case waits(Awaited)
    case refused(FormatError)
}

extension ImportRun {
    /// What can be known of facts without the store.
    var rules: Rules {
        Rules(validation: settings.validation, places: settings.places, currency: facts.currency, latest: latest)
    }

    /// Judges the facts of a record by what the rules say, and looks for what they refer to.
    func judge(_ facts: [RuledFact], line: Int) throws -> Verdict {
        var awaited: Awaited?
        var raised: [[Oddity]] = []
        for ruled in facts {
            let fact = ruled.fact
            var flags: [Oddity] = []
            for (rule, says) in ruled.complaints {
                switch rule.severity {
                case .refuse:
                    return .refused(FormatError(.rule, "\(rule.name): \(says)", file: batch.file, line: line))
                case .park where !isRetry:
                    awaited =
                        awaited ?? Awaited(kind: Awaited.person, name: rule.name, reason: "\(rule.name): \(says)")
                case .park, .flag:
                    flags.append(Oddity(kind: fact.kind, subject: fact.subject, rule: rule.name, says: says))
                case .off: break
                }
            }
            raised.append(flags)
            if awaited == nil { awaited = try missing(for: fact) }
        }
        return awaited.map { .waits($0) } ?? .sound(raised)
    }

    /// What a fact waits for before it can be written.
    private func missing(for fact: Fact) throws -> Awaited? {
        if case .product(let declaration) = fact { return try unknownProduct(declaration.sku) }
        guard case .order(let order) = fact, isRecorder(of: order.channel) else { return nil }
        if order.currency != facts.currency {
            for day in Set(order.lines.map { facts.zone.day(of: $0.at ?? order.orderedAt) })
            where try facts.rate(of: order.currency, on: day) == nil { return .rate(of: order.currency, on: day) }
        }
        for line in order.lines where line.kind != .notProduct {
            if let reference = line.product {
                if try known.sku(of: reference, in: facts) != nil { continue }
                if settings.records.products.map({ $0 != system }) ?? false { return .product(reference) }
            }
            if let sku = line.sku, let awaited = try unknownProduct(sku) { return awaited }
        }
        return nil
    }

    /// Judges the documents that a mapping's rows made, and takes those out of the book that may not be written: all
    /// their rows are put aside.
    mutating func judge(_ book: inout OrderBook) throws {
        guard settings.validation.hasRules(for: .order) else { return }
        var flagged: [(Int32, [Oddity])] = []
        var stopped: [(Int32, Verdict, [Int])] = []
        let rules = rules
        try book.eachDocument(currency: facts.currency) { document, order, rows in
            let ruled = RuledFact(fact: .order(order), complaints: rules.complaints(of: .order(order)))
            switch try judge([ruled], line: rows.first.flatMap { told[Int($0)]?.line } ?? 0) {
            case .sound(let flags):
                if let flags = flags.first, !flags.isEmpty { flagged.append((document, flags)) }
            case let verdict: stopped.append((document, verdict, rows.map { Int($0) }))
            }
        }
        for (document, flags) in flagged { book.flag(document, flags) }
        for (document, verdict, rows) in stopped {
            book.drop(document)
            var error: FormatError?
            for row in rows {
                guard let (line, offset, raw) = told[row] else {
                    count.duplicate += 1
                    continue
                }
                switch verdict {
                case .sound: continue
                case .waits(let awaited):
                    if isRetry { outcomes[outcomeOfRow[row]] = .waits(awaited) }
                    setAside(
                        RefusedRow(
                            line: line, offset: offset, raw: raw, code: awaited.code, reason: awaited.reason,
                            awaits: awaited))
                case .refused(let refusal):
                    if isRetry { outcomes[outcomeOfRow[row]] = .refused }
                    setAside(
                        RefusedRow(
                            line: line, offset: offset, raw: raw, code: refusal.code.rawValue,
                            reason: refusal.message), error == nil ? refusal : nil)
                    error = refusal
                }
                try putAsideIfMany()
            }
        }
        try putAside()
    }
}
