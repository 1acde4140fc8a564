package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's LogisticRegression and LogisticRegressionCV: the class of the highest score, or the probabilities of all.
package enum LogisticRegression {
    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        return try builder.classifier(
            value,
            LinearScores(value),
            labels,
            probabilities: link(value, classes: labels.count),
            decision: .identity
        )
    }

    /// Versions up to 1.7 are told by `multi_class`; later ones have only the rule for its default.
    private static func link(_ value: PickleValue, classes: Int) throws(ModelDefect) -> Link {
        let choice = try value.optional("multi_class")
        if choice?.isText("multinomial") == true { return .softmax }
        if choice?.isText("ovr") == true { return .logistic }
        let isPerClass = try value.optional("solver")?.isText("liblinear") ?? false
        return classes <= 2 || isPerClass ? .logistic : .softmax
    }
}
