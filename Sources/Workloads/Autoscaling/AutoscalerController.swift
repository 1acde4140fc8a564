import Base
import KubeClient
import KubeModel
import Scaling
import Synchronization

/// Scales the target of every HorizontalPodAutoscaler as its metrics ask; what to do is decided in room Scaling.
struct AutoscalerController: Sendable {
    private let api: any KubernetesAPI
    private let autoscalers: Informer
    private let deployments: Informer
    private let pods: Informer
    private let kinds: ServedKinds
    private let events: EventRecorder
    private let time: any TimeSource
    private let reader: MetricReader
    /// What is remembered of each autoscaler between two decisions; a restart forgets it, as upstream's does.
    private let histories = Histories()

    private final class Histories: Sendable {
        private let entries = Mutex<[ObjectKey: ScaleHistory]>([:])

        func withLock<Result: Sendable>(_ body: (inout sending [ObjectKey: ScaleHistory]) -> sending Result) -> Result {
            entries.withLock(body)
        }
    }

    /// How often a target is looked at, as upstream's controller does.
    private static let interval: Duration = .seconds(15)

    init(_ api: any KubernetesAPI, _ caches: Caches, kinds: ServedKinds, time: any TimeSource) {
        self.api = api
        self.kinds = kinds
        self.time = time
        autoscalers = caches[.horizontalPodAutoscalers]
        deployments = caches[.deployments]
        pods = caches[.pods]
        reader = MetricReader(api: api, kinds: kinds)
        events = EventRecorder(api, component: "horizontal-pod-autoscaler", time: time)
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("horizontal-pod-autoscaler", time: time) { try await reconcile($0) }
        controller.watch(autoscalers)
        deployments.onChange { before, after in
            guard let object = after, before?.spec["replicas"] != object.spec["replicas"] else { return }
            for autoscaler in autoscalers.list(in: object.namespace)
            where autoscaler.spec["scaleTargetRef"]["name"].string == object.name {
                controller.queue.add(autoscaler.key)
            }
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let autoscaler = autoscalers.get(key), !autoscaler.isTerminating else {
            histories.withLock { $0[key] = nil }
            return .settled
        }
        let scaler = HorizontalScaler(AutoscalerSpec(autoscaler.spec, namespace: key.namespace ?? ""))
        var history = histories.withLock { $0[key] } ?? ScaleHistory()
        var decision: ScaleDecision
        switch await scale(of: autoscaler) {
        case .failure(let fault): decision = scaler.unreachable(fault.message)
        case .success(let scale):
            let seen = await observe(scale, for: autoscaler)
            decision = scaler.decide(seen, &history, now: time.wall())
        }
        let fault = await rescale(autoscaler, decision)
        decision = scaler.conclude(decision, fault: fault, &history, now: time.wall())
        histories.withLock { [history] in $0[key] = history }
        try await tell(decision, of: autoscaler)
        return .again(after: AutoscalerController.interval)
    }

    private func observe(_ scale: KubeObject, for autoscaler: KubeObject) async -> HorizontalScaler.Observation {
        let selector = scale.status["selector"].string ?? ""
        let namespace = autoscaler.namespace
        // A selector that cannot be read selects nothing; the decision tells of it.
        let matching = try? LabelSelector(selector)
        let own =
            selector.isEmpty
            ? []
            : pods.list { pod in
                pod.namespace == namespace && matching?.matches(pod.labels) == true
            }
        let metrics = AutoscalerSpec(autoscaler.spec, namespace: namespace ?? "").metrics
        return HorizontalScaler.Observation(
            specReplicas: scale.spec["replicas"].int ?? 0,
            statusReplicas: scale.status["replicas"].int ?? 0,
            selector: selector,
            pods: own.map { MeasuredPod($0) },
            readings: await reader.read(metrics, namespace: namespace, selector: selector)
        )
    }

    /// Gives the target its new size where there is one; why that could not be done.
    private func rescale(_ autoscaler: KubeObject, _ decision: ScaleDecision) async -> String? {
        guard let size = decision.rescale, let target = target(of: autoscaler) else { return nil }
        do throws(APIStatus) {
            let patch: JSON = ["spec": ["replicas": .int(Int64(size))]]
            _ = try await api.patch(target.0, target.1, .merge(patch), subresource: "scale")
            return nil
        } catch {
            return error.message
        }
    }

    /// Events first, so that whoever sees the status finds them.
    private func tell(_ decision: ScaleDecision, of autoscaler: KubeObject) async throws(APIStatus) {
        for event in decision.events {
            if event.isWarning {
                await events.warning(autoscaler, event.reason, event.message)
            } else {
                await events.normal(autoscaler, event.reason, event.message)
            }
        }
        let status = decision.status(after: autoscaler.status, now: time.wall())
        guard status != autoscaler.status else { return }
        var changed = autoscaler
        changed.status = status
        _ = try await api.updateStatus(.horizontalPodAutoscalers, changed)
    }

    private func target(of autoscaler: KubeObject) -> (ResourceID, ObjectKey)? {
        let reference = autoscaler.spec["scaleTargetRef"]
        let kind = kinds.find(
            apiVersion: reference["apiVersion"].string ?? "",
            kind: reference["kind"].string ?? ""
        )
        return kind.map { ($0.resource, $0.key(reference["name"].string ?? "", in: autoscaler.namespace)) }
    }

    private func scale(of autoscaler: KubeObject) async -> Result<KubeObject, APIStatus> {
        guard let (resource, key) = target(of: autoscaler) else {
            let reference = autoscaler.spec["scaleTargetRef"]
            let group = (reference["apiVersion"].string ?? "").prefix { $0 != "/" }
            let kind = reference["kind"].string ?? ""
            return .failure(APIStatus(.notFound, "no matches for kind \"\(kind)\" in group \"\(group)\""))
        }
        do throws(APIStatus) {
            return .success(try await api.get(resource, key, subresource: "scale"))
        } catch {
            return .failure(error)
        }
    }
}
