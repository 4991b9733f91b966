import Domain

/// X12 856, ship notice: a supplier says that goods have left (release 4010, functional group SH).
///
/// Read are BSN, the tree of HL levels (shipment, order, pallet or carton, item, in either order of the last two), PRF of
/// the purchase order, LIN and SN1 of the item, MAN*GM of the carton, and DTM*011 (shipped) and DTM*017 (expected), which
/// hold for everything below the level they stand in. What the level of an item lacks comes from the levels above it.
/// The line's number is REF*LI, else that of its HL; `LIN01` is the line of the purchase order. Carriers (TD1, TD5) and
/// bills of lading (REF*BM) are passed over: no fact has room for them. BSN says when the notice was written: a newer one
/// of the same number, or one of purpose 05, takes the place of an older one with all its lines.
public enum X12ShipNotice {
    /// The lines of a message.
    ///
    /// - Throws: what is wrong with the message, naming segment and element.
    public static func facts(
        _ message: X12TransactionSet, partner: X12Partner
    ) throws(FormatError) -> [Fact] {
        var reading = ShipNoticeReading(message, partner)
        for segment in message.segments { try reading.take(segment) }
        return try reading.finish().map(Fact.shipNotice)
    }

    /// Messages that state some lines, one for each run of lines of one shipment.
    ///
    /// Times are kept to the hundredth of a second. A notice of which nobody knows when it was written is written as of
    /// when its goods left, since BSN needs a date. A supplier is written where the partner is none of its own.
    ///
    /// - Throws: `.unknownKind` where a product's code is of a kind for which the partner has no qualifier, `.rule`
    ///   where a line is another supplier's than the partner is.
    public static func messages(
        _ notices: [ShipNotice], partner: X12Partner
    ) throws(FormatError) -> [X12Message] {
        var messages: [X12Message] = []
        var rest = notices[...]
        while let first = rest.first {
            let run = rest.prefix {
                $0.id == first.id && $0.supplier == first.supplier && $0.version == first.version
                    && $0.isReplacement == first.isReplacement
            }
            rest = rest.dropFirst(run.count)
            if let own = partner.supplier, let supplier = first.supplier, supplier != own {
                throw FormatError(
                    .rule,
                    "shipment \(first.id.printable) is of \(supplier), and this partner is \(own); write it as its "
                        + "own supplier", file: "")
            }
            messages.append(try message(Array(run), first, partner))
        }
        return messages
    }

    private static func message(
        _ notices: [ShipNotice], _ first: ShipNotice, _ partner: X12Partner
    ) throws(FormatError) -> X12Message {
        let isOneTime = notices.allSatisfy { $0.at == first.at }
        let isOneDay = notices.allSatisfy { $0.expectedOn == first.expectedOn }
        var message = X12Message(kind: "856")
        // BSN has no time code: its clock is the partner's.
        let written = X12Time.text(first.version ?? first.at, in: partner.zone)
        message.add("BSN", first.isReplacement ? "05" : "00", first.id, written.day, written.clock)
        var levels = 0
        func level(_ code: String, under parent: Int?) -> Int {
            levels += 1
            message.add("HL", String(levels), parent.map(String.init) ?? "", code)
            return levels
        }
        func dates(_ notice: ShipNotice, time: Bool, day: Bool) {
            if time {
                let left = X12Time.text(notice.at)
                message.add("DTM", "011", left.day, left.clock, "UT")
            }
            if day, let expected = notice.expectedOn { message.add("DTM", "017", X12Time.text(expected)) }
        }
        let shipment = level("S", under: nil)
        dates(first, time: isOneTime, day: isOneDay)
        if partner.supplier == nil, let supplier = first.supplier {
            message.add(party: partner.supplierQualifiers.first ?? "SU", supplier, partner.suppliers)
        }
        var order: (name: String, level: Int)?
        var carton: (name: String?, level: Int)?
        for notice in notices {
            if order?.name != notice.order {
                order = (notice.order, level("O", under: shipment))
                message.add("PRF", notice.order)
                carton = nil
            }
            if let name = notice.carton, carton?.name != name {
                carton = (name, level("P", under: order?.level))
                message.add("MAN", "GM", name)
            } else if notice.carton == nil {
                carton = nil
            }
            guard let pair = partner.pair(of: notice.product) else { throw X12Message.unknown(notice.product) }
            let item = level("I", under: carton?.level ?? order?.level)
            message.add("LIN", notice.orderLine ?? "", pair.qualifier, pair.value)
            message.add("SN1", "", String(notice.quantity), "EA")
            if notice.line != String(item) { message.add("REF", "LI", notice.line) }
            dates(notice, time: !isOneTime, day: !isOneDay)
        }
        message.add("CTT", String(levels))
        return message
    }
}

/// An 856 as far as it was read.
private struct ShipNoticeReading {
    /// What a level says or has from those above it.
    private struct Level {
        var order: String?
        var carton: String?
        var shippedAt: X12Stamp?
        var expectedOn: Day?
    }

    private struct Item {
        var segment: X12Segment
        var number: String
        var line: String?
        var lin: X12Segment?
        var sn1: X12Segment?
        /// Where it stands in what was read, so that cartons below it can be told to it.
        var index: Int?
    }

    private let message: X12TransactionSet
    private let partner: X12Partner
    private var id: String?
    private var bsn: X12Stamp?
    private var version: Instant?
    private var isReplacement = false
    private var supplier: SupplierName?
    /// Levels that are complete, by their number; `top` is what is said before the first.
    private var levels: [String: (level: Level, item: Int?)] = [:]
    private var top = Level()
    private var current = Level()
    private var item: Item?
    /// The item that the current level stands under, of notices that name cartons below items.
    private var itemAbove: Int?
    private var ownCarton: String?
    private var count = 0
    private var notices: [ShipNotice] = []
    /// Items under which more than one carton was named: none of them is the item's.
    private var scattered: Set<Int> = []

