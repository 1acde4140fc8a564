import Prediction

/// Where the numbers of categories are, by the categories' hashes.
struct CategoryIndex: Sendable {
    private let hashes: [UInt64]
    private let places: [UInt32]
    private let mask: Int

    /// Of a hash that is there twice the first place counts. Hashes that were chosen to crowd one slot are refused.
    init(_ table: CatBoostTable, at path: String) throws(ModelDefect) {
        // At least half of the slots stay free, so that every search ends.
        var size = 4
        while size < 2 * table.hashes.count { size *= 2 }
        var hashes = [UInt64](repeating: CatBoostTable.noHash, count: size)
        var places = [UInt32](repeating: 0, count: size)
        for (hash, place) in zip(table.hashes, table.places) where hash != CatBoostTable.noHash {
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            var tried = 0
            while hashes[slot] != CatBoostTable.noHash, hashes[slot] != hash {
                slot = (slot + 1) & (size - 1)
                tried += 1
            }
            guard tried <= CatBoostLimits.triedSlotsMax else {
                throw ModelDefect(at: .member(path), what: "has a table whose hashes of categories crowd")
            }
            if hashes[slot] == hash { continue }
            (hashes[slot], places[slot]) = (hash, place)
        }
        (self.hashes, self.places, mask) = (hashes, places, size - 1)
    }

    /// The place of a category; nil where it was not seen.
    @inline(__always)
    func place(of hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while hashes[slot] != CatBoostTable.noHash {
            if hashes[slot] == hash { return Int(places[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
