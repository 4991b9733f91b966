import Domain

extension JSONRow {
    /// A count that platforms share out between advertisements, 0 to 10¹²; nil where it is missing.
    func share(_ name: String) throws(FormatError) -> Double? {
        guard let value = try number(name) else { return nil }
        guard (0...Double(Limits.quantity)).contains(value) else {
            throw error(.outOfRange, "\(value) is not between 0 and \(Limits.quantity)", name)
        }
        return value
    }
}
