package import Pickle
package import Prediction

/// A method by which an estimator answers for rows.
package enum EstimatorMethod: Sendable {
    /// `predict`
    case predict
    /// `predict_proba`
    case probabilities
    /// `decision_function`
    case decision
    /// `transform`
    case transform

    /// As scikit-learn calls it.
    package var name: String {
        switch self {
        case .predict: "predict"
        case .probabilities: "predict_proba"
        case .decision: "decision_function"
        case .transform: "transform"
        }
    }
}

extension EstimatorBuilder {
    /// The first of the methods asked for that `value` has.
    package func method(of value: PickleValue, having methods: [EstimatorMethod]) throws(ModelDefect) -> EstimatorMethod
    {
        guard let method = self.methods.first(where: methods.contains) else {
            let wanted = self.methods.map(\.name).joined(separator: " or ")
            throw value.defect("has no \(wanted), which is asked of it")
        }
        return method
    }

    /// What is asked as an option: an estimator that only predicts does so where probabilities would be preferred.
    package var options: Model.Options {
        Model.Options(wantsProbabilities: methods.first { $0 != .decision } == .probabilities)
    }
}
