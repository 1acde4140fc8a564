/// How probable it is, by what is believed of each arm, that it has the greatest value of all.
package enum BestArm {
    /// The probabilities of distributions, in their order, by quadrature: each arm's density times the chance that every
    /// other one lies below.
    package static func probabilities(_ arms: [any Distribution]) -> [Double] {
        guard arms.count > 1 else { return arms.map { _ in 1 } }
        let raw = arms.indices.map { probability(of: $0, among: arms) }
        let sum = raw.reduce(0, +)
        return sum > 0 ? raw.map { $0 / sum } : raw.map { _ in 1 / Double(arms.count) }
    }

    /// Where panels of the quadrature end, in spreads from each arm's centre: every arm's slope gets panels of its width.
    private static let marks: [Double] = {
        let right = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 12, 20, 40]
        return right.reversed().map { -$0 } + [0] + right
    }()

    private static func probability(of index: Int, among arms: [any Distribution]) -> Double {
        let arm = arms[index]
        let reach = BestArm.reach(of: arm)
        let inner = arms.flatMap { other in marks.map { other.center + $0 * other.spread } }
        let ends = ([reach.lowerBound, reach.upperBound] + inner.filter(reach.contains)).sorted()
        var sum = 0.0
        for (low, high) in zip(ends, ends.dropFirst()) where low < high {
            sum += GaussLegendre.integral(low, high) { x in
                var product = arm.density(x)
                for (place, other) in arms.enumerated() where place != index { product *= other.cumulative(x) }
                return product
            }
        }
        return sum
    }

    /// Where practically all of an arm's mass lies.
    private static func reach(of arm: any Distribution) -> ClosedRange<Double> {
        let low = max(arm.support.lowerBound, arm.center - 40 * arm.spread)
        return low...max(low, min(arm.support.upperBound, arm.center + 40 * arm.spread))
    }
}

/// Gauss' quadrature with eight points (DLMF table 3.5.2).
enum GaussLegendre {
    private static let points: [(x: Double, weight: Double)] = [
        (0.183434642495649805, 0.362683783378361983), (0.525532409916328986, 0.313706645877887287),
        (0.796666477413626740, 0.222381034453374471), (0.960289856497536232, 0.101228536290376259),
    ]

    static func integral(_ low: Double, _ high: Double, _ value: (Double) -> Double) -> Double {
        let (middle, half) = ((low + high) / 2, (high - low) / 2)
        return points.reduce(0) { sum, point in
            sum + point.weight * (value(middle - half * point.x) + value(middle + half * point.x))
        } * half
    }
}
