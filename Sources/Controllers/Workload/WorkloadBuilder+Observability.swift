import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// Where a collector that goes by annotations reads the pod's series; none where it shall not.
    var scrapeAnnotations: [String: String] {
        guard isScraped else { return [:] }
        return [
            AnnotationKey.scrape: "true",
            AnnotationKey.scrapePort: aggregatesMetrics ? MetricPort.aggregate : serverMetrics.port,
            AnnotationKey.scrapePath: aggregatesMetrics ? "/metrics" : serverMetrics.path,
        ]
    }

    /// Gives the pod's containers the variables that say what they tell of themselves, and of whom.
    func tellWhatToTell(_ pod: inout JSON) {
        var containers = pod["containers"].array ?? []
        let variables = observability.variables(of: component, in: owner, workload: name)
        for index in containers.indices {
            let isServer = containers[index]["name"].string == ContainerName.kserve
            for (name, value) in variables + (isServer ? aggregation : []) {
                containers[index].setVariable(name, value)
            }
        }
        pod["containers"] = .array(containers)
    }

    /// Where the server answers for all containers together, in the words of upstream's queue-proxy.
    private var aggregation: [(name: String, value: String)] {
        guard aggregatesMetrics else { return [] }
        return [
            ("AGGREGATE_PROMETHEUS_METRICS_PORT", MetricPort.aggregate),
            ("KSERVE_CONTAINER_PROMETHEUS_METRICS_PORT", serverMetrics.port),
            ("KSERVE_CONTAINER_PROMETHEUS_METRICS_PATH", serverMetrics.path),
        ]
    }

    /// The component's own field first, then the service's annotation, then the platform.
    private var isScraped: Bool {
        observability.hasMetrics
            ?? flag(AnnotationKey.enablePrometheusScraping, or: configuration.enablesPrometheusScraping)
    }

    private var aggregatesMetrics: Bool {
        flag(AnnotationKey.enableMetricAggregation, or: configuration.aggregatesMetrics)
    }

    private func flag(_ annotation: String, or platform: Bool) -> Bool {
        annotations[annotation].map { $0 == "true" } ?? platform
    }

    /// Where the server answers for itself; runtimes say it by annotations.
    private var serverMetrics: (port: String, path: String) {
        (
            annotations[AnnotationKey.prometheusPort] ?? MetricPort.server,
            annotations[AnnotationKey.prometheusPath] ?? "/metrics"
        )
    }
}
