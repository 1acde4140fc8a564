package import Prediction

/// Answers rows as the last of several transformers leaves them.
package struct TransformedRows: Predictor {
    /// The transformers, in order.
    package let transformers: [any Transformer]
    package let input: Input
    /// Numbers that a row has at the end.
    package let columns: Int

    /// Nil where there are no transformers.
    package init?(_ transformers: [any Transformer]) {
        guard let first = transformers.first, let last = transformers.last else { return nil }
        self.transformers = transformers
        input = first.input
        columns = last.outputColumns
    }

    package var output: Output { .numbers(columns: columns) }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        for transformer in transformers { try transformer.transform(&batch) }
        try batch.checkAnswerFits(numbersPerRow: columns)
        try batch.makeDense(by: "the answer")
        swap(&answer.numbers, &batch.values)
    }
}
