package import Base
package import KubeModel

/// Why the platform's ConfigMap cannot be used.
package struct ConfigurationDefect: Error, Equatable, CustomStringConvertible {
    /// The key of `data`.
    package let key: String
    /// What is wrong there.
    package let what: String

    package var description: String { "configmap \(PlatformConfiguration.key), key \"\(key)\": \(what)" }
}

/// What ConfigMap kserve/inferenceservice-config says, with upstream's values for what it leaves out.
package struct PlatformConfiguration: Equatable, Sendable {
    /// Where the configuration lies.
    package static let key = ObjectKey(namespace: "kserve", name: "inferenceservice-config")

    package var defaultDeploymentMode = DeploymentMode.standard
    /// Rolling update bounds for Deployments whose owner asks for none.
    package var rollout = Rollout()
    package var ingress = Ingress()
    package var storageInitializer = StorageInitializer()
    package var router = Router()
    package var agent = Agent()
    package var autoscaler = Autoscaler()
    /// What custom containers are given where they ask for nothing.
    package var containerResources = ResourceDefaults()
    package var disallowedAnnotations: Set<String> = [
        "autoscaling.knative.dev/min-scale", "autoscaling.knative.dev/max-scale", AnnotationKey.storageSource,
        "kubectl.kubernetes.io/last-applied-configuration", AnnotationKey.modelFormat,
    ]
    package var disallowedLabels: Set<String> = ["networking.knative.dev/visibility"]
    package var makesHeadlessServices = false
    package var mountsServiceAccountToken = true
    package var enablesPrometheusScraping = false
    /// Whether scrapes are answered for all of a pod's containers together, on `MetricPort.aggregate`.
    package var aggregatesMetrics = false
    /// What services do about traces that say nothing of them; nil leaves it to the servers.
    package var tracing: Observability.Tracing?

    /// Bounds of a rolling update; empty means Kubernetes' 25 %.
    package struct Rollout: Equatable, Sendable {
        package var maxSurge = ""
        package var maxUnavailable = ""
    }

    /// Where services are reached.
    package struct Ingress: Equatable, Sendable {
        package var usesGatewayAPI = false
        package var gateway = ObjectKey(namespace: "kserve", name: "kserve-ingress-gateway")
        package var domain = "example.com"
        package var additionalDomains: [String] = []
        package var domainTemplate = "{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}"
        package var pathTemplate = ""
        package var urlScheme = "http"
        package var isCreationDisabled = false
        package var isTimeoutDisabled = false
    }

    /// The container that brings models into pods.
    package struct StorageInitializer: Equatable, Sendable {
        package var image = "kserve/storage-initializer:latest"
        package var resources = ResourceDefaults.helper
        /// What need not be fetched: Roost's own field.
        package var mirrors = StorageMirrors()
    }

    /// The container that walks a graph.
    package struct Router: Equatable, Sendable {
        package var image = "kserve/router:latest"
        package var imagePullPolicy = "IfNotPresent"
        package var imagePullSecrets: [String] = []
        /// Expressions for names of fields that go along to every step.
        package var propagatedHeaders: [String] = []
        package var resources = ResourceDefaults.helper
    }

    /// The container before a component that needs a batcher or a payload logger.
    package struct Agent: Equatable, Sendable {
        package var image = "kserve/agent:latest"
        package var resources = ResourceDefaults.helper
        /// Where payloads go unless a service says so itself.
        package var logURL = "http://default-broker"
        package var checksLogCertificates = true
    }

    /// What ScaledObjects get where services say nothing.
    package struct Autoscaler: Equatable, Sendable {
        /// Seconds over which the HorizontalPodAutoscaler looks back; nil leaves them to it.
        package var scaleUpWindow: Int?
        package var scaleDownWindow: Int?
        /// Who answers for metrics of pods.
        package var metricScalerEndpoint = "keda-otel-scaler.keda.svc:4318"
    }

    /// Requests and limits, as quantities.
    package struct ResourceDefaults: Equatable, Sendable {
        package var cpuRequest = "1"
        package var memoryRequest = "2Gi"
        package var cpuLimit = "1"
        package var memoryLimit = "2Gi"

        /// What upstream gives to containers that help others.
        package static var helper: ResourceDefaults {
            ResourceDefaults(cpuRequest: "100m", memoryRequest: "100Mi", cpuLimit: "1", memoryLimit: "1Gi")
        }

        /// A container's `resources`.
        package var json: JSON {
            [
                "requests": ["cpu": .string(cpuRequest), "memory": .string(memoryRequest)],
                "limits": ["cpu": .string(cpuLimit), "memory": .string(memoryLimit)],
            ]
        }
    }

    package init() {}
}
