import Domain

/// Reads when suppliers take orders: `supplier,order_days,cut_off,minimum_order_value,closures`.
///
/// `order_days` are days of the week (`mon wed`), blank for every day; `cut_off` is a time of day (`16:30`), blank for
/// none; `minimum_order_value` is money in the shop's currency, blank for none; `closures` are days and ranges of days
/// (`2011-12-24..2012-01-02 2012-04-06`), blank for none.
public struct CalendarsReader: RecordReader {
    /// Columns of the file that this layout does not use.
    public let ignoredColumns: [String]
    private let csv: CSVReader
    private let shopCurrency: Currency
    private let supplier, orderDays, cutOff, minimum, closures: Column

    /// Reads the calendars of a file.
    ///
    /// - Parameter currency: the shop's, in which minimum order values are written.
    /// - Throws: `.missingColumn`.
    public init(_ csv: CSVReader, currency: Currency) throws(FormatError) {
        self.csv = csv
        shopCurrency = currency
        var columns = Columns(csv)
        supplier = try columns.required("supplier")
        orderDays = try columns.required("order_days")
        cutOff = columns.optional("cut_off")
        minimum = columns.optional("minimum_order_value")
        closures = columns.optional("closures")
        ignoredColumns = columns.ignored
    }

    /// The next reading; nil at the end of the file.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws(FormatError) -> Reading<SupplierCalendar>? {
        try csv.reading { () throws(FormatError) in try calendar() }
    }

    private func calendar() throws(FormatError) -> SupplierCalendar {
        var days: [Weekday] = []
        for word in words(orderDays) {
            guard let day = Weekday(word) else {
                throw csv.error(
                    .unknownWord, "'\(word.printable)' is no day of the week; write: mon wed fri", orderDays)
            }
            if !days.contains(day) { days.append(day) }
        }
        var time: TimeOfDay?
        if let text = csv.text(cutOff) {
            time = TimeOfDay(text)
            if time == nil {
                throw csv.error(.notATime, "'\(text.prefix(60).printable)' is no time of day; write 16:30", cutOff)
            }
        }
        var closed: [ClosedRange<Day>] = []
        for word in words(closures) { closed.append(try closure(word)) }
        return SupplierCalendar(
            supplier: try csv.name(supplier), orderDays: days, cutOff: time,
            minimumOrderValue: try csv.minorUnits(minimum, shopCurrency) ?? 0, closures: closed)
    }

    private func words(_ column: Column) -> [String] {
        (csv.text(column) ?? "").split(separator: " ").map(String.init)
    }

    /// `2012-04-06` or `2011-12-24..2012-01-02`.
    private func closure(_ word: String) throws(FormatError) -> ClosedRange<Day> {
        let first = Day(word.prefix(10))
        let last = word.utf8.count == 10 ? first : word.dropFirst(10).hasPrefix("..") ? Day(word.dropFirst(12)) : nil
        guard let first, let last, first <= last else {
            throw csv.error(
                .notATime,
                "'\(word.prefix(60).printable)' is no day or range; write 2012-04-06 or "
                    + "2011-12-24..2012-01-02, the earlier day first", closures)
        }
        return first...last
    }

    /// The header of such a file.
    public static let header = ["supplier", "order_days", "cut_off", "minimum_order_value", "closures"]

    /// Writes calendars so that they read back the same.
    ///
    /// - Throws: what the writer's sink throws. The writer is not finished.
    public static func write(
        _ calendars: some Sequence<SupplierCalendar>, currency: Currency, to writer: CSVWriter
    ) throws(FormatError) {
        try writer.record(header)
        for calendar in calendars {
            let closures = calendar.closures.map {
                $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)"
            }
            try writer.record([
                calendar.supplier.text, calendar.orderDays.map(\.short).joined(separator: " "),
                calendar.cutOff?.description ?? "", Money(minor: calendar.minimumOrderValue, currency: currency).amount,
                closures.joined(separator: " "),
            ])
        }
    }
}
