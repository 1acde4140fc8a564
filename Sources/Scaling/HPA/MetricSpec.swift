package import Base
import KubeModel

/// One of the metrics that a HorizontalPodAutoscaler goes by: an element of `spec.metrics`.
package struct MetricSpec: Equatable, Sendable {
    /// Where the metric comes from.
    package enum Source: Equatable, Sendable {
        /// The processor or memory of pods, or of one container of theirs.
        case resource(String, container: String?)
        /// A metric that each pod has.
        case pods(String)
        /// A metric of another object.
        case object(String, described: JSON)
        /// A metric of something outside.
        case external(String)
    }

    /// What the metric should be, in thousandths but for the percentage.
    package enum Target: Equatable, Sendable {
        case utilization(percent: Int)
        case average(Int64)
        case whole(Int64)
    }

    package let source: Source
    package let target: Target
    /// Which series of the metric count; null takes all.
    package let selector: JSON

    /// Reads an element; nil where it is none of these.
    package init?(_ json: JSON) {
        let kind = json["type"].string ?? ""
        guard let first = kind.first else { return nil }
        let body = json[first.lowercased() + kind.dropFirst()]
        let metric = body["metric"]["name"].string ?? ""
        switch kind {
        case "Resource": source = .resource(body["name"].string ?? "", container: nil)
        case "ContainerResource":
            source = .resource(body["name"].string ?? "", container: body["container"].string ?? "")
        case "Pods": source = .pods(metric)
        case "Object": source = .object(metric, described: body["describedObject"])
        case "External": source = .external(metric)
        default: return nil
        }
        selector = body["metric"]["selector"]
        let target = body["target"]
        if let percent = target["averageUtilization"].int {
            self.target = .utilization(percent: percent)
        } else if let average = Quantity(target["averageValue"]) {
            self.target = .average(average.milliValue)
        } else if let whole = Quantity(target["value"]) {
            self.target = .whole(whole.milliValue)
        } else {
            return nil
        }
    }
}

/// What was read of a metric.
package enum MetricReading: Equatable, Sendable {
    /// A measurement of each pod that has one.
    case pods([String: Measurement])
    /// One amount, in thousandths.
    case amount(Int64)
}

extension MetricSpec {
    /// The metric as conditions and events name it.
    var title: String {
        switch (source, target) {
        case (.resource(let name, nil), .utilization): "\(name) resource utilization (percentage of request)"
        case (.resource(let name, nil), _): "\(name) resource"
        case (.resource(let name, _), .utilization): "\(name) container resource utilization (percentage of request)"
        case (.resource(let name, _), _): "\(name) container resource"
        case (.pods(let name), _): "pods metric \(name)"
        case (.object(let name, let described), .whole): "\(described["kind"].string ?? "") metric \(name)"
        case (.object(let name, _), _), (.external(let name), _): "external metric \(name)(\(selectorText))"
        }
    }

    /// The reason of the condition and of the event where no number comes of the metric.
    var failureReason: String {
        switch source {
        case .resource(_, nil): "FailedGetResourceMetric"
        case .resource: "FailedGetContainerResourceMetric"
        case .pods: "FailedGetPodsMetric"
        case .object: "FailedGetObjectMetric"
        case .external: "FailedGetExternalMetric"
        }
    }

    /// What could not be read, before why.
    func unreadable(namespace: String) -> String {
        switch source {
        case .resource(let name, _): "unable to get metrics for resource \(name): "
        case .pods(let name): "unable to get metric \(name): "
        case .object(let name, let described):
            "unable to get metric \(name): \(described["kind"].string ?? "") on \(namespace) \(described["name"].string ?? "")/"
        case .external(let name): "unable to get external metric \(namespace)/\(name)/\(selectorText): "
        }
    }

    /// What a fault of this metric is called in the event.
    func inner(_ fault: ScalingFault) -> String {
        switch (source, target) {
        case (.resource(let name, _), .utilization): "failed to get \(name) utilization: \(fault)"
        case (.resource(let name, _), _): "failed to get \(name) usage: \(fault)"
        default: fault.description
        }
    }

    /// What a fault of this metric is called among those of others.
    func outer(_ fault: ScalingFault) -> String {
        switch (source, target) {
        case (.resource(let name, nil), _): "failed to get \(name) resource metric value: \(inner(fault))"
        case (.resource(_, let container?), _): "failed to get \(container) container metric value: \(inner(fault))"
        case (.pods, _): "failed to get pods metric value: \(fault)"
        case (.object, .whole): "failed to get object metric value: \(fault)"
        case (.object(let name, _), _):
            "failed to get object metric value: failed to get \(name) object metric: \(fault)"
        case (.external(let name), .whole):
            "failed to get \(name) external metric value: failed to get external metric \(name): \(fault)"
        case (.external(let name), _):
            "failed to get \(name) external metric value: failed to get \(name) external metric: \(fault)"
        }
    }

    /// The selector as Go prints it.
    private var selectorText: String {
        guard !selector.isNull else { return "nil" }
        let labels = selector["matchLabels"].stringMap.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)," }
        let expressions = (selector["matchExpressions"].array ?? []).map { expression in
            let values = expression["values"].strings.joined(separator: " ")
            let key = expression["key"].string ?? ""
            let relation = expression["operator"].string ?? ""
            return "LabelSelectorRequirement{Key:\(key),Operator:\(relation),Values:[\(values)],},"
        }
        return "&LabelSelector{MatchLabels:map[string]string{\(labels.joined())},"
            + "MatchExpressions:[]LabelSelectorRequirement{\(expressions.joined())},}"
    }

    /// The element of `status.currentMetrics`.
    func status(_ proposal: ReplicaCalculator.Proposal) -> JSON {
        let isMemory = if case .resource("memory", _) = source { true } else { false }
        let quantity = Quantity(milli: proposal.usage, format: isMemory ? .binary : .decimal)
        let amount = JSON.string(quantity.description)
        var current: JSON = if case .whole = target { ["value": amount] } else { ["averageValue": amount] }
        if let percent = proposal.utilization { current["averageUtilization"] = .int(Int64(percent)) }
        switch source {
        case .resource(let name, nil):
            return ["type": "Resource", "resource": ["name": .string(name), "current": current]]
        case .resource(let name, let container?):
            return [
                "type": "ContainerResource",
                "containerResource": ["name": .string(name), "container": .string(container), "current": current],
            ]
        case .pods(let name): return ["type": "Pods", "pods": ["metric": identifier(name), "current": current]]
        case .object(let name, let described):
            return [
                "type": "Object",
                "object": ["metric": identifier(name), "describedObject": described, "current": current],
            ]
        case .external(let name):
            return ["type": "External", "external": ["metric": identifier(name), "current": current]]
        }
    }

    private func identifier(_ name: String) -> JSON {
        selector.isNull ? ["name": .string(name)] : ["name": .string(name), "selector": selector]
    }
}
