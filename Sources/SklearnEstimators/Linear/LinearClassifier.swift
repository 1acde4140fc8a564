import Pickle
import Prediction
import Sklearn

/// scikit-learn's linear classifiers without probabilities, and those of stochastic gradient descent.
enum LinearClassifier {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.classifier(
            value,
            LinearScores(value),
            value.member("classes_").labels(),
            probabilities: nil,
            decision: .identity
        )
    }

    /// SGDClassifier: has probabilities for two of its losses.
    static func buildGradientDescent(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let loss = try value.member("loss")
        let link: Link? =
            if loss.isText("log_loss") || loss.isText("log") {
                .logistic
            } else if loss.isText("modified_huber") {
                .modifiedHuber
            } else {
                nil
            }
        return try builder.classifier(
            value,
            LinearScores(value),
            value.member("classes_").labels(),
            probabilities: link,
            decision: .identity
        )
    }

    /// RidgeClassifier: fitted to a table of labels, it answers for each of its columns by itself.
    static func buildRidge(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let binarizer = try value.member("_label_binarizer")
        guard try binarizer.member("y_type_").text().hasPrefix("multilabel") else {
            let labels = try binarizer.member("classes_").labels()
            return try builder.classifier(value, LinearScores(value), labels, probabilities: nil, decision: .identity)
        }
        let method = try builder.method(of: value, having: [.predict, .decision])
        let link: Link = method == .predict ? .indicator(above: 0) : .identity
        return try builder.table(value, LinearScores(value), link, by: method)
    }

    /// SGDOneClassSVM: 1 where the score reaches `offset_`, else -1.
    static func buildOneClass(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let coefficients = try value.member("coef_").tensor()
        let offset = try value.member("offset_").number()
        let matrix = Matrix(rows: 1, columns: coefficients.values.count, values: coefficients.values)
        return try builder.outlierDetector(value, LinearScores(matrix, intercepts: [-offset], isFlat: true))
    }
}
