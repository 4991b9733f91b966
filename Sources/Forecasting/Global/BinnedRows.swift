/// Rows of features, each value replaced by the number of its bin, in blocks of eight features.
///
/// A row's eight bins of a block lie in one 64-bit word, so that one load serves eight histograms, each small enough for
/// the first-level cache. Bin 0 is for what is missing; the others part the values of the sample they were made from
/// into shares as equal as ties allow.
struct BinnedRows {
    /// Bins of a feature, the missing one included.
    static let bins = 64
    /// Features in a block.
    static let lanes = 8

    /// Number of rows.
    let count: Int
    /// Where values go over into the next bin.
    let edges: BinEdges
    /// Word of row r in block b at b × `count` + r.
    var words: [UInt64]

    init(count: Int, edges: BinEdges) {
        self.count = count
        self.edges = edges
        words = [UInt64](repeating: 0, count: count * edges.blocks)
    }

    /// Takes a row of values.
    mutating func put(_ row: [Float], at index: Int) {
        words.withUnsafeMutableBufferPointer { edges.put(row, at: index, of: count, into: $0) }
    }
}

/// The borders of the bins of each feature.
struct BinEdges: Sendable, Hashable {
    /// Number of features.
    let features: Int
    /// `features` × 62 upper borders, ascending; +∞ where fewer bins are needed.
    private let borders: [Float]
    private static let perFeature = BinnedRows.bins - 2

    /// Blocks of eight features.
    var blocks: Int { (features + BinnedRows.lanes - 1) / BinnedRows.lanes }

    /// - Parameter sample: rows of `features` values each, row after row.
    init(sample: [Float], features: Int) {
        self.features = features
        var borders: [Float] = []
        borders.reserveCapacity(features * BinEdges.perFeature)
        let rows = features == 0 ? 0 : sample.count / features
        for feature in 0..<features {
            var values: [Float] = []
            values.reserveCapacity(rows)
            for row in 0..<rows {
                let value = sample[row * features + feature]
                if !value.isNaN { values.append(value) }
            }
            values.sort()
            borders += BinEdges.borders(of: values)
        }
        self.borders = borders
    }

    /// Borders between neighbouring distinct values, at equal shares of the sample.
    private static func borders(of sorted: [Float]) -> [Float] {
        var found: [Float] = []
        var distinct = 0
        for index in sorted.indices where index == 0 || sorted[index] != sorted[index - 1] { distinct += 1 }
        if distinct <= perFeature + 1 {
            for index in sorted.indices.dropFirst() where sorted[index] != sorted[index - 1] {
                found.append(middle(sorted[index - 1], sorted[index]))
            }
        } else {
            // Values that alone fill a bin take one; the rest is shared among the bins that are left.
            var index = 0
            while index < sorted.count, found.count < perFeature {
                let left = perFeature + 1 - found.count
                let wanted = max(1, (sorted.count - index) / left)
                var end = min(sorted.count, index + wanted)
                while end < sorted.count, sorted[end] == sorted[end - 1] { end += 1 }
                guard end < sorted.count else { break }
                found.append(middle(sorted[end - 1], sorted[end]))
                index = end
            }
        }
        return found + [Float](repeating: .infinity, count: perFeature - found.count)
    }

    private static func middle(_ low: Float, _ high: Float) -> Float {
        let middle = low + (high - low) / 2
        return middle > low && middle.isFinite ? middle : high
    }

    /// The bin of a value, 0 where it is missing.
    func bin(_ value: Float, of feature: Int, _ borders: UnsafeBufferPointer<Float>) -> UInt64 {
        guard !value.isNaN else { return 0 }
        var low = feature * BinEdges.perFeature
        let first = low
        var length = BinEdges.perFeature
        // The number of borders at or below the value.
        while length > 0 {
            let half = length / 2
            if borders[low + half] <= value {
                low += half + 1
                length -= half + 1
            } else {
                length = half
            }
        }
        return UInt64(low - first + 1)
    }

    /// Puts a row of values into its words.
    func put(_ row: [Float], at index: Int, of count: Int, into words: UnsafeMutableBufferPointer<UInt64>) {
        borders.withUnsafeBufferPointer { borders in
            for block in 0..<blocks {
                var word: UInt64 = 0
                let first = block * BinnedRows.lanes
                for lane in 0..<min(BinnedRows.lanes, features - first) {
                    word |= bin(row[first + lane], of: first + lane, borders) << UInt64(8 * lane)
                }
                words[block * count + index] = word
            }
        }
    }
}
