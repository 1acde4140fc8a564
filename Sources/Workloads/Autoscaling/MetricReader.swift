import Base
import KubeClient
import KubeModel
import Scaling

/// Reads the metrics that a HorizontalPodAutoscaler names: those of containers from metrics.k8s.io, others from
/// custom.metrics.k8s.io and external.metrics.k8s.io.
struct MetricReader: Sendable {
    let api: any KubernetesAPI
    let kinds: ServedKinds

    /// What each metric of the spec is now for the pods of a selector, in order.
    func read(
        _ metrics: [MetricSpec],
        namespace: String?,
        selector: String
    ) async -> [Result<MetricReading, ScalingFault>] {
        var podMetrics: Result<[KubeObject], ScalingFault>?
        var readings: [Result<MetricReading, ScalingFault>] = []
        for metric in metrics {
            guard case .resource(let name, let container) = metric.source else {
                readings.append(await ask(metric, namespace, selector))
                continue
            }
            if podMetrics == nil { podMetrics = await list(namespace, selector) }
            readings.append(
                podMetrics?.map { .pods(MetricReader.measurements(of: name, container: container, in: $0)) }
                    ?? .failure(ScalingFault("no metrics returned from resource metrics API"))
            )
        }
        return readings
    }

    /// What a metric is by the API of its group.
    private func ask(
        _ metric: MetricSpec,
        _ namespace: String?,
        _ selector: String
    ) async -> Result<MetricReading, ScalingFault> {
        do throws(ScalingFault) {
            let request = try request(metric, namespace, selector)
            let group = request.subject == .external ? "external" : "custom"
            let items = try await values(of: request, group)
            guard !items.isEmpty else { throw ScalingFault("no metrics returned from \(group) metrics API") }
            switch request.subject {
            case .every: return .success(.pods(MetricReader.measurements(in: items)))
            case .one: return .success(.amount(MetricReader.amount(of: items.prefix(1))))
            case .external: return .success(.amount(MetricReader.amount(of: items[...])))
            }
        } catch {
            return .failure(error)
        }
    }

    private func request(
        _ metric: MetricSpec,
        _ namespace: String?,
        _ selector: String
    ) throws(ScalingFault) -> MetricRequest {
        let series: String
        do throws(APIStatus) {
            series = try metric.selector.isNull ? "" : LabelSelector(json: metric.selector).description
        } catch {
            throw ScalingFault(
                "couldn't convert selector into a corresponding internal selector object: \(error.message)"
            )
        }
        func about(_ subject: MetricRequest.Subject, _ name: String, pods: String = "") -> MetricRequest {
            MetricRequest(subject, metric: name, namespace: namespace, objectSelector: pods, metricSelector: series)
        }
        switch metric.source {
        case .external(let name): return about(.external, name)
        case .object(let name, let described):
            let (version, kind) = (described["apiVersion"].string ?? "", described["kind"].string ?? "")
            guard let known = kinds.find(apiVersion: version, kind: kind) else {
                throw ScalingFault("unable to fetch metrics from custom metrics API: no matches for kind \"\(kind)\"")
            }
            return about(.one(known.resource.qualified, name: described["name"].string ?? ""), name)
        case .pods(let name), .resource(let name, _):
            return about(.every(ResourceID.pods.qualified), name, pods: selector)
        }
    }

    private func values(of request: MetricRequest, _ group: String) async throws(ScalingFault) -> [KubeObject] {
        let (resource, options) = request.listing
        do throws(APIStatus) {
            return try await api.list(resource, namespace: request.namespace, options).items
        } catch {
            throw ScalingFault("unable to fetch metrics from \(group) metrics API: \(error.message)")
        }
    }

    /// The sum of values, in thousandths.
    private static func amount(of items: ArraySlice<KubeObject>) -> Int64 {
        items.reduce(0) { sum, item in
            let (total, overflows) = sum.addingReportingOverflow(Quantity(item["value"])?.milliValue ?? 0)
            return overflows ? .max : total
        }
    }

    /// The values of a metric by the pods that they describe.
    private static func measurements(in items: [KubeObject]) -> [String: Measurement] {
        var measurements: [String: Measurement] = [:]
        for item in items {
            guard let pod = item["describedObject"]["name"].string, let value = Quantity(item["value"]) else {
                continue
            }
            measurements[pod] = Measurement(
                milli: value.milliValue,
                takenAt: item["timestamp"].string.flatMap { WallTime(rfc3339: $0) } ?? WallTime(nanoseconds: 0),
                window: item["windowSeconds"].int.map { .seconds($0) } ?? usualWindow
            )
        }
        return measurements
    }

    /// What a value stands for that does not say it.
    private static let usualWindow = Duration.seconds(60)

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
