package import Base
package import KServeModel
import Statistics

/// Decides what an experiment does next by its policy. Pure: what was counted, the state and the time in.
package struct ExperimentDecider: Sendable {
    private let experiment: Experiment

    package init(_ experiment: Experiment) { self.experiment = experiment }

    /// The arm that others are held against.
    ///
    /// Throws where the experiment names one that its target does not have.
    package func baseline(of arms: [Arm]) throws(TargetFault) -> Int {
        try place(experiment.baseline, in: arms, orElse: 0)
    }

    package func decide(
        _ arms: [MeasuredArm],
        _ state: ExperimentState,
        at now: WallTime
    ) throws(TargetFault) -> Decision {
        switch experiment.policy {
        case .fixed: return Decision(state: state, why: "The shares stay as they are.")
        case .bandit(let settings): return move(arms, settings, state, now)
        case .progressive(let settings):
            let baseline = try baseline(of: arms.map(\.arm))
            let last = baseline == arms.count - 1 ? 0 : arms.count - 1
            let candidate = try place(settings.candidate, in: arms.map(\.arm), orElse: last)
            guard candidate != baseline else {
                throw TargetFault("version \"\(arms[candidate].arm.name)\" is baseline and candidate")
            }
            let progression = Progression(
                settings: settings,
                confidence: experiment.confidence,
                arms: arms,
                baseline: baseline,
                candidate: candidate
            )
            return progression.decide(state, at: now)
        }
    }

    private func place(_ name: String?, in arms: [Arm], orElse usual: Int) throws(TargetFault) -> Int {
        guard let name else { return usual }
        guard let place = arms.firstIndex(where: { $0.name == name }) else {
            let known = arms.map(\.name).joined(separator: ", ")
            throw TargetFault("the target has no version \"\(name)\", it has \(known)")
        }
        return place
    }

    /// A bandit's next move, when it is time for one; the same seed and round give the same move.
    private func move(
        _ arms: [MeasuredArm],
        _ settings: BanditSettings,
        _ state: ExperimentState,
        _ now: WallTime
    ) -> Decision {
        var state = state
        let since = state.movedTime ?? state.startTime
        guard now - since >= experiment.interval else {
            let why =
                state.round == 0 ? "The shares have not been moved yet." : "The shares of round \(state.round) hold."
            return Decision(state: state, why: why)
        }
        state.round += 1
        state.movedTime = now
        var chance = SeededGenerator(seed: experiment.seed &+ UInt64(truncatingIfNeeded: state.round))
        let bandit = Bandit(
            settings.isGreedy ? .epsilonGreedy(settings.epsilon) : .thompson,
            bounds: settings.minWeight...max(settings.minWeight, settings.maxWeight)
        )
        let comparison = Comparison(experiment)
        let beliefs = arms.map { arm in
            let merit = comparison.merit(arm.tally)
            return merit.count == 0 ? nil : merit.posterior
        }
        let weights = bandit.weights(beliefs, using: &chance)
        let shares = zip(arms, weights).map { "\($0.arm.name) \($1) %" }.joined(separator: ", ")
        let rule = settings.isGreedy ? "Epsilon-greedy" : "Thompson sampling"
        return Decision(state: state, weights: weights, why: "\(rule), round \(state.round): \(shares).")
    }
}
