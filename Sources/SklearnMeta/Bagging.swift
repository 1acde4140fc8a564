import Pickle
import Prediction
import Sklearn

/// scikit-learn's BaggingClassifier and BaggingRegressor: the mean of estimators that see some of the columns each.
enum Bagging {
    static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let parts = try parts(value, builder, asking: [.predict])
        let outputs = parts[0].width
        guard parts.allSatisfy({ $0.width == outputs }) else { throw value.defect("has estimators of other outputs") }
        var isFlat = false
        if case .numbers(nil, _) = parts[0].predictor.output { isFlat = true }
        let weights = [Double](repeating: 1, count: parts.count)
        let mean = WeightedMean(parts: parts.count, outputs: outputs, weights: weights)
        let answers = PartAnswers(parts, columns: try value.columnCount())
        return try builder.regressor(value, mean, isFlat: isFlat, of: answers)
    }

    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        let columns = try value.columnCount()
        if builder.methods.first == .decision,
            let parts = try? parts(value, builder, asking: [.decision]),  // else it answers by probabilities
            parts.allSatisfy({ $0.width == parts[0].width })
        {
            let weights = [Double](repeating: 1, count: parts.count)
            let mean = WeightedMean(parts: parts.count, outputs: parts[0].width, weights: weights)
            let answers = PartAnswers(parts, columns: columns)
            return try builder.classifier(value, mean, labels, probabilities: nil, decision: .identity, of: answers)
        }
        let parts = try parts(value, builder, asking: [.probabilities, .predict])
        let mean = ClassMean(
            shares: try parts.map { part throws(ModelDefect) in try share(part, of: labels, at: value) },
            outputs: labels.count
        )
        let answers = PartAnswers(parts, columns: columns)
        return try builder.classifier(value, mean, labels, probabilities: .identity, decision: nil, of: answers)
    }

    /// Which classes an estimator's numbers are for: its classes are indices of the bagging's.
    private static func share(_ part: Part, of labels: Labels, at value: PickleValue) throws(ModelDefect) -> [Int] {
        let codes = part.codes
        guard codes.allSatisfy((0..<labels.count).contains(integral:)), !codes.isEmpty,
            part.method == .predict || part.width == codes.count
        else { throw value.defect("has estimators of other classes than its own") }
        return part.method == .predict ? [] : codes.map { Int($0) }
    }

    private static func parts(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        asking methods: [EstimatorMethod]
    ) throws(ModelDefect) -> [Part] {
        let estimators = try value.member("estimators_").elements()
        let columns = try value.member("n_features_in_", formerly: "n_features_").size()
        let features = try value.member("estimators_features_").elements()
        guard estimators.count == features.count, !estimators.isEmpty else {
            throw value.defect("has \(estimators.count) estimators and \(features.count) choices of columns")
        }
        var parts: [Part] = []
        for (estimator, features) in zip(estimators, features) {
            let chosen = try features.indices(in: 0..<columns)
            var inner = builder
            inner.columns = chosen.count
            var part = try inner.part(estimator, asking: methods)
            try part.predictor.input.checkFits(chosen.count, at: estimator)
            if chosen != Array(0..<columns) { part.features = chosen }
            parts.append(part)
        }
        return parts
    }
}

/// The mean of probabilities, or of votes, of estimators that may know some of the classes only.
struct ClassMean: RowScorer {
    /// For each estimator the classes of its numbers; none where its single number is the index of a class.
    let shares: [[Int]]
    let outputs: Int
    let columns: Int

    init(shares: [[Int]], outputs: Int) {
        self.shares = shares
        self.outputs = outputs
        columns = shares.reduce(0) { $0 + max(1, $1.count) }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = 0 }
        var at = 0
        for classes in shares {
            if classes.isEmpty {
                result[Int(row[at])] += 1
                at += 1
            }
            for output in classes {
                result[output] += row[at]
                at += 1
            }
        }
        for output in 0..<outputs { result[output] /= Double(shares.count) }
    }
}
