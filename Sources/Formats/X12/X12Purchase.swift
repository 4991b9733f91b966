import Domain

/// X12 850, purchase order: what is ordered from a supplier (release 4010, functional group PO).
///
/// Read are BEG, CUR, REF*CR (our reference), N1 of the place to send to and of the supplier, DTM*002 (requested
/// delivery), PO1 and CTT. N1, DTM and REF of a PO1 go before those of the header. Purpose 01 (`BEG01`) cancels the
/// order. A release of a blanket order (`BEG04`) is an order of its own: `4500012/3`. The price is that of the unit
/// of measure unless `PO105` says each (PE), a hundred (HP) or a thousand (TP).
public enum X12Purchase {
    /// The purchase lines of a message.
    ///
    /// - Throws: what is wrong with the message, naming segment and element.
    public static func facts(
        _ message: X12TransactionSet, partner: X12Partner
    ) throws(FormatError) -> [Fact] {
        var reading = PurchaseReading(message, partner)
        for segment in message.segments { try reading.take(segment) }
        return try reading.finish().map(Fact.purchase)
    }

    /// Messages that place some purchase lines, one for each run of lines of one order.
    ///
    /// - Throws: `.rule` where a line has been received or closed, or an order is cancelled in part: an order cannot
    ///   say so.
    public static func messages(
        _ lines: [PurchaseLine], partner: X12Partner
    ) throws(FormatError) -> [X12Message] {
        var messages: [X12Message] = []
        var rest = lines[...]
        while let first = rest.first {
            let run = rest.prefix {
                $0.order == first.order && $0.supplier == first.supplier && $0.currency == first.currency
                    && $0.orderedOn == first.orderedOn
            }
            rest = rest.dropFirst(run.count)
            messages.append(try message(Array(run), first, partner))
        }
        return messages
    }

    private static func message(
        _ lines: [PurchaseLine], _ first: PurchaseLine, _ partner: X12Partner
    ) throws(FormatError) -> X12Message {
        for line in lines where line.received != 0 || line.receivedAt != nil || line.state == .closed {
            throw refused(line, "has been received or closed, which an order (850) cannot say; write open lines only")
        }
        for line in lines where line.state != first.state {
            throw refused(line, "is cancelled and others of its order are not; write them as an order of their own")
        }
        let common = (
            place: lines.allSatisfy { $0.place == first.place },
            day: lines.allSatisfy { $0.expectedOn == first.expectedOn },
            reference: lines.allSatisfy { $0.reference == first.reference }
        )
        var message = X12Message(kind: "850")
        message.add(
            "BEG", first.state == .cancelled ? "01" : "00", "SA", first.order, "", X12Time.text(first.orderedOn))
        message.add("CUR", "BY", first.currency.code)
        func add(_ line: PurchaseLine, place: Bool, day: Bool, reference: Bool) {
            if reference, let reference = line.reference { message.add("REF", "CR", reference) }
            if day, let day = line.expectedOn { message.add("DTM", "002", X12Time.text(day)) }
            if place { message.add(party: partner.shipToQualifiers.first ?? "ST", line.place, partner.places) }
        }
        add(first, place: common.place, day: common.day, reference: common.reference)
        message.add(party: partner.supplierQualifiers.first ?? "SU", first.supplier, partner.suppliers)
        for line in lines {
            guard let pair = partner.pair(of: line.product) else { throw X12Message.unknown(line.product) }
            message.add(
                "PO1", line.line, String(line.quantity), "EA", line.cost?.description ?? "",
                line.cost == nil ? "" : "PE", pair.qualifier, pair.value)
            add(line, place: !common.place, day: !common.day, reference: !common.reference)
        }
        message.add("CTT", String(lines.count))
        return message
    }

    private static func refused(_ line: PurchaseLine, _ message: String) -> FormatError {
        FormatError(.rule, "line \(line.line.printable) of order \(line.order.printable) \(message)", file: "")
    }
}

/// An 850 as far as it was read.
private struct PurchaseReading {
    /// What header and line may both say.
    private struct Terms {
        var place: PlaceName?
        var expectedOn: Day?
        var reference: String?
    }

    private let message: X12TransactionSet
    private let partner: X12Partner
    private var order: String?
    private var orderedOn: Day?
    private var state = PurchaseState.open
    private var currency: Currency?
    private var supplier: SupplierName?
    private var header = Terms()
    private var terms = Terms()
    private var po1: X12Segment?
    private var count = 0
    private var lines: [PurchaseLine] = []

