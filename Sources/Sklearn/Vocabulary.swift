/// Terms and their columns: a hash table over one buffer of UTF-8, asked without making strings.
///
/// Terms are the same where their bytes are, as in Python; Swift's strings would also match other spellings of accents.
package struct Vocabulary: Sendable {
    private var utf8: [UInt8] = []
    /// Where each term ends in `utf8`.
    private var ends: [Int] = []
    private var columns: [Int32] = []
    /// Index of a term plus one; 0 is free. At most half of the slots are taken.
    private var slots: [Int32]

    package init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
    }

    /// How many terms there are.
    package var count: Int { columns.count }

    /// Adds a term that is not there yet; at most as many as `capacity`.
    package mutating func insert(_ term: some Collection<UInt8>, column: Int32) {
        let hash = term.reduce(Vocabulary.seed, Vocabulary.mix)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        utf8.append(contentsOf: term)
        ends.append(utf8.count)
        columns.append(column)
        slots[slot] = Int32(columns.count)
    }

    /// The column of the term whose bytes are `range` of `bytes`; nil for an unknown one.
    package func column(of bytes: [UInt8], _ range: Range<Int>) -> Int32? {
        var hash = Vocabulary.seed
        for index in range { hash = Vocabulary.mix(hash, bytes[index]) }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let term = Int(slots[slot]) - 1
            if isTerm(term, bytes, range) { return columns[term] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func isTerm(_ term: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = term == 0 ? 0 : ends[term - 1]
        guard ends[term] - start == range.count else { return false }
        return (0..<range.count).allSatisfy { utf8[start + $0] == bytes[range.lowerBound + $0] }
    }

    // FNV-1a, 64 bits, with its high half folded in by the multiplication of the last step.
    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
    private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
