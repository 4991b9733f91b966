import Domain
import Formats
import Store

/// Reads a source's own CSV of order lines into an `OrderBook`, as its mapping says.
struct MappedOrders {
    private let mapping: Mapping
    private let shopCurrency: Currency
    private let latest: Instant?
    private let columns: [Int]  // by Mapping.Field, −1 where the source has none
    private var dates: TimestampFormat
    private var updates: TimestampFormat

    /// Finds the mapping's columns in the header.
    init(_ csv: CSVReader, mapping: Mapping, shopCurrency: Currency, latest: Instant? = nil) throws(FormatError) {
        self.latest = latest
        self.mapping = mapping
        self.shopCurrency = shopCurrency
        dates = mapping.dates
        updates = mapping.dates
        var columns: [Int] = []
        for field in Mapping.Field.allCases {
            guard let name = mapping.columns[field] else {
                columns.append(-1)
                continue
            }
            guard let column = csv.column(name) else {
                throw FormatError(
                    .missingColumn,
                    "mapping \(mapping.name) takes \(field.rawValue) from column '\(name)', which the file does not have",
                    file: csv.source.name, line: 1)
            }
            columns.append(column)
        }
        self.columns = columns
        if mapping.currency != shopCurrency {
            throw FormatError(
                .badPattern,
                "mapping \(mapping.name) is in \(mapping.currency), the shop in \(shopCurrency): convert the file first",
                file: csv.source.name)
        }
    }

    /// Adds the reader's current record to the book.
    ///
    /// - Returns: the line's time, which widens what the source covers.
    /// - Throws: why the record cannot be taken in; the book is then unchanged but for interned names.
    mutating func take(_ csv: CSVReader, into book: inout OrderBook) throws(FormatError) -> Instant {
        if let problem = csv.problem { throw problem }
        let number = blankless(csv, .document)
        guard !number.isEmpty else { throw failure(.missingValue, "the document has no number", .document, csv) }
        guard number.count <= 200 else {
            throw failure(.tooLong, "a document's number has at most 200 bytes", .document, csv)
        }
        let quantity = try integer(csv, .quantity, decimals: 0, "a whole number of units")
        let price = UnitPrice(micros: try integer(csv, .price, decimals: 6, "a price with at most six decimals"))
        guard quantity.magnitude <= 1_000_000_000_000 else {
            throw failure(.outOfRange, "a line has at most 10^12 units", .quantity, csv)
        }
        guard let at = dates.parse(blankless(csv, .date), zone: mapping.zone) else {
            throw failure(.notATime, "this is not a time as '\(mapping.dates.pattern)' in \(mapping.zone)", .date, csv)
        }
        if let latest, at > latest { throw failure(.outOfRange, ImportRun.notYet(at, mapping.zone), .date, csv) }
        let discount = try optionalInteger(csv, .discount, decimals: shopCurrency.decimals)
        guard let total = OrderLine.total(of: quantity, at: price, less: discount, in: shopCurrency) else {
            throw failure(.outOfRange, "quantity times price less discount is beyond 10^14 minor units", .price, csv)
        }
        let code = blankless(csv, .code)
        let kind = kind(csv, code: code, quantity: quantity, price: price)
        if quantity < 0, kind == .sale {
            throw failure(
                .outOfRange, "a sale cannot have \(quantity) units; a [[kind]] rule of the mapping must say what it is",
                .quantity, csv)
        }
        var product: Int32?
        if kind != .notProduct {
            guard let known = book.product(code) else {
                throw failure(.notAName, "a code is a name of at most 200 bytes without control characters", .code, csv)
            }
            product = known
            if kind == .sale, quantity > 0 { book.title(known, blankless(csv, .title), at: at) }
        }
        var shippedAt: Instant? = mapping.shipping == .atOrder ? at : nil
        let shipped = blankless(csv, .shipped)
        if !shipped.isEmpty {
            guard let moment = dates.parse(shipped, zone: mapping.zone) else {
                throw failure(.notATime, "this is not a time as '\(mapping.dates.pattern)'", .shipped, csv)
            }
            shippedAt = moment
        }
        var version: Instant?
        let updated = blankless(csv, .updated)
        if !updated.isEmpty {
            guard let moment = updates.parse(updated, zone: mapping.zone) else {
                throw failure(.notATime, "this is not a time as '\(mapping.dates.pattern)'", .updated, csv)
            }
            version = moment
        }
        let placeText = blankless(csv, .place)
        let place = placeText.isEmpty ? nil : PlaceName(String(decoding: placeText, as: UTF8.self))
        if !placeText.isEmpty, place == nil { throw failure(.notAName, "this is no name of a place", .place, csv) }

        let document = book.document(number)
        let isOutdated = book.describe(document, version: version, customer: blankless(csv, .customer), place: place)
        let (channel, group) = (blankless(csv, .channel), blankless(csv, .group))
        if !isOutdated, !channel.isEmpty || !group.isEmpty {
            let isWholesale = CustomerGroup(String(decoding: group, as: UTF8.self)) == .wholesale
            book.describe(
                document, channel: channel.isEmpty ? nil : String(decoding: channel, as: UTF8.self).printable,
                isWholesale: isWholesale)
        }
        book.add(
            to: document, product: product, kind: kind, quantity: quantity, price: price, total: total, at: at,
            shippedAt: shippedAt, line: blankless(csv, .line), isOutdated: isOutdated, isSellable: try grade(csv))
        return at
    }

