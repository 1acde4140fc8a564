/// A range that is said to hold a value.
package struct Interval: Equatable, Sendable {
    package let lower: Double
    package let upper: Double

    package init(_ lower: Double, _ upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Nothing is known.
    package static let everything = Interval(-.infinity, .infinity)

    /// Whether the value lies inside.
    package func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
