import Config
import Domain
import Formats

/// How one source's CSV of order lines is read: its columns, its dates and numbers, and what each line is.
///
/// Written as TOML, one file a source, in the shop's `mappings/`. Everything is said, nothing guessed.
public struct Mapping: Sendable {
    /// What a field of an order line is called in rules, and by which column it comes.
    public enum Field: String, CaseIterable, Sendable {
        case document, code, title, quantity, date, price, discount, customer, line, place, shipped, updated
        case channel, group, currency, grade
    }

    /// How lines without a shipping date leave the shop.
    public enum Shipping: String, Sendable, CaseIterable {
        /// With the order: a till, or an export of invoices for goods that have left.
        case atOrder = "at-order"
        /// Later; the column `shipped` says when.
        case later
    }

    /// The file it was read from, for messages.
    public var name: String
    /// The system of record it speaks for.
    public var system: String
    /// How bytes become text.
    public var encoding: TextEncoding
    /// What separates fields.
    public var delimiter: UInt8
    /// The decimal separator, `.` or `,`.
    public var decimal: UInt8
    /// The separator of thousands, none unless said.
    public var group: UInt8?
    /// The zone of times without an offset.
    public var zone: Zone
    /// What prices are in, where no column says.
    public var currency: Currency
    /// The channel of its orders, where no column says.
    public var channel: String?
    /// Which orders are wholesale; none where nobody says.
    public var wholesale: Expression?
    /// How dates are written.
    public var dates: TimestampFormat
    /// When lines leave the shop.
    public var shipping: Shipping
    /// Whether a document's lines come in pieces that add up, instead of replacing each other; then the source has no
    /// column `updated`.
    public var comesInPieces: Bool
    /// The column of each field that the source has.
    public var columns: [Field: String]
    /// What the rows are and how they are read, where they are no order lines.
    public var other: MappedColumns?
    /// What a line is: the first rule that holds decides; a sale where none does.
    public var rules: [(kind: LineKind, when: Expression)]

    /// The fields that rules may name, in the order of `Field`.
    public static let ruleFields = Field.allCases.map(\.rawValue)

