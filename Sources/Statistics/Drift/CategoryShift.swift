import Glibc

/// How far the shares of categories, or of a histogram's bins, have moved from those of a reference.
package enum CategoryShift {
    /// Pearson's test of whether two lists of counts are of one distribution; nil where they cannot be compared.
    /// Categories that neither has do not count.
    package static func chiSquared(
        _ first: [Int],
        _ second: [Int]
    ) -> (statistic: Double, degrees: Int, pValue: Double)? {
        guard first.count == second.count, (first + second).allSatisfy({ $0 >= 0 }) else { return nil }
        let rows = zip(first, second).filter { $0 + $1 > 0 }.map { (Double($0), Double($1)) }
        let (n, m) = (rows.reduce(0) { $0 + $1.0 }, rows.reduce(0) { $0 + $1.1 })
        guard n > 0, m > 0, rows.count > 1 else { return nil }
        let statistic = rows.reduce(0) { sum, row in
            let share = (row.0 + row.1) / (n + m)
            let (a, b) = (row.0 - share * n, row.1 - share * m)
            return sum + a * a / (share * n) + b * b / (share * m)
        }
        return (statistic, rows.count - 1, ChiSquared.survival(statistic, degrees: Double(rows.count - 1)))
    }

    /// The population stability index: above 0.1 a change is worth a look, above 0.25 it is great. Shares below
    /// `leastShare` count as that, so that an empty bin does not make it infinite.
    package static func stabilityIndex(_ reference: [Int], _ current: [Int], leastShare: Double = 1e-4) -> Double? {
        guard let (p, q) = shares(reference, current) else { return nil }
        return zip(p, q).reduce(0) { sum, pair in
            let (a, b) = (max(pair.0, leastShare), max(pair.1, leastShare))
            return sum + (b - a) * log(b / a)
        }
    }

    /// Jensen and Shannon's distance, in natural units: 0 for equal shares, the root of ln 2 for disjoint ones.
    package static func jensenShannon(_ reference: [Int], _ current: [Int]) -> Double? {
        guard let (p, q) = shares(reference, current) else { return nil }
        let divergence = zip(p, q).reduce(0) { sum, pair in
            let middle = (pair.0 + pair.1) / 2
            return sum + term(pair.0, middle) / 2 + term(pair.1, middle) / 2
        }
        return max(0, divergence).squareRoot()
    }

    private static func shares(_ first: [Int], _ second: [Int]) -> ([Double], [Double])? {
        guard first.count == second.count, (first + second).allSatisfy({ $0 >= 0 }) else { return nil }
        let (n, m) = (first.reduce(0.0) { $0 + Double($1) }, second.reduce(0.0) { $0 + Double($1) })
        guard n > 0, m > 0 else { return nil }
        return (first.map { Double($0) / n }, second.map { Double($0) / m })
    }

    private static func term(_ share: Double, _ middle: Double) -> Double {
        share > 0 ? share * log(share / middle) : 0
    }
}
