/// scikit-learn's Pipeline: named estimators, each of which takes what the one before gives.
enum Pipeline {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        var steps = EstimatorSteps()
        for named in try value.member("steps").elements() {
            let pair = try named.elements()
            guard pair.count == 2 else { throw named.defect("is no pair of name and estimator") }
            // A step that is None or "passthrough" does nothing.
            if pair[1].isNone || pair[1].isText("passthrough") { continue }
            guard steps.predictor == nil else { throw named.defect("follows an estimator that predicts") }
            let next = try builder.build(pair[1])
            try check(steps, fits: next, at: pair[1])
            steps.transformers += next.transformers
            steps.predictor = next.predictor
        }
        return steps
    }

    private static func check(
        _ steps: EstimatorSteps,
        fits next: EstimatorSteps,
        at value: PickleValue
    ) throws(ModelDefect) {
        guard let given = steps.transformers.last?.outputColumns,
            let taken = next.transformers.first?.input ?? next.predictor?.input
        else { return }
        switch taken {
        case .numbers(given): return
        case .numbers(let columns):
            throw value.defect("takes \(columns) columns, but the step before gives \(given)")
        case .texts: throw value.defect("takes texts, but the step before gives numbers")
        case .table: throw value.defect("takes named columns, but the step before gives numbers")
        }
    }
}
