import Domain

extension JSONValue {
    /// An amount as a number where a double carries its digits, else as text: either reads back the same.
    static func price(_ price: UnitPrice) -> JSONValue {
        // 15 significant digits survive a double (IEEE 754 binary64).
        price.micros.magnitude < 1_000_000_000_000_000 ? .number(price.value) : .string(price.description)
    }

    /// An object without the members that are `null`; nil where nothing is left.
    static func sparse(_ members: [(String, JSONValue?)]) -> JSONValue? {
        let filled = members.compactMap { name, value in value.map { (name, $0) } }
        return filled.isEmpty ? nil : .object(filled)
    }
}
