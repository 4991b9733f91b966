import Domain

/// What was ordered of one product, what suppliers announced of it and what came, matched line by line.
///
/// A pure function of the three lists: the order in which their messages arrived leaves no trace. An announcement or
/// receipt finds its line by the number of its order and line; without a line, the order's lines of the product are
/// filled one after the other; without an order, the one order of its supplier and product that was open then, where
/// there is only one. Everything else stays unmatched, with the reason.
struct DeliveryMatching {
    /// A line of a purchase order.
    struct Line {
        var id: Int64
        var source: Int64
        var order, line: String
        var reference: String?
        var supplier: Int64
        var place: Int64
        var quantity: Int64
        var orderedOn: Day
        var expectedOn: Day?
        var state: PurchaseState
        /// When its own system saw all of it come; nil where it did not.
        var completedOn: Day?
    }

    /// An announcement or a receipt.
    struct Delivery {
        var source: Int64
        var id, line: String
        var order, orderLine: String?
        var supplier: Int64?
        /// Where it came to; nil for what is on its way.
        var place: Int64?
        var good: Int64
        var damaged: Int64 = 0
        var at: Int64
        var day: Day
        var expectedOn: Day?

        var units: Int64 { good &+ damaged }
    }

    /// The part of a delivery that a line has.
    struct Share {
        var delivery: Int
        var good, damaged: Int64

        var units: Int64 { good &+ damaged }
    }

    /// Days after the expected one for which a receipt that names no order may still be of it.
    static let window = 60
    /// The same, after the order's own system saw all of it come.
    static let completedWindow = 7

    /// The shares of each line in announcements and in receipts, the earliest first.
    private(set) var announced: [[Share]]
    private(set) var received: [[Share]]
    /// What found no line, and why.
    private(set) var unmatchedNotices: [(delivery: Int, reason: UnmatchedReason)] = []
    private(set) var unmatchedReceipts: [(delivery: Int, reason: UnmatchedReason)] = []
    /// Lines of orders of which the place that takes goods in speaks itself: what the order says of them does not count.
    private(set) var isToldByPlace: [Bool]
    /// Lines that a receipt may be of, of which nobody can say which.
    private(set) var isSuspected: [Bool]

    private let lines: [Line]
    private let sorted: [Int]
    private let numbers: [String: [Int]]

    init(lines: [Line], notices: [Delivery], receipts: [Delivery]) {
        self.lines = lines
        sorted = lines.indices.sorted { DeliveryMatching.isBefore(lines[$0], lines[$1]) }
        var numbers: [String: [Int]] = [:]
        for index in sorted {
            let own = DeliveryMatching.key(lines[index].order)
            numbers[own, default: []].append(index)
            if let reference = lines[index].reference.map(DeliveryMatching.key), reference != own {
                numbers[reference, default: []].append(index)
            }
        }
        self.numbers = numbers
        announced = Array(repeating: [], count: lines.count)
        received = announced
        isToldByPlace = Array(repeating: false, count: lines.count)
        isSuspected = isToldByPlace
        (announced, unmatchedNotices) = match(notices)
        (received, unmatchedReceipts) = match(receipts)
        tellWhatPlacesTell(receipts)
    }

    // MARK: - Matching

    private func match(_ deliveries: [Delivery]) -> ([[Share]], [(delivery: Int, reason: UnmatchedReason)]) {
        var shares: [[Share]] = Array(repeating: [], count: lines.count)
        var filled = Array(repeating: Int64(0), count: lines.count)
        var unmatched: [(delivery: Int, reason: UnmatchedReason)] = []
        // The more is said, the sooner it is settled: what names its line first, what names no order last.
        let order = deliveries.indices.sorted { left, right in
            let (a, b) = (deliveries[left], deliveries[right])
            let (x, y) = (rank(a), rank(b))
            if x != y { return x < y }
            if a.at != b.at { return a.at < b.at }
            return (a.source, a.id, a.line) < (b.source, b.id, b.line)
        }
        for index in order {
            let delivery = deliveries[index]
            switch candidates(delivery, filled) {
            case .failure(let reason): unmatched.append((index, reason))
            case .success(let candidates):
                for (line, share) in spread(delivery, index, over: candidates, &filled) { shares[line].append(share) }
            }
        }
        for line in shares.indices {
            shares[line].sort { left, right in
                let (a, b) = (deliveries[left.delivery], deliveries[right.delivery])
                return a.at != b.at ? a.at < b.at : (a.source, a.id, a.line) < (b.source, b.id, b.line)
            }
        }
        unmatched.sort { deliveries[$0.delivery].at < deliveries[$1.delivery].at }
        return (shares, unmatched)
    }

    private func rank(_ delivery: Delivery) -> Int {
        delivery.order == nil ? 2 : delivery.orderLine == nil ? 1 : 0
    }

