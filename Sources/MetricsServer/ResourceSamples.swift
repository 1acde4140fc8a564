package import Base
package import KubeModel

/// What a node's `/metrics/resource` says at one moment.
package struct ResourceSamples: Equatable, Sendable {
    /// A container of a pod.
    package struct ContainerKey: Hashable, Sendable {
        package let pod: ObjectKey
        package let container: String

        package init(pod: ObjectKey, container: String) {
            self.pod = pod
            self.container = container
        }
    }

    /// What something has used and holds.
    package struct Sample: Equatable, Sendable {
        /// Processor time since the start.
        package var cpuSeconds = 0.0
        package var memoryBytes: Int64 = 0
        package var startedAt: WallTime?
        /// When it was measured.
        package var at: WallTime

        package init(at: WallTime) { self.at = at }
    }

    package var containers: [ContainerKey: Sample] = [:]
    package var node: Sample

    /// Reads the text of a node; lines that are none of its series are passed over.
    ///
    /// - Parameter now: for lines without a time of their own.
    package init(text: String, now: WallTime) {
        node = Sample(at: now)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let series = Series(line) else { continue }
            let time = series.milliseconds.map {
                WallTime(nanoseconds: $0.multipliedReportingOverflow(by: 1_000_000).partialValue)
            }
            take(series, at: time ?? now)
        }
    }

    private mutating func take(_ series: Series, at time: WallTime) {
        switch series.name {
        case "node_cpu_usage_seconds_total":
            node.cpuSeconds = series.value
            node.at = time
        case "node_memory_working_set_bytes": node.memoryBytes = Int64(clampingDouble: series.value)
        default:
            guard let container = series.labels["container"], let pod = series.labels["pod"] else { return }
            let key = ContainerKey(
                pod: ObjectKey(namespace: series.labels["namespace"], name: pod),
                container: container
            )
            switch series.name {
            case "container_cpu_usage_seconds_total":
                containers[key, default: Sample(at: time)].cpuSeconds = series.value
                containers[key]?.at = time
            case "container_memory_working_set_bytes":
                containers[key, default: Sample(at: time)].memoryBytes = Int64(clampingDouble: series.value)
            case "container_start_time_seconds":
                let start = WallTime(nanoseconds: Int64(clampingDouble: series.value * 1e9))
                containers[key, default: Sample(at: time)].startedAt = start
            default: return
            }
        }
    }
}

/// A line of Prometheus' text format.
private struct Series {
    let name: Substring
    var labels: [String: String] = [:]
    let value: Double
    let milliseconds: Int64?

    init?(_ line: Substring) {
        let nameEnd = line.firstIndex { $0 == "{" || $0 == " " } ?? line.endIndex
        name = line[..<nameEnd]
        var rest = line[nameEnd...]
        if rest.first == "{" {
            guard let close = rest.lastIndex(of: "}") else { return nil }
            for pair in rest[rest.index(after: rest.startIndex)..<close].split(separator: ",") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[1].count >= 2 else { return nil }
                // Names of pods and containers need no escapes.
                labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
            }
            rest = rest[rest.index(after: close)...]
        }
        let numbers = rest.split(separator: " ")
        guard let first = numbers.first, let value = Double(first), value.isFinite else { return nil }
        self.value = value
        milliseconds = numbers.count > 1 ? Int64(numbers[1]) : nil
    }
}

extension Int64 {
    fileprivate init(clampingDouble value: Double) {
        self = value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value)
    }
}
