import Formats

/// The order lines of some products, byte for byte as the original has them.
enum OrderExtract {
    /// Codes of postage, fees and corrections; their lines come along, for they belong to the source's oddities.
    private static let charges: Set<String> = [
        "POST", "DOT", "M", "D", "S", "B", "C2", "CRUK", "AMAZONFEE", "BANK CHARGES",
    ]

    /// Copies header and lines in their order.
    ///
    /// - Parameters:
    ///   - source: the data set as CSV, plain or `.gz`.
    ///   - products: the codes to take, in capitals; every spelling of them is taken.
    ///   - path: where the extract goes; compressed where it ends in `.gz`, without name and time.
    /// - Returns: lines written, the header aside.
    /// - Throws: `FormatError` where one of the files fails.
    static func write(from source: String, products: Set<String>, to path: String) throws(FormatError) -> Int {
        var lines = try RetailLines(path: source)
        let sink = try ByteSink(path: path)
        var bytes = Array((lines.csv.header.joined(separator: ",") + "\n").utf8)
        var count = 0
        while let line = try lines.next() {
            guard products.contains(line.code) || charges.contains(line.code) else { continue }
            bytes.append(contentsOf: lines.csv.raw)
            bytes.append(0x0A)
            count += 1
            if bytes.count >= 1 << 18 {
                try sink.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try sink.write(bytes)
        try sink.finish()
        return count
    }
}