    /// The lines that a delivery can be of, in the order in which they are filled.
    private func candidates(_ delivery: Delivery, _ filled: [Int64]) -> Result<[Int], UnmatchedReason> {
        guard let name = delivery.order else { return withoutOrder(delivery, filled) }
        let named = numbers[DeliveryMatching.key(name)] ?? []
        var orders = Dictionary(grouping: named) { OrderKey(lines[$0]) }
        // Two systems may number their orders alike.
        for isMeant: (Line) -> Bool in [
            { $0.source == delivery.source }, { $0.supplier == delivery.supplier }, { $0.place == delivery.place },
        ] where orders.count > 1 {
            let closer = orders.filter { $0.value.contains { isMeant(lines[$0]) } }
            if !closer.isEmpty { orders = closer }
        }
        guard let found = orders.first?.value else { return .failure(.unknownOrder(name)) }
        guard orders.count == 1 else { return .failure(.ambiguous(orders.values.map { lines[$0[0]].order }.sorted())) }
        if let line = delivery.orderLine.map(DeliveryMatching.key) {
            let exact = found.filter { DeliveryMatching.key(lines[$0].line) == line }
            if !exact.isEmpty { return .success(exact) }
        }
        return .success(inFillingOrder(found, for: delivery))
    }

    private func withoutOrder(_ delivery: Delivery, _ filled: [Int64]) -> Result<[Int], UnmatchedReason> {
        guard let supplier = delivery.supplier else { return .failure(.unnamed) }
        let possible = sorted.filter { index in
            let line = lines[index]
            return line.supplier == supplier && line.state != .cancelled && filled[index] < line.quantity
                && (delivery.place == nil || line.place == delivery.place) && isOpen(line, on: delivery.day)
        }
        let orders = Dictionary(grouping: possible) { OrderKey(lines[$0]) }
        guard let found = orders.first?.value else { return .failure(.nothingOrdered) }
        guard orders.count == 1 else { return .failure(.ambiguous(orders.values.map { lines[$0[0]].order }.sorted())) }
        return .success(inFillingOrder(found, for: delivery))
    }

    private func isOpen(_ line: Line, on day: Day) -> Bool {
        let usual = max(line.expectedOn ?? line.orderedOn, line.orderedOn).advanced(by: DeliveryMatching.window)
        let end = line.completedOn.map { $0.advanced(by: DeliveryMatching.completedWindow) } ?? usual
        return line.orderedOn <= day && day <= end
    }

    /// Lines for the place it came to before others, those called off last.
    private func inFillingOrder(_ found: [Int], for delivery: Delivery) -> [Int] {
        func rank(_ index: Int) -> Int {
            (lines[index].state == .cancelled ? 2 : 0)
                + (delivery.place == nil || lines[index].place == delivery.place ? 0 : 1)
        }
        return found.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }

    /// Each line gets what it still lacks; what is beyond all of them is the last one's of those that rank first.
    private func spread(
        _ delivery: Delivery, _ index: Int, over candidates: [Int], _ filled: inout [Int64]
    ) -> [(line: Int, share: Share)] {
        var (good, damaged) = (delivery.good, delivery.damaged)
        var result: [(line: Int, share: Share)] = []
        for line in candidates where good > 0 || damaged > 0 {
            let room = max(0, lines[line].quantity - filled[line])
            let share = Share(delivery: index, good: min(good, room), damaged: min(damaged, max(0, room - good)))
            guard share.units > 0 else { continue }
            result.append((line, share))
            filled[line] += share.units
            (good, damaged) = (good - share.good, damaged - share.damaged)
        }
        guard good != 0 || damaged != 0 else { return result }
        let rest = result.last?.line ?? candidates[0]
        filled[rest] += good + damaged
        if let last = result.indices.last {
            result[last].share.good += good
            result[last].share.damaged += damaged
        } else {
            result.append((rest, Share(delivery: index, good: good, damaged: damaged)))
        }
        return result
    }

    private mutating func tellWhatPlacesTell(_ receipts: [Delivery]) {
        var told: Set<OrderKey> = []
        for index in lines.indices where !received[index].isEmpty { told.insert(OrderKey(lines[index])) }
        for index in lines.indices { isToldByPlace[index] = told.contains(OrderKey(lines[index])) }
        for (receipt, reason) in unmatchedReceipts {
            guard case .ambiguous(let orders) = reason else { continue }
            for index in lines.indices where orders.contains(lines[index].order) {
                if receipts[receipt].place == nil || receipts[receipt].place == lines[index].place {
                    isSuspected[index] = true
                }
            }
        }
    }

    // MARK: - Names

    private struct OrderKey: Hashable {
        var source: Int64
        var order: String

        init(_ line: Line) {
            source = line.source
            order = line.order
        }
    }

    private static func isBefore(_ left: Line, _ right: Line) -> Bool {
        if left.source != right.source { return left.source < right.source }
        if left.order != right.order { return left.order < right.order }
        let (a, b) = (Int64(left.line) ?? .max, Int64(right.line) ?? .max)
        return a != b ? a < b : left.line < right.line
    }

    /// How numbers are told apart: letter case, blanks at the ends and leading zeros are spelling.
    static func key(_ number: String) -> String {
        let folded = number.trimmed.lowercased()
        let stripped = folded.drop { $0 == "0" }
        return stripped.isEmpty ? folded : String(stripped)
    }
}

/// Why an announcement or a receipt is of no purchase line.
public enum UnmatchedReason: Error, Sendable, Hashable {
    /// It names an order that has no line of the product.
    case unknownOrder(String)
    /// Several orders may be meant.
    case ambiguous([String])
    /// It names neither an order nor a supplier.
    case unnamed
    /// It names no order, and nothing of the product was on order from its supplier then.
    case nothingOrdered
}
