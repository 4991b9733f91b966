import Formats

/// What a column of drivers holds: numbers, if its first value is one, else words, which are numbered as they come.
struct DriverWords: Sendable {
    /// Whether values are numbers; nil before the first value.
    private(set) var isNumeric: Bool?
    private var codes: [[UInt8]: Float] = [:]
    /// The field before, which words of neighbouring rows mostly equal.
    private var last: [UInt8] = []
    private var lastCode: Float = 0
    /// Words that have a code of their own; all further ones share the last.
    static let most = 255

    /// The number in a field, NaN for a blank or what is none; for words their code, 0 for a blank.
    mutating func value(of field: UnsafeBufferPointer<UInt8>) -> Float {
        let field = trimmed(field)
        guard isNumeric != false else { return code(of: field) }
        switch DecimalField(field) {
        case .number(let value):
            isNumeric = true
            return Float(value)
        case .blank: return .nan
        case .malformed:
            guard isNumeric == nil else { return .nan }
            isNumeric = false
            return code(of: field)
        }
    }

    private mutating func code(of field: UnsafeBufferPointer<UInt8>) -> Float {
        guard !field.isEmpty else { return 0 }
        if last.elementsEqual(field) { return lastCode }
        last = Array(field)
        if let known = codes[last] {
            lastCode = known
        } else {
            lastCode = Float(min(codes.count + 1, DriverWords.most))
            codes[last] = lastCode
        }
        return lastCode
    }
}
