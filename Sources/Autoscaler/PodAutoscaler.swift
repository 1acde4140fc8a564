import Base
import KubeModel
import Scaling

/// A PodAutoscaler as its object says it.
struct PodAutoscaler: Sendable {
    let object: KubeObject
    /// The Deployment that is scaled; nil where the reference names another kind.
    let target: ObjectKey?
    let reachability: RevisionScaling.Reachability
    let containerConcurrency: Int

    init(_ object: KubeObject) {
        self.object = object
        let reference = object.spec["scaleTargetRef"]
        let isDeployment = reference["kind"].string == "Deployment" && reference["apiVersion"].string == "apps/v1"
        target = isDeployment ? ObjectKey(namespace: object.namespace, name: reference["name"].string ?? "") : nil
        reachability = .init(rawValue: object.spec["reachability"].string ?? "") ?? .unknown
        containerConcurrency = max(0, object.spec["containerConcurrency"].int ?? 0)
    }

    var key: ObjectKey { object.key }

    /// Whether Kubernetes' own autoscaler does the work.
    var isHorizontal: Bool {
        object.annotations["autoscaling.knative.dev/class"] == AutoscalerConfig.horizontalClass
    }

    func scaling(_ config: AutoscalerConfig) -> RevisionScaling {
        RevisionScaling(
            annotations: object.annotations,
            containerConcurrency: containerConcurrency,
            reachability: reachability,
            config: config
        )
    }

    /// How its replicas stand by its status.
    ///
    /// - Parameter proxiedSince: since when the activator has to be in the path.
    func state(proxiedSince: WallTime?, now: WallTime) -> RevisionState {
        let active = Conditions(object.status["conditions"])["Active"]
        let since = active["lastTransitionTime"].string.flatMap { WallTime(rfc3339: $0) }
        return RevisionState(
            status: active["status"].string.flatMap { RevisionActivity.Status(rawValue: $0) } ?? .activating,
            lasting: since.map { now - $0 } ?? .zero,
            isInitialized: Conditions(object.status["conditions"]).isTrue("ScaleTargetInitialized"),
            proxied: proxiedSince.map { now - $0 },
            isProxied: proxiedSince != nil
        )
    }
}
