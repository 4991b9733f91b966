extension JSONItems {
    /// The next value as a reading; nil at the end of the stream.
    ///
    /// - Throws: what the source throws.
    mutating func reading<Record>(
        _ parse: (JSONRow) throws(FormatError) -> Record
    ) throws(FormatError) -> Reading<Record>? {
        guard let value = try next() else { return nil }
        let outcome: Result<Record, FormatError>
        switch value {
        case .failure(let error): outcome = .failure(error)
        case .success(let node):
            let row = JSONRow(node, file: name, line: line, offset: offset)
            do throws(FormatError) {
                outcome = .success(try parse(row.needingObject()))
            } catch {
                outcome = .failure(error)
            }
        }
        return Reading(rows: 1, line: line, offset: offset, raw: raw, outcome: outcome)
    }
}

extension JSONRow {
    /// This, where it is an object at all.
    func needingObject() throws(FormatError) -> JSONRow {
        guard node.isObject else {
            throw FormatError(
                .unknownKind, "is no object; every record stands in braces: {\"id\": …}", file: file, line: line,
                offset: offset)
        }
        return self
    }

    /// The objects in an array of no more than `limit` elements; empty where it is missing.
    func objects(_ name: String, atMost limit: Int) throws(FormatError) -> [JSONRow] {
        let count = member(name)?.elements.count ?? 0
        guard count <= limit else {
            throw error(.tooLong, "has \(count) elements; at most \(limit) can be meant", name)
        }
        return objects(name)
    }
}
