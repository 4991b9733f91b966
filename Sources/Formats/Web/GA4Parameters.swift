import Domain

/// The parameters of a GA4 event that are of use: `event_params[]{key,value{string_value,int_value,…}}`.
struct GA4Parameters {
    /// One parameter, whose value stands under the name of its type.
    struct Value {
        let row: JSONRow

        private var type: String {
            ["string_value", "int_value", "double_value", "float_value"].first { row.text($0) != nil } ?? "string_value"
        }

        /// It as another system's key; nil where it is blank.
        var identifier: String? { get throws(FormatError) { try row.optionalIdentifier(type) } }
        /// It as words; nil where it is blank.
        var words: String? { get throws(FormatError) { try row.words(type) } }
        /// It as a currency; nil where it is blank.
        var currency: Currency? { get throws(FormatError) { try row.optionalCurrency(type) } }
        /// It as money; nil where it is blank.
        var price: UnitPrice? { get throws(FormatError) { try row.price(type) } }
    }

    private static let used: Set<String> = [
        "ga_session_id", "currency", "value", "transaction_id", "source", "medium", "campaign",
    ]
    /// Most parameters of one event; GA4 itself keeps far fewer.
    private static let limit = 1_000
    private var values: [String: Value] = [:]

    init(_ event: JSONRow) throws(FormatError) {
        for parameter in try event.objects("event_params", atMost: GA4Parameters.limit) {
            // The first of a name counts, as it does for members of an object.
            guard let key = parameter.text("key"), GA4Parameters.used.contains(key), values[key] == nil,
                let value = parameter.object("value")
            else { continue }
            values[key] = Value(row: value)
        }
    }

    subscript(name: String) -> Value? { values[name] }
}
