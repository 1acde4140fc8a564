/// Annotations that KServe gives a meaning to.
package enum AnnotationKey {
    package static let deploymentMode = "serving.kserve.io/deploymentMode"
    package static let autoscalerClass = "serving.kserve.io/autoscalerClass"
    package static let stop = "serving.kserve.io/stop"
    package static let disableAutoUpdate = "serving.kserve.io/disable-auto-update"
    package static let serverType = "serving.kserve.io/server-type"
    package static let enablePrometheusScraping = "serving.kserve.io/enable-prometheus-scraping"
    package static let gpuResourceTypes = "serving.kserve.io/gpu-resource-types"
    package static let enableMetricAggregation = "serving.kserve.io/enable-metric-aggregation"
    /// Whether the gateway writes a line for each request of a route.
    package static let accessLog = "roost.dev/access-log"
    package static let modelFormat = "modelFormat"
    package static let readOnlyStorage = "storage.kserve.io/readonly"
    package static let prometheusPort = "prometheus.kserve.io/port"
    package static let prometheusPath = "prometheus.kserve.io/path"
    package static let scrapePort = "prometheus.io/port"
    package static let scrapePath = "prometheus.io/path"
    package static let scrape = "prometheus.io/scrape"
    /// What runs a model that is not native, Roost's own: `python`, or `none`.
    package static let fallback = "roost.dev/fallback"
    /// The header, or the cookie, whose value keeps a client on one version.
    package static let stickyHeader = "roost.dev/sticky-header"
    package static let stickyCookie = "roost.dev/sticky-cookie"
    /// Whether the newest revision has an address of its own.
    package static let enableTagRouting = "serving.kserve.io/enable-tag-routing"
    /// The version that a Deployment of a predictor runs.
    package static let version = "roost.dev/version"
    /// The version that it ran before.
    package static let previousVersion = "roost.dev/previous-version"
    /// Annotations about the way in: what runs has nothing to do with them.
    package static let routing: Set<String> = [stickyHeader, stickyCookie]

    /// Where a component's model comes from, told to whoever brings it into the pod.
    package static let storageSource = "internal.serving.kserve.io/storage-initializer-sourceuri"
}

/// Labels of the objects that an InferenceService makes.
package enum LabelKey {
    package static let inferenceService = "serving.kserve.io/inferenceservice"
    package static let component = "component"
    package static let app = "app"
    package static let visibility = "networking.kserve.io/visibility"
    package static let modelClass = "modelClass"
    package static let serviceEnvelope = "serviceEnvelope"
}

/// Containers that have a role in a component's pod.
package enum ContainerName {
    package static let kserve = "kserve-container"
    package static let transformer = "transformer-container"
    package static let worker = "worker-container"
    package static let storageInitializer = "storage-initializer"
}

/// Ports at which a pod's series are read.
package enum MetricPort {
    /// The server's own.
    package static let server = "8080"
    /// Those of all the pod's containers together.
    package static let aggregate = "9088"
}

/// Where a pod finds its model.
package enum ModelPath {
    package static let mount = "/mnt/models"
}

/// Names of the objects that an InferenceService makes.
package enum WorkloadName {
    /// `{isvc}-predictor`, or `{isvc}-{variant}-predictor` for a named variant.
    package static func predictor(_ service: String, variant: String = "") -> String {
        variant.isEmpty ? "\(service)-predictor" : "\(service)-\(variant)-predictor"
    }

    /// `{isvc}-transformer`
    package static func transformer(_ service: String) -> String { "\(service)-transformer" }
    /// `{isvc}-explainer`
    package static func explainer(_ service: String) -> String { "\(service)-explainer" }

    /// The value of label `app` on the pods of a workload.
    package static func appLabel(_ workload: String) -> String { "isvc.\(workload)" }
}
