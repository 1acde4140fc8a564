import Base
import KubeClient
import KubeModel

/// Keeps the target of every HorizontalPodAutoscaler within its bounds.
struct AutoscalerController: Sendable {
    private let api: any KubernetesAPI
    private let autoscalers: Informer
    private let deployments: Informer
    private let kinds: ServedKinds
    private let events: EventRecorder
    private let time: any TimeSource

    /// How often a target is looked at, as upstream's controller does.
    private static let interval: Duration = .seconds(15)

    init(_ api: any KubernetesAPI, _ caches: Caches, kinds: ServedKinds, time: any TimeSource) {
        self.api = api
        self.kinds = kinds
        self.time = time
        autoscalers = caches[.horizontalPodAutoscalers]
        deployments = caches[.deployments]
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
        guard let autoscaler = autoscalers.get(key), !autoscaler.isTerminating else { return .settled }
        let plan = AutoscalerPlan.decide(autoscaler, scale: await scale(of: autoscaler), now: time.wall())
        if let size = plan.rescale, let target = target(of: autoscaler) {
            let patch: JSON = ["spec": ["replicas": .int(Int64(size))]]
            _ = try await api.patch(target.0, target.1, .merge(patch), subresource: "scale")
            await events.normal(autoscaler, "SuccessfulRescale", "New size: \(size); reason: \(plan.reason ?? "")")
        }
        if plan.status != autoscaler.status {
            var changed = autoscaler
            changed.status = plan.status
            _ = try await api.updateStatus(.horizontalPodAutoscalers, changed)
        }
        return .again(after: AutoscalerController.interval)
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
