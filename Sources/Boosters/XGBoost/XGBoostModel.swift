import Prediction
import Trees

/// A model of XGBoost: trees, or the linear booster, then the objective's link.
///
/// Answers are those of `Booster.predict` on a `DMatrix`: all trees, whatever the best iteration was.
struct XGBoostModel: Predictor {
    /// What gives the sums.
    enum Booster: Sendable {
        case trees(TreeEnsemble)
        case linear(XGBoostLinear)
    }

    let columns: Int
    let outputs: Int
    let booster: Booster
    let objective: XGBoostObjective
    /// What trees are added to.
    let start: [Double]

    var input: Input { .numbers(columns: columns) }
    var output: Output {
        .numbers(columns: outputs == 1 || objective.link == .largest ? nil : outputs, type: .float32)
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.content == .numbers else { throw InputDefect("XGBoost is expecting rows of numbers") }
        guard batch.columns == columns else {
            throw InputDefect("Feature shape mismatch, expected: \(columns), got \(batch.columns)")
        }
        try batch.checkAnswer(numbersPerRow: outputs)
        guard batch.defect(inSinglePrecision: true, allowingMissing: true) == nil else {
            throw InputDefect(
                "Input data contains `inf` or a value too large, while `missing` is not set to `inf`"
            )
        }
        switch booster {
        case .trees(let trees): trees.score(&batch, from: start, into: &answer.numbers)
        case .linear(let linear): linear.score(batch, from: start, into: &answer.numbers)
        }
        objective.apply(to: &answer.numbers, outputs: outputs)
    }
}

/// The linear booster of XGBoost, in single precision. Where there are several bases it adds the first to all outputs.
struct XGBoostLinear: Sendable {
    let columns: Int
    let outputs: Int
    /// For each column, and then for the bias, a weight for each output.
    let weights: [Float]

    func score(_ batch: borrowing Batch, from start: [Double], into numbers: inout [Double]) {
        numbers.removeAll(keepingCapacity: true)
        for row in 0..<batch.rows {
            for output in 0..<outputs {
                var sum = weights[columns * outputs + output] + Float(start[0])
                for column in 0..<columns {
                    let number = Float(batch.values[row * columns + column])
                    if !number.isNaN { sum += number * weights[column * outputs + output] }
                }
                numbers.append(Double(sum))
            }
        }
    }
}
