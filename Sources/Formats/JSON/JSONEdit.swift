/// Looking at, and changing, single values of a JSON text by their paths: `line_items[0].quantity`.
extension JSONDocument {
    /// Every text, number, truth value and null with its path, in the order of the text.
    public var scalars: [(path: String, value: JSONNode)] {
        var found: [(path: String, value: JSONNode)] = []
        func visit(_ node: JSONNode, _ path: String) {
            if node.isObject {
                for (name, value) in node.members { visit(value, path.isEmpty ? name : "\(path).\(name)") }
            } else if node.isArray {
                for (index, value) in node.elements.enumerated() { visit(value, "\(path)[\(index)]") }
            } else {
                found.append((path, node))
            }
        }
        visit(root, "")
        return found
    }

    /// The value at a path; nil where there is none.
    public func value(at path: String) -> JSONNode? {
        JSONDocument.steps(path).reduce(root) { node, step in
            switch step {
            case .member(let name): node?[name]
            case .element(let index): node.flatMap { $0.elements.dropFirst(index).first }
            }
        }
    }

    /// The text with another value at a path. What is a text stays one; elsewhere a text that reads as a number, a truth
    /// value or null is that. An object gets the member that it does not have.
    ///
    /// - Returns: nil where the path leads nowhere.
    public func setting(_ path: String, to text: String) -> [UInt8]? {
        if let old = value(at: path) {
            let range = old.source.indices
            let new = old.text != nil && !old.isNumber ? JSONValue.string(text).bytes() : JSONDocument.scalar(text)
            return Array(bytes[..<range.lowerBound]) + new + Array(bytes[range.upperBound...])
        }
        guard case .member(let name)? = JSONDocument.steps(path).last else { return nil }
        let parent = path == name ? root : value(at: String(path.dropLast(name.count + 1)))
        guard let parent, parent.isObject else { return nil }
        let end = parent.source.indices.upperBound - 1
        let comma: [UInt8] = parent.members.isEmpty ? [] : [UInt8(ascii: ",")]
        let member = JSONValue.string(name).bytes() + [UInt8(ascii: ":")] + JSONDocument.scalar(text)
        return Array(bytes[..<end]) + comma + member + Array(bytes[end...])
    }

    private static func scalar(_ text: String) -> [UInt8] {
        if let parsed = try? JSONDocument(Array(text.utf8)), !parsed.root.isObject, !parsed.root.isArray {
            return Array(parsed.root.source)
        }
        return JSONValue.string(text).bytes()
    }

    private enum Step: Equatable {
        case member(String), element(Int)
    }

    private static func steps(_ path: String) -> [Step] {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            if let name = pieces.first, !name.isEmpty { steps.append(.member(String(name))) }
            for piece in pieces.dropFirst() {
                guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else {
                    return [.member(path)]
                }
                steps.append(.element(index))
            }
        }
        return steps
    }
}
