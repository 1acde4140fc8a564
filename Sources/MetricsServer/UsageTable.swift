package import Base
package import KubeModel

/// The last two measurements of everything on one node, and the use of the processor between them.
package struct UsageTable: Sendable {
    private var before: ResourceSamples?
    private var latest: ResourceSamples?

    package init() {}

    /// Takes a newer measurement in.
    package mutating func record(_ samples: ResourceSamples) {
        before = latest
        latest = samples
    }

    /// Use over a window.
    private struct Usage {
        let nanocores: Int64
        let memoryBytes: Int64
        let at: WallTime
        let window: Duration

        /// Nil where no time lies between the two.
        init?(from first: ResourceSamples.Sample, to last: ResourceSamples.Sample) {
            window = last.at - first.at
            guard window > .zero, last.cpuSeconds >= first.cpuSeconds else { return nil }
            nanocores = Int64(((last.cpuSeconds - first.cpuSeconds) / window.seconds * 1e9).rounded())
            memoryBytes = last.memoryBytes
            at = last.at
        }

        var json: JSON {
            [
                "cpu": .string("\(nanocores)n"),
                "memory": .string(Quantity(memoryBytes / 1024 * 1024, format: .binary).description),
            ]
        }
    }

    /// PodMetrics of the pods all of whose running containers have been measured twice, with the labels of the pods.
    package func pods(labels: [ObjectKey: JSON]) -> [KubeObject] {
        let byPod = Dictionary(grouping: latest?.containers.keys.map { $0 } ?? [], by: \.pod)
        return byPod.sorted { $0.key < $1.key }.compactMap { pod, containers in
            let named = containers.sorted { $0.container < $1.container }
            let usages = named.compactMap { key in usage(of: key).map { (key.container, $0) } }
            guard usages.count == named.count, let first = usages.first?.1 else { return nil }
            var object = UsageTable.object("PodMetrics", .podMetrics, pod, first)
            if let labels = labels[pod], !labels.isNull { object.metadata["labels"] = labels }
            object["containers"] = .array(usages.map { ["name": .string($0.0), "usage": $0.1.json] })
            return object
        }
    }

    /// NodeMetrics of the node.
    package func node(named name: String) -> KubeObject? {
        guard let before, let latest, let usage = Usage(from: before.node, to: latest.node) else { return nil }
        var object = UsageTable.object("NodeMetrics", .nodeMetrics, ObjectKey(name: name), usage)
        object["usage"] = usage.json
        return object
    }

    /// A container that has started since the measurement before had used nothing at its start.
    private func usage(of key: ResourceSamples.ContainerKey) -> Usage? {
        guard let last = latest?.containers[key] else { return nil }
        if let first = before?.containers[key], first.startedAt == last.startedAt {
            return Usage(from: first, to: last)
        }
        guard let before, let start = last.startedAt, start > before.node.at else { return nil }
        return Usage(from: ResourceSamples.Sample(at: start), to: last)
    }

    private static func object(_ kind: String, _ id: ResourceID, _ key: ObjectKey, _ usage: Usage) -> KubeObject {
        var object = KubeObject(id, kind: kind, namespace: key.namespace, name: key.name)
        object.metadata["creationTimestamp"] = .string(usage.at.rfc3339)
        object["timestamp"] = .string(usage.at.rfc3339)
        object["window"] = .string("\(JSON.double((usage.window.milliseconds).rounded() / 1000).text)s")
        return object
    }
}
