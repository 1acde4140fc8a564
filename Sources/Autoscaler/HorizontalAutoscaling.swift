import Base
import KubeClient
import KubeModel
import Scaling

/// PodAutoscalers whose class leaves the work to Kubernetes' own autoscaler: each gets one of those.
struct HorizontalAutoscaling: Sendable {
    private let writer: ObjectWriter
    private let caches: Caches
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        writer = ObjectWriter(api: api)
        self.caches = caches
        self.time = time
    }

    /// Brings the HorizontalPodAutoscaler to what is wanted.
    ///
    /// - Returns: the PodAutoscaler's status by it.
    func settle(_ autoscaler: PodAutoscaler, _ config: AutoscalerConfig) async throws -> JSON {
        let scaling = autoscaler.scaling(config)
        let wanted = HorizontalAutoscaling.wanted(autoscaler, scaling)
        let current = caches.horizontal.get(autoscaler.key)
        let isServed = caches.services.get(autoscaler.key) != nil
        var status = PodAutoscalerStatus(of: autoscaler.object, now: time.wall())
        status.setServed(isServed)
        do {
            try await writer.settle(wanted, .horizontalPodAutoscalers, current: current)
        } catch is ForeignObject {
            status.setActivity(.notOwned(wanted.kind, wanted.name))
            return status.concluded()
        }
        let told = current?.status ?? .emptyObject
        let ready = told["currentReplicas"].int ?? 0
        let before = Conditions(autoscaler.object.status["conditions"]).isTrue("ScaleTargetInitialized")
        status.setScale(desired: told["desiredReplicas"].int ?? 0, actual: ready)
        status.setInitialized(before || (isServed && ready >= scaling.activeThreshold(isInitialized: false)))
        status.setActivity(.active)
        return status.concluded()
    }

    /// The HorizontalPodAutoscaler that a PodAutoscaler asks for.
    static func wanted(_ autoscaler: PodAutoscaler, _ scaling: RevisionScaling) -> KubeObject {
        var object = KubeObject(
            .horizontalPodAutoscalers,
            kind: "HorizontalPodAutoscaler",
            namespace: autoscaler.object.namespace,
            name: autoscaler.object.name
        )
        object.metadata["labels"] = autoscaler.object.metadata["labels"]
        object.metadata["annotations"] = autoscaler.object.metadata["annotations"]
        object.setController(autoscaler.object)
        object.spec["scaleTargetRef"] = autoscaler.object.spec["scaleTargetRef"]
        object.spec["maxReplicas"] = JSON(scaling.maxScale == 0 ? Int(Int32.max) : scaling.maxScale)
        if scaling.minScale > 0 { object.spec["minReplicas"] = JSON(scaling.minScale) }
        if let target = scaling.targetAsWritten {
            object.spec["metrics"] = [HorizontalAutoscaling.metric(scaling.metricName, target)]
        }
        if let window = scaling.windowAsWritten {
            let rules: JSON = ["stabilizationWindowSeconds": JSON(Int(window.seconds))]
            object.spec["behavior"] = ["scaleDown": rules, "scaleUp": rules]
        }
        return object
    }

    private static func metric(_ name: String, _ target: Double) -> JSON {
        switch name {
        case "cpu":
            let goal: JSON = ["type": "Utilization", "averageUtilization": JSON(Int(clamping: target.rounded(.up)))]
            return ["type": "Resource", "resource": ["name": "cpu", "target": goal]]
        case "memory":
            let goal: JSON = ["type": "AverageValue", "averageValue": .string("\(Int(clamping: target))Mi")]
            return ["type": "Resource", "resource": ["name": "memory", "target": goal]]
        default:
            let goal: JSON = ["type": "AverageValue", "averageValue": .string("\(Int(clamping: target))")]
            return ["type": "Pods", "pods": ["metric": ["name": .string(name)], "target": goal]]
        }
    }
}

extension Int {
    /// The whole part of a number, within 32 bits.
    fileprivate init(clamping number: Double) {
        self = number.isNaN ? 0 : Int(Swift.min(Swift.max(number, 0), Double(Int32.max)))
    }
}
