/// scikit-learn's SVC and NuSVC: the class that wins most of the decisions between pairs, or the probabilities of all.
struct SupportVectorClassifier: Predictor {
    /// How a class is chosen.
    private enum Choice {
        /// Most votes, the first of equals.
        case votes
        /// Most votes, of equals the one that won them by more.
        case votesAndConfidence
        /// All probabilities instead of a class.
        case probabilities(PairCoupling)
    }

    private let rules: RowRules
    private let decision: DecisionFunction
    private let labels: Labels
    private let choice: Choice

    var input: Input { rules.input }
    var output: Output {
        if case .probabilities = choice { return .numbers(columns: labels.count) }
        return .labels(labels)
    }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        guard labels.count >= 2 else { throw try value.member("classes_").defect("holds fewer than two classes") }
        let state = try SupportVectorState(value, classes: labels.count)
        let model = SupportVectorClassifier(
            rules: state.rules,
            decision: state.decision,
            labels: labels,
            choice: try choice(state, classes: labels.count, wantsProbabilities: builder.options.wantsProbabilities)
        )
        return EstimatorSteps(predictor: model)
    }

    private static func choice(
        _ state: SupportVectorState,
        classes: Int,
        wantsProbabilities: Bool
    ) throws(ModelDefect) -> Choice {
        if wantsProbabilities, let coupling = try state.coupling(classes: classes) { return .probabilities(coupling) }
        guard let breaksTies = try state.value.optional("break_ties"), try breaksTies.flag() else { return .votes }
        if try state.value.optional("decision_function_shape")?.isText("ovo") == true {
            throw breaksTies.defect("break_ties must be False when decision_function_shape is 'ovo'")
        }
        return classes > 2 ? .votesAndConfidence : .votes
    }

    func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        try rules.check(batch)
        guard batch.rows <= ModelLimits.answerNumbersMax / labels.count else {
            throw InputDefect(
                "\(batch.rows) rows are too many, the answer may hold \(ModelLimits.answerNumbersMax) numbers"
            )
        }
        answer.labels.removeAll(keepingCapacity: true)
        answer.numbers.removeAll(keepingCapacity: true)
        var scratch = KernelScratch()
        swap(&scratch, &batch.kernelScratch)
        decision.decide(batch, &scratch) { decisions, work in
            switch choice {
            case .votes: answer.labels.append(PairVotes.winner(decisions, labels.count, &work))
            case .votesAndConfidence: answer.labels.append(PairVotes.clearWinner(decisions, labels.count, &work))
            case .probabilities(let coupling): coupling.couple(decisions, work: &work, into: &answer.numbers)
            }
        }
        swap(&scratch, &batch.kernelScratch)
    }
}
