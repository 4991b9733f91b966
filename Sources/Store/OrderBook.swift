import Domain

/// Order lines on their way into the store: flat rows, with what they name interned once.
///
/// A source's rows may come in any order; they are gathered here and written document by document
/// (`Facts.write(_:of:)`), so that a document is replaced whole and the order of rows leaves no trace.
public struct OrderBook {
    /// Rows that are gathered before they are written, unless said otherwise; bounds memory at 64 bytes a row, and their
    /// own bytes where they may have to be put aside.
    public static let usualCapacity = 1 << 20

    struct Row {
        var document: Int32
        var product: Int32  // −1: none
        var mapped: UInt8
        var isOutdated: Bool  // of a version older than another in the same book
        var sellable: Int8  // −1: nobody said
        var weight: Int32  // rows of the file that it stands for
        var quantity: Int64
        var price: Int64
        var total: Int64
        var at: Int64
        var shippedAt: Int64  // Int64.min: not yet
        var identity: Int64  // 0: the source gives its lines no id
    }

    struct Document {
        var version: Int64?
        var customer: Int32 = -1
        var place: PlaceName?
        var key: String?
        var channel: String?
        var isWholesale = false
        var isTest = false
        var currency: String?
        var taxShare: (net: Int64, full: Int64)?
        var isInOneCurrency = false  // a line has said in which
        var flags: [Oddity] = []
        var isDropped = false
        var firstRow: Int32 = 0  // rows before it are of an older version
    }

    struct Product {
        var sku: SKU
        var title = ""
        var titledAt = Int64.min
        /// Another code of a product that its source knows by no SKU.
        var reference: ProductReference?
    }

    private(set) var rows: [Row] = []
    /// Price and total of rows in a foreign currency, as the customer saw them; they are rare.
    private(set) var foreign: [Int32: (price: Int64, total: Int64)] = [:]
    /// Where the units of rows that came back were taken in, where that is said; it is rare.
    private(set) var returnedTo: [Int32: PlaceName] = [:]
    private(set) var documents = Interner()
    private(set) var documentFacts: [Document] = []
    private(set) var products = Interner()
    private(set) var productFacts: [Product] = []
    private(set) var customers = Interner()
    private var folded: [UInt8] = []

    private let capacity: Int

    /// No rows.
    public init(capacity: Int = OrderBook.usualCapacity) { self.capacity = capacity }

    /// Whether it should be written before more is added.
    public var isFull: Bool { rows.count >= capacity }

    /// Rows gathered.
    public var count: Int { rows.count }

    /// The document of a number; made where it is new.
    public mutating func document(_ number: UnsafeBufferPointer<UInt8>) -> Int32 {
        let (index, isNew) = documents.intern(number)
        if isNew { documentFacts.append(Document()) }
        return Int32(index)
    }

    /// Says what a document's source states of it. Of two versions the newer holds: what came with an older one is
    /// forgotten, its rows included. Within a version the first place and customer stay.
    ///
    /// - Returns: whether the version is an older one, whose rows must be added as outdated.
    public mutating func describe(
        _ document: Int32, version: Instant?, customer: UnsafeBufferPointer<UInt8>, place: PlaceName?
    ) -> Bool {
        let index = Int(document)
        if let version = version?.milliseconds {
            if let known = documentFacts[index].version, version != known {
                if version < known { return true }
                restart(document)
            }
            documentFacts[index].version = version
        }
        if documentFacts[index].customer < 0, !customer.isEmpty {
            documentFacts[index].customer = Int32(customers.intern(customer).index)
        }
        if let place, documentFacts[index].place == nil { documentFacts[index].place = place }
        return false
    }

    /// Says what else a whole document states of itself: its key, channel and group, whether it is a test, and its
    /// currency where that is not the shop's.
    public mutating func describe(_ document: Int32, as order: OrderDocument, currency: Currency) {
        let index = Int(document)
        documentFacts[index].key = order.key
        documentFacts[index].channel = order.channel
        documentFacts[index].isWholesale = order.isWholesale
        documentFacts[index].isTest = order.isTest
        documentFacts[index].currency = order.currency == currency ? nil : order.currency.code
        if let full = order.stated.total, let tax = order.stated.tax, full > tax, tax >= 0 {
            documentFacts[index].taxShare = (full - tax, full)
        }
    }

    /// Says what a line states of its whole document. Lines may come in any order: of several channels the first in the
    /// alphabet stays, and one wholesale line makes the document wholesale.
    ///
    /// - Parameter currency: of the line, where it is not the shop's.
    /// - Returns: false where earlier lines are in another currency.
    public mutating func describe(
        _ document: Int32, channel: String?, isWholesale: Bool, currency: String?
    ) -> Bool {
        let index = Int(document)
        let known = documentFacts[index]
        if known.isInOneCurrency, known.currency != currency { return false }
        documentFacts[index].isInOneCurrency = true
        documentFacts[index].currency = currency
        if let channel, known.channel.map({ channel < $0 }) ?? true { documentFacts[index].channel = channel }
        if isWholesale { documentFacts[index].isWholesale = true }
        return true
    }

