import Domain
import Formats
import Store

/// Reads a source's own CSV of order lines into an `OrderBook`, as its mapping says.
struct MappedOrders {
    /// What became of a row.
    enum Outcome {
        /// It is in the book; the line's time widens what the source covers.
        case taken(Instant)
        /// Another system is of record for its channel: this is what the row adds to what is said of the order.
        case seen(Sighting)
        /// It cannot be written before something else has come.
        case waits(Awaited)
    }

    private let mapping: Mapping
    private let run: ImportRun
    private let shopCurrency: Currency
    private let latest: Instant?
    /// Whether this system is of record for the channel of every row; nil where it depends on the row.
    private let isRecorder: Bool?
    /// Whether another system owns products.
    private let ownsNoProducts: Bool
    private let columns: [Int]  // by Mapping.Field, −1 where the source has none
    private var dates: TimestampFormat
    private var updates: TimestampFormat

    /// Finds the mapping's columns in the header.
    init(_ csv: CSVReader, mapping: Mapping, for run: ImportRun) throws(FormatError) {
        self.run = run
        latest = run.latest
        self.mapping = mapping
        shopCurrency = run.facts.currency
        ownsNoProducts = run.settings.records.products.map { $0 != run.system } ?? false
        isRecorder = mapping.columns[.channel] == nil ? run.isRecorder(of: mapping.channel) : nil
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
    }

    /// Adds the reader's current record to the book.
    ///
    /// - Throws: why the record cannot be taken in; the book is then unchanged but for interned names.
    mutating func take(_ csv: CSVReader, into book: inout OrderBook) throws(FormatError) -> Outcome {
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
        let currency = try currency(csv)
        let discount = try optionalInteger(csv, .discount, decimals: currency.decimals)
        guard var total = OrderLine.total(of: quantity, at: price, less: discount, in: currency) else {
            throw failure(.outOfRange, "quantity times price less discount is beyond 10^14 minor units", .price, csv)
        }
        let code = blankless(csv, .code)
        let kind = kind(csv, code: code, quantity: quantity, price: price)
        if quantity < 0, kind == .sale {
            throw failure(
                .outOfRange, "a sale cannot have \(quantity) units; a [[kind]] rule of the mapping must say what it is",
                .quantity, csv)
        }
        let channel = channel(csv)
        if !(isRecorder ?? run.isRecorder(of: channel)) {
            let isSale = kind == .sale
            return .seen(
                Sighting(
                    number: String(decoding: number, as: UTF8.self), at: at, channel: channel,
                    units: isSale ? quantity : 0, total: isSale ? total : 0, currency: currency))
        }
        if ownsNoProducts, kind != .notProduct, let sku = SKU(String(decoding: code, as: UTF8.self)),
            let awaited = try? run.unknownProduct(sku)
        {
            return .waits(awaited)
        }
        var foreign: (price: Int64, total: Int64)?
        var unitPrice = price
        if currency != shopCurrency {
            let day = run.facts.zone.day(of: at)
            guard let rate = run.known.rate(of: currency, on: day, in: run.facts) else {
                return .waits(.rate(of: currency, on: day))
            }
            foreign = (price.micros, total)
            unitPrice = UnitPrice(micros: Exact.price(price.micros, at: rate))
            total = Exact.total(total, in: currency, at: rate, as: shopCurrency)
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
        let place = placeText.isEmpty ? nil : self.place(String(decoding: placeText, as: UTF8.self))
        if !placeText.isEmpty, place == nil { throw failure(.notAName, "this is no name of a place", .place, csv) }

        let document = book.document(number)
        let isOutdated = book.describe(document, version: version, customer: blankless(csv, .customer), place: place)
        if !isOutdated {
            let isWholesale =
                mapping.wholesale?.isTrue(field(csv, code: code, quantity: quantity, price: price))
                ?? (CustomerGroup(String(decoding: blankless(csv, .group), as: UTF8.self)) == .wholesale)
            let isOne = book.describe(
                document, channel: channel, isWholesale: isWholesale,
                currency: currency == shopCurrency ? nil : currency.code)
            guard isOne else {
                throw failure(.unknownWord, "the document's other lines are in another currency", .currency, csv)
            }
        }
        book.add(
            to: document, product: product, kind: kind, quantity: quantity, price: unitPrice, total: total, at: at,
            shippedAt: shippedAt, line: blankless(csv, .line), isOutdated: isOutdated, isSellable: try grade(csv),
            foreign: foreign)
        return .taken(at)
    }

    private func place(_ text: String) -> PlaceName? { run.settings.places[text] ?? PlaceName(text) }

    private func currency(_ csv: CSVReader) throws(FormatError) -> Currency {
        let text = blankless(csv, .currency)
        guard !text.isEmpty else { return mapping.currency }
        guard let currency = Currency(String(decoding: text, as: UTF8.self).uppercased()) else {
            throw failure(.unknownWord, "this is no currency of ISO 4217, such as GBP", .currency, csv)
        }
        return currency
    }

    private func channel(_ csv: CSVReader) -> String? {
        let text = blankless(csv, .channel)
        return text.isEmpty ? mapping.channel : String(decoding: text.prefix(200), as: UTF8.self).printable
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
        guard !mapping.rules.isEmpty else { return .sale }
        let field = field(csv, code: code, quantity: quantity, price: price)
        for rule in mapping.rules where rule.when.isTrue(field) { return rule.kind }
        return .sale
    }

    /// The values of the current row as rules name them.
    private func field(
        _ csv: CSVReader, code: UnsafeBufferPointer<UInt8>, quantity: Int64, price: UnitPrice
    ) -> (Int) -> Expression.Value {
        { index in
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
        case .currency: 14
        case .grade: 15
        }
    }
}
