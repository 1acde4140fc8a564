import Glibc
package import Pickle
package import Prediction
package import Sklearn
import Trees

/// scikit-learn's GradientBoostingClassifier and GradientBoostingRegressor: regression trees, scaled and added to what the
/// first estimator answers.
package enum GradientBoosting {
    package static func build(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        guard value.estimatorName.hasSuffix("Classifier") else {
            return try builder.regressor(value, scorer(value, outputs: 1, start: start(value)), isFlat: true)
        }
        let labels = try value.member("classes_").labels()
        guard (2...ModelLimits.answerNumbersMax).contains(labels.count) else {
            throw value.defect("tells \(labels.count) classes apart")
        }
        let isExponential = try value.optional("loss")?.isText("exponential") ?? false
        guard !isExponential || labels.count == 2 else {
            throw value.defect("has the exponential loss for \(labels.count) classes")
        }
        let start = try start(value, classes: labels.count, isExponential: isExponential)
        var scorer = try scorer(value, outputs: start.count, start: start)
        // Half the odds are what this loss adds up.
        if isExponential { scorer.divisor = 0.5 }
        return try builder.classifier(
            value,
            scorer,
            labels,
            probabilities: labels.count == 2 ? .logistic : .softmax,
            decision: isExponential ? nil : .identity
        )
    }

    private static func scorer(
        _ value: PickleValue,
        outputs: Int,
        start: [Double]
    ) throws(ModelDefect) -> TreeScorer {
        let members = try value.member("estimators_")
        let estimators = try members.elements()
        guard estimators.count.isMultiple(of: outputs) else {
            throw members.defect("holds \(estimators.count) trees for \(outputs) classes")
        }
        let scale = try value.member("learning_rate").number()
        var compiler = TreeCompiler(
            columns: try Forest.columns(value),
            outputs: outputs,
            isSingle: true,
            sumsAreSingle: false
        )
        for (index, estimator) in estimators.enumerated() {
            let tree = try SklearnTree(estimator)
            let values = try tree.values(classes: 1)
            try compiler.add(
                tree.tree { scale * values[$0] },
                output: index % outputs,
                at: tree.value.path
            )
        }
        return TreeScorer(
            name: value.estimatorName,
            trees: compiler.finish(),
            start: start,
            allowsMissing: false
        )
    }
}

// What the first estimator answers: the same for all rows, or its trees could not be told from ours.
extension GradientBoosting {
    /// The first estimator where it is one of the constant ones; nil where it is zero.
    private static func first(_ value: PickleValue, _ dummy: String) throws(ModelDefect) -> PickleValue? {
        let first = try value.member("init_")
        if first.isText("zero") { return nil }
        guard let (module, name) = first.className, module.hasPrefix("sklearn.dummy"), name == dummy else {
            throw ModelDefect(
                at: first.place,
                what: "is \(first.className.map { "\($0.module).\($0.name)" } ?? first.kind)",
                why: "only \(dummy) and 'zero' can begin a native model"
            )
        }
        return first
    }

    private static func start(_ value: PickleValue) throws(ModelDefect) -> [Double] {
        guard let first = try first(value, "DummyRegressor") else { return [0] }
        return try first.member("constant_").vector(1)
    }

    private static func start(
        _ value: PickleValue,
        classes: Int,
        isExponential: Bool
    ) throws(ModelDefect) -> [Double] {
        let outputs = classes == 2 ? 1 : classes
        guard let first = try first(value, "DummyClassifier") else { return [Double](repeating: 0, count: outputs) }
        guard try first.optional("strategy")?.isText("prior") ?? true else {
            throw first.defect("has a strategy other than 'prior'")
        }
        // Since 1.4 probabilities are bounded by the double's precision, before by the float's.
        let isNew = try SklearnVersion(value) >= SklearnVersion(1, 4)
        let least = isNew ? Double.ulpOfOne : Double(Float.ulpOfOne)
        let shares = try first.member("class_prior_").vector(classes).map { min(max($0, least), 1 - least) }
        if classes == 2 {
            let odds = log(shares[1] / (1 - shares[1]))
            return [isExponential ? 0.5 * odds : odds]
        }
        let logarithms = shares.map { log($0) }
        guard isNew else { return logarithms }
        let mean = logarithms.reduce(0, +) / Double(classes)
        return shares.map { log($0 / exp(mean)) }
    }
}
