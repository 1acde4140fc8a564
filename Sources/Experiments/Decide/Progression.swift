import Base
import KServeModel
import Statistics

/// Brings a candidate to all of the traffic step by step, or back to none. Pure: state and counts in, decision out.
struct Progression {
    let settings: ProgressiveSettings
    let confidence: Double
    let arms: [MeasuredArm]
    let baseline: Int
    let candidate: Int

    func decide(_ state: ExperimentState, at now: WallTime) -> Decision {
        switch state.phase {
        case .promoted: return Decision(state: state, why: "\(name) was promoted.")
        case .rolledBack: return Decision(state: state, why: "\(name) was rolled back.")
        case .waiting, .running: break
        }
        guard let step = state.step, settings.steps.indices.contains(step.index) else { return begin(0, state, now) }
        let results = settings.gates.map { gate in
            Gate(settings: gate, confidence: confidence)
                .result(candidate: arms[candidate].tally, baseline: arms[baseline].tally)
        }
        for case .fails(let why) in results { return rollBack(state, why) }
        if let missing = missing(in: step, results, now) {
            return Decision(state: state, weights: weights(settings.steps[step.index].weight), why: missing)
        }
        return step.index + 1 < settings.steps.count ? begin(step.index + 1, state, now) : promote(state)
    }

    private var name: String { arms[candidate].arm.name }
    private var requests: Int { arms[candidate].tally.errors.trials }

    /// What a step still waits for; nil when it is done.
    private func missing(in step: ExperimentState.Step, _ results: [GateResult], _ now: WallTime) -> String? {
        let at =
            "Step \(step.index + 1) of \(settings.steps.count), \(settings.steps[step.index].weight) % to \(name): "
        let rest = settings.steps[step.index].pause - (now - step.since)
        if rest > .zero { return at + "\(Figure.text(rest.seconds.rounded(.up))) s of its pause are left." }
        let answered = requests - step.requestsBefore
        if answered < settings.minimumRequests {
            return at + "\(answered) of at least \(settings.minimumRequests) requests answered."
        }
        for case .waits(let why) in results { return at + "waits, \(why)." }
        return nil
    }

    private func begin(_ index: Int, _ state: ExperimentState, _ now: WallTime) -> Decision {
        var state = state
        state.step = ExperimentState.Step(index: index, since: now, requestsBefore: requests)
        let weight = settings.steps[index].weight
        let message = "step \(index + 1) of \(settings.steps.count): \(weight) % of the requests go to \(name)"
        return Decision(
            state: state,
            weights: weights(weight),
            why: message.prefix(1).uppercased() + message.dropFirst() + ".",
            news: [Decision.News("StepStarted", message)]
        )
    }

    private func promote(_ state: ExperimentState) -> Decision {
        var state = state
        state.phase = .promoted
        let message = "\(name) passed all \(settings.steps.count) steps and gets all requests"
        return Decision(
            state: state,
            weights: weights(100),
            why: message + ".",
            news: [Decision.News("Promoted", message)]
        )
    }

    private func rollBack(_ state: ExperimentState, _ why: String) -> Decision {
        var state = state
        state.phase = .rolledBack
        let message = "\(name) gets no more requests: \(why)"
        return Decision(
            state: state,
            weights: weights(0),
            why: message + ".",
            news: [Decision.News("RolledBack", message, isWarning: true)]
        )
    }

    /// The candidate's share; the baseline has the rest, others nothing.
    private func weights(_ share: Int) -> [Int] {
        arms.indices.map { $0 == candidate ? share : $0 == baseline ? 100 - share : 0 }
    }
}
