import Base
import KubeModel

/// The rules of one metric of a HorizontalPodAutoscaler.
enum MetricValidation {
    /// The member of each type of source, in the order in which sources are looked at.
    private static let members = [
        ("Object", "object"), ("External", "external"), ("Pods", "pods"), ("Resource", "resource"),
        ("ContainerResource", "containerResource"),
    ]

    static func faults(of metric: JSON, at path: String) -> [FieldFault] {
        let type = metric.text("type")
        let present = members.map(\.1).filter { !metric[$0].isNull }
        let unknownType = FieldFault.notSupported("\(path).type", .string(type), members.map(\.0).sorted())
        var faults: [FieldFault] = []
        let expected = members.first { $0.0 == type }?.1
        if type.isEmpty {
            faults.append(.required("\(path).type", "must specify a metric source type"))
        } else if expected == nil {
            faults.append(unknownType)
        }
        if let source = present.first { faults += sourceFaults(source, metric[source], at: "\(path).\(source)") }
        if let expected {
            if metric[expected].isNull {
                let words = "must populate information for the given metric source"
                faults.append(.required("\(path).\(expected)", words))
            }
        } else {
            faults.append(unknownType)
        }
        guard present.count > 1 else { return faults }
        return faults
            + present.filter { $0 != expected }.sorted().map {
                .forbidden("\(path).\($0)", "must populate the given metric source only")
            }
    }

    private static func sourceFaults(_ member: String, _ source: JSON, at path: String) -> [FieldFault] {
        let target = source["target"]
        let targetFaults = targetFaults(target, at: "\(path).target")
        switch member {
        case "object":
            let object = AutoscalerValidation.referenceFaults(source["describedObject"], at: "\(path).describedObject")
            return object + identifierFaults(source, at: path) + targetFaults
                + valueOrAverageFaults(target, at: "\(path).target")
        case "external":
            return identifierFaults(source, at: path) + targetFaults
                + valueOrAverageFaults(target, at: "\(path).target")
        case "pods":
            let isPositive = (Quantity(target["averageValue"]) ?? .zero) > Quantity.zero
            let words = "must specify a positive target averageValue"
            return identifierFaults(source, at: path) + targetFaults
                + (isPositive ? [] : [.required("\(path).target.averageValue", words)])
        default:
            var faults = FieldChecks.required("name", in: source, at: path, "must specify a resource name")
            if member == "containerResource" {
                faults += FieldChecks.required("container", in: source, at: path, "must specify a container")
            }
            return faults + targetFaults + usageFaults(target, at: "\(path).target")
        }
    }

    private static func identifierFaults(_ source: JSON, at path: String) -> [FieldFault] {
        let name = source["metric"].text("name")
        if name.isEmpty { return [.required("\(path).metric.name", "must specify a metric name")] }
        return NameRule.pathSegment.faults(name).map { .invalid("\(path).metric.name", .string(name), $0) }
    }

    private static func targetFaults(_ target: JSON, at path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        let type = target.text("type")
        if type.isEmpty {
            faults.append(.required("\(path).type", "must specify a metric target type"))
        } else if !["Utilization", "Value", "AverageValue"].contains(type) {
            let words = "must be either Utilization, Value, or AverageValue"
            faults.append(.invalid("\(path).type", .string(type), words))
        }
        for member in ["value", "averageValue"] {
            guard let amount = Quantity(target[member]), amount <= Quantity.zero else { continue }
            faults.append(.invalid("\(path).\(member)", .string(amount.description), "must be positive"))
        }
        if let utilization = target["averageUtilization"].int, utilization < 1 {
            let value = target["averageUtilization"]
            faults.append(.invalid("\(path).averageUtilization", value, "must be greater than 0"))
        }
        return faults
    }

    private static func valueOrAverageFaults(_ target: JSON, at path: String) -> [FieldFault] {
        switch (target["value"].isNull, target["averageValue"].isNull) {
        case (true, true):
            let words = "must set either a target value for metric or a per-pod target"
            return [.required("\(path).averageValue", words)]
        case (false, false):
            let words = "may not set both a target value for metric and a per-pod target"
            return [.forbidden("\(path).value", words)]
        default: return []
        }
    }

    private static func usageFaults(_ target: JSON, at path: String) -> [FieldFault] {
        switch (target["averageUtilization"].isNull, target["averageValue"].isNull) {
        case (true, true):
            let words = "must set either a target raw value or a target utilization"
            return [.required("\(path).averageUtilization", words)]
        case (false, false):
            let words = "may not set both a target raw value and a target utilization"
            return [.forbidden("\(path).averageValue", words)]
        default: return []
        }
    }
}
