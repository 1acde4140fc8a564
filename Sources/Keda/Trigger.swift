package import Base
import KubeModel

/// One trigger of a ScaledObject: a metric to follow, and for some a threshold that wakes the target.
package struct Trigger: Equatable, Sendable {
    /// `cpu`, `memory`, `prometheus`.
    package let type: String
    /// The element of the HorizontalPodAutoscaler's `spec.metrics`.
    package let metric: JSON
    /// Above this value the trigger is active; nil for cpu and memory, which say nothing at zero.
    package let activation: Double?
    /// The name under which external.metrics.k8s.io knows the metric.
    package let externalName: String?

    /// The label by which a metric's request tells whose it is.
    package static let ownerLabel = "scaledobject.keda.sh/name"

    init(_ json: JSON, index: Int, of owner: String) throws(ScaledObjectFault) {
        let place = "spec.triggers[\(index)]"
        type = json["type"].string ?? ""
        guard json["authenticationRef"].isNull else {
            throw ScaledObjectFault("\(place).authenticationRef is not supported")
        }
        switch type {
        case "cpu", "memory":
            metric = try Trigger.resource(type, json, place)
            activation = nil
            externalName = nil
        case "prometheus":
            let name = "s\(index)-prometheus"
            metric = try Trigger.external(name, json, owner, place)
            activation = try Trigger.number("activationThreshold", json["metadata"], place) ?? 0
            externalName = name
        default: throw ScaledObjectFault("\(place).type: \"\(type)\" is none of cpu, memory, prometheus")
        }
    }

    private static func resource(_ name: String, _ json: JSON, _ place: String) throws(ScaledObjectFault) -> JSON {
        let metadata = json["metadata"]
        let text = metadata["value"].string ?? ""
        let target: JSON
        switch json["metricType"].string ?? metadata["type"].string ?? "" {
        case "Utilization":
            guard let percent = Int32(text), percent > 0 else {
                throw ScaledObjectFault("\(place).metadata.value must be a percentage, was \"\(text)\"")
            }
            target = ["type": "Utilization", "averageUtilization": .int(Int64(percent))]
        case "AverageValue":
            guard let amount = Quantity(text), amount > Quantity.zero else {
                throw ScaledObjectFault("\(place).metadata.value must be a positive quantity, was \"\(text)\"")
            }
            target = ["type": "AverageValue", "averageValue": .string(text)]
        case let other:
            throw ScaledObjectFault("\(place).metricType must be Utilization or AverageValue, was \"\(other)\"")
        }
        guard let container = metadata["containerName"].string else {
            return ["type": "Resource", "resource": ["name": .string(name), "target": target]]
        }
        return [
            "type": "ContainerResource",
            "containerResource": ["name": .string(name), "container": .string(container), "target": target],
        ]
    }

    private static func external(
        _ name: String,
        _ json: JSON,
        _ owner: String,
        _ place: String
    ) throws(ScaledObjectFault) -> JSON {
        let metadata = json["metadata"]
        for field in ["serverAddress", "query"] where metadata[field].string?.isEmpty ?? true {
            throw ScaledObjectFault("\(place).metadata.\(field) is missing")
        }
        guard let threshold = try number("threshold", metadata, place), threshold > 0 else {
            throw ScaledObjectFault("\(place).metadata.threshold must be a positive number")
        }
        // As KEDA, in whole thousandths.
        let amount = JSON.string(Quantity(milli: max(1, Int64(min(threshold * 1000, 0x1p62)))).description)
        let target: JSON
        switch json["metricType"].string ?? "AverageValue" {
        case "AverageValue": target = ["type": "AverageValue", "averageValue": amount]
        case "Value": target = ["type": "Value", "value": amount]
        case let other: throw ScaledObjectFault("\(place).metricType must be AverageValue or Value, was \"\(other)\"")
        }
        let selector: JSON = ["matchLabels": [ownerLabel: .string(owner)]]
        return [
            "type": "External",
            "external": ["metric": ["name": .string(name), "selector": selector], "target": target],
        ]
    }

    private static func number(
        _ field: String,
        _ metadata: JSON,
        _ place: String
    ) throws(ScaledObjectFault) -> Double? {
        guard let text = metadata[field].string else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw ScaledObjectFault("\(place).metadata.\(field) must be a number, was \"\(text)\"")
        }
        return number
    }
}
