/// A continuous distribution: what is believed of an arm, and what tests are held against.
package protocol Distribution: Sendable {
    /// The range outside of which the density is 0.
    var support: ClosedRange<Double> { get }
    /// Where the mass lies, for choosing where to look.
    var center: Double { get }
    /// How widely it is spread.
    var spread: Double { get }
    /// The density at `x`.
    func density(_ x: Double) -> Double
    /// The chance of at most `x`.
    func cumulative(_ x: Double) -> Double
    /// The chance of more than `x`, exact where it is small.
    func survival(_ x: Double) -> Double
    /// The value that a share `p` of the mass lies below.
    func quantile(_ p: Double) -> Double
    /// A value by chance.
    func draw(using chance: inout some RandomNumberGenerator) -> Double
}

extension RandomNumberGenerator {
    /// A number in 0..<1 of 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in 0..<1, never 0.
    mutating func positiveUnit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }
}
