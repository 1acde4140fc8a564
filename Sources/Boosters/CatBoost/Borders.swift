/// Borders that rise, in single precision, among those of all features.
///
/// Borders and numbers are compared as integers of the same order, so that a missing number is one that lies at an end.
struct Borders: Sendable {
    /// Where they begin in the borders of all features.
    let first: Int
    let count: Int

    /// What stands for a missing number that lies below all borders, and for one that lies above them.
    static let below = Int32.min
    static let above = Int32.max

    /// The integer that stands for a number; both zeros are the same.
    @inline(__always)
    static func key(_ number: Float) -> Int32 {
        let bits = Int32(bitPattern: (number + 0).bitPattern)
        return bits ^ (bits &>> 31) & Int32.max
    }

    /// The integer that stands for a number, where `missing` stands for one that is missing.
    @inline(__always)
    static func key(_ number: Float, missing: Int32) -> Int32 { number.isNaN ? missing : key(number) }

    /// How many of them a number lies above.
    @inline(__always)
    func countBelow(_ key: Int32, in all: UnsafePointer<Int32>) -> Int {
        Int(countBelow(SIMD4(repeating: key), in: all).x)
    }

    /// The same for four numbers at once, which do not wait for each other.
    @inline(__always)
    func countBelow(_ keys: SIMD4<Int32>, in all: UnsafePointer<Int32>) -> SIMD4<Int32> {
        var places = SIMD4(repeating: Int32(truncatingIfNeeded: first))
        var left = Int32(truncatingIfNeeded: count)
        while left > 1 {
            let half = left &>> 1
            let last = Borders.load(places &+ (half &- 1), in: all)
            places &+= Borders.ones(last .< keys) & SIMD4(repeating: half)
            left &-= half
        }
        places &-= Borders.ones(Borders.load(places, in: all) .< keys)
        return places &- SIMD4(repeating: Int32(truncatingIfNeeded: first))
    }

    @inline(__always)
    private static func load(_ places: SIMD4<Int32>, in all: UnsafePointer<Int32>) -> SIMD4<Int32> {
        SIMD4(all[Int(places.x)], all[Int(places.y)], all[Int(places.z)], all[Int(places.w)])
    }

    /// All ones where a test holds. Of lanes the compiler makes no branches, which would often be guessed wrong.
    @inline(__always)
    private static func ones(_ mask: SIMDMask<SIMD4<Int32>>) -> SIMD4<Int32> {
        unsafeBitCast(mask, to: SIMD4<Int32>.self)
    }
}
