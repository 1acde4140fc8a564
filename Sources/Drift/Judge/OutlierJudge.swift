import KServeModel
import Statistics

/// Which rows lie outside of what is usual: farther than all but one percent of the reference's.
struct OutlierJudge: Sendable {
    private enum Measure: Sendable {
        case distance(Mahalanobis)
        case isolation(IsolationForest)

        func score(_ row: [Double]) -> Double {
            switch self {
            case .distance(let measure): measure.squaredDistance(row)
            case .isolation(let forest): forest.score(row)
            }
        }
    }

    private let measure: Measure
    private let bound: Double

    private static let usualShare = 0.99
    /// Rows of the reference that the bound is learnt of.
    private static let rowsMax = 2000

    /// Nil where none is asked for, or the reference's rows do not give one.
    init?(
        _ rows: [[Double]],
        _ method: DriftMonitor.OutlierMethod,
        using chance: inout some RandomNumberGenerator
    ) {
        let measure: Measure
        switch method {
        case .none: return nil
        case .mahalanobis:
            guard let distance = Mahalanobis(rows) else { return nil }
            measure = .distance(distance)
        case .isolation:
            guard let forest = IsolationForest(rows, using: &chance) else { return nil }
            measure = .isolation(forest)
        }
        self.measure = measure
        let most = min(rows.count, Self.rowsMax)
        let scores = (0..<most).map { measure.score(rows[$0 * rows.count / most]) }.sorted()
        bound = scores[min(scores.count - 1, Int((Self.usualShare * Double(scores.count)).rounded(.down)))]
    }

    /// The share of rows that are outliers; nil without rows.
    func share(of rows: [[Double]]) -> Double? {
        rows.isEmpty ? nil : Double(rows.count { measure.score($0) > bound }) / Double(rows.count)
    }
}