    init(_ message: X12TransactionSet, _ partner: X12Partner) {
        self.message = message
        self.partner = partner
        currency = partner.currency
        supplier = partner.supplier
        terms.place = partner.place
    }

    mutating func take(_ segment: X12Segment) throws(FormatError) {
        switch segment.name {
        case "BEG": try begin(segment)
        case "CUR":
            let code = try segment.required(2)
            guard let found = Currency(code) else {
                throw segment.error(
                    .unknownWord, "'\(code.prefix(60).printable)' is no currency; write a code such as USD", 2)
            }
            currency = found
        case "REF" where segment.text(1) == "CR": terms.reference = try segment.optionalIdentifier(2)
        case "DTM" where segment.text(1) == "002": terms.expectedOn = try segment.day(2)
        case "N1": try takeParty(segment)
        case "PO1":
            try closeLine()
            if count == 0 { header = terms }
            (po1, terms) = (segment, header)
            count += 1
        case "SDQ":
            throw segment.error(
                .unknownKind, "a line that is split over places (SDQ) is not read; ask for an order for each place")
        case "CTT":
            try closeLine()
            try segment.checkTotal(count, of: "PO1 segments")
        default: break
        }
    }

    private mutating func begin(_ segment: X12Segment) throws(FormatError) {
        switch segment.text(1) {
        case "01": state = .cancelled
        case "00", "05", "06", "07", nil: state = .open
        case let purpose?:
            throw segment.error(
                .unknownWord,
                "an order of purpose '\(purpose.prefix(8).printable)' is not read; 00 (original), 05 (replacement) "
                    + "and 01 (cancellation) are", 1)
        }
        let release = try segment.optionalIdentifier(4).map { "/\($0)" } ?? ""
        order = try segment.identifier(3) + release
        guard let day = try segment.day(5) else {
            throw segment.error(.missingValue, "is blank; write the day of the order", 5)
        }
        orderedOn = day
    }

    private mutating func takeParty(_ segment: X12Segment) throws(FormatError) {
        guard let word = segment.text(1) else { return }
        if partner.shipToQualifiers.contains(word) {
            terms.place = try partner.party(segment, partner.places)
        } else if partner.supplierQualifiers.contains(word), po1 == nil {
            supplier = try partner.party(segment, partner.suppliers)
        }
    }

    private mutating func closeLine() throws(FormatError) {
        guard let po1 else { return }
        self.po1 = nil
        guard let order, let orderedOn else { throw message.error(.missingValue, "is missing", field: "BEG") }
        guard let supplier else {
            throw po1.error(
                .missingValue,
                "is ordered from nobody: there is no N1 of \(partner.supplierQualifiers.joined(separator: " or ")); "
                    + "name the supplier")
        }
        guard let place = terms.place else {
            throw po1.error(
                .missingValue,
                "is to be sent nowhere: there is no N1 of \(partner.shipToQualifiers.joined(separator: " or ")); "
                    + "name the place")
        }
        guard let currency else {
            throw po1.error(.missingValue, "has no currency: there is no CUR; say what this partner's prices are in")
        }
        lines.append(
            PurchaseLine(
                order: order, line: try po1.optionalIdentifier(1) ?? String(count), supplier: supplier,
                product: try partner.product(po1, from: 6, supplier: supplier), place: place,
                quantity: try partner.quantity(po1, 2, unit: 3, 0...Limits.quantity), cost: try cost(po1),
                currency: currency, orderedOn: orderedOn, expectedOn: terms.expectedOn, state: state,
                reference: terms.reference))
    }

    private func cost(_ po1: X12Segment) throws(FormatError) -> UnitPrice? {
        guard let price = try po1.price(4) else { return nil }
        let units: Int64 =
            switch po1.text(5) {
            case "PE": 1
            case "HP": 100
            case "TP": 1000
            default: try partner.unitSize(po1, 3)
            }
        return UnitPrice(micros: FixedPoint.rounded(price.micros, dividedBy: units))
    }

    mutating func finish() throws(FormatError) -> [PurchaseLine] {
        try closeLine()
        guard !lines.isEmpty else {
            throw message.error(.missingValue, "this 850 holds no line: there is no PO1", field: "PO1")
        }
        return lines
    }
}
