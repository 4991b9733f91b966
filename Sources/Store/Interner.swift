/// Gives equal byte strings equal, dense numbers from 0 on, in the order in which they first appear.
///
/// Open addressing over one flat store of bytes: half a million look-ups make no allocation but for what is new.
struct Interner {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var slots: [Int32]
    private var hashes: [UInt64] = []

    init() { slots = Array(repeating: -1, count: 1024) }

    var count: Int { ends.count }

    subscript(index: Int) -> String {
        String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
    }

    /// The number of a byte string; nil where it has none yet.
    func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Interner.hash(key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, equals(index, key) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number of a byte string, and whether it is new.
    mutating func intern(_ key: UnsafeBufferPointer<UInt8>) -> (index: Int, isNew: Bool) {
        let hash = Interner.hash(key)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, equals(index, key) { return (index, false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let index = ends.count
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = Int32(index)
        if ends.count * 2 > slots.count { grow() }
        return (index, true)
    }

    /// FNV-1a over 64 bits: short keys, and files are not trusted to be kind, but a slow import is the worst they get.
    static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ (hash >> 32)
    }

    private func equals(_ index: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == key.count else { return false }
        for offset in 0..<key.count where bytes[start + offset] != key[offset] { return false }
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }
}
