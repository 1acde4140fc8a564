import Base
import Net

/// Version 4 UUIDs for requests that bring no id of their own, written in place.
struct RequestIdentifiers {
    private var chance: SeededGenerator

    init(seed: UInt64 = .random(in: .min ... .max)) { chance = SeededGenerator(seed: seed) }

    /// Appends the next one.
    mutating func write(into body: inout OutBuffer) {
        let high = chance.next() & ~0xF000 | 0x4000
        let low = chance.next() & ~(0xC000 << 48) | 0x8000 << 48
        body.append(upTo: 36) { target in
            var at = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    target[at] = UInt8(ascii: "-")
                    at += 1
                }
                let half = index < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (index & 15)) & 15)
                target[at] = digit < 10 ? 0x30 + digit : 0x57 + digit
                at += 1
            }
            return at
        }
    }
}
