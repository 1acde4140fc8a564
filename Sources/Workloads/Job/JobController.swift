import Base
import KubeClient
import KubeModel

/// Runs the pods of each Job until enough have succeeded or too many have failed.
struct JobController: Sendable {
    private let api: any KubernetesAPI
    private let jobs: Informer
    private let pods: Informer
    private let podsByOwner: ClaimIndex
    private let keeper: PodKeeper
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.time = time
        jobs = caches[.jobs]
        pods = caches[.pods]
        podsByOwner = caches.claims(on: .pods)
        events = EventRecorder(api, component: "job-controller", time: time)
        keeper = PodKeeper(api, pods: pods, ownersOf: "Job", events: events, time: time)
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("job-controller", time: time) { try await reconcile($0) }
        controller.watch(jobs)
        controller.watchOwned(pods, by: "Job")
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let object = jobs.get(key) else {
            keeper.forget(key)
            return .settled
        }
        if object.spec["completionMode"].string == "Indexed" {
            await events.warning(object, "NotSupported", "completionMode Indexed is not supported")
            throw Terminal("completionMode Indexed is not supported")
        }
        if let wait = keeper.wait(for: key) { return .again(after: wait) }
        let selector = try LabelSelector(json: object.spec["selector"])
        let claims = Claims.decide(object, selector: selector, podsByOwner.candidates(for: object))
        let owned = try await Adoption(api: api).settle(claims, of: object, in: .pods).map { Pod($0) }
        let plan = JobPlan.decide(Job(object), pods: owned, now: time.wall())
        return try await perform(plan, on: object)
    }

    private func perform(_ plan: JobPlan, on job: KubeObject) async throws -> Next {
        if plan.isExpired {
            try await api.delete(.jobs, job.key, DeleteOptions(propagation: .foreground, uid: job.uid))
            return .settled
        }
        try await write(plan.status, to: job)
        for notice in plan.notices {
            if notice.isWarning {
                await events.warning(job, notice.reason, notice.message)
            } else {
                await events.normal(job, notice.reason, notice.message)
            }
        }
        try await keeper.delete(plan.surplus, of: job)
        try await keeper.create(plan.missing, of: job)
        return plan.recheck.map { .again(after: $0) } ?? .settled
    }

    /// What the status decides is written before anything is done about it, so that it stays decided.
    private func write(_ status: JSON?, to job: KubeObject) async throws(APIStatus) {
        guard let status, status != job.status else { return }
        var changed = job
        changed.status = status
        _ = try await api.updateStatus(.jobs, changed)
    }
}
