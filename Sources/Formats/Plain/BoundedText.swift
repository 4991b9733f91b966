import Domain

extension PlainRow {
    /// The words in a field, at most `Limits.text` bytes, line ends and all, without NUL; nil where it is blank.
    func words(_ field: Field) throws(FormatError) -> String? {
        guard let text = text(field) else { return nil }
        guard text.utf8.count <= Limits.text else {
            throw error(.tooLong, "has \(text.utf8.count) bytes; shorten it to \(Limits.text)", field)
        }
        // JSON can spell it; a table cannot hold it.
        guard !text.utf8.contains(0) else { throw error(.nulByte, "holds a NUL character; take it out", field) }
        return text
    }
}

extension JSONRow {
    /// The words in a member, at most `Limits.text` bytes, line ends and all, without NUL; nil where it is missing or blank.
    func words(_ name: String) throws(FormatError) -> String? {
        guard let text = text(name) else { return nil }
        guard text.utf8.count <= Limits.text else {
            throw error(.tooLong, "has \(text.utf8.count) bytes; shorten it to \(Limits.text)", name)
        }
        // JSON can spell it; a table cannot hold it.
        guard !text.utf8.contains(0) else { throw error(.nulByte, "holds a NUL character; take it out", name) }
        return text
    }
}
