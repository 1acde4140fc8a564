extension Range<Int> {
    /// Whether a number is an integer within the range.
    package func contains(integral number: Double) -> Bool { Int(exactly: number).map(contains) ?? false }
}