    /// Reads a mapping.
    ///
    /// - Throws: `ConfigError` with the line.
    public init(_ text: String, file: String) throws(ConfigError) {
        let table = try ConfigTable(text, file: file)
        func required(_ key: String, _ example: String) throws(ConfigError) -> String {
            guard let value = try table.string(key), !value.isEmpty else {
                throw ConfigError(
                    file: file, message: "\(key) is missing; it is not guessed. For example: \(key) = \"\(example)\"")
            }
            return value
        }
        func byte(_ key: String, _ allowed: [String]) throws(ConfigError) -> UInt8? {
            guard let value = try table.string(key) else { return nil }
            guard allowed.contains(value), let byte = value.utf8.first else {
                throw table.error(key, "\(key) must be one of \(allowed.map { "'\($0)'" }.joined(separator: " "))")
            }
            return byte
        }
        name = file
        let fact = try table.string("fact") ?? "orders"
        let other = KnownLayout(rawValue: fact).flatMap { MappedColumns.layouts.contains($0) ? $0 : nil }
        guard fact == "orders" || other != nil else {
            throw table.error(
                "fact",
                "fact must be orders, or one of \(MappedColumns.layouts.map(\.rawValue).joined(separator: ", "))")
        }
        system = try required("system", "till")
        guard let encoding = TextEncoding(rawValue: try required("encoding", "utf-8")) else {
            throw table.error(
                "encoding", "encoding must be one of \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.encoding = encoding
        _ = try required("delimiter", ",")
        delimiter = try byte("delimiter", [",", ";", "\t", "|"]) ?? UInt8(ascii: ",")
        _ = try required("decimal", ".")
        decimal = try byte("decimal", [".", ","]) ?? UInt8(ascii: ".")
        group = try byte("group", [".", ",", " ", "'"])
        if group == decimal { throw table.error("group", "group and decimal must differ") }
        let zoneName = try required("time_zone", "Europe/London")
        do throws(ZoneError) {
            zone = try Zone(identifier: zoneName)
        } catch {
            throw table.error("time_zone", error.description)
        }
        guard let currency = Currency(try required("currency", "GBP")) else {
            throw table.error("currency", "currency must be three capital letters such as GBP")
        }
        self.currency = currency
        channel = try table.string("channel")
        if let text = try table.string("wholesale") {
            do throws(Expression.Failure) {
                wholesale = try Expression(text, fields: Mapping.ruleFields)
            } catch {
                throw table.error("wholesale", error.description)
            }
        }
        let pattern = try required("date_format", "yyyy-MM-dd HH:mm:ss")
        do throws(FormatError) {
            dates = try TimestampFormat(pattern)
        } catch {
            throw table.error("date_format", error.message)
        }
        if let other {
            (shipping, comesInPieces, columns, rules) = (.atOrder, false, [:], [])
            self.other = try MappedColumns(other, table)
            try table.end()
            return
        }
        guard let shipping = Shipping(rawValue: try required("ships", "at-order")) else {
            throw table.error("ships", "ships must be 'at-order' or 'later'")
        }
        self.shipping = shipping
        comesInPieces = try table.boolean("pieces") ?? false

        columns = [:]
        guard let named = try table.table("columns") else {
            throw ConfigError(
                file: file, message: "[columns] is missing: which column is document, code, quantity, date, price?")
        }
        for field in Field.allCases { columns[field] = try named.string(field.rawValue) }
        try named.end()
        for field in [Field.document, .quantity, .date, .price, .code] where columns[field] == nil {
            throw table.error("columns", "[columns] must say which column is the \(field.rawValue)")
        }
        if shipping == .later, columns[.shipped] == nil {
            throw table.error(
                "ships",
                "ships = \"later\" needs the column shipped in [columns]; goods that leave at once are \"at-order\"")
        }
        if comesInPieces, columns[.updated] != nil {
            throw table.error(
                "pieces", "pieces and the column updated exclude each other: what adds up has no version that replaces")
        }
        rules = []
        for rule in try table.tables("kind") {
            let called = try rule.string("is") ?? ""
            guard let kind = LineKind(named: called) else {
                throw rule.error(
                    "is", "is must be one of \(LineKind.allCases.map(\.name).joined(separator: ", "))")
            }
            let text = try rule.string("when") ?? ""
            do throws(Expression.Failure) {
                rules.append((kind, try Expression(text, fields: Mapping.ruleFields)))
            } catch {
                throw rule.error("when", error.description)
            }
            try rule.end()
        }
        try table.end()
    }

    /// The mapping of the UCI "Online Retail" data set (Chen, Sain & Guo 2012), shipped as `online-retail`.
    public static let onlineRetail = """
        # Order lines of the UCI data set "Online Retail" (CC BY 4.0), as CSV.
        system = "online-retail"
        fact = "orders"
        encoding = "utf-8"
        delimiter = ","
        decimal = "."
        time_zone = "Europe/London"
        currency = "GBP"
        date_format = "yyyy-MM-dd HH:mm:ss"
        # The file lists invoices: goods leave with them.
        ships = "at-order"

        [columns]
        document = "InvoiceNo"
        code = "StockCode"
        title = "Description"
        quantity = "Quantity"
        date = "InvoiceDate"
        price = "UnitPrice"
        customer = "CustomerID"

        # The first rule that holds decides; a line that none fits is a sale. Codes are compared in capitals.
        [[kind]]
        is = "not-a-product"
        when = "code in ('POST', 'DOT', 'M', 'D', 'S', 'B', 'C2', 'CRUK', 'AMAZONFEE', 'BANK CHARGES', '23444') or starts_with(code, 'GIFT_')"

        # Taken back: a cancellation on the day of the order, a return after it.
        [[kind]]
        is = "reversal"
        when = "starts_with(document, 'C')"

        # Found, lost, damaged, written off: stock moved, nobody ordered.
        [[kind]]
        is = "adjustment"
        when = "price = 0 and (quantity < 0 or customer is missing)"

        """
}
