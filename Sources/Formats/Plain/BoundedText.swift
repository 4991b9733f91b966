import Domain

extension PlainRow {
    /// The words in a field, at most `Limits.text` bytes, line ends and all; nil where it is blank.
    func words(_ field: Field) throws(FormatError) -> String? {
        guard let text = text(field) else { return nil }
        guard text.utf8.count <= Limits.text else {
            throw error(.tooLong, "has \(text.utf8.count) bytes; shorten it to \(Limits.text)", field)
        }
        return text
    }
}

extension JSONRow {
    /// The words in a member, at most `Limits.text` bytes, line ends and all; nil where it is missing or blank.
    func words(_ name: String) throws(FormatError) -> String? {
        guard let text = text(name) else { return nil }
        guard text.utf8.count <= Limits.text else {
            throw error(.tooLong, "has \(text.utf8.count) bytes; shorten it to \(Limits.text)", name)
        }
        return text
    }
}
