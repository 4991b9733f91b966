/// Which groups of series are summed: small ones of like series (one item at all places), and large ones whose demand is
/// smooth (a department in a store).
struct GroupChoice {
    /// The largest partition into groups of 3 to 50; nil where there is none.
    var fine: [Int32]?
    /// The finest partition into groups of 100 or more; all series where there is none.
    var coarse: [Int32]

    init(_ panel: DemandPanel) {
        var partitions = panel.groupings
        for (index, first) in panel.groupings.enumerated() {
            for second in panel.groupings.dropFirst(index + 1) { partitions.append(GroupChoice.crossed(first, second)) }
        }
        coarse = [Int32](repeating: 0, count: panel.series)
        var most = 1
        var size = 0.0
        for partition in partitions {
            let groups = Set(partition).count
            let mean = Double(panel.series) / Double(groups)
            if mean >= 100, groups > most { (most, coarse) = (groups, partition) }
            if (3...50).contains(mean), mean > size { (size, fine) = (mean, partition) }
        }
        fine = fine.map(GroupChoice.numbered)
        coarse = GroupChoice.numbered(coarse)
    }

    private static func crossed(_ first: [Int32], _ second: [Int32]) -> [Int32] {
        let width = (second.max() ?? 0) + 1
        return numbered(zip(first, second).map { $0 * width + $1 })
    }

    /// The same partition with codes from 0 on, in order of first use.
    private static func numbered(_ codes: [Int32]) -> [Int32] {
        var known: [Int32: Int32] = [:]
        return codes.map { code in
            if let number = known[code] { return number }
            let number = Int32(known.count)
            known[code] = number
            return number
        }
    }
}
