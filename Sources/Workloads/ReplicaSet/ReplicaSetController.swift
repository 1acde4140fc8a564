import Base
import KubeClient
import KubeModel

/// Keeps as many pods as each ReplicaSet wants.
struct ReplicaSetController: Sendable {
    private let api: any KubernetesAPI
    private let sets: Informer
    private let pods: Informer
    private let podsByOwner: ClaimIndex
    private let keeper: PodKeeper
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.time = time
        sets = caches[.replicaSets]
        pods = caches[.pods]
        podsByOwner = caches.claims(on: .pods)
        let events = EventRecorder(api, component: "replicaset-controller", time: time)
        keeper = PodKeeper(api, pods: pods, ownersOf: "ReplicaSet", events: events, time: time)
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("replicaset-controller", time: time) { try await reconcile($0) }
        controller.watchSpecs(sets)
        controller.watchOwned(pods, by: "ReplicaSet")
        controller.watch(pods) { orphan in
            orphan.controller != nil ? [] : sets.list(in: orphan.namespace).filter { selects($0, orphan) }.map(\.key)
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let set = sets.get(key) else {
            keeper.forget(key)
            return .settled
        }
        let selector = try LabelSelector(json: set.spec["selector"])
        let claims = Claims.decide(set, selector: selector, podsByOwner.candidates(for: set))
        let owned = try await Adoption(api: api).settle(claims, of: set, in: .pods).map { Pod($0) }
        let wait = keeper.wait(for: key)
        let plan = wait == nil ? ReplicaSetPlan.decide(set, pods: owned) : ReplicaSetPlan()
        let fault = await perform(plan, on: set)
        // Pods that come or go by this are told of in a moment, and what the status counts with them.
        if fault == nil, plan != ReplicaSetPlan() { return .settled }
        let status = ReplicaSetStatus(set, pods: owned, failure: fault?.failure, now: time.wall())
        try await write(status.json, to: set)
        if let fault { throw fault.status }
        return [wait, status.recheck].compactMap { $0 }.min().map { .again(after: $0) } ?? .settled
    }

    /// A write that was refused, with what the ReplicaSet's status says of it.
    private struct Fault {
        let status: APIStatus
        let failure: ReplicaSetStatus.Failure
    }

    private func perform(_ plan: ReplicaSetPlan, on set: KubeObject) async -> Fault? {
        do throws(APIStatus) {
            try await keeper.create(plan.missing, of: set)
        } catch {
            return Fault(status: error, failure: .init(reason: "FailedCreate", message: error.message))
        }
        do throws(APIStatus) {
            try await keeper.delete(plan.surplus, of: set)
        } catch {
            return Fault(status: error, failure: .init(reason: "FailedDelete", message: error.message))
        }
        return nil
    }

    private func write(_ status: JSON, to set: KubeObject) async throws(APIStatus) {
        guard status != set.status else { return }
        var changed = set
        changed.status = status
        _ = try await api.updateStatus(.replicaSets, changed)
    }

    private func selects(_ set: KubeObject, _ pod: KubeObject) -> Bool {
        // A selector that cannot be read selects nothing; its own reconcile tells so.
        (try? LabelSelector(json: set.spec["selector"]))?.matches(pod.labels) ?? false
    }
}
