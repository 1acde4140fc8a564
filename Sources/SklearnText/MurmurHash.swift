/// MurmurHash3 of 32 bits (Austin Appleby, public domain), by which scikit-learn hashes terms.
enum MurmurHash {
    static func hash(_ bytes: borrowing [UInt8], _ range: Range<Int>, seed: UInt32 = 0) -> UInt32 {
        var hash = seed
        var at = range.lowerBound
        while at + 4 <= range.upperBound {
            let block =
                UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3])
                << 24
            hash ^= scramble(block)
            hash = (hash << 13 | hash >> 19) &* 5 &+ 0xE654_6B64
            at += 4
        }
        var tail: UInt32 = 0
        for index in (at..<range.upperBound).reversed() { tail = tail << 8 | UInt32(bytes[index]) }
        hash ^= scramble(tail)
        return finish(hash ^ UInt32(truncatingIfNeeded: range.count))
    }

    private static func scramble(_ block: UInt32) -> UInt32 {
        let product = block &* 0xCC9E_2D51
        return (product << 15 | product >> 17) &* 0x1B87_3593
    }

    private static func finish(_ hash: UInt32) -> UInt32 {
        var hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }
}
