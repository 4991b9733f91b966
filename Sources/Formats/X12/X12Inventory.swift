import Domain

/// X12 846, inventory advice: a partner says what it holds of each product (release 4010, functional group IB).
///
/// Read are BIA, N1 of the place, LIN with its pairs of qualifier and code, QTY of what is on hand or available, and DTM
/// of when it was counted. N1 and DTM of a LIN go before those of the header; places may stand before the quantities
/// they belong to or after them. A count whose date has no time takes that which BIA or GS says for the same day.
public enum X12Inventory {
    /// The counts of a message.
    ///
    /// - Throws: what is wrong with the message, naming segment and element.
    public static func facts(
        _ message: X12TransactionSet, partner: X12Partner
    ) throws(FormatError) -> [Fact] {
        var reading = InventoryReading(message, partner)
        for segment in message.segments { try reading.take(segment) }
        return try reading.finish().map(Fact.count)
    }

    /// Messages that state some counts, one for each run of counts of one place.
    ///
    /// Times are kept to the hundredth of a second, which is the most that X12 can say.
    ///
    /// - Throws: `.unknownKind` where a product's code is of a kind for which the partner has no qualifier.
    public static func messages(
        _ counts: [StockCount], partner: X12Partner
    ) throws(FormatError) -> [X12Message] {
        var messages: [X12Message] = []
        var rest = counts[...]
        while let first = rest.first {
            let run = rest.prefix { $0.place == first.place }
            rest = rest.dropFirst(run.count)
            messages.append(try message(run, first, number: messages.count + 1, partner))
        }
        return messages
    }

    private static func message(
        _ counts: ArraySlice<StockCount>, _ first: StockCount, number: Int, _ partner: X12Partner
    ) throws(FormatError) -> X12Message {
        let moment = X12Time.text(first.countedAt)
        let dtm = partner.countedAtQualifiers.first ?? "405"
        var message = X12Message(kind: "846")
        let clock = X12Time.text(first.countedAt, withFraction: false).clock
        message.add("BIA", "00", "SI", "\(moment.day)\(number)", moment.day, clock)
        message.add("DTM", dtm, moment.day, moment.clock, "UT")
        message.add(party: partner.placeQualifiers.first ?? "WH", first.place, partner.places)
        var line = 0
        for count in counts {
            guard let pair = partner.pair(of: count.product) else { throw X12Message.unknown(count.product) }
            line += 1
            message.add("LIN", String(line), pair.qualifier, pair.value)
            if count.countedAt != first.countedAt {
                let own = X12Time.text(count.countedAt)
                message.add("DTM", dtm, own.day, own.clock, "UT")
            }
            let qualifier =
                count.state == .onHand
                ? partner.onHandQualifiers.first ?? "17" : partner.availableQualifiers.first ?? "33"
            message.add("QTY", qualifier, String(count.quantity), "EA")
        }
        message.add("CTT", String(line))
        return message
    }
}

/// An 846 as far as it was read.
private struct InventoryReading {
    /// What a LIN says about, in the order of its segments.
    private enum Part {
        case place(PlaceName)
        case quantity(Int64, StockState)
    }

    private let message: X12TransactionSet
    private let partner: X12Partner
    private var place: PlaceName?
    private var supplier: SupplierName?
    private var headerTime: X12Stamp?
    private var bia: X12Stamp?
    private var lin: X12Segment?
    private var lines = 0
    private var parts: [Part] = []
    private var strangers: [String] = []
    private var itemTime: X12Stamp?
    private var counts: [StockCount] = []

    init(_ message: X12TransactionSet, _ partner: X12Partner) {
        self.message = message
        self.partner = partner
        place = partner.place
        supplier = partner.supplier
    }

    mutating func take(_ segment: X12Segment) throws(FormatError) {
        switch segment.name {
        case "BIA": bia = try X12Stamp(segment, day: 4, clock: 5)
        case "N1": try takeParty(segment)
        case "DTM":
            guard let word = segment.text(1), partner.countedAtQualifiers.contains(word) else { return }
            let stamp = try X12Stamp(dtm: segment)
            if lin == nil { headerTime = stamp } else { itemTime = stamp }
        case "LIN":
            try closeLine()
            lin = segment
            lines += 1
        case "QTY": try takeQuantity(segment)
        case "CTT": try segment.checkTotal(lines, of: "LIN segments")
        default: break
        }
    }

