import Base
import Net

/// Version 4 UUIDs for requests that bring no id of their own, written in place.
struct RequestIdentifiers {
    private var chance: SeededGenerator

    init(seed: UInt64 = .random(in: .min ... .max)) { chance = SeededGenerator(seed: seed) }

    /// Puts the last `count` hexadecimal digits of `value`.
    @inline(__always)
    private static func put(_ value: UInt64, _ count: Int, _ target: UnsafeMutableRawBufferPointer, at start: Int) {
        for index in 0..<count {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 &* (count &- 1 &- index)) & 15)
            target[start &+ index] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
        }
    }

    /// Appends the next one.
    mutating func write(into body: inout OutBuffer) {
        let high = chance.next() & ~0xF000 | 0x4000
        let low = chance.next() & ~(0xC000 << 48) | 0x8000 << 48
        body.append(upTo: 36) { target in
            RequestIdentifiers.put(high >> 32, 8, target, at: 0)
            RequestIdentifiers.put(high >> 16, 4, target, at: 9)
            RequestIdentifiers.put(high, 4, target, at: 14)
            RequestIdentifiers.put(low >> 48, 4, target, at: 19)
            RequestIdentifiers.put(low, 12, target, at: 24)
            target[8] = UInt8(ascii: "-")
            target[13] = UInt8(ascii: "-")
            target[18] = UInt8(ascii: "-")
            target[23] = UInt8(ascii: "-")
            return 36
        }
    }
}
