import Domain

/// Sums by period and by the values of dimensions, in flat arrays: one row a period and labels, one column a sum.
struct MetricTable: Sendable {
    /// Which row.
    struct Key: Hashable {
        var period: Int32
        var labels: Int32
    }

    private let width: Int
    private var names = Interner()
    /// The values of the dimensions, once each.
    private(set) var labels: [[String?]] = []
    private(set) var keys: [Key] = []
    /// Where each key's row is, by the key's hash; -1 where nothing is. At most half of them are taken.
    private var slots = [Int32](repeating: -1, count: 1024)
    /// NaN where nothing was added.
    private var values: [Double] = []
    private var last: (key: Key, place: Int) = (Key(period: 0, labels: -1), 0)

    init(width: Int) { self.width = width }

    /// The number of a row of labels.
    ///
    /// - Parameters:
    ///   - bytes: what tells it from all others.
    ///   - make: the labels themselves, where they are new.
    mutating func number(of bytes: [UInt8], _ make: () -> [String?]) -> Int32 {
        let (index, isNew) = bytes.withUnsafeBufferPointer { names.intern($0) }
        if isNew { labels.append(make()) }
        return Int32(index)
    }

    /// The number of a row of labels.
    mutating func number(of row: [String?]) -> Int32 {
        var bytes: [UInt8] = []
        for label in row {
            guard let label else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            withUnsafeBytes(of: Int32(label.utf8.count)) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: label.utf8)
        }
        return number(of: bytes) { row }
    }

    /// The row of a key, made where it is new.
    mutating func place(_ key: Key) -> Int {
        if key == last.key { return last.place }
        var slot = slot(of: key)
        if slots[slot] < 0 {
            if keys.count * 2 >= slots.count {
                grow()
                slot = self.slot(of: key)
            }
            slots[slot] = Int32(keys.count)
            keys.append(key)
            for _ in 0..<width { values.append(.nan) }
        }
        last = (key, Int(slots[slot]))
        return last.place
    }

    /// The slot that holds a key, or would.
    private func slot(of key: Key) -> Int {
        // Sixteen periods of the same labels lie side by side, in one line of a processor's cache, since they are mostly
        // asked for one after the other. Fibonacci hashing spreads the lines: the upper bits of the product are even. A line
        // that is taken is left for the next one, and for another place in it.
        let (period, labels) = (UInt64(UInt32(bitPattern: key.period)), UInt64(UInt32(bitPattern: key.labels)))
        let bits = (labels << 32 | period >> 4) &* 0x9E37_79B9_7F4A_7C15
        let line = bits >> UInt64(68 - slots.count.trailingZeroBitCount)
        var slot = Int(line << 4 | ((period &+ labels) & 15))
        while slots[slot] >= 0, keys[Int(slots[slot])] != key { slot = (slot + 17) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for place in keys.indices { slots[slot(of: keys[place])] = Int32(place) }
    }

    /// Adds to a sum; NaN, which stands for missing, adds nothing.
    mutating func add(_ place: Int, _ column: Int, _ value: Double) {
        guard !value.isNaN else { return }
        let index = place * width + column
        values[index] = values[index].isNaN ? value : values[index] + value
    }

    /// Adds all of another table, whose columns are `columns` here.
    mutating func add(_ other: MetricTable, _ columns: [Int]) {
        let labels = other.labels.map { number(of: $0) }
        for (from, key) in other.keys.enumerated() {
            let to = place(Key(period: key.period, labels: labels[Int(key.labels)]))
            for (index, column) in columns.enumerated() { add(to, column, other.values[from * other.width + index]) }
        }
    }

    /// A sum; nil where nothing was added.
    func value(_ place: Int, _ column: Int) -> Double? {
        let value = values[place * width + column]
        return value.isNaN ? nil : value
    }

    /// A column in some rows; NaN where nothing was added.
    func values(_ places: ArraySlice<Int>, _ column: Int) -> [Double] {
        places.map { values[$0 * width + column] }
    }

    /// Makes a column the sum of all periods up to each. A row stands where something happened: between two of them the
    /// figure stays what it was.
    mutating func accumulate(_ column: Int) {
        var own = [[Int]](repeating: [], count: labels.count)
        for (place, key) in keys.enumerated() { own[Int(key.labels)].append(place) }
        for places in own {
            var sum = 0.0
            for place in places.sorted(by: { keys[$0].period < keys[$1].period }) {
                sum += value(place, column) ?? 0
                values[place * width + column] = sum
            }
        }
    }

    /// The rows by period, then labels; what has no label comes last.
    var sorted: [Int] {
        let order = labels.indices.sorted { left, right in
            for (a, b) in zip(labels[left], labels[right]) where a != b {
                guard let a, let b else { return a != nil }
                return a < b
            }
            return false
        }
        var ranks = [Int](repeating: 0, count: labels.count)
        for (rank, label) in order.enumerated() { ranks[label] = rank }
        guard let first = keys.lazy.map(\.period).min(), let last = keys.lazy.map(\.period).max() else { return [] }
        let byLabels = MetricTable.ordered(Array(keys.indices), count: labels.count) { ranks[Int(keys[$0].labels)] }
        return MetricTable.ordered(byLabels, count: Int(last) - Int(first) + 1) { Int(keys[$0].period) - Int(first) }
    }

    /// Places by a rank below `count`, those of one rank in the order in which they were: a counting sort, since a year of
    /// every product has more than a million of them.
    private static func ordered(_ places: [Int], count: Int, by rank: (Int) -> Int) -> [Int] {
        var next = [Int](repeating: 0, count: count + 1)
        for place in places { next[rank(place) + 1] += 1 }
        for index in 1...count { next[index] += next[index - 1] }
        var sorted = [Int](repeating: 0, count: places.count)
        for place in places {
            let rank = rank(place)
            sorted[next[rank]] = place
            next[rank] += 1
        }
        return sorted
    }
}
