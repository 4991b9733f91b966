/// Items by falling key, the lesser item first among equals: a binary heap over two flat arrays.
struct RankHeap: Sendable {
    private var keys: [Double] = []
    private var items: [Int] = []

    var isEmpty: Bool { keys.isEmpty }

    /// Adds an item; NaN keys are left out.
    mutating func push(_ key: Double, _ item: Int) {
        guard !key.isNaN else { return }
        keys.append(key)
        items.append(item)
        var child = keys.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { break }
            swap(child, parent)
            child = parent
        }
    }

    /// Removes the item of the largest key; nil where there is none.
    mutating func pop() -> (key: Double, item: Int)? {
        guard let key = keys.first, let item = items.first else { return nil }
        swap(0, keys.count - 1)
        keys.removeLast()
        items.removeLast()
        var parent = 0
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < keys.count && isBefore(child, first) {
                first = child
            }
            guard first != parent else { return (key, item) }
            swap(first, parent)
            parent = first
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        keys[left] != keys[right] ? keys[left] > keys[right] : items[left] < items[right]
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        keys.swapAt(left, right)
        items.swapAt(left, right)
    }
}