    /// Whether what came back can be sold again; nil where nobody said.
    private func grade(_ csv: CSVReader) throws(FormatError) -> Bool? {
        let bytes = blankless(csv, .grade)
        guard !bytes.isEmpty else { return nil }
        guard let grade = ReturnGrade(String(decoding: bytes, as: UTF8.self)) else {
            throw failure(.unknownWord, ReturnGrade.wanted, .grade, csv)
        }
        return grade == .sellable
    }

    private func kind(
        _ csv: CSVReader, code: UnsafeBufferPointer<UInt8>, quantity: Int64, price: UnitPrice
    ) -> LineKind {
        let field: (Int) -> Expression.Value = { index in
            switch Mapping.Field.allCases[index] {
            case .quantity: return .number(Double(quantity))
            case .price: return .number(price.value)
            case .code:
                if code.isEmpty { return .missing }
                return .text(
                    String(unsafeUninitializedCapacity: code.count) { text in
                        for (index, byte) in code.enumerated() {
                            text[index] = byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte
                        }
                        return code.count
                    })
            case let other:
                let bytes = blankless(csv, other)
                return bytes.isEmpty ? .missing : .text(String(decoding: bytes, as: UTF8.self))
            }
        }
        for rule in mapping.rules where rule.when.isTrue(field) { return rule.kind }
        return .sale
    }

    private func blankless(_ csv: CSVReader, _ field: Mapping.Field) -> UnsafeBufferPointer<UInt8> {
        let column = columns[field.index]
        guard column >= 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        let bytes = csv.field(column)
        var (first, last) = (0, bytes.count)
        while first < last, bytes[first] == 0x20 || (bytes[first] >= 0x09 && bytes[first] <= 0x0D) { first += 1 }
        while last > first, bytes[last - 1] == 0x20 || (bytes[last - 1] >= 0x09 && bytes[last - 1] <= 0x0D) {
            last -= 1
        }
        return UnsafeBufferPointer(rebasing: bytes[first..<last])
    }

    private func integer(
        _ csv: CSVReader, _ field: Mapping.Field, decimals: Int, _ wanted: String
    ) throws(FormatError) -> Int64 {
        switch FixedPoint.parse(
            blankless(csv, field), decimals: decimals, separator: mapping.decimal, group: mapping.group)
        {
        case .success(let value): return value
        case .failure(.empty):
            throw failure(.missingValue, "\(field.rawValue) is blank; it must be \(wanted)", field, csv)
        case .failure(.tooLarge): throw failure(.outOfRange, "\(field.rawValue) does not fit", field, csv)
        case .failure: throw failure(.notANumber, "\(field.rawValue) must be \(wanted)", field, csv)
        }
    }

    private func optionalInteger(_ csv: CSVReader, _ field: Mapping.Field, decimals: Int) throws(FormatError) -> Int64 {
        blankless(csv, field).isEmpty ? 0 : try integer(csv, field, decimals: decimals, "an amount")
    }

    private func failure(
        _ code: FormatError.Code, _ message: String, _ field: Mapping.Field, _ csv: CSVReader
    ) -> FormatError {
        FormatError(
            code, message, file: csv.source.name, line: csv.line, offset: csv.offset, field: mapping.columns[field])
    }
}

extension Mapping.Field {
    /// Its place in `allCases`, without a search for each row.
    fileprivate var index: Int {
        switch self {
        case .document: 0
        case .code: 1
        case .title: 2
        case .quantity: 3
        case .date: 4
        case .price: 5
        case .discount: 6
        case .customer: 7
        case .line: 8
        case .place: 9
        case .shipped: 10
        case .updated: 11
        case .channel: 12
        case .group: 13
        case .grade: 14
        }
    }
}
