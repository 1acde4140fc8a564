package import Prediction
import Trees

/// A model of LightGBM: trees over rows in double precision, then the objective's link. Answers are those of
/// `Booster.predict`.
package struct LightGBMModel: Predictor {
    let trees: TreeEnsemble
    let objective: LightGBMObjective
    /// What sums are divided by.
    let iterations: Double
    /// What trees are added to.
    private let start: [Double]

    init(trees: TreeEnsemble, objective: LightGBMObjective, iterations: Double) {
        self.trees = trees
        self.objective = objective
        self.iterations = iterations
        start = [Double](repeating: 0, count: trees.outputs)
    }

    package var input: Input { .numbers(columns: trees.slots.columns) }
    package var output: Output { .numbers(columns: trees.outputs == 1 ? nil : trees.outputs) }
    package var keepsRows: Bool { true }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.content == .sparse, trees.isLinear else { return try predictRows(&batch, into: &answer) }
        // Linear leaves look at rows as they were sent.
        var dense = batch.takeSpare()
        defer { batch.keepSpare(dense) }
        dense.copyRows(of: batch)
        try dense.makeDense(by: "LightGBM")
        try predictRows(&dense, into: &answer)
    }

    private func predictRows(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.content == .numbers || batch.content == .sparse else {
            throw InputDefect("LightGBM is expecting rows of numbers")
        }
        guard batch.columns == trees.slots.columns else {
            throw InputDefect(
                "The number of features in data (\(batch.columns)) is not the same as it was in training data "
                    + "(\(trees.slots.columns)).\nYou can set ``predict_disable_shape_check=true`` to discard this error, "
                    + "but please be aware what you are doing."
            )
        }
        try batch.checkAnswer(numbersPerRow: trees.outputs)
        trees.score(&batch, from: start, into: &answer.numbers)
        if iterations != 1 {
            for index in answer.numbers.indices { answer.numbers[index] /= iterations }
        }
        objective.apply(to: &answer.numbers, outputs: trees.outputs)
    }
}
