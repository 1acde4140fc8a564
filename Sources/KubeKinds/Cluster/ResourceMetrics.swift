import Base
package import KubeModel

/// PodMetrics and NodeMetrics of metrics.k8s.io: what runs now uses. They are measured, not stored.
package enum ResourceMetricsKinds {
    /// Both kinds, over whoever measures.
    package static func types(
        pods: @escaping @Sendable () -> [KubeObject],
        nodes: @escaping @Sendable () -> [KubeObject]
    ) -> [ResourceType] {
        [
            type(.nodeMetrics, "NodeMetrics", isNamespaced: false, nodes),
            type(.podMetrics, "PodMetrics", isNamespaced: true, pods),
        ]
    }

    private static func type(
        _ id: ResourceID,
        _ kind: String,
        isNamespaced: Bool,
        _ objects: @escaping @Sendable () -> [KubeObject]
    ) -> ResourceType {
        var type = ResourceType(id, kind: kind, isNamespaced: isNamespaced)
        // As metrics-server names it in discovery.
        type.singular = ""
        type.computed = objects
        type.setTable([
            .name,
            TableColumn("Cpu") { object, _ in usage(of: object)["cpu"] },
            TableColumn("Memory") { object, _ in usage(of: object)["memory"] },
            TableColumn("Window", format: "duration") { object, _ in object["window"] },
        ])
        return type
    }

    /// A node's usage, or the sum of a pod's containers.
    private static func usage(of object: KubeObject) -> JSON {
        guard let containers = object["containers"].array else { return object["usage"] }
        func sum(_ resource: String) -> JSON {
            let total = containers.compactMap { Quantity($0["usage"][resource]) }.reduce(.zero, +)
            return .string(total.description)
        }
        return ["cpu": sum("cpu"), "memory": sum("memory")]
    }
}
