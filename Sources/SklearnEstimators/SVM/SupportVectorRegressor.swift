import Pickle
import Prediction
import Sklearn

/// scikit-learn's SVR and NuSVR, which answer with the decision, and OneClassSVM, which tells its
/// sign where it is not asked for the decision.
struct SupportVectorRegressor: Predictor {
    private let rules: RowRules
    private let decision: DecisionFunction
    /// Whether to tell only if a row is like those of the training: 1 or -1.
    private let tellsOutliers: Bool

    var input: Input { rules.input }
    var output: Output { tellsOutliers ? .labels(.integers([1, -1])) : .numbers(columns: nil) }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try build(value, tellsOutliers: false)
    }

    static func buildOneClass(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try build(value, tellsOutliers: builder.method(of: value, having: [.predict, .decision]) == .predict)
    }

    private static func build(_ value: PickleValue, tellsOutliers: Bool) throws(ModelDefect) -> EstimatorSteps {
        let state = try SupportVectorState(value, classes: 1)
        return EstimatorSteps(
            predictor: SupportVectorRegressor(
                rules: state.rules,
                decision: state.decision,
                tellsOutliers: tellsOutliers
            )
        )
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try rules.check(batch)
        try batch.checkAnswerFits(numbersPerRow: 1)
        answer.labels.removeAll(keepingCapacity: true)
        answer.numbers.removeAll(keepingCapacity: true)
        var scratch = KernelScratch()
        swap(&scratch, &batch.kernelScratch)
        decision.decide(batch, &scratch) { decisions, _ in
            if tellsOutliers {
                answer.labels.append(decisions[0] > 0 ? 0 : 1)
            } else {
                answer.numbers.append(decisions[0])
            }
        }
        swap(&scratch, &batch.kernelScratch)
    }
}
