import Base
package import KServeModel
package import Statistics

/// Holds a window against a reference: what was counted, and the rows of the sample.
package struct WindowJudge: Sendable {
    private let reference: DriftReference
    private let monitor: DriftMonitor
    private let outliers: OutlierJudge?

    /// Rows of each side that are compared as wholes: the time for that grows with their square.
    private static let wholeRows = 250
    /// Chances that permutations can tell: as many as four times the threshold's inverse.
    private static let permutations = 100...2000

    package init(_ reference: DriftReference, _ monitor: DriftMonitor) {
        self.reference = reference
        self.monitor = monitor
        var chance = SeededGenerator(seed: monitor.seed)
        outliers = OutlierJudge(WindowJudge.numbers(reference.rows, reference), monitor.outliers, using: &chance)
    }

    /// - Parameter tally: of the plan that was made of the reference.
    package func verdict(_ tally: WatchTally) -> WindowVerdict {
        let rows = tally.sample.rows
        var features = reference.columns.indices.map { place in
            let column = reference.columns[place]
            let counts = tally.bins(place)
            let results = FeatureJudge(column: column, thresholds: monitor.thresholds)
                .results(sample: rows.map { $0[place] }, counts: counts)
            return FeatureVerdict(
                feature: column.watched,
                tests: results,
                violations: violations(tally, place),
                referenceCounts: column.counts,
                counts: counts
            )
        }
        correct(&features)
        let numbers = WindowJudge.numbers(rows, reference)
        return WindowVerdict(
            rows: tally.rows,
            features: features,
            discrepancy: monitor.comparesRows ? discrepancy(numbers) : nil,
            discrepancyThreshold: monitor.thresholds.pValue,
            outlierShare: outliers?.share(of: numbers),
            outlierThreshold: monitor.thresholds.outliers
        )
    }

    /// Corrects the chances of all tests together.
    private func correct(_ features: inout [FeatureVerdict]) {
        let places = features.indices.flatMap { feature in
            features[feature].tests.indices.filter { features[feature].tests[$0].pValue != nil }.map { (feature, $0) }
        }
        let chances = places.map { features[$0.0].tests[$0.1].pValue ?? 1 }
        let corrected =
            switch monitor.correction {
            case .none: chances
            case .bonferroni: ManyTests.bonferroni(chances)
            case .holm: ManyTests.holm(chances)
            case .benjaminiHochberg: ManyTests.benjaminiHochberg(chances)
            }
        for (place, chance) in zip(places, corrected) { features[place.0].tests[place.1].correctedPValue = chance }
    }

    private func violations(_ tally: WatchTally, _ place: Int) -> Violations {
        let counts = WatchLayout.Flaw.allCases.map { tally.flaws($0, place) }
        let rows = Double(max(1, tally.rows))
        let isPrediction = reference.hasPrediction && place == reference.columns.count - 1
        let allowed = monitor.thresholds.violations
        let missing = Double(counts[0]) / rows - reference.columns[place].missingShare
        let wrong = Double(counts[1] + counts[2]) / rows
        return Violations(
            missing: counts[0],
            outside: counts[1],
            wrongType: counts[2],
            isBeyond: monitor.checksSchema && !isPrediction && (missing > allowed || wrong > allowed)
        )
    }

    private func discrepancy(_ rows: [[Double]]) -> MeanDiscrepancy? {
        let wanted = (4 / max(monitor.thresholds.pValue, 1e-9)).rounded(.up)
        let permutations = Int(
            min(max(wanted, Double(Self.permutations.lowerBound)), Double(Self.permutations.upperBound))
        )
        var chance = SeededGenerator(seed: monitor.seed)
        let before = WindowJudge.numbers(reference.rows, reference)
        let scale = Standard(before)
        return MeanDiscrepancy(
            WindowJudge.evenly(before, Self.wholeRows).map(scale.scaled),
            WindowJudge.evenly(rows, Self.wholeRows).map(scale.scaled),
            permutations: permutations,
            using: &chance
        )
    }

    /// The rows' features that are numbers; rows that lack one are left out.
    private static func numbers(_ rows: [[Double]], _ reference: DriftReference) -> [[Double]] {
        let features = reference.columns.dropLast(reference.hasPrediction ? 1 : 0)
        let places = features.indices.filter { reference.columns[$0].isNumeric }
        guard !places.isEmpty else { return [] }
        return rows.map { row in places.map { row[$0] } }.filter { $0.allSatisfy(\.isFinite) }
    }

    private static func evenly(_ rows: [[Double]], _ most: Int) -> [[Double]] {
        rows.count <= most ? rows : (0..<most).map { rows[$0 * rows.count / most] }
    }
}

/// Columns brought to a mean of 0 and a deviation of 1, so that none outweighs the others.
private struct Standard {
    private let means: [Double]
    private let deviations: [Double]

    init(_ rows: [[Double]]) {
        let count = Double(max(1, rows.count))
        let means = (rows.first ?? []).indices.map { column in rows.reduce(0) { $0 + $1[column] } / count }
        self.means = means
        deviations = means.indices.map { column in
            let variance = rows.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) } / count
            return variance > 0 ? variance.squareRoot() : 1
        }
    }

    func scaled(_ row: [Double]) -> [Double] {
        row.indices.map { (row[$0] - means[$0]) / deviations[$0] }
    }
}