    /// Forgets what has come of a document so far: it comes again, whole.
    public mutating func restart(_ document: Int32) {
        documentFacts[Int(document)] = Document(firstRow: Int32(rows.count))
    }

    /// Says what is odd about a document.
    public mutating func flag(_ document: Int32, _ oddities: [Oddity]) { documentFacts[Int(document)].flags = oddities }

    /// Takes a document out again: its rows are neither written nor counted.
    public mutating func drop(_ document: Int32) { documentFacts[Int(document)].isDropped = true }

    /// Whether a row is of an older version than its document.
    func isOutdated(_ row: Int32) -> Bool {
        rows[Int(row)].isOutdated || row < documentFacts[Int(rows[Int(row)].document)].firstRow
    }

    /// The product of a code, told apart without letter case; nil where the text is no SKU.
    public mutating func product(_ code: UnsafeBufferPointer<UInt8>) -> Int32? {
        folded.removeAll(keepingCapacity: true)
        for byte in code { folded.append(byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte) }
        let known = folded.withUnsafeBufferPointer { products.find($0) }
        guard let index = known else {
            guard let sku = SKU(String(decoding: code, as: UTF8.self)) else { return nil }
            productFacts.append(Product(sku: sku))
            return Int32(folded.withUnsafeBufferPointer { products.intern($0).index })
        }
        // Of several spellings the smallest stays, whatever the order of rows.
        let isSmaller = productFacts[index].sku.text.utf8.withContiguousStorageIfAvailable { stored in
            for (a, b) in zip(code, stored) where a != b { return a < b }
            return false
        }
        if isSmaller == true, let sku = SKU(String(decoding: code, as: UTF8.self)) { productFacts[index].sku = sku }
        return Int32(index)
    }

    /// Names a product by the words of its newest sale; of several at the same time, the greatest text.
    public mutating func title(_ product: Int32, _ text: UnsafeBufferPointer<UInt8>, at: Instant) {
        let index = Int(product)
        guard !text.isEmpty, at.milliseconds >= productFacts[index].titledAt else { return }
        let title = String(decoding: text, as: UTF8.self)
        if at.milliseconds == productFacts[index].titledAt, title <= productFacts[index].title { return }
        productFacts[index].title = String(title.trimmed)
        productFacts[index].titledAt = at.milliseconds
    }

    /// Says by which other code its source knows a product.
    public mutating func identify(_ product: Int32, as reference: ProductReference) {
        productFacts[Int(product)].reference = reference
    }

    /// Adds one line of a document.
    ///
    /// - Parameters:
    ///   - document: from `document(_:)`.
    ///   - product: from `product(_:)`; nil for a line that names none.
    ///   - kind: what its source calls it.
    ///   - quantity: units, negative for what is taken back.
    ///   - price: of one unit.
    ///   - total: of the line after discounts, minor units.
    ///   - at: when it was ordered.
    ///   - shippedAt: when it left; nil while it has not.
    ///   - line: the source's id of the line; empty where it gives none.
    ///   - isSellable: whether units that came back can be sold again; nil where nobody said.
    ///   - returnedTo: where units that came back were taken in, where that is not where the order was served from.
    ///   - foreign: price of one unit and total of the line in the order's own currency, where that is not the shop's.
    ///   - isOutdated: whether its version is older than one that has come already: it is counted, and no more.
    ///   - rows: rows of the file that it stands for; 0 for a line that was derived from another.
    public mutating func add(
        to document: Int32, product: Int32?, kind: LineKind, quantity: Int64, price: UnitPrice, total: Int64,
        at: Instant,
        shippedAt: Instant?, line: UnsafeBufferPointer<UInt8>, isOutdated: Bool = false, isSellable: Bool? = nil,
        returnedTo place: PlaceName? = nil, foreign: (price: Int64, total: Int64)? = nil, rows weight: Int = 1
    ) {
        if rows.isEmpty { rows.reserveCapacity(capacity) }
        if let foreign { self.foreign[Int32(rows.count)] = foreign }
        if let place { returnedTo[Int32(rows.count)] = place }
        let identity = line.isEmpty ? 0 : Interner.identity(line)
        rows.append(
            Row(
                document: document, product: product ?? -1, mapped: UInt8(kind.rawValue), isOutdated: isOutdated,
                sellable: isSellable.map { $0 ? 1 : 0 } ?? -1,
                weight: Int32(weight), quantity: quantity, price: price.micros, total: total, at: at.milliseconds,
                shippedAt: shippedAt?.milliseconds ?? .min,
                identity: identity))
    }

    /// Row indexes grouped by document, documents in the order of their first row: starts, then the indexes.
    func grouped() -> (starts: [Int32], order: [Int32]) {
        var starts = [Int32](repeating: 0, count: documents.count + 1)
        for row in rows { starts[Int(row.document) + 1] += 1 }
        for index in 1..<max(1, starts.count) { starts[index] += starts[index - 1] }
        var next = starts
        var order = [Int32](repeating: 0, count: rows.count)
        for (index, row) in rows.enumerated() {
            order[Int(next[Int(row.document)])] = Int32(index)
            next[Int(row.document)] += 1
        }
        return (starts, order)
    }
}
