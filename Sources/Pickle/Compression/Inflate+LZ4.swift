import Prediction

extension Inflate.Method {
    /// LZ4's frames (lz4.github.io/lz4: LZ4 Frame Format 1.6).
    package static let lz4 = Inflate.Method(
        name: "lz4",
        isBegunBy: { $0.starts(with: [0x04, 0x22, 0x4D, 0x18]) },
        unpack: { bytes, bytesMax throws(ModelDefect) in
            var frame = LZ4Frame(bytes, bytesMax: bytesMax)
            return try frame.unpack()
        }
    )
}

/// Unpacks one LZ4 frame; every read and copy is checked against what is there.
private struct LZ4Frame {
    let bytes: [UInt8]
    let bytesMax: Int
    private var at = 4
    private var output: [UInt8] = []

    init(_ bytes: [UInt8], bytesMax: Int) {
        self.bytes = bytes
        self.bytesMax = bytesMax
    }

    mutating func unpack() throws(ModelDefect) -> [UInt8] {
        let flags = try byte()
        let start = at - 1
        guard flags >> 6 == 1, flags & 0x03 == 0 else {
            throw ModelDefect(at: .byte(start), what: "lz4 frame of another version or with a dictionary")
        }
        at += 1  // the block size, which nothing here depends on
        if flags & 0x08 != 0 { at += 8 }  // the content's size, which the end tells too
        let header = start..<min(at, bytes.count)
        guard try byte() == UInt8(truncatingIfNeeded: XXHash.hash(bytes, header) >> 8) else {
            throw Inflate.damaged(at: at)
        }
        while true {
            let size = try word()
            if size == 0 { break }
            try unpackBlock(Int(size & 0x7FFF_FFFF), isPlain: size >> 31 == 1)
            if flags & 0x10 != 0 { _ = try word() }
        }
        if flags & 0x04 != 0, try word() != XXHash.hash(output, output.indices) { throw Inflate.damaged(at: at) }
        return output
    }

    private mutating func byte() throws(ModelDefect) -> UInt8 {
        guard at < bytes.count else { throw Inflate.damaged(at: bytes.count) }
        at += 1
        return bytes[at - 1]
    }

    private mutating func word() throws(ModelDefect) -> UInt32 {
        var word: UInt32 = 0
        for shift in 0..<4 { word |= UInt32(try byte()) << UInt32(8 * shift) }
        return word
    }

    private mutating func unpackBlock(_ size: Int, isPlain: Bool) throws(ModelDefect) {
        guard size <= bytes.count - at else { throw Inflate.damaged(at: bytes.count) }
        let end = at + size
        if isPlain { try copyLiterals(size, within: end) }
        while at < end {
            let token = try byte()
            try copyLiterals(length(Int(token >> 4)), within: end)
            // The last sequence has literals only.
            if at == end { return }
            let offset = Int(try byte()) | Int(try byte()) << 8
            try copyMatch(length(Int(token & 0x0F)) + 4, offset)
        }
        guard at == end else { throw Inflate.damaged(at: at) }
    }

    /// A length of four bits, which goes on in further bytes where they are all set.
    private mutating func length(_ bits: Int) throws(ModelDefect) -> Int {
        guard bits == 15 else { return bits }
        var length = bits
        while true {
            let more = try byte()
            length += Int(more)
            if more < 255 { return length }
        }
    }

    private mutating func copyLiterals(_ count: Int, within end: Int) throws(ModelDefect) {
        guard count <= end - at else { throw Inflate.damaged(at: at) }
        try checkRoom(count)
        output.append(contentsOf: bytes[at..<at + count])
        at += count
    }

    private mutating func copyMatch(_ count: Int, _ offset: Int) throws(ModelDefect) {
        guard offset > 0, offset <= output.count else { throw Inflate.damaged(at: at) }
        try checkRoom(count)
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: count))
        // It may reach into what it makes, so byte by byte.
        output.withUnsafeMutableBufferPointer { output in
            for index in start..<start + count { output[index] = output[index - offset] }
        }
    }

    private func checkRoom(_ count: Int) throws(ModelDefect) {
        guard output.count + count <= bytesMax else { throw Inflate.tooLarge(bytesMax, at: at) }
    }
}

/// xxHash of 32 bits (Yann Collet), which LZ4 frames are checked by.
private enum XXHash {
    private static let primes: [UInt32] = [2_654_435_761, 2_246_822_519, 3_266_489_917, 668_265_263, 374_761_393]

    static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var at = range.lowerBound
        var hash = primes[4]
        if range.count >= 16 {
            var lanes = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
            while range.upperBound - at >= 16 {
                for lane in lanes.indices {
                    lanes[lane] = rotate(lanes[lane] &+ word(bytes, at) &* primes[1], 13) &* primes[0]
                    at += 4
                }
            }
            hash = zip(lanes, [1, 7, 12, 18] as [UInt32]).reduce(0) { $0 &+ rotate($1.0, $1.1) }
        }
        hash &+= UInt32(truncatingIfNeeded: range.count)
        while range.upperBound - at >= 4 {
            hash = rotate(hash &+ word(bytes, at) &* primes[2], 17) &* primes[3]
            at += 4
        }
        for byte in bytes[at..<range.upperBound] {
            hash = rotate(hash &+ UInt32(byte) &* primes[4], 11) &* primes[0]
        }
        hash = (hash ^ hash >> 15) &* primes[1]
        hash = (hash ^ hash >> 13) &* primes[2]
        return hash ^ hash >> 16
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }

    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 - bits) }
}
