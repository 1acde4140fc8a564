import Base
package import KubeModel

/// Why a ScaledObject cannot be carried out.
package struct ScaledObjectFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A ScaledObject as it is written, with KEDA's values for what it leaves out.
package struct ScaledObject: Sendable {
    package let object: KubeObject
    /// The Deployment that is scaled.
    package let target: ObjectKey
    package let triggers: [Trigger]
    /// Replicas without an active trigger, and at most.
    package let minReplicas: Int
    package let maxReplicas: Int
    package let pollingInterval: Duration
    /// How long the last trigger must have been inactive before the target goes to zero.
    package let cooldown: Duration
    package let initialCooldown: Duration

    /// Reads an object; refuses what is not understood, by its field.
    package init(_ object: KubeObject) throws(ScaledObjectFault) {
        self.object = object
        let spec = object.spec
        let reference = spec["scaleTargetRef"]
        let (version, kind) = (reference["apiVersion"].string ?? "apps/v1", reference["kind"].string ?? "Deployment")
        guard version == "apps/v1", kind == "Deployment" else {
            throw ScaledObjectFault(
                "spec.scaleTargetRef: only Deployments of apps/v1 are scaled, was \(version) \(kind)"
            )
        }
        target = ObjectKey(namespace: object.namespace, name: reference["name"].string ?? "")
        for field in ["fallback", "idleReplicaCount"] where !spec[field].isNull {
            throw ScaledObjectFault("spec.\(field) is not supported")
        }
        guard spec["advanced"]["scalingModifiers"].object?.isEmpty ?? true else {
            throw ScaledObjectFault("spec.advanced.scalingModifiers is not supported")
        }
        minReplicas = spec["minReplicaCount"].int ?? 0
        maxReplicas = spec["maxReplicaCount"].int ?? 100
        guard minReplicas <= maxReplicas else {
            throw ScaledObjectFault(
                "spec.minReplicaCount=\(minReplicas) must be at most maxReplicaCount=\(maxReplicas)"
            )
        }
        pollingInterval = ScaledObject.seconds(spec["pollingInterval"].int ?? 30, least: 1)
        cooldown = ScaledObject.seconds(spec["cooldownPeriod"].int ?? 300)
        initialCooldown = ScaledObject.seconds(spec["initialCooldownPeriod"].int ?? 0)
        var triggers: [Trigger] = []
        for (index, trigger) in (spec["triggers"].array ?? []).enumerated() {
            triggers.append(try Trigger(trigger, index: index, of: object.name))
        }
        self.triggers = triggers
        let decidesOnZero = triggers.contains { $0.activation != nil }
        guard minReplicas > 0 || decidesOnZero else {
            throw ScaledObjectFault(
                "spec.minReplicaCount is 0, but cpu and memory alone cannot tell when to start from zero"
            )
        }
    }

    private static func seconds(_ count: Int, least: Int = 0) -> Duration {
        .seconds(min(max(least, count), Int(Int32.max)))
    }

    /// Whether somebody holds it for a while.
    package var isPaused: Bool {
        guard object.annotations[ScaledObject.pausedReplicasKey] == nil else { return true }
        let text = object.annotations[ScaledObject.pausedKey]
        // As KEDA: what is no boolean pauses.
        return text.map { !["false", "False", "FALSE", "f", "F", "0"].contains($0) } ?? false
    }

    /// The size that it is held at; nil where it stays as it is.
    package var pausedReplicas: Int? {
        object.annotations[ScaledObject.pausedReplicasKey].flatMap { Int32($0) }.map { max(0, Int($0)) }
    }

    private static let pausedKey = "autoscaling.keda.sh/paused"
    private static let pausedReplicasKey = "autoscaling.keda.sh/paused-replicas"

    /// The HorizontalPodAutoscaler's name.
    package var scalerName: String {
        object.spec["advanced"]["horizontalPodAutoscalerConfig"]["name"].string ?? "keda-hpa-\(object.name)"
    }

    /// The HorizontalPodAutoscaler that follows the triggers from one replica on.
    package var scaler: KubeObject {
        var scaler = KubeObject(
            .horizontalPodAutoscalers,
            kind: "HorizontalPodAutoscaler",
            namespace: object.namespace,
            name: scalerName
        )
        let own = [
            "app.kubernetes.io/name": String(scalerName.prefix(63)), "app.kubernetes.io/part-of": object.name,
            "app.kubernetes.io/managed-by": "keda-operator", Trigger.ownerLabel: object.name,
        ]
        scaler.metadata["labels"] = JSON(own.merging(object.labels) { $1 })
        if !object.annotations.isEmpty { scaler.metadata["annotations"] = JSON(object.annotations) }
        scaler.setController(object)
        scaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(target.name)],
            "minReplicas": JSON(max(1, minReplicas)), "maxReplicas": JSON(maxReplicas),
            "metrics": .array(triggers.map(\.metric).sorted { ($0["type"].string ?? "") < ($1["type"].string ?? "") }),
        ]
        let behavior = object.spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        if !behavior.isNull { scaler.spec["behavior"] = behavior }
        return scaler
    }
}
