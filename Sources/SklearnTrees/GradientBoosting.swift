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
        guard value.estimatorName.hasSuffix("Classifier") else { return try buildRegressor(value, builder) }
        let labels = try value.member("classes_").labels()
        guard (2...ModelLimits.answerNumbersMax).contains(labels.count) else {
            throw value.defect("tells \(labels.count) classes apart")
        }
        let isExponential = try value.optional("loss")?.isText("exponential") ?? false
        guard !isExponential || labels.count == 2 else {
            throw value.defect("has the exponential loss for \(labels.count) classes")
        }
        let odds = try BoostingOdds(value, classes: labels.count, isExponential: isExponential)
        return try builder.classifier(
            value,
            scorer(value, odds, isExponential, builder),
            labels,
            probabilities: labels.count == 2 ? .logistic : .softmax,
            decision: isExponential ? nil : .identity
        )
    }

    private static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        guard let first = try first(value) else {
            return try builder.regressor(value, scorer(value, outputs: 1, start: [0]), isFlat: true)
        }
        if first.isDummy("DummyRegressor") {
            let start = try first.member("constant_").vector(1)
            return try builder.regressor(value, scorer(value, outputs: 1, start: start), isFlat: true)
        }
        let part = try builder.part(first, asking: [.predict])
        guard part.width == 1, part.classes == nil else { throw first.defect("does not answer with one number") }
        let boosted = BoostedPart(first: part, trees: try scorer(value, outputs: 1, start: [0]), odds: nil)
        return try builder.regressor(value, boosted, isFlat: true)
    }

    private static func scorer(
        _ value: PickleValue,
        _ odds: BoostingOdds,
        _ isExponential: Bool,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> any Scorer {
        let zeros = [Double](repeating: 0, count: odds.outputs)
        // Half the odds are what the exponential loss adds up.
        let divisor = isExponential ? 0.5 : 1
        guard let first = try first(value) else {
            return try scorer(value, outputs: odds.outputs, start: zeros, divisor: divisor)
        }
        if first.isDummy("DummyClassifier"), try first.optional("strategy")?.isText("prior") ?? true {
            let start = odds.of(try first.member("class_prior_").vector(odds.classes))
            return try scorer(value, outputs: odds.outputs, start: start, divisor: divisor)
        }
        let part = try builder.part(first, asking: [.probabilities])
        guard part.width == odds.classes else {
            throw first.defect("tells \(part.width) classes apart, expected are \(odds.classes)")
        }
        let trees = try scorer(value, outputs: odds.outputs, start: zeros)
        return BoostedPart(first: part, trees: trees, odds: odds, divisor: divisor)
    }

    /// The first estimator; nil where it is zero.
    private static func first(_ value: PickleValue) throws(ModelDefect) -> PickleValue? {
        let first = try value.member("init_")
        return first.isText("zero") ? nil : first
    }

    private static func scorer(
        _ value: PickleValue,
        outputs: Int,
        start: [Double],
        divisor: Double = 1
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
            allowsMissing: false,
            divisor: divisor
        )
    }
}

extension PickleValue {
    fileprivate func isDummy(_ name: String) -> Bool {
        className.map { $0.module.hasPrefix("sklearn.dummy") && $0.name == name } ?? false
    }
}
