import Glibc

/// Choices that are the same on every thread, in every process, tomorrow.
package enum StableHash {
    /// FNV-1a, its bits mixed once more: short values differ in few of them.
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 { mix(adding(bytes, to: start)) }

    /// The hash of no bytes.
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of what was hashed before and `bytes` behind it.
    static func adding(_ bytes: some Sequence<UInt8>, to hash: UInt64) -> UInt64 {
        bytes.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Which of `items` a value falls to: each as often as its weight says, and a change of weights moves only the values
    /// that it must (rendezvous hashing with weights). Nil where no item has a weight.
    package static func choose(by value: UInt64, among items: [(hash: UInt64, weight: Int)]) -> Int? {
        var best: (index: Int, score: Double)?
        for (index, item) in items.enumerated() where item.weight > 0 {
            // A number between 0 and 1 that belongs to this value and this item; 53 bits, never 0.
            let unit = (Double(mix(value ^ item.hash) >> 11) + 0.5) / Double(1 << 53)
            let score = -Double(item.weight) / log(unit)
            if score > best?.score ?? -1 { best = (index, score) }
        }
        return best?.index
    }

    /// The finalizer of SplitMix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
