package import KServeModel
package import Statistics

/// One test of one column in one window.
package struct TestResult: Equatable, Sendable {
    package let test: DriftMonitor.Test
    package let statistic: Double
    /// Nil for distances, which have a threshold of their own.
    package let pValue: Double?
    /// The same after the correction for many tests.
    package var correctedPValue: Double?
    /// What the statistic must not exceed; for tests with chances, what the chance must not fall below.
    package let threshold: Double

    package var isBeyond: Bool {
        if let chance = correctedPValue ?? pValue { return chance < threshold }
        return statistic > threshold
    }
}

/// Cells of a column that keep not to what the reference allows.
package struct Violations: Equatable, Sendable {
    package let missing: Int
    package let outside: Int
    package let wrongType: Int
    /// Whether they are more than is allowed.
    package let isBeyond: Bool
}

/// What a window says of one column.
package struct FeatureVerdict: Equatable, Sendable {
    package let feature: WatchedFeature
    package var tests: [TestResult]
    package let violations: Violations
    /// Counts in the feature's bins, of the reference and of the window.
    package let referenceCounts: [Int]
    package let counts: [Int]

    package var isDrifted: Bool { tests.contains(where: \.isBeyond) }
}

/// Compares one column of a window with the reference's.
struct FeatureJudge {
    let column: DriftReference.Column
    let thresholds: DriftMonitor.Thresholds

    /// Bins of the tests on shares: neighbours of the finer ones are counted together.
    private static let coarseBins = 10
    /// Rows of the reference that the test of Kolmogorov and Smirnov takes, so that chances are counted exactly.
    private static let exactRows = 5000

    /// - Parameters:
    ///   - sample: the column's numbers in the sample of the window.
    ///   - counts: of all rows of the window.
    func results(sample: [Double], counts: [Int]) -> [TestResult] {
        let sample = sample.filter(\.isFinite)
        return column.tests.compactMap { test -> TestResult? in
            switch test {
            case .kolmogorovSmirnov:
                guard column.isNumeric, let result = KolmogorovSmirnov(spread(column.values), sample) else {
                    return nil
                }
                return self.result(test, result.statistic, pValue: result.pValue)
            case .chiSquared:
                let (first, second) = (coarse(column.counts), coarse(counts))
                guard let result = CategoryShift.chiSquared(first, second) else { return nil }
                return self.result(test, result.statistic, pValue: result.pValue)
            case .stabilityIndex:
                return CategoryShift.stabilityIndex(coarse(column.counts), coarse(counts)).map { result(test, $0) }
            case .jensenShannon:
                return CategoryShift.jensenShannon(coarse(column.counts), coarse(counts)).map { result(test, $0) }
            case .wasserstein:
                guard column.isNumeric, let distance = Wasserstein.distance(column.values, sample) else { return nil }
                return result(test, distance / deviation)
            }
        }
    }

    private func result(_ test: DriftMonitor.Test, _ statistic: Double, pValue: Double? = nil) -> TestResult {
        let threshold =
            switch test {
            case .kolmogorovSmirnov, .chiSquared: thresholds.pValue
            case .stabilityIndex: thresholds.stabilityIndex
            case .jensenShannon: thresholds.jensenShannon
            case .wasserstein: thresholds.wasserstein
            }
        return TestResult(test: test, statistic: statistic, pValue: pValue, threshold: threshold)
    }

    /// Numbers taken evenly where there are more than are needed.
    private func spread(_ values: [Double]) -> [Double] {
        guard values.count > FeatureJudge.exactRows else { return values }
        return (0..<FeatureJudge.exactRows).map { values[$0 * values.count / FeatureJudge.exactRows] }
    }

    private func coarse(_ counts: [Int]) -> [Int] {
        guard column.isNumeric, counts.count > FeatureJudge.coarseBins else { return counts }
        return stride(from: 0, to: counts.count, by: 2).map { counts[$0..<min($0 + 2, counts.count)].reduce(0, +) }
    }

    /// Of the reference; 1 where all its numbers are equal.
    private var deviation: Double {
        let count = Double(max(1, column.values.count))
        let mean = column.values.reduce(0, +) / count
        let variance = column.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return variance > 0 ? variance.squareRoot() : 1
    }
}
