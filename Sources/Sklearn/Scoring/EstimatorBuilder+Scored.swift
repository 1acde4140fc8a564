package import Pickle
package import Prediction

// Estimators whose answers are read off scores.
extension EstimatorBuilder {
    /// A classifier of the classes `labels`; the links say which methods it has and how scores become their answers.
    package func classifier(
        _ value: PickleValue,
        _ scorer: any Scorer,
        _ labels: Labels,
        by choice: Choice = .highest,
        probabilities: Link?,
        decision: Link?,
        type: ElementType = .float64,
        of answers: (any Transformer)? = nil
    ) throws(ModelDefect) -> EstimatorSteps {
        guard labels.count > 0, scorer.outputs == labels.count || scorer.outputs == 1 && labels.count == 2 else {
            throw value.defect("has \(scorer.outputs) scores for \(labels.count) classes")
        }
        var methods = [EstimatorMethod.predict]
        if probabilities != nil { methods.append(.probabilities) }
        if decision != nil { methods.append(.decision) }
        let readout: ScoredModel.Readout
        let method = try method(of: value, having: methods)
        switch (method, probabilities, decision) {
        case (.probabilities, let link?, _):
            readout = .numbers(link, columns: labels.count, classes: labels.count, type: type)
        case (.decision, _, let link?):
            let outputs = link.outputs(scores: scorer.outputs, classes: labels.count)
            readout = .numbers(link, columns: outputs == 1 ? nil : outputs, classes: labels.count, type: type)
        default: readout = .labels(choice, labels)
        }
        return try steps(value, scorer, readout, of: answers, by: method)
    }

    /// A regressor that answers with `scorer`'s numbers, without an axis for them where `isFlat`.
    package func regressor(
        _ value: PickleValue,
        _ scorer: any Scorer,
        isFlat: Bool,
        link: Link = .identity,
        type: ElementType = .float64,
        of answers: (any Transformer)? = nil
    ) throws(ModelDefect) -> EstimatorSteps {
        _ = try method(of: value, having: [.predict])
        let readout = ScoredModel.Readout.numbers(
            link,
            columns: isFlat ? nil : scorer.outputs,
            classes: scorer.outputs,
            type: type
        )
        return try steps(value, scorer, readout, of: answers)
    }

    /// An estimator that reads its answer off scores: those of rows, or those of other estimators' answers.
    package func steps(
        _ value: PickleValue,
        _ scorer: any Scorer,
        _ readout: ScoredModel.Readout,
        of answers: (any Transformer)? = nil,
        by method: EstimatorMethod = .predict
    ) throws(ModelDefect) -> EstimatorSteps {
        guard scorer.outputs > 0 else { throw value.defect("answers with nothing") }
        if let answers { try scorer.input.checkFits(answers.outputColumns, at: value) }
        let name = value.estimatorName
        let model = ScoredModel(name: name, scorer: scorer, readout: readout, takesAnswers: answers != nil)
        return EstimatorSteps(transformers: answers.map { [$0] } ?? [], predictor: model, method: method)
    }
}

extension PickleValue {
    /// The estimator's class, for messages to clients.
    package var estimatorName: String { className?.name ?? "the model" }
}

extension EstimatorBuilder {
    /// A classifier that answers with a table of 0 and 1, or with the numbers behind it.
    package func table(
        _ value: PickleValue,
        _ scorer: any Scorer,
        _ link: Link,
        by method: EstimatorMethod,
        of answers: (any Transformer)? = nil
    ) throws(ModelDefect) -> EstimatorSteps {
        var type = ElementType.float64
        if case .indicator = link { type = .int64 }
        let readout = ScoredModel.Readout.numbers(link, columns: scorer.outputs, classes: scorer.outputs, type: type)
        return try steps(value, scorer, readout, of: answers, by: method)
    }

    /// An estimator that tells inliers (1), whose single score is at least 0, from outliers (-1).
    package func outlierDetector(_ value: PickleValue, _ scorer: any Scorer) throws(ModelDefect) -> EstimatorSteps {
        let labels = Labels.integers([-1, 1])
        return try classifier(value, scorer, labels, by: .atLeast(0), probabilities: nil, decision: .identity)
    }
}
