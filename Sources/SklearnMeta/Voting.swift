package import Pickle
package import Prediction
import Sklearn

/// scikit-learn's VotingClassifier and VotingRegressor.
enum Voting {
    static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let parts = try parts(value, builder, asking: [.predict])
        guard parts.allSatisfy({ $0.width == 1 }) else { throw value.defect("has estimators of several outputs") }
        let mean = WeightedMean(parts: parts.count, outputs: 1, weights: try weights(value, parts.count))
        let answers = PartAnswers(parts, columns: try value.columnCount())
        return try builder.regressor(value, mean, isFlat: true, of: answers)
    }

    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("le_").member("classes_").labels()
        let isSoft = try value.member("voting").isText("soft")
        let parts = try parts(value, builder, asking: isSoft ? [.probabilities] : [.predict])
        let weights = try weights(value, parts.count)
        let answers = PartAnswers(parts, columns: try value.columnCount())
        if isSoft {
            guard parts.allSatisfy({ $0.width == labels.count }) else {
                throw value.defect("has estimators of other classes than its own")
            }
            let mean = WeightedMean(parts: parts.count, outputs: labels.count, weights: weights)
            return try builder.classifier(value, mean, labels, probabilities: .identity, decision: nil, of: answers)
        }
        // The estimators' classes are indices of the voting's.
        guard parts.allSatisfy({ $0.codes.allSatisfy((0..<labels.count).contains(integral:)) && !$0.codes.isEmpty })
        else { throw value.defect("has estimators of other classes than its own") }
        let votes = Votes(columns: parts.count, outputs: labels.count, weights: weights)
        return try builder.classifier(value, votes, labels, probabilities: nil, decision: nil, of: answers)
    }

    /// What its estimators answer side by side, where it is a step before others.
    static func buildStep(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let isSoft = try value.optional("voting")?.isText("soft") ?? false
        if isSoft, try !value.member("flatten_transform").flag() {
            throw value.defect("answers with an array of three axes, as flatten_transform=False wants it")
        }
        let parts = try parts(value, builder, asking: isSoft ? [.probabilities] : [.predict])
        guard isSoft || parts.allSatisfy({ $0.classes == nil || !$0.codes.isEmpty }) else {
            throw value.defect("has estimators of other classes than its own")
        }
        return EstimatorSteps(transformers: [PartAnswers(parts, columns: try value.columnCount())])
    }

    private static func parts(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        asking methods: [EstimatorMethod]
    ) throws(ModelDefect) -> [Part] {
        var parts: [Part] = []
        for estimator in try value.member("estimators_").elements() {
            parts.append(try builder.part(estimator, asking: methods))
        }
        guard !parts.isEmpty else { throw value.defect("has no estimators") }
        return parts
    }

    /// `weights` of the estimators that were not dropped; all alike where it is None.
    private static func weights(_ value: PickleValue, _ count: Int) throws(ModelDefect) -> [Double] {
        guard let weights = try value.optional("weights") else { return [Double](repeating: 1, count: count) }
        let all = try weights.numbers()
        let named = try value.member("estimators").elements()
        guard all.count == named.count else {
            throw weights.defect("holds \(all.count) numbers for \(named.count) estimators")
        }
        var kept: [Double] = []
        for (weight, pair) in zip(all, named) {
            let pair = try pair.elements()
            if pair.count == 2, !pair[1].isText("drop"), !pair[1].isNone { kept.append(weight) }
        }
        guard kept.count == count else { throw weights.defect("does not fit the estimators") }
        return kept
    }
}

extension PickleValue {
    /// A list, tuple or array of numbers.
    package func numbers() throws(ModelDefect) -> [Double] {
        guard isSequence else { return try tensor().values }
        var numbers: [Double] = []
        for element in try elements() { numbers.append(try element.number()) }
        return numbers
    }
}

/// The weighted mean of what several estimators answer: rows are parts × outputs.
struct WeightedMean: RowScorer {
    let parts: Int
    let outputs: Int
    let weights: [Double]

    var columns: Int { parts * outputs }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        var total = 0.0
        for weight in weights { total += weight }
        for output in 0..<outputs {
            var sum = 0.0
            for part in 0..<parts { sum += row[part * outputs + output] * weights[part] }
            result[output] = sum / total
        }
    }
}

/// Weights of the estimators that are for each class: rows are indices of classes.
struct Votes: RowScorer {
    let columns: Int
    let outputs: Int
    let weights: [Double]

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = 0 }
        for part in 0..<columns { result[Int(row[part])] += weights[part] }
    }
}
