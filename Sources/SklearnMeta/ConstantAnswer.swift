import Pickle
import Prediction
import Sklearn

/// scikit-learn's dummy estimators, and what stands for an estimator whose class never or always occurred: the same
/// answer for every row.
struct ConstantAnswer: RowScorer {
    let columns: Int
    let answer: [Double]
    var outputs: Int { answer.count }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = answer[output] }
    }

    static func buildConstantPredictor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let always = try value.member("y_").number()
        let method = try builder.method(of: value, having: [.predict, .probabilities, .decision])
        let answer = method == .probabilities ? [1 - always, always] : [always]
        let columns = try columns(value, builder)
        return try builder.table(value, ConstantAnswer(columns: columns, answer: answer), .identity, by: method)
    }

    static func buildDummyRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let constant = try value.member("constant_").tensor().values
        let isFlat = try value.member("n_outputs_").integer() == 1
        guard !constant.isEmpty else { throw value.defect("has no constant") }
        let scorer = ConstantAnswer(columns: try columns(value, builder), answer: constant)
        return try builder.regressor(value, scorer, isFlat: isFlat)
    }

    static func buildDummyClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        guard try value.member("n_outputs_").integer() == 1 else {
            throw value.refusal(.dummyOutputs)
        }
        let labels = try value.member("classes_").labels()
        let priors = try value.member("class_prior_").vector(labels.count)
        let answer = try probabilities(value, labels, priors)
        let scorer = ConstantAnswer(columns: try columns(value, builder), answer: answer)
        return try builder.classifier(value, scorer, labels, probabilities: .identity, decision: nil)
    }

    private static func probabilities(
        _ value: PickleValue,
        _ labels: Labels,
        _ priors: [Double]
    ) throws(ModelDefect) -> [Double] {
        let strategy = try value.member("_strategy", formerly: "strategy").text()
        let chosen: Int
        switch strategy {
        case "prior": return priors
        case "most_frequent":
            chosen = priors.indices.max { priors[$0] < priors[$1] || priors[$0] == priors[$1] && $0 > $1 } ?? 0
        case "constant":
            let constant = try value.member("constant")
            let name: Labels =
                if case .texts = labels { .texts([try constant.text()]) } else { .numbers([try constant.number()]) }
            guard let place = name.places(in: labels)?.first else { throw constant.defect("is none of the classes") }
            chosen = place
        default:
            throw value.refusal(
                .dummyStrategy,
                "cannot be served natively with strategy \(strategy), which answers at random"
            )
        }
        return priors.indices.map { $0 == chosen ? 1 : 0 }
    }

    /// Where it does not say how many numbers it takes, it takes any.
    private static func columns(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> Int {
        try value.columnCount() ?? builder.columns ?? 0
    }
}
