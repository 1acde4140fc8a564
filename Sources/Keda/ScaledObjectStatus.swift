import Base
import KubeModel

/// The status of a ScaledObject in KEDA's words.
struct ScaledObjectStatus {
    private(set) var json: JSON
    private var conditions: [JSON]

    init(_ status: JSON) {
        json = status
        conditions = status["conditions"].array ?? []
        for type in ["Ready", "Active", "Fallback", "Paused"]
        where !conditions.contains(where: { $0["type"].string == type }) {
            conditions.append(["type": .string(type), "status": "Unknown"])
        }
    }

    /// KEDA's conditions tell no times.
    private mutating func set(_ type: String, _ status: String, _ reason: String, _ message: String) {
        let condition: JSON = [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
        ]
        if let index = conditions.firstIndex(where: { $0["type"].string == type }) {
            conditions[index] = condition
        } else {
            conditions.append(condition)
        }
    }

    /// Tells what the object stands for.
    mutating func describe(_ object: ScaledObject, originalReplicas: Int?) {
        json["scaleTargetKind"] = "apps/v1.Deployment"
        json["scaleTargetGVKR"] = ["group": "apps", "version": "v1", "kind": "Deployment", "resource": "deployments"]
        if json["originalReplicaCount"].isNull { json["originalReplicaCount"] = JSON(originalReplicas) }
        json["hpaName"] = .string(object.scalerName)
        let external = object.triggers.compactMap(\.externalName)
        let resources = object.triggers.filter { $0.externalName == nil }.map(\.type)
        json["externalMetricNames"] = external.isEmpty ? .null : JSON(external)
        json["resourceMetricNames"] = resources.isEmpty ? .null : JSON(resources)
        json["triggersTypes"] = .string(object.triggers.map(\.type).joined(separator: ","))
        set("Fallback", "False", "NoFallbackFound", "No fallbacks are active on this scaled object")
    }

    /// Tells which triggers are active, by the names of their metrics.
    mutating func setActivity(_ active: [String: Bool]) {
        json["triggersActivity"] = active.isEmpty ? .null : .object(active.mapValues { ["isActive": .bool($0)] })
    }

    mutating func set(_ activation: Activation) {
        json["lastActiveTime"] = JSON(activation.lastActive?.rfc3339)
        set("Ready", "True", "ScaledObjectReady", "ScaledObject is defined correctly and is ready for scaling")
        let idle = "Scaling is not performed because triggers are not active"
        switch activation.verdict {
        case .active: set("Active", "True", "ScalerActive", "Scaling is performed because triggers are active")
        case .inactive: set("Active", "False", "ScalerNotActive", idle)
        case .coolingDown:
            set("Active", "False", "ScalerCooldown", "Scaler cooling down because triggers are not active")
        case .failing(let why):
            set("Active", "False", "ScalerNotActive", idle)
            set("Ready", "False", "TriggerError", "Triggers defined in ScaledObject are not working correctly: \(why)")
        }
    }

    mutating func setPaused(_ isPaused: Bool) {
        if isPaused {
            set("Paused", "True", "ScaledObjectPaused", "ScaledObject is paused")
        } else {
            set("Paused", "False", "ScaledObjectUnpaused", "pause annotation removed for ScaledObject")
        }
    }

    /// Tells that the object cannot be carried out.
    mutating func refuse(_ reason: String, _ message: String) {
        set("Ready", "False", reason, message)
        set("Active", "Unknown", "UnknownState", "ScaledObject check failed")
    }

    /// Follows what the HorizontalPodAutoscaler says of itself, as soon as it does.
    mutating func mirror(_ scaler: KubeObject?) {
        let active = Conditions(scaler?.status["conditions"] ?? .null)["ScalingActive"]
        let (reason, message) = (active["reason"].string ?? "", active["message"].string ?? "")
        switch active["status"].string {
        case "True": set("HPAActive", "True", "HPAActive", "HPA is actively scaling")
        case "False" where reason == "ScalingDisabled": set("HPAActive", "True", reason, message)
        case "False": set("HPAActive", "False", reason, "HPA is not actively scaling: \(message)")
        default: break
        }
    }

    /// The whole status.
    func concluded() -> JSON {
        var status = json
        status["conditions"] = .array(conditions)
        return status
    }
}
