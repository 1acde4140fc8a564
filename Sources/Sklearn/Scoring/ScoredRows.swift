package import Prediction

/// A step that makes of each row the numbers of a scorer.
package struct ScoredRows: Transformer {
    private let rules: RowRules
    private let scorer: any Scorer
    /// Whether the new rows are sparse.
    private let isSparse: Bool

    package init(_ rules: RowRules, _ scorer: any Scorer, isSparse: Bool = false) {
        self.rules = rules
        self.scorer = scorer
        self.isSparse = isSparse
    }

    package var input: Input { scorer.input }
    package var outputColumns: Int { scorer.outputs }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try Batch.checkSize(batch.rows, scorer.outputs, by: rules.name)
        var numbers: [Double] = []
        swap(&numbers, &batch.nextValues)
        defer { swap(&numbers, &batch.nextValues) }
        try scorer.score(&batch, into: &numbers)
        swap(&numbers, &batch.values)
        batch.content = .numbers
        batch.columns = scorer.outputs
        if isSparse { batch.makeSparse() }
    }
}
