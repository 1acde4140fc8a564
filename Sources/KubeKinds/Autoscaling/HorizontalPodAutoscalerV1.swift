import Base
import KubeModel

/// autoscaling/v1: the view of a HorizontalPodAutoscaler that `kubectl autoscale` writes, with cpu as its one metric.
///
/// What version 1 has no field for is kept in annotations, so that a change made through it loses nothing.
enum AutoscalerV1Kind {
    private static let id = ResourceID("autoscaling", "v1", "horizontalpodautoscalers")

    static let type: ResourceType = {
        var type = AutoscalerKind.type
        type.id = id
        type.schema = .message("as1.HorizontalPodAutoscaler")
        type.setTable(AutoscalerTable.columns.map(onStoredForm))
        type.conversion = ResourceType.Conversion(
            stored: .horizontalPodAutoscalers,
            toStored: toV2,
            fromStored: fromV2
        )
        return type
    }()

    private static func onStoredForm(_ column: TableColumn) -> TableColumn {
        TableColumn(
            column.column.name,
            type: column.column.type,
            format: column.column.format,
            wide: column.column.priority > 0
        ) { object, now in column.cell(object.apiVersion == id.apiVersion ? toV2(object) : object, now) }
    }

    private static func toV2(_ view: KubeObject) -> KubeObject {
        var object = view
        object["apiVersion"] = .string(ResourceID.horizontalPodAutoscalers.apiVersion)
        var metrics = object.takeAnnotation("metrics").array ?? []
        if let utilization = object.spec["targetCPUUtilizationPercentage"].int {
            metrics.insert(AutoscalerKind.cpuMetric(utilization: utilization), at: 0)
        }
        object.spec["targetCPUUtilizationPercentage"] = .null
        if !metrics.isEmpty { object.spec["metrics"] = .array(metrics) }
        object.spec["behavior"] = object.takeAnnotation("behavior")
        var measured = object.takeAnnotation("current-metrics").array ?? []
        if let utilization = object.status["currentCPUUtilizationPercentage"].int {
            let current: JSON = ["averageUtilization": .int(Int64(utilization))]
            measured.insert(["type": "Resource", "resource": ["name": "cpu", "current": current]], at: 0)
        }
        let conditions = object.takeAnnotation("conditions")
        object.json.update("status") { status in
            status["currentCPUUtilizationPercentage"] = .null
            if !measured.isEmpty { status["currentMetrics"] = .array(measured) }
            if !conditions.isNull { status["conditions"] = conditions }
        }
        return object
    }

    private static func fromV2(_ stored: KubeObject) -> KubeObject {
        var view = stored
        view["apiVersion"] = .string(id.apiVersion)
        var metrics = view.spec.elements("metrics")
        if let index = metrics.firstIndex(where: { cpuUtilization($0, "target") != nil }) {
            view.spec["targetCPUUtilizationPercentage"] = JSON(cpuUtilization(metrics.remove(at: index), "target"))
        }
        view.spec["metrics"] = .null
        view.putAnnotation("metrics", metrics.isEmpty ? .null : .array(metrics))
        view.putAnnotation("behavior", view.spec["behavior"])
        view.spec["behavior"] = .null
        var measured = view.status.elements("currentMetrics")
        if let index = measured.firstIndex(where: { cpuUtilization($0, "current") != nil }) {
            view.status["currentCPUUtilizationPercentage"] = JSON(cpuUtilization(measured.remove(at: index), "current"))
        }
        view.putAnnotation("current-metrics", measured.isEmpty ? .null : .array(measured))
        view.putAnnotation("conditions", view.status["conditions"])
        view.json.update("status") { status in
            status["currentMetrics"] = .null
            status["conditions"] = .null
            status.setDefault("currentReplicas", 0)
            status.setDefault("desiredReplicas", 0)
        }
        return view
    }

    private static func cpuUtilization(_ metric: JSON, _ member: String) -> Int? {
        guard metric["resource"]["name"] == "cpu" else { return nil }
        return metric["resource"][member]["averageUtilization"].int
    }
}

extension KubeObject {
    /// Takes away the annotation that holds a part of version 2 and gives its value.
    fileprivate mutating func takeAnnotation(_ part: String) -> JSON {
        let name = "autoscaling.alpha.kubernetes.io/\(part)"
        guard let text = annotations[name] else { return .null }
        metadata.update("annotations") { $0[name] = .null }
        if metadata["annotations"] == .emptyObject { metadata["annotations"] = .null }
        return (try? JSON.parse(text)) ?? .null  // what is no JSON says nothing of version 2
    }

    fileprivate mutating func putAnnotation(_ part: String, _ value: JSON) {
        guard !value.isNull else { return }
        json[path: ["metadata", "annotations", "autoscaling.alpha.kubernetes.io/\(part)"]] = .string(value.text)
    }
}
