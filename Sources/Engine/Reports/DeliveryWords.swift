import Domain
import Store

/// What is not as it should be with a purchase line.
public enum DeliveryFlag: String, Sendable, CaseIterable {
    /// Its day has passed, and units are missing.
    case late
    /// It ended with fewer units than ordered, or is late after a part of it came.
    case short
    /// Units came that cannot be sold.
    case damaged
    /// More came than was ordered.
    case over
    /// Units are to come and nobody has named a day.
    case undated = "no date"
    /// The order says that another number has come than receipts do.
    case disagrees
}

extension MatchedLine {
    /// Days by which what is open is late; 0 where it is not.
    func daysLate(_ today: Day) -> Int { max(0, dueOn?.distance(to: today) ?? 0) }

    func flags(_ today: Day) -> [DeliveryFlag] {
        DeliveryFlag.allCases.filter { flag in
            switch flag {
            case .late: daysLate(today) > 0
            case .short: (short > 0 && state == .closed) || (arrived > 0 && daysLate(today) > 0)
            case .damaged: damaged > 0
            case .over: over > 0
            case .undated: coming.contains { $0.expectedOn == nil }
            case .disagrees: hasReceipts && told > 0 && told != arrived
            }
        }
    }

    /// How it stands, in words.
    func words(_ today: Day) -> [String] {
        var text = coming.map { part in
            let units = part.shipment.map { "\(part.quantity) on the way in \($0)" } ?? "\(part.quantity) to come"
            guard let day = part.expectedOn else { return "\(units), no date: ask the supplier" }
            let late = day.distance(to: today)
            return late > 0
                ? "\(units), due \(day), \(late) days late" : "\(units), due \(day)"
        }
        if short > 0 { text.append(state == .cancelled ? "\(short) called off" : "closed \(short) short") }
        if over > 0 { text.append("\(over) more than ordered") }
        if damaged > 0 { text.append("\(damaged) came damaged") }
        if announced > ordered { text.append("\(announced) announced of \(ordered) ordered") }
        if flags(today).contains(.disagrees) {
            text.append("its order says that \(told) came, receipts say \(arrived)")
        }
        return text.isEmpty ? ["received in full"] : text
    }
}

extension UnmatchedDelivery {
    /// What it is and why no purchase line was found for it.
    ///
    /// - Parameter ours: our own orders that no purchase system has shown yet: their actions by our references.
    func words(_ ours: [String: Int64]) -> String {
        let units = damaged > 0 ? "\(good) and \(damaged) damaged" : "\(good)"
        let what = kind == .receipt ? "\(units) came" : "\(units) announced"
        if let action = order.flatMap({ ours[$0] }) {
            return "\(what) for our order of action \(action), which no purchase system has shown yet"
        }
        return switch reason {
        case .unknownOrder(let order): "\(what) for order \(order), which has no line of it: import that order"
        case .ambiguous(let orders):
            "\(what), and \(orders.joined(separator: " or ")) may be meant: name the order in the \(kind.rawValue)"
        case .unnamed: "\(what), and neither order nor supplier is named"
        case .nothingOrdered:
            "\(what) without an order, and nothing of it was on order from \(supplier?.text ?? "its supplier") then"
        }
    }
}
