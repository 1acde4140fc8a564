package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's StackingClassifier and StackingRegressor: the last estimator sees what the others answer.
enum Stacking {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try labels(value)
        let answers = try answers(value, builder, labels)
        let last = try value.member("final_estimator_")
        var inner = builder
        inner.columns = answers.outputColumns
        var steps = try inner.build(last)
        if let labels { steps = try steps.relabelled(labels, at: last) }
        guard let predictor = steps.predictor else { throw last.defect("is \(last.kind), which does not predict") }
        try (steps.transformers.first?.input ?? predictor.input).checkFits(answers.outputColumns, at: last)
        steps.transformers.insert(answers, at: 0)
        return steps
    }

    /// What its estimators answer, where it is a step before others.
    static func buildStep(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try answers(value, builder, labels(value))])
    }

    /// The classes; nil for a regressor. Before version 1.2 the encoder had another name.
    private static func labels(_ value: PickleValue) throws(ModelDefect) -> Labels? {
        for name in ["_label_encoder", "_le"] {
            if let encoder = try value.optional(name) { return try encoder.member("classes_").labels() }
        }
        return nil
    }

    private static func answers(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ labels: Labels?
    ) throws(ModelDefect) -> PartAnswers {
        let passesThrough = try value.member("passthrough").flag()
        let parts = try parts(value, builder, labels)
        var columns = try value.columnCount()
        if columns == nil, case .numbers(let known) = parts[0].predictor.input { columns = known }
        if passesThrough, columns == nil { throw value.defect("passes texts through, which no estimator can be given") }
        return PartAnswers(parts, columns: columns, passesThrough: passesThrough)
    }

    private static func parts(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ labels: Labels?
    ) throws(ModelDefect) -> [Part] {
        let estimators = try value.member("estimators_").elements()
        let methods = try value.member("stack_method_").elements()
        guard estimators.count == methods.count, !estimators.isEmpty else {
            throw value.defect("has \(estimators.count) estimators and \(methods.count) methods to ask them")
        }
        var parts: [Part] = []
        for (estimator, method) in zip(estimators, methods) {
            var part = try builder.part(estimator, asking: [EstimatorMethod(method)])
            // Probabilities of two classes say the same twice.
            if part.method == .probabilities, labels?.count == 2, part.width == 2 { part.taken = 1..<2 }
            if part.method == .predict, part.classes != nil, part.codes.isEmpty {
                throw estimator.defect("answers with texts, which the last estimator cannot be given")
            }
            parts.append(part)
        }
        return parts
    }
}

extension EstimatorMethod {
    /// The method that a text names.
    package init(_ value: PickleValue) throws(ModelDefect) {
        let name = try value.text()
        let all: [EstimatorMethod] = [.predict, .probabilities, .decision]
        guard let method = all.first(where: { $0.name == name }) else {
            throw value.defect("is \(name), which cannot be asked")
        }
        self = method
    }
}
