import Base
import KServeModel
import KubeClient
import KubeModel
import Statistics

/// Looks at an experiment again and again: measures, decides, writes the shares, then the status.
struct ExperimentController: Sendable {
    private let api: any KubernetesAPI
    private let caches: ExperimentCaches
    private let board: ArmBoard
    private let counts: CountStore
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: ExperimentCaches, _ board: ArmBoard, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.board = board
        self.time = time
        counts = CountStore(api)
        events = EventRecorder(api, component: "roost-experiments", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("experiment", time: time) { key in try await reconcile(key) }
        caches.experiments.onChange { [counts] before, after in
            if let before, after == nil { counts.forget(before.uid) }
        }
        controller.watchSpecs(caches.experiments)  // else it is looked at in its own time
        for (informer, kind) in [
            (caches.services, Experiment.TargetKind.inferenceService), (caches.routes, .httpRoute),
        ] {
            controller.watch(informer) { [experiments = caches.experiments] object in
                experiments.list { Experiment($0).target == object.key && Experiment($0).targetKind == kind }.map(\.key)
            }
        }
        try await controller.run()
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.experiments.get(key), !stored.isTerminating else { return .settled }
        let experiment = Experiment(stored)
        board.resume(key.description, try await counts.takeEarlier(experiment))
        let now = time.wall()
        var status = ExperimentStatus(experiment, now: now)
        var news: [Decision.News] = []
        do throws(TargetFault) {
            let (target, resource) = try caches.arms(of: experiment)
            let look = try look(at: experiment, target, now: now)
            status.tell(
                look.arms,
                look.verdict,
                look.decision,
                baseline: look.baseline,
                by: Comparison(experiment)
            )
            news = look.decision.news + decided(look.verdict, before: stored)
            if let weights = look.decision.weights, let patch = target.patch(weights: weights) {
                try await write(patch, resource, experiment.target)
            }
        } catch {
            // What was promoted has no version beside it any more.
            if !hasEnded(experiment) { status.refuse(error) }
        }
        try await store(status, of: stored, news)
        try await counts.keep(board.tallies(of: key.description), of: experiment)
        return .again(after: experiment.interval)
    }

    /// What one look gives.
    private struct Look {
        let arms: [MeasuredArm]
        let baseline: Int
        let verdict: Verdict
        let decision: Decision
    }

    private func look(at experiment: Experiment, _ target: TargetArms, now: WallTime) throws(TargetFault) -> Look {
        let decider = ExperimentDecider(experiment)
        let baseline = try decider.baseline(of: target.arms)
        let state = state(of: experiment, target, now: now)
        let tallies = board.tallies(of: experiment.object.key.description)
        let arms = target.arms.map { MeasuredArm($0, $0.tally(among: tallies)) }
        let decision = try decider.decide(arms, state, at: now)
        let verdict = Verdict(arms, baseline: baseline, by: Comparison(experiment))
        return Look(arms: arms, baseline: baseline, verdict: verdict, decision: decision)
    }

    /// Goes on where the last look ended; a changed experiment or version begins anew.
    private func state(of experiment: Experiment, _ target: TargetArms, now: WallTime) -> ExperimentState {
        let status = experiment.object.status
        let versions = (status["arms"].array ?? []).map { [$0["name"].string, $0["version"].string] }
        let isSame =
            status["observedGeneration"].int == experiment.object.generation
            && versions == target.arms.map { [$0.name, $0.version] }
        if isSame, let state = ExperimentState(status) { return state }
        board.restart(experiment.object.key.description)
        return ExperimentState(startingAt: now)
    }

    private func hasEnded(_ experiment: Experiment) -> Bool {
        let status = experiment.object.status
        return status["phase"].string == ExperimentState.Phase.promoted.rawValue
            && status["observedGeneration"].int == experiment.object.generation
    }

    /// That one version is better is told when it has become certain.
    private func decided(_ verdict: Verdict, before stored: KubeObject) -> [Decision.News] {
        guard verdict.isDecided, !Conditions(stored.status["conditions"]).isTrue("Decided") else { return [] }
        return [Decision.News("Decided", verdict.sentence)]
    }

    private func write(_ patch: Patch, _ resource: ResourceID, _ target: ObjectKey) async throws(TargetFault) {
        do throws(APIStatus) {
            _ = try await api.patch(resource, target, patch)
        } catch {
            throw TargetFault("the shares of \(target.name) could not be written: \(error.message)")
        }
    }

    private func store(_ status: ExperimentStatus, of stored: KubeObject, _ news: [Decision.News]) async throws {
        var object = stored
        object.status = status.finished()
        if object.status != stored.status { _ = try await api.updateStatus(.experiments, object) }
        for item in news {
            if item.isWarning {
                await events.warning(stored, item.reason, item.message)
            } else {
                await events.normal(stored, item.reason, item.message)
            }
        }
    }
}
