/// Corrections for many tests at once.
package enum ManyTests {
    /// Bonferroni's: as Holm's, and simpler, but finds less.
    package static func bonferroni(_ pValues: [Double]) -> [Double] {
        pValues.map { min(1, $0 * Double(pValues.count)) }
    }

    /// Holm's: the chance of even one false alarm stays what one test's would be (1979).
    package static func holm(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        var (corrected, least) = (pValues, 0.0)
        for (rank, place) in order.enumerated() {
            least = max(least, min(1, pValues[place] * Double(pValues.count - rank)))
            corrected[place] = least
        }
        return corrected
    }

    /// Benjamini and Hochberg's: the share of false alarms among all alarms stays below the level (1995).
    package static func benjaminiHochberg(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        var (corrected, most) = (pValues, 1.0)
        for (rank, place) in order.enumerated().reversed() {
            most = min(most, pValues[place] * Double(pValues.count) / Double(rank + 1))
            corrected[place] = most
        }
        return corrected
    }
}
