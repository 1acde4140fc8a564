import Base
import KServeModel
import KubeModel

/// The agent before a component that asks for a batcher or a payload logger: a container of its own in the pod.
struct AgentContainer {
    /// Where the agent listens: requests come here first.
    static let port = 9081

    let component: Component
    let service: InferenceService
    let configuration: PlatformConfiguration
    /// The annotations of the component's pods.
    let annotations: [String: String]

    /// What a service's annotations say of its payload log beyond KServe's fields, and the agent's flags for that.
    private static let logSettings = [
        ("roost.dev/log-sampling-percent", "--log-sampling-percent"),
        ("roost.dev/log-payload-bytes", "--log-payload-bytes"),
        ("roost.dev/log-redact", "--log-redact"), ("roost.dev/log-file-bytes", "--log-file-bytes"),
        ("roost.dev/log-files", "--log-files"),
    ]

    /// Adds the container, where the component needs it.
    func add(to pod: inout JSON) throws(PlanFault) {
        guard component.needsAgent else { return }
        let containers = pod["containers"].array ?? []
        guard !containers.contains(where: { $0["name"].string == "agent" }) else { return }
        let server =
            containers.first { $0["name"].string == ContainerName.transformer }
            ?? containers.first { $0["name"].string == ContainerName.kserve } ?? containers.first ?? .null
        pod.append(to: "containers", try container(before: server))
    }

    private func container(before server: JSON) throws(PlanFault) -> JSON {
        let componentPort = server["ports"][0]["containerPort"].int ?? 8080
        let probe = server["readinessProbe"]
        let arguments = batcherArguments + (try loggerArguments()) + ["--component-port", String(componentPort)]
        var environment: [JSON] = [["name": "POD_NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]]]
        if !probe["httpGet"].isNull || !probe["tcpSocket"].isNull {
            environment.append(["name": "SERVING_READINESS_PROBE", "value": .string(probe.text)])
        }
        var container: JSON = [
            "name": "agent", "image": .string(configuration.agent.image), "args": JSON(arguments),
            "resources": configuration.agent.resources.json, "env": .array(environment),
            "ports": [["name": "agent-port", "containerPort": .int(Int64(Self.port)), "protocol": "TCP"]],
            "readinessProbe": [
                "httpGet": [
                    "path": .string(probe["httpGet"]["path"].string ?? "/"), "port": .int(Int64(Self.port)),
                    "scheme": "HTTP", "httpHeaders": [["name": "K-Network-Probe", "value": "queue"]],
                ]
            ],
        ]
        container["securityContext"] = server["securityContext"]
        return container
    }

    private var batcherArguments: [String] {
        let batcher = component.json["batcher"]
        guard !batcher.isNull else { return [] }
        var arguments = ["--enable-batcher"]
        if let size = batcher["maxBatchSize"].int { arguments += ["--max-batchsize", String(size)] }
        if let latency = batcher["maxLatency"].int { arguments += ["--max-latency", String(latency)] }
        return arguments
    }

    private func loggerArguments() throws(PlanFault) -> [String] {
        let logger = component.json["logger"]
        guard !logger.isNull else { return [] }
        let url = logger["url"].string ?? configuration.agent.logURL
        try checkDestination(url)
        var arguments = [
            "--log-url", url, "--source-uri", "$(POD_NAME)", "--log-mode", logger["mode"].string ?? "all",
            "--inference-service", service.name, "--namespace", service.namespace, "--component",
            component.kind.rawValue,
        ]
        let headers = logger["metadataHeaders"].strings
        if !headers.isEmpty { arguments += ["--metadata-headers", headers.joined(separator: ",")] }
        let pairs = logger["metadataAnnotations"].strings.compactMap { key in annotations[key].map { "\(key)=\($0)" } }
        if !pairs.isEmpty { arguments += ["--metadata-annotations", pairs.joined(separator: ",")] }
        arguments += storageArguments(logger["storage"])
        for (annotation, flag) in Self.logSettings {
            if let value = annotations[annotation] { arguments += [flag, value] }
        }
        return arguments + ["--logger-tls-skip-verify=\(!configuration.agent.checksLogCertificates)"]
    }

    private func storageArguments(_ storage: JSON) -> [String] {
        var arguments: [String] = []
        if let path = storage["path"].string { arguments += ["--log-store-path", path] }
        if let format = storage["parameters"]["format"].string { arguments += ["--log-store-format", format] }
        return arguments
    }

    /// Files are written where the agent runs; nothing brings them to an object store.
    private func checkDestination(_ url: String) throws(PlanFault) {
        guard !["http://", "https://", "file:///", "/"].contains(where: url.hasPrefix) else { return }
        throw PlanFault(
            "NotSupported",
            "spec.\(component.kind.rawValue).logger.url \(url): payloads go to a URL of http or a folder (file:///DIR), "
                + "object storage is not supported"
        )
    }
}
