import Base
import KubeModel

/// `/metrics/resource` as metrics-server reads it.
enum ResourceMetrics {
    static func text(_ figures: [ContainerFigures], now: WallTime) -> String {
        let milliseconds = now.nanoseconds / 1_000_000
        var text = ""
        func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            for sample in samples { text += "\(name)\(sample.labels) \(sample.value) \(milliseconds)\n" }
        }
        let pods = Dictionary(grouping: figures, by: \.pod).sorted { $0.key < $1.key }
        family(
            "container_cpu_usage_seconds_total",
            "counter",
            "Cumulative cpu time consumed by the container in core-seconds",
            figures.map { (labels($0), String($0.cpuSeconds)) }
        )
        family(
            "container_memory_working_set_bytes",
            "gauge",
            "Current working set of the container in bytes",
            figures.map { (labels($0), String($0.residentBytes)) }
        )
        family(
            "container_start_time_seconds",
            "gauge",
            "Start time of the container since unix epoch in seconds",
            figures.map { (labels($0), String(Double($0.startedAt.nanoseconds) / 1e9)) }
        )
        family(
            "pod_cpu_usage_seconds_total",
            "counter",
            "Cumulative cpu time consumed by the pod in core-seconds",
            pods.map { (labels($0.key), String($0.value.reduce(0) { $0 + $1.cpuSeconds })) }
        )
        family(
            "pod_memory_working_set_bytes",
            "gauge",
            "Current working set of the pod in bytes",
            pods.map { (labels($0.key), String($0.value.reduce(0) { $0 + $1.residentBytes })) }
        )
        family(
            "node_cpu_usage_seconds_total",
            "counter",
            "Cumulative cpu time consumed by the pods of the node in core-seconds",
            [("", String(figures.reduce(0) { $0 + $1.cpuSeconds }))]
        )
        family(
            "node_memory_working_set_bytes",
            "gauge",
            "Current working set of the pods of the node in bytes",
            [("", String(figures.reduce(0) { $0 + $1.residentBytes }))]
        )
        return text
    }

    private static func labels(_ figures: ContainerFigures) -> String {
        "{container=\"\(figures.container)\",namespace=\"\(figures.pod.namespace ?? "")\",pod=\"\(figures.pod.name)\"}"
    }

    private static func labels(_ pod: ObjectKey) -> String {
        "{namespace=\"\(pod.namespace ?? "")\",pod=\"\(pod.name)\"}"
    }
}
