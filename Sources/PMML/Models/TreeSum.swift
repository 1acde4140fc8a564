import Prediction
import Trees

/// Plain trees whose answers are added up, on the engine of trees: for rows in which no field of theirs is missing.
struct TreeSum: Sendable {
    /// What a column of the engine's rows is.
    struct Column: Sendable {
        let slot: Int32
        /// The numbers that texts have here; empty where the field is a number.
        let texts: [Int32: Double]
    }

    let columns: [Column]
    let ensemble: TreeEnsemble
    private let start: [Double]
    /// What sums are divided by.
    let divisor: Double
    let isClassification: Bool
    let precision: Precision

    init(columns: [Column], ensemble: TreeEnsemble, divisor: Double, isClassification: Bool, precision: Precision) {
        self.columns = columns
        self.ensemble = ensemble
        self.divisor = divisor
        self.isClassification = isClassification
        self.precision = precision
        start = [Double](repeating: 0, count: ensemble.outputs)
    }

    /// nil where the row is none for the engine.
    func evaluate(_ model: ModelProgram, _ work: Workspace) throws(InputDefect) -> Outcome? {
        work.batch.values.removeAll(keepingCapacity: true)
        for column in columns {
            switch try work.value(column.slot) {
            case .missing: return nil
            case .text(let symbol): work.batch.values.append(column.texts[symbol] ?? -1)
            case let value:
                guard let number = value.double, column.texts.isEmpty else { return nil }
                work.batch.values.append(number)
            }
        }
        work.batch.rows = 1
        work.batch.columns = columns.count
        ensemble.score(&work.batch, from: start, into: &work.sums)
        guard isClassification else { return try model.regression(precision.rounded(work.sums[0] / divisor)) }
        for index in work.sums.indices {
            work.scores[model.firstScore + index] = precision.rounded(work.sums[index] / divisor)
        }
        return try model.classification(work)
    }
}
