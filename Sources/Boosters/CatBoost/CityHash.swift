/// CityHash64 as of its first version, by which CatBoost tells categories apart. Bytes are read little-endian.
enum CityHash {
    private static let k0: UInt64 = 0xC3A5_C85C_97CB_3127
    private static let k1: UInt64 = 0xB492_B66F_BE98_F273
    private static let k2: UInt64 = 0x9AE1_6A3B_2F90_404F
    private static let k3: UInt64 = 0xC949_D7C7_509E_6557

    /// The hash of all bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        switch bytes.count {
        case 0: k2
        case 1...3: hash1to3(bytes)
        case 4...8:
            mix(UInt64(bytes.count) &+ (UInt64(bytes.word32(0)) << 3), UInt64(bytes.word32(bytes.count - 4)))
        case 9...16: hash9to16(bytes)
        case 17...32: hash17to32(bytes)
        case 33...64: hash33to64(bytes)
        default: hashLong(bytes)
        }
    }

    private static func hash1to3(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        let y = UInt64(bytes[0]) + UInt64(bytes[count >> 1]) << 8
        let z = UInt64(count) + UInt64(bytes[count - 1]) << 2
        return shiftMix(y &* k2 ^ z &* k3) &* k2
    }

    private static func hash9to16(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let last = bytes.word(bytes.count - 8)
        return mix(bytes.word(0), rotate(last &+ UInt64(bytes.count), UInt64(bytes.count))) ^ last
    }

    private static func hash17to32(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        let a = bytes.word(0) &* k1
        let b = bytes.word(8)
        let c = bytes.word(count - 8) &* k2
        let d = bytes.word(count - 16) &* k0
        return mix(
            rotate(a &- b, 43) &+ rotate(c, 30) &+ d,
            a &+ rotate(b ^ k3, 20) &- c &+ UInt64(count)
        )
    }

    private static func hash33to64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        let start = bytes.word(0) &+ (UInt64(count) &+ bytes.word(count - 16)) &* k0
        let v = fold(start, bytes.word(24), bytes.word(8), bytes.word(16))
        let w = fold(
            bytes.word(16) &+ bytes.word(count - 32),
            bytes.word(count - 8),
            bytes.word(count - 24),
            bytes.word(count - 16)
        )
        let r = shiftMix((v.0 &+ w.1) &* k2 &+ (w.0 &+ v.1) &* k0)
        return shiftMix(r &* k0 &+ v.1) &* k2
    }

    /// Half of a hash of 33 to 64 bytes.
    private static func fold(_ start: UInt64, _ z: UInt64, _ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
        var a = start
        let b = rotate(a &+ z, 52)
        var c = rotate(a, 37)
        a &+= first
        c &+= rotate(a, 7)
        a &+= second
        return (a &+ z, b &+ rotate(a, 31) &+ c)
    }

    /// More than 64 bytes: the end first, then 64 bytes at a time.
    private static func hashLong(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var x = bytes.word(0)
        var y = bytes.word(count - 16) ^ k1
        var z = bytes.word(count - 56) ^ k0
        var v = weak(bytes, count - 64, UInt64(count), y)
        var w = weak(bytes, count - 32, UInt64(count) &* k1, k0)
        z &+= shiftMix(v.1) &* k1
        x = rotate(z &+ x, 39) &* k1
        y = rotate(y, 33) &* k1
        for at in stride(from: 0, to: (count - 1) & ~63, by: 64) {
            x = rotate(x &+ y &+ v.0 &+ bytes.word(at + 16), 37) &* k1
            y = rotate(y &+ v.1 &+ bytes.word(at + 48), 42) &* k1
            x ^= w.1
            y ^= v.0
            z = rotate(z ^ w.0, 33)
            v = weak(bytes, at, v.1 &* k1, x &+ w.0)
            w = weak(bytes, at + 32, z &+ w.1, y)
            swap(&z, &x)
        }
        return mix(mix(v.0, w.0) &+ shiftMix(y) &* k1 &+ z, mix(v.1, w.1) &+ x)
    }

    /// 32 bytes and two seeds in 16 bytes.
    private static func weak(
        _ bytes: UnsafeRawBufferPointer,
        _ at: Int,
        _ first: UInt64,
        _ second: UInt64
    ) -> (UInt64, UInt64) {
        var a = first &+ bytes.word(at)
        let last = bytes.word(at + 24)
        var b = rotate(second &+ a &+ last, 21)
        let c = a
        a &+= bytes.word(at + 8)
        a &+= bytes.word(at + 16)
        b &+= rotate(a, 44)
        return (a &+ last, b &+ c)
    }

    /// 16 bytes in 8.
    private static func mix(_ low: UInt64, _ high: UInt64) -> UInt64 {
        let factor: UInt64 = 0x9DDF_EA08_EB38_2D69
        let a = shiftMix((low ^ high) &* factor)
        return shiftMix((high ^ a) &* factor) &* factor
    }

    private static func shiftMix(_ value: UInt64) -> UInt64 { value ^ value >> 47 }

    /// Turned right by 1 to 63 bits.
    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value &>> bits | value &<< (64 &- bits) }
}

extension UnsafeRawBufferPointer {
    fileprivate func word(_ at: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    fileprivate func word32(_ at: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }
}