    init(_ message: X12TransactionSet, _ partner: X12Partner) {
        self.message = message
        self.partner = partner
        supplier = partner.supplier
    }

    mutating func take(_ segment: X12Segment) throws(FormatError) {
        switch segment.name {
        case "BSN": try begin(segment)
        case "HL": try openLevel(segment)
        case "PRF":
            let release = try segment.optionalIdentifier(2).map { "/\($0)" } ?? ""
            current.order = try segment.identifier(1) + release
        case "MAN" where segment.text(1) == "GM":
            guard ownCarton == nil else { return }
            ownCarton = try segment.identifier(2)
            current.carton = ownCarton
        case "DTM" where segment.text(1) == "011": current.shippedAt = try X12Stamp(dtm: segment)
        case "DTM" where segment.text(1) == "017": current.expectedOn = try segment.day(2)
        case "N1":
            guard partner.supplier == nil, let word = segment.text(1), partner.supplierQualifiers.contains(word)
            else { return }
            supplier = try partner.party(segment, partner.suppliers)
        case "REF" where segment.text(1) == "LI": item?.line = try segment.optionalIdentifier(2)
        case "LIN": item?.lin = segment
        case "SN1": item?.sn1 = segment
        case "CTT":
            try closeLevel()
            // Some partners count the levels here, as the standard says, others the items.
            try segment.checkTotal(count, notices.count, of: "HL segments")
        default: break
        }
    }

    private mutating func begin(_ segment: X12Segment) throws(FormatError) {
        if let purpose = segment.text(1), !["00", "05", "06", "07"].contains(purpose) {
            throw segment.error(
                .unknownWord,
                "a notice of purpose '\(purpose.prefix(8).printable)' is not read; 00 (original) and 05 (replacement) "
                    + "are. Take a shipment back by hand", 1)
        }
        id = try segment.identifier(2)
        bsn = try X12Stamp(segment, day: 3, clock: 4)
        version = try bsn.map { stamp throws(FormatError) in
            try stamp.moment(partner.zone) ?? partner.zone.instant(day: stamp.day)
        }
        isReplacement = segment.text(1) == "05"
    }

    private mutating func openLevel(_ segment: X12Segment) throws(FormatError) {
        try closeLevel()
        if count == 0 { top = current }
        let number = try segment.identifier(1)
        guard levels[number] == nil else {
            throw segment.error(
                .notX12, "a level '\(number.prefix(20).printable)' is there already; ask for it again", 1)
        }
        count += 1
        let above: (level: Level, item: Int?)
        if let parent = segment.text(2) {
            guard let found = levels[parent] else {
                throw segment.error(
                    .notX12,
                    "stands under level '\(parent.prefix(20).printable)', which is not there before it; ask for it "
                        + "again", 2)
            }
            above = found
        } else {
            above = (top, nil)
        }
        (current, itemAbove, ownCarton) = (above.level, above.item, nil)
        item = Item(segment: segment, number: number)
    }

    private mutating func closeLevel() throws(FormatError) {
        guard var item else { return }
        self.item = nil
        if let there = item.lin ?? item.sn1, item.lin == nil || item.sn1 == nil {
            throw there.error(
                .missingValue, "is alone; an item needs both LIN and SN1, to say what it is and how many left")
        }
        if item.lin != nil, let sn1 = item.sn1 {
            item.index = notices.count
            notices.append(try notice(item, sn1))
        } else if let itemAbove, let ownCarton, notices.indices.contains(itemAbove) {
            // The carton is below its item: it is the item's, unless the item is in several.
            if notices[itemAbove].carton != nil { scattered.insert(itemAbove) }
            notices[itemAbove].carton = ownCarton
        }
        levels[item.number] = (current, item.index ?? itemAbove)
    }

    private func notice(_ item: Item, _ sn1: X12Segment) throws(FormatError) -> ShipNotice {
        guard let lin = item.lin, let id else {
            throw message.error(.missingValue, "is missing; it must give the shipment's number", field: "BSN")
        }
        guard let order = current.order else {
            throw lin.error(
                .missingValue,
                "belongs to no purchase order: neither its level nor one above it has a PRF; ask for "
                    + "it")
        }
        guard let (stamp, moment) = try [current.shippedAt, bsn].moment(partner.zone) else {
            throw message.error(.missingValue, "says nowhere when it left: there is no date in BSN03", field: "BSN03")
        }
        var orderLine = try lin.optionalIdentifier(1)
        if orderLine == nil { orderLine = try sn1.optionalIdentifier(1) }
        return ShipNotice(
            id: id, line: item.line ?? item.number, order: order,
            orderLine: orderLine, supplier: supplier,
            product: try partner.product(lin, from: 2, supplier: supplier),
            quantity: try partner.quantity(sn1, 2, unit: 3, 0...Limits.quantity),
            at: moment ?? partner.zone.instant(day: stamp.day), expectedOn: current.expectedOn, carton: current.carton,
            version: version, isReplacement: isReplacement)
    }

    mutating func finish() throws(FormatError) -> [ShipNotice] {
        try closeLevel()
        guard !notices.isEmpty else {
            throw message.error(
                .missingValue, "this 856 holds no item: no level has a LIN and an SN1; ask for it again", field: "SN1")
        }
        for index in scattered where notices.indices.contains(index) { notices[index].carton = nil }
        return notices
    }
}
