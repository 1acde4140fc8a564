/// The chi-squared distribution, as far as tests need it.
package enum ChiSquared {
    /// The chance of more than `x` with so many degrees of freedom.
    package static func survival(_ x: Double, degrees: Double) -> Double { IncompleteGamma.upper(degrees / 2, x / 2) }
}
