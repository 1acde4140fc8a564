import Pickle
import Prediction
import Sklearn

/// scikit-learn's SVC and NuSVC: the class that wins most of the decisions between pairs, the probabilities of all, or the
/// decisions.
struct SupportVectorClassifier: Predictor {
    /// What is answered.
    private enum Choice {
        /// Most votes, the first of equals.
        case votes
        /// Most votes, of equals the one that won them by more.
        case votesAndConfidence
        /// All probabilities instead of a class.
        case probabilities(PairCoupling)
        /// The decision between two classes, above 0 for the second.
        case decision
        /// The decisions between all pairs.
        case pairDecisions
        /// Votes and confidence of each class.
        case classDecisions
    }

    private let rules: RowRules
    private let decision: DecisionFunction
    private let labels: Labels
    private let choice: Choice

    var input: Input { rules.input }
    var output: Output {
        switch choice {
        case .votes, .votesAndConfidence: .labels(labels)
        case .probabilities, .classDecisions: .numbers(columns: labels.count)
        case .pairDecisions: .numbers(columns: decision.outputs)
        case .decision: .numbers(columns: nil)
        }
    }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        guard labels.count >= 2 else { throw try value.member("classes_").defect("holds fewer than two classes") }
        let state = try SupportVectorState(value, classes: labels.count)
        let model = SupportVectorClassifier(
            rules: state.rules,
            decision: state.decision,
            labels: labels,
            choice: try choice(state, classes: labels.count, builder)
        )
        return EstimatorSteps(predictor: model)
    }

    private static func choice(
        _ state: SupportVectorState,
        classes: Int,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> Choice {
        let coupling = try state.coupling(classes: classes)
        let methods: [EstimatorMethod] =
            coupling == nil ? [.predict, .decision] : [.predict, .decision, .probabilities]
        let isByPair = try state.value.optional("decision_function_shape")?.isText("ovo") == true
        let method = try builder.method(of: state.value, having: methods)
        if let coupling, method == .probabilities { return .probabilities(coupling) }
        if method == .decision { return classes == 2 ? .decision : isByPair ? .pairDecisions : .classDecisions }
        guard let breaksTies = try state.value.optional("break_ties"), try breaksTies.flag() else { return .votes }
        guard !isByPair else {
            throw breaksTies.defect("break_ties must be False when decision_function_shape is 'ovo'")
        }
        return classes > 2 ? .votesAndConfidence : .votes
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try rules.check(batch)
        try batch.checkAnswerFits(numbersPerRow: max(labels.count, decision.outputs))
        answer.labels.removeAll(keepingCapacity: true)
        answer.numbers.removeAll(keepingCapacity: true)
        var scratch = KernelScratch()
        swap(&scratch, &batch.kernelScratch)
        decision.decide(batch, &scratch) { decisions, work in
            switch choice {
            case .votes: answer.labels.append(PairVotes.winner(decisions, labels.count, &work))
            case .votesAndConfidence: answer.labels.append(PairVotes.clearWinner(decisions, labels.count, &work))
            case .probabilities(let coupling): coupling.couple(decisions, work: &work, into: &answer.numbers)
            case .decision: answer.numbers.append(-decisions[0])
            case .pairDecisions: answer.numbers.append(contentsOf: decisions)
            case .classDecisions:
                PairVotes.confidences(decisions, labels.count, &work)
                answer.numbers.append(contentsOf: work[..<labels.count])
            }
        }
        swap(&scratch, &batch.kernelScratch)
    }
}
