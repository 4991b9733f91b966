import Domain

extension PlainRow {
    /// The moment in a field that cannot come before that of another; nil where it is blank.
    func moment(_ field: Field, notBefore first: Instant, of other: Field) throws(FormatError) -> Instant? {
        guard let moment = try moment(field) else { return nil }
        guard moment >= first else {
            throw error(.outOfRange, "\(moment) is before \(other.rawValue), \(first); are the two swapped?", field)
        }
        return moment
    }
}
