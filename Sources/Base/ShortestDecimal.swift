/// The shortest decimal that reads back as a double, and of those the nearest to it: digits × 10^exponent.
///
/// After Raffaello Giulietti, "The Schubfach way to render doubles" (2020), for doubles whose powers of ten are in
/// `PowersOfFive`.
package struct ShortestDecimal: Equatable {
    /// Up to 17 digits, the last of which is no zero.
    package private(set) var digits: UInt64
    /// The power of ten that the last digit stands for.
    package private(set) var exponent: Int

    /// The decimal of a positive, normal double; nil where the table does not reach.
    package init?(_ number: Double) {
        let fraction = number.significandBitPattern
        let biased = Int(number.exponentBitPattern)
        guard number > 0, biased > 0, biased < 2047 else { return nil }
        let significand = fraction | 1 << 52
        let binary = biased &- 1075
        // Below a power of two the next double is half as far away.
        let isCloserBelow = fraction == 0 && biased > 1
        let power = (binary &* 1_262_611 &- (isCloserBelow ? 524_031 : 0)) >> 22
        guard PowersOfFive.exponents.contains(-power) else { return nil }
        let shift = UInt64(binary &+ (-power &* 1_741_647) >> 19 &+ 1)
        let scale = ShortestDecimal.roundedUp(-power)
        // Four times the number and the ends of the interval that reads back as it, in units of the last digit.
        let lower = ShortestDecimal.scaled(scale, (4 &* significand &- (isCloserBelow ? 1 : 2)) << shift)
        let middle = ShortestDecimal.scaled(scale, (4 &* significand) << shift)
        let upper = ShortestDecimal.scaled(scale, (4 &* significand &+ 2) << shift)
        let odd = significand & 1
        (digits, exponent) = ShortestDecimal.choose(lower &+ odd, middle, upper &- odd, power)
        dropZeros()
    }

    private static func choose(
        _ lower: UInt64,
        _ middle: UInt64,
        _ upper: UInt64,
        _ power: Int
    ) -> (UInt64, Int) {
        let whole = middle / 4
        let tens = whole / 10
        let (downFits, upFits) = (lower <= 40 &* tens, 40 &* tens &+ 40 <= upper)
        if downFits != upFits { return (tens &+ (upFits ? 1 : 0), power &+ 1) }
        let (floorFits, ceilingFits) = (lower <= 4 &* whole, 4 &* whole &+ 4 <= upper)
        if floorFits != ceilingFits { return (whole &+ (ceilingFits ? 1 : 0), power) }
        let half = 4 &* whole &+ 2
        let roundsUp = middle > half || middle == half && whole & 1 == 1
        return (whole &+ (roundsUp ? 1 : 0), power)
    }

    /// 10^exponent as 128 bits that are rounded up.
    private static func roundedUp(_ exponent: Int) -> (high: UInt64, low: UInt64) {
        let bits = PowersOfFive.bits(exponent)
        guard !(-27...55).contains(exponent) else { return bits }
        let low = bits.low.addingReportingOverflow(1)
        return (bits.high &+ (low.overflow ? 1 : 0), low.partialValue)
    }

    /// The upper 64 bits of a product of 192 bits; the last one is set where bits below it were.
    private static func scaled(_ scale: (high: UInt64, low: UInt64), _ value: UInt64) -> UInt64 {
        let below = scale.low.multipliedFullWidth(by: value).high
        let (high, low) = scale.high.multipliedFullWidth(by: value)
        let sum = low.addingReportingOverflow(below)
        return (high &+ (sum.overflow ? 1 : 0)) | (sum.partialValue > 1 ? 1 : 0)
    }

    private mutating func dropZeros() {
        while digits > 0, case let (tens, last) = digits.quotientAndRemainder(dividingBy: 10), last == 0 {
            digits = tens
            exponent &+= 1
        }
    }
}
