extension ConfigTable {
    /// A length of time with its unit, `"500 ms"`, `"60 s"`, `"5 min"`, `"1 h"` or `"7 d"`; nil where the key is missing.
    public func duration(_ key: String) throws(ConfigError) -> Duration? {
        guard let text = try string(key) else { return nil }
        guard let length = Duration(configured: text) else {
            throw error(
                key,
                "\(key) must be a length of time above 0 with its unit: \"500 ms\", \"60 s\", \"5 min\", \"1 h\" or \"7 d\""
            )
        }
        return length
    }
}

extension Duration {
    /// Reads `"90 s"`, with or without the blank; nil for anything else, for 0, and beyond ten years.
    init?(configured text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard digits.count <= 12, let count = Int64(digits), count > 0 else { return nil }
        let milliseconds: Int64
        switch unit {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1000
        case "min": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: return nil
        }
        let (whole, overflow) = count.multipliedReportingOverflow(by: milliseconds)
        guard !overflow, whole <= 3650 * 86_400_000 else { return nil }
        self = .milliseconds(whole)
    }
}
