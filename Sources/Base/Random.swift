/// A small seeded generator (SplitMix64): the same seed gives the same run, for tests and simulations.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    package init(seed: UInt64) { state = seed }

    @inlinable @inline(__always) package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Names and identities that need chance.
package enum RandomName {
    /// Kubernetes' alphabet for generated names: no vowels, nothing that reads as another letter.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// A suffix as Kubernetes appends to `generateName`.
    package static func suffix(length: Int = 5) -> String {
        var generator = SystemRandomNumberGenerator()
        return suffix(length: length, using: &generator)
    }

    /// A suffix from a given source of chance.
    package static func suffix(length: Int, using generator: inout some RandomNumberGenerator) -> String {
        String((0..<length).map { _ in alphabet.randomElement(using: &generator)! })  // Safe: alphabet is not empty
    }

    /// A version 4 UUID in lower case.
    package static func uuid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
