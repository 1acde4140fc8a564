import Glibc
import Pickle
import Prediction
import Sklearn

/// How probabilities become the numbers that trees of gradient boosting are added to.
struct BoostingOdds: Sendable {
    let classes: Int
    private let isExponential: Bool
    /// Since 1.4 the logarithms of several classes are taken around their mean.
    private let isCentred: Bool
    /// Probabilities are not nearer to 0 or 1.
    private let least: Double

    var outputs: Int { classes == 2 ? 1 : classes }

    init(_ value: PickleValue, classes: Int, isExponential: Bool) throws(ModelDefect) {
        self.classes = classes
        self.isExponential = isExponential
        isCentred = try SklearnVersion(value) >= SklearnVersion(1, 4)
        // The newest versions bound them by the double's precision, others by the float's.
        least = try SklearnVersion(value) >= SklearnVersion(1, 8) ? Double.ulpOfOne : Double(Float.ulpOfOne)
    }

    /// A number for the second of two classes, or one for each class.
    func of(_ probabilities: some Collection<Double>) -> [Double] {
        let shares = probabilities.map { min(max($0, least), 1 - least) }
        if classes == 2 {
            let odds = log(shares[1] / (1 - shares[1]))
            return [isExponential ? 0.5 * odds : odds]
        }
        let logarithms = shares.map { log($0) }
        guard isCentred else { return logarithms }
        let mean = logarithms.reduce(0, +) / Double(classes)
        return shares.map { log($0 / exp(mean)) }
    }
}

/// Gradient boosting that begins with what another estimator answers for the row.
struct BoostedPart: Scorer {
    let first: Part
    let trees: TreeScorer
    /// Makes the first estimator's probabilities odds; nil where it answers with the number itself.
    let odds: BoostingOdds?
    /// What sums are divided by.
    var divisor = 1.0

    var input: Input { trees.input }
    var outputs: Int { trees.outputs }
    var keepsRows: Bool { false }
    var checksNumbers: Bool { true }

    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        try input.check(batch, by: trees.name)
        try trees.score(&batch, into: &numbers)
        // The first estimator sees the rows as the trees do: rounded to single precision.
        batch.mapEntries { Double(Float($1)) }
        var answer = batch.spareAnswers.popLast() ?? Answer()
        defer { batch.spareAnswers.append(answer) }
        try first.ask(&batch, into: &answer)
        for row in 0..<batch.rows {
            let given = answer.numbers[row * first.width..<(row + 1) * first.width]
            let start = odds?.of(given) ?? Array(given)
            for output in 0..<outputs {
                numbers[row * outputs + output] = (numbers[row * outputs + output] + start[output]) / divisor
            }
        }
    }
}