    private mutating func takeParty(_ segment: X12Segment) throws(FormatError) {
        guard let word = segment.text(1) else { return }
        if partner.placeQualifiers.contains(word) {
            let named = try partner.party(segment, partner.places)
            if lin == nil { place = named } else { parts.append(.place(named)) }
        } else if partner.supplierQualifiers.contains(word), partner.supplier == nil {
            supplier = try partner.party(segment, partner.suppliers)
        }
    }

    private mutating func takeQuantity(_ segment: X12Segment) throws(FormatError) {
        guard lin != nil else { return }
        let word = try segment.required(1)
        let state: StockState
        if partner.onHandQualifiers.contains(word) {
            state = .onHand
        } else if partner.availableQualifiers.contains(word) {
            state = .available
        } else {
            if strangers.count < 8 { strangers.append(word) }
            return
        }
        let quantity = try partner.quantity(segment, 2, unit: 3, -Limits.quantity...Limits.quantity)
        parts.append(.quantity(quantity, state))
    }

    private mutating func closeLine() throws(FormatError) {
        guard let lin else { return }
        defer { (self.lin, parts, strangers, itemTime) = (nil, [], [], nil) }
        let hasCounts = parts.contains { if case .quantity = $0 { true } else { false } }
        guard hasCounts else {
            // A line without any quantity says nothing; one whose quantities are all of unknown kinds says something
            // that nobody would hear.
            guard strangers.isEmpty else {
                let words = strangers.joined(separator: ", ").prefix(60).printable
                throw lin.error(
                    .unknownWord,
                    "its quantities are of the kinds \(words), and none of them is on hand "
                        + "(\(partner.onHandQualifiers.joined(separator: ", "))) or available "
                        + "(\(partner.availableQualifiers.joined(separator: ", "))); add the one that is to this "
                        + "partner's")
            }
            return
        }
        let product = try partner.product(lin, from: 2, supplier: supplier)
        let moment = try countedAt(lin)
        let places = try placesOfQuantities(lin)
        var index = 0
        for case .quantity(let quantity, let state) in parts {
            counts.append(
                StockCount(
                    product: product, place: places[index], quantity: quantity, state: state, countedAt: moment))
            index += 1
        }
    }

    /// The place of each quantity: the last before it, or where a quantity comes first, the next after it.
    private func placesOfQuantities(_ lin: X12Segment) throws(FormatError) -> [PlaceName] {
        var isPlaceFirst = true
        if case .quantity? = parts.first { isPlaceFirst = false }
        var current = place
        var result: [PlaceName?] = []
        for part in isPlaceFirst ? parts : parts.reversed() {
            switch part {
            case .place(let name): current = name
            case .quantity: result.append(current)
            }
        }
        // Going backwards, quantities after the last place have met none: it is theirs as well.
        if !isPlaceFirst {
            let last = parts.compactMap { if case .place(let name) = $0 { name } else { nil } }.last
            var isAfterLast = true
            var index = 0
            for part in parts.reversed() {
                if case .place = part { isAfterLast = false }
                guard case .quantity = part else { continue }
                if isAfterLast { result[index] = last ?? place }
                index += 1
            }
            result.reverse()
        }
        var names: [PlaceName] = []
        for name in result {
            guard let name else {
                throw lin.error(
                    .missingValue,
                    "names no place: there is no N1 of \(partner.placeQualifiers.joined(separator: " or ")); say "
                        + "which place this partner's counts are of")
            }
            names.append(name)
        }
        return names
    }

    private func countedAt(_ lin: X12Segment) throws(FormatError) -> Instant {
        let sent = try X12Stamp(message.group, day: 4, clock: 5)
        guard let (stamp, moment) = try [itemTime, headerTime, bia, sent].moment(partner.zone) else {
            throw lin.error(.missingValue, "says nowhere when it was counted; ask for DTM*405 with date and time")
        }
        if let moment { return moment }
        guard let time = partner.timeOfCount else {
            throw stamp.segment.error(
                .missingValue,
                "a date alone does not say whether the day's sales are in the count; ask for a time, or say at "
                    + "what time of day this partner counts")
        }
        return partner.zone.instant(day: stamp.day, second: time.minutes * 60)
    }

    mutating func finish() throws(FormatError) -> [StockCount] {
        try closeLine()
        guard !counts.isEmpty else {
            throw message.error(.missingValue, "this 846 holds no count: no LIN with a QTY", field: "LIN")
        }
        return counts
    }
}
