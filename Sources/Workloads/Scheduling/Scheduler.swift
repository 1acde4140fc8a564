import Base
import KubeClient
import KubeModel
import Synchronization

/// Gives every pod a node.
final class Scheduler: Sendable {
    private let api: any KubernetesAPI
    private let pods: Informer
    private let nodes: Informer
    private let claims: Informer
    private let events: EventRecorder
    private let time: any TimeSource
    /// Pods that were bound and that the cache still shows without a node, by uid.
    private let assumed = Mutex<[String: String]>([:])
    /// What pods that were seen ask for, by uid: read once, not at every look at a node.
    private let requests = Mutex<[String: PodRequests]>([:])

    /// How often a pod that no node takes is looked at, besides when nodes or claims change.
    private static let patience: Duration = .seconds(60)

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.time = time
        pods = caches[.pods]
        nodes = caches[.nodes]
        claims = caches[.persistentVolumeClaims]
        events = EventRecorder(api, component: "default-scheduler", time: time)
    }

    /// The controller, watching what it needs. One worker: two would promise the same device twice.
    func makeController() -> Controller {
        let controller = Controller("default-scheduler", workers: 1, time: time) { try await self.reconcile($0) }
        pods.onChange { [self] before, after in
            settle(before, after)
            if let after, isWaiting(after), before?.status != after.status || before?.spec != after.spec {
                controller.queue.add(after.key)
            }
            // What ends makes room for what waits.
            if after.map({ Pod($0).isFinished }) ?? true { addWaiting(to: controller) }
        }
        nodes.onChange { [self] before, after in
            if before?.spec != after?.spec || before?.labels != after?.labels || isReady(before) != isReady(after)
                || before?.status["allocatable"] != after?.status["allocatable"]
            {
                addWaiting(to: controller)
            }
        }
        claims.onChange { [self] before, after in
            if before?.status["phase"] != after?.status["phase"] { addWaiting(to: controller) }
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let pod = pods.get(key), isWaiting(pod), assumed.withLock({ $0[pod.uid] }) == nil else { return .settled }
        if let missing = missingClaim(of: pod) {
            return try await refuse(pod, "0/\(nodes.list().count) nodes are available: \(missing).")
        }
        switch SchedulingDecision.decide(pod, nodes: nodeStates()) {
        case .bind(let node, let shortage):
            try await bind(pod, to: node, shortage: shortage)
            return .settled
        case .unschedulable(let message):
            return try await refuse(pod, message)
        }
    }
}

extension Scheduler {
    private func isWaiting(_ pod: KubeObject) -> Bool {
        Pod(pod).nodeName == nil && !pod.isTerminating && !Pod(pod).isFinished
            && pod.spec["schedulerName"].string ?? "default-scheduler" == "default-scheduler"
            && (pod.spec["schedulingGates"].array ?? []).isEmpty
    }

    private func isReady(_ node: KubeObject?) -> Bool {
        Conditions(node?.status["conditions"] ?? .null).isTrue("Ready")
    }

    private func addWaiting(to controller: Controller) {
        for pod in pods.list(where: isWaiting) { controller.queue.add(pod.key) }
    }

    private func settle(_ before: KubeObject?, _ after: KubeObject?) {
        guard let pod = after ?? before else { return }
        if before?.spec != after?.spec { requests.withLock { $0[pod.uid] = nil } }
        guard after == nil || Pod(pod).nodeName != nil else { return }
        assumed.withLock { $0[pod.uid] = nil }
    }

    private func nodeStates() -> [NodeState] {
        let assumed = assumed.withLock { $0 }
        let placed = Dictionary(grouping: pods.list().map { Pod($0) }) { $0.nodeName ?? assumed[$0.object.uid] ?? "" }
        return nodes.list().map { NodeState($0, pods: placed[$0.name] ?? [], requests: requested(by:)) }
    }

    private func requested(by pod: KubeObject) -> PodRequests {
        if let known = requests.withLock({ $0[pod.uid] }) { return known }
        let asked = PodRequests(pod)
        // A pod that has gone meanwhile is not remembered.
        if pods.get(pod.key)?.uid == pod.uid { requests.withLock { $0[pod.uid] = asked } }
        return asked
    }

    /// What is wrong with the volumes that the pod asks for; nil when all are there.
    private func missingClaim(of pod: KubeObject) -> String? {
        for name in ClaimUse.names(of: pod) {
            guard let claim = claims.get(ObjectKey(namespace: pod.namespace, name: name)) else {
                return "persistentvolumeclaim \"\(name)\" not found"
            }
            if claim.isTerminating { return "persistentvolumeclaim \"\(name)\" is being deleted" }
            if claim.status["phase"].string != "Bound" { return "pod has unbound immediate PersistentVolumeClaims" }
        }
        return nil
    }

    private func bind(_ pod: KubeObject, to node: String, shortage: String?) async throws(APIStatus) {
        let patch: JSON = ["metadata": ["uid": .string(pod.uid)], "spec": ["nodeName": .string(node)]]
        assumed.withLock { $0[pod.uid] = node }
        do throws(APIStatus) {
            _ = try await api.patch(.pods, pod.key, .merge(patch))
        } catch {
            assumed.withLock { $0[pod.uid] = nil }
            if error.reason == .notFound { return }
            throw error
        }
        // Else the node says it with the first status that it writes.
        if !Conditions(pod.status["conditions"])["PodScheduled"].isNull { try await setCondition(of: pod, .true) }
        if let shortage { await events.warning(pod, "Overcommitted", shortage) }
        let name = "\(pod.namespace ?? "default")/\(pod.name)"
        await events.normal(pod, "Scheduled", "Successfully assigned \(name) to \(node)")
    }

    private func refuse(_ pod: KubeObject, _ message: String) async throws(APIStatus) -> Next {
        let known = Conditions(pod.status["conditions"])["PodScheduled"]
        if known["status"].string != "False" || known["message"].string != message {
            try await setCondition(of: pod, .false, reason: "Unschedulable", message: message)
            await events.warning(pod, "FailedScheduling", message)
        }
        return .again(after: Scheduler.patience)
    }

    /// Sets PodScheduled by a strategic patch: the node writes the other conditions at the same time.
    private func setCondition(
        of pod: KubeObject,
        _ status: Conditions.Status,
        reason: String = "",
        message: String = ""
    ) async throws(APIStatus) {
        var conditions = Conditions(pod.status["conditions"])
        conditions.set("PodScheduled", status, reason: reason, message: message, now: time.wall())
        var condition = conditions["PodScheduled"]
        // A reason from before is to go, not to be merged with.
        for member in ["reason", "message"] where condition[member].isNull {
            condition = .object((condition.object ?? [:]).merging([member: .null]) { $1 })
        }
        let patch: JSON = ["metadata": ["uid": .string(pod.uid)], "status": ["conditions": [condition]]]
        do throws(APIStatus) {
            _ = try await api.patch(.pods, pod.key, .strategic(patch), subresource: "status")
        } catch {
            if error.reason != .notFound { throw error }
        }
    }
}
