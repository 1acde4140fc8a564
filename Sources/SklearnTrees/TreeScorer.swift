import Prediction
import Sklearn
import Trees

/// The sums of an ensemble's trees, after the checks that scikit-learn makes of rows.
struct TreeScorer: Scorer {
    /// Class of the estimator.
    let name: String
    let trees: TreeEnsemble
    /// What trees are added to.
    let start: [Double]
    /// Whether rows may hold missing numbers.
    let allowsMissing: Bool
    /// What sums are divided by, last.
    var divisor = 1.0

    var input: Input { .numbers(columns: trees.slots.columns) }
    var outputs: Int { trees.outputs }
    var checksNumbers: Bool { true }

    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        try check(batch)
        trees.score(&batch, from: start, into: &numbers)
        if divisor == 1 { return }
        for index in numbers.indices { numbers[index] /= divisor }
    }

    private func check(_ batch: borrowing Batch) throws(InputDefect) {
        let isSingle = trees.slots.isSingle
        switch batch.defect(inSinglePrecision: isSingle, allowingMissing: allowsMissing) {
        // HistGradientBoosting alone does not round, and takes infinite numbers too.
        case .infinite where isSingle:
            throw InputDefect("Input X contains infinity or a value too large for dtype('float32').")
        case .missing: try RowRules(name: name, columns: trees.slots.columns, allowsSparse: true).check(batch)
        default: return
        }
    }
}
