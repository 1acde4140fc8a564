import Glibc

/// scikit-learn's LogisticRegression: the class of the highest score, or the probabilities of all.
struct LogisticRegression: Predictor {
    /// How scores become probabilities.
    enum Link: Equatable {
        /// One logistic function for each class, then normalised.
        case oneVersusRest
        /// All classes together.
        case softmax
    }

    let scores: LinearScores
    let labels: Labels
    let link: Link
    let wantsProbabilities: Bool

    var input: Input { .numbers(columns: scores.columns) }
    var output: Output { wantsProbabilities ? .numbers(columns: labels.count) : .labels(labels) }

    static func build(_ value: PickleValue, _ options: Model.Options) throws(ModelDefect) -> EstimatorSteps {
        let scores = try LinearScores(value)
        let labels = try value.member("classes_").labels()
        // Two classes share one row of coefficients.
        guard scores.outputs == (labels.count == 2 ? 1 : labels.count), labels.count >= 2 else {
            throw value.defect("coef_ has \(scores.outputs) rows for \(labels.count) classes")
        }
        let model = LogisticRegression(
            scores: scores,
            labels: labels,
            link: try link(value, classes: labels.count),
            wantsProbabilities: options.wantsProbabilities
        )
        return EstimatorSteps(predictor: model)
    }

    /// Versions up to 1.7 are told by `multi_class`; later ones have only the rule for its default.
    private static func link(_ value: PickleValue, classes: Int) throws(ModelDefect) -> Link {
        let choice = try value.optional("multi_class")
        if choice?.isText("multinomial") == true { return .softmax }
        if choice?.isText("ovr") == true { return .oneVersusRest }
        let isPerClass = try value.optional("solver")?.isText("liblinear") ?? false
        return classes <= 2 || isPerClass ? .oneVersusRest : .softmax
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try input.check(batch, by: "LogisticRegression")
        guard batch.rows <= ModelLimits.answerNumbersMax / labels.count else {
            throw InputDefect(
                "\(batch.rows) rows are too many, the answer may hold \(ModelLimits.answerNumbersMax) numbers"
            )
        }
        scores.score(batch, into: &answer.numbers)
        if !wantsProbabilities { return choose(batch.rows, &answer) }
        if scores.outputs == 1 { spread(batch.rows, &answer.numbers) }
        for row in 0..<batch.rows { normalise(row, &answer.numbers) }
    }

    /// The class of the highest score of each row, the first of equals.
    private func choose(_ rows: Int, _ answer: inout Answer) {
        answer.labels.removeAll(keepingCapacity: true)
        for row in 0..<rows {
            let first = row * scores.outputs
            var best = 0
            if scores.outputs == 1 {
                best = answer.numbers[first] > 0 ? 1 : 0
            } else {
                for output in 1..<scores.outputs where answer.numbers[first + output] > answer.numbers[first + best] {
                    best = output
                }
            }
            answer.labels.append(Int32(best))
        }
    }

    /// Turns the one score of each row of a model of two classes into a score for each class.
    private func spread(_ rows: Int, _ numbers: inout [Double]) {
        numbers.append(contentsOf: repeatElement(0, count: rows))
        for row in (0..<rows).reversed() {
            let score = numbers[row]
            numbers[2 * row] = -score
            numbers[2 * row + 1] = score
        }
    }

    private func normalise(_ row: Int, _ numbers: inout [Double]) {
        let range = row * labels.count..<(row + 1) * labels.count
        switch link {
        case .oneVersusRest where scores.outputs == 1:
            numbers[range.lowerBound + 1] = LogisticRegression.logistic(numbers[range.lowerBound + 1])
            numbers[range.lowerBound] = 1 - numbers[range.lowerBound + 1]
            return
        case .oneVersusRest:
            for index in range { numbers[index] = LogisticRegression.logistic(numbers[index]) }
        case .softmax:
            var highest = -Double.infinity
            for index in range { highest = max(highest, numbers[index]) }
            for index in range { numbers[index] = exp(numbers[index] - highest) }
        }
        var sum = 0.0
        for index in range { sum += numbers[index] }
        for index in range { numbers[index] /= sum }
    }

    private static func logistic(_ score: Double) -> Double {
        if score >= 0 { return 1 / (1 + exp(-score)) }
        let power = exp(score)
        return power / (1 + power)
    }
}
