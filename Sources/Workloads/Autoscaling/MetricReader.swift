import Base
import KubeClient
import KubeModel
import Scaling

/// Reads the metrics that a HorizontalPodAutoscaler names: those of containers from metrics.k8s.io.
struct MetricReader: Sendable {
    let api: any KubernetesAPI
    let time: any TimeSource

    /// What each metric of the spec is now for the pods of a selector, in order.
    func read(
        _ metrics: [MetricSpec],
        namespace: String?,
        selector: String
    ) async -> [Result<MetricReading, ScalingFault>] {
        var podMetrics: Result<[KubeObject], ScalingFault>?
        var readings: [Result<MetricReading, ScalingFault>] = []
        for metric in metrics {
            switch metric.source {
            case .resource(let name, let container):
                if podMetrics == nil { podMetrics = await list(namespace, selector) }
                readings.append(
                    podMetrics?.map { .pods(MetricReader.measurements(of: name, container: container, in: $0)) }
                        ?? .failure(ScalingFault("no metrics returned from resource metrics API"))
                )
            case .pods(let name): readings.append(unserved("custom", "metric \(name) for pods"))
            case .object(let name, let described):
                let whom = "\(described["kind"].string ?? "") \(described["name"].string ?? "")"
                readings.append(unserved("custom", "metric \(name) for \(whom)"))
            case .external(let name): readings.append(unserved("external", "external metric \(name)"))
            }
        }
        return readings
    }

    private func unserved(_ api: String, _ what: String) -> Result<MetricReading, ScalingFault> {
        .failure(ScalingFault("unable to fetch metrics from \(api) metrics API: the server could not find the \(what)"))
    }

    private func list(_ namespace: String?, _ selector: String) async -> Result<[KubeObject], ScalingFault> {
        do throws(APIStatus) {
            let options = ListOptions(labelSelector: selector)
            let items = try await api.list(.podMetrics, namespace: namespace, options).items
            return items.isEmpty
                ? .failure(ScalingFault("no metrics returned from resource metrics API")) : .success(items)
        } catch {
            return .failure(ScalingFault("unable to fetch metrics from resource metrics API: \(error.message)"))
        }
    }

    /// A resource's use by pod; pods one of whose containers does not tell it are left out.
    private static func measurements(
        of resource: String,
        container: String?,
        in metrics: [KubeObject]
    ) -> [String: Measurement] {
        var measurements: [String: Measurement] = [:]
        for pod in metrics {
            guard let takenAt = pod["timestamp"].string.flatMap({ WallTime(rfc3339: $0) }) else { continue }
            let containers = (pod["containers"].array ?? []).filter {
                container == nil || $0["name"].string == container
            }
            let amounts = containers.map { Quantity($0["usage"][resource])?.milliValue }
            guard !amounts.isEmpty, !amounts.contains(nil) else { continue }
            measurements[pod.name] = Measurement(
                milli: amounts.reduce(0) { $0 + ($1 ?? 0) },
                takenAt: takenAt,
                window: pod["window"].string.flatMap(window) ?? .zero
            )
        }
        return measurements
    }

    /// `15.2s`
    private static func window(_ text: String) -> Duration? {
        guard text.hasSuffix("s"), let seconds = Double(text.dropLast()), (0...86_400).contains(seconds) else {
            return nil
        }
        return .seconds(seconds)
    }
}
