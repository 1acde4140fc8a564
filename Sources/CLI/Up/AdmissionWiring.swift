import APIServer
import Base
import KServeModel
import KubeClient
import KubeModel
import Scaling
import Serverless

/// KServe's and Knative's defaulters and validators as hooks of the API server in this process; in a cluster they are webhooks.
enum AdmissionWiring {
    /// Where the platform's configuration is.
    private static let configuration = ObjectKey(namespace: "kserve", name: "inferenceservice-config")
    private static let autoscalerSettings = ObjectKey(namespace: "knative-serving", name: "config-autoscaler")
    private static let trainedModels = ResourceID("serving.kserve.io", "v1alpha1", "trainedmodels")
    private static let inferenceGraphs = ResourceID("serving.kserve.io", "v1alpha1", "inferencegraphs")

    static let hooks: [AdmissionHook] = [
        AdmissionHook(
            name: "inferenceservice.kserve-webhook-server",
            resources: [.inferenceServices],
            mutate: { object, _, context async throws(APIStatus) in
                let configMap = try await context.api.find(.configMaps, configuration)
                try KServeAdmission.applyDefaults(to: &object, configMap: configMap)
            },
            validate: { object, old, _ async throws(APIStatus) in
                try KServeAdmission.validateInferenceService(object, old: old)
                return []
            }
        ),
        runtimes(.servingRuntimes),
        runtimes(.clusterServingRuntimes),
        AdmissionHook(
            name: "trainedmodel.kserve-webhook-server.validator",
            resources: [trainedModels],
            validate: { object, old, _ async throws(APIStatus) in
                try KServeAdmission.validateTrainedModel(object, old: old)
                return []
            }
        ),
        validator(
            "inferencegraph.kserve-webhook-server.validator",
            inferenceGraphs,
            KServeAdmission.validateInferenceGraph
        ),
        validator("experiment.kserve-webhook-server.validator", .experiments, KServeAdmission.validateExperiment),
        validator("driftmonitor.kserve-webhook-server.validator", .driftMonitors, KServeAdmission.validateDriftMonitor),
        serverless,
        validator("config.webhook.serving.knative.dev", .configMaps, checkSettings),
    ]

    /// A hook that looks at an object as it is to be and at nothing else.
    private static func validator(
        _ name: String,
        _ resource: ResourceID,
        _ check: @escaping @Sendable (KubeObject) throws(APIStatus) -> Void
    ) -> AdmissionHook {
        AdmissionHook(
            name: name,
            resources: [resource],
            validate: { object, _, _ async throws(APIStatus) in
                try check(object)
                return []
            }
        )
    }

    private static let serverless = AdmissionHook(
        name: "webhook.serving.knative.dev",
        resources: ServerlessAdmission.resources,
        mutate: { object, old, context async throws(APIStatus) in
            let known = try await settings(context)
            ServerlessAdmission.applyDefaults(to: &object, old: old, known)
        },
        validate: { object, old, context async throws(APIStatus) in
            try ServerlessAdmission.validate(object, old: old, try await settings(context))
            return []
        }
    )

    private static func settings(_ context: AdmissionContext) async throws(APIStatus) -> ServerlessSettings {
        var settings = ServerlessSettings()
        // What is wrong with a ConfigMap the reconcilers tell; here the rest of them holds.
        _ = settings.read(try await context.api.list(.configMaps, namespace: ServerlessSettings.namespace).items)
        return settings
    }

    /// The settings of autoscaling must be such that they can be read.
    private static func checkSettings(_ configMap: KubeObject) throws(APIStatus) {
        guard configMap.key == autoscalerSettings else { return }
        do throws(SettingFault) {
            _ = try AutoscalerConfig(configMap["data"].stringMap)
        } catch {
            throw APIStatus.denied(by: "config.webhook.serving.knative.dev", "validation failed: \(error)")
        }
    }

    /// Runtimes are held against the others of their scope.
    private static func runtimes(_ resource: ResourceID) -> AdmissionHook {
        AdmissionHook(
            name: "servingruntime.kserve-webhook-server.validator",
            resources: [resource],
            validate: { object, old, context async throws(APIStatus) in
                let all = try await context.api.list(resource, namespace: object.namespace).items
                let others = all.filter { $0.name != object.name }
                try KServeAdmission.validateServingRuntime(object, old: old, others: others)
                return []
            }
        )
    }
}
