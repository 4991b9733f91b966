import Domain
import GRDB

/// A kit's own stock: those that were put together beforehand leave the shelf first, and only what is sold beyond them
/// takes its components.
struct AssembledKits {
    private enum Change {
        /// All that a place has, by a count.
        case counted(place: Int, units: Int64)
        /// What came or went besides sales.
        case moved(place: Int, units: Int64)
    }

    private var changes: [(at: Int64, change: Change)] = []
    private var next = 0
    private var onShelf: [Int64]
    /// Units put together at sale so far, that a cancellation takes back first.
    private var assembledAtSale: Int64 = 0

    /// The stock of a kit in a pool; nil where nobody ever counted it: then every one is put together when it is sold.
    init?(_ kit: Int64, in pool: Int64, zone: Zone, _ database: Database) throws {
        let shelves = try Shelf.all(of: kit, in: pool, zone: zone, database)
        guard !shelves.isEmpty else { return nil }
        onShelf = Array(repeating: 0, count: shelves.count)
        for (place, shelf) in shelves.enumerated() {
            for count in shelf.counts { changes.append((count.at, .counted(place: place, units: count.quantity))) }
            for change in shelf.receipts.changes {
                changes.append((change.at, .moved(place: place, units: change.units)))
            }
        }
        for move in try StockEvents.moves(of: kit, in: pool, database) {
            changes.append((move.at, .moved(place: 0, units: move.units)))
        }
        changes.sort { $0.at < $1.at }
    }

    /// How many of a sale's kits stood on the shelf; sales are asked for in the order of time. Of a cancellation
    /// (negative), how many go back there.
    mutating func take(_ quantity: Int64, at: Int64) -> Int64 {
        while next < changes.count, changes[next].at <= at {
            switch changes[next].change {
            case .counted(let place, let units): onShelf[place] = units
            case .moved(let place, let units): onShelf[place] += units
            }
            next += 1
        }
        if quantity < 0 {
            let back = min(-quantity, assembledAtSale)
            assembledAtSale -= back
            onShelf[0] += -quantity - back
            return quantity + back
        }
        var left = quantity
        for place in onShelf.indices where left > 0 && onShelf[place] > 0 {
            let taken = min(left, onShelf[place])
            onShelf[place] -= taken
            left -= taken
        }
        assembledAtSale += left
        return quantity - left
    }
}
