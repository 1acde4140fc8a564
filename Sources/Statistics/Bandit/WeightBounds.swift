/// Turns wished shares into whole percents within bounds.
package enum WeightBounds {
    /// The nearest percents to the shares that sum to 100, none below or above the bounds. Bounds that so many arms
    /// cannot keep are widened to an even share.
    package static func percents(_ shares: [Double], bounds: ClosedRange<Int>) -> [Int] {
        guard !shares.isEmpty else { return [] }
        let low = min(max(0, bounds.lowerBound), 100 / shares.count)
        let high = max(min(100, bounds.upperBound), (100 + shares.count - 1) / shares.count)
        let wished = shares.map { $0 * 100 }
        // One shift for all brings the sum to 100: the nearest point of a simplex within a box.
        func fitted(_ shift: Double) -> [Double] {
            wished.map { min(max($0 + shift, Double(low)), Double(high)) }
        }
        let shift = Bisection.root(in: -1000, 1000) { fitted($0).reduce(0, +) - 100 }
        return rounded(fitted(shift), high: high)
    }

    /// Rounds down, then gives what is missing to the largest remainders.
    private static func rounded(_ percents: [Double], high: Int) -> [Int] {
        // A hair more than a whole number is that number.
        var whole = percents.map { Int(($0 + 1e-9).rounded(.down)) }
        let order = percents.indices.sorted { left, right in
            let (a, b) = (percents[left] - Double(whole[left]), percents[right] - Double(whole[right]))
            return a != b ? a > b : left < right
        }
        var missing = 100 - whole.reduce(0, +)
        for place in order + order where missing > 0 && whole[place] < high {
            whole[place] += 1
            missing -= 1
        }
        return whole
    }
}
