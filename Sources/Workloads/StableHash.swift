import Base

/// Letters that follow from a text: the same in every run, so that what is named by them is made once.
enum StableHash {
    /// Letters of Kubernetes' alphabet for generated names, from the text's 64-bit FNV-1a hash.
    static func letters(_ count: Int, of text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: hash)
        return RandomName.suffix(length: count, using: &generator)
    }
}
