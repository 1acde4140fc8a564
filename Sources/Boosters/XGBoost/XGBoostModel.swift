package import Prediction
import Trees

/// A model of XGBoost: trees, or the linear booster, then the objective's link.
package struct XGBoostModel: Predictor {
    /// What is asked of a booster. The default is what `Booster.predict` does with a `DMatrix`: all trees, whatever the
    /// best iteration was.
    package struct Question: Sendable {
        /// The first iterations only; nil for all.
        package var iterations: Int?
        /// Trees that an iteration adds to an output, where the file does not say (before 1.6).
        package var parallelTrees: Int?
        /// Whether sums are answered as they are.
        package var wantsMargins = false
        /// A number that stands for a missing one, besides NaN.
        package var missing = Float.nan
        /// Whether numbers beyond Float's range are refused.
        package var refusesInfinity = true

        package init() {}
    }

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
    let asked: Question

    package var input: Input { .numbers(columns: columns) }
    package var output: Output {
        let choosesClass = objective.link == .largest && !asked.wantsMargins
        return .numbers(columns: outputs == 1 || choosesClass ? nil : outputs, type: .float32)
    }
    /// Rows are only changed where something has to be marked as missing.
    package var keepsRows: Bool { asked.missing.isNaN }

    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.content == .sparse else { return try predictDense(&batch, into: &answer) }
        var dense = batch.takeSpare()
        defer { batch.keepSpare(dense) }
        dense.copyRows(of: batch)
        // What a sparse row does not have is missing, not 0.
        try dense.makeDense(by: "XGBoost", absent: .nan)
        try predictDense(&dense, into: &answer)
    }

    private func predictDense(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        guard batch.content == .numbers else { throw InputDefect("XGBoost is expecting rows of numbers") }
        guard batch.columns == columns else {
            throw InputDefect("Feature shape mismatch, expected: \(columns), got \(batch.columns)")
        }
        try batch.checkAnswer(numbersPerRow: outputs)
        if !asked.missing.isNaN { batch.mapEntries { Float($1) == asked.missing ? .nan : $1 } }
        guard !asked.refusesInfinity || batch.defect(inSinglePrecision: true, allowingMissing: true) == nil else {
            throw InputDefect(
                "Input data contains `inf` or a value too large, while `missing` is not set to `inf`"
            )
        }
        switch booster {
        case .trees(let trees): trees.score(&batch, from: start, into: &answer.numbers)
        case .linear(let linear): linear.score(batch, from: start, into: &answer.numbers)
        }
        if !asked.wantsMargins { objective.apply(to: &answer.numbers, outputs: outputs) }
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
