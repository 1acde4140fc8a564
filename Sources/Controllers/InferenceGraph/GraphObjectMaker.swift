import Base
import Graph
import KServeModel
import KubeModel

/// Makes the objects of one graph; all have its name.
struct GraphObjectMaker {
    let graph: KubeObject
    /// The graph's, its services resolved to URLs.
    let spec: JSON
    let configuration: PlatformConfiguration
    let served: ServedKinds

    /// Throws where the graph cannot be walked.
    init(
        _ graph: KubeObject,
        spec: JSON,
        _ configuration: PlatformConfiguration,
        _ served: ServedKinds
    ) throws(PlanFault) {
        do throws(GraphDefect) {
            _ = try GraphPlan(spec)
        } catch {
            throw PlanFault("InvalidGraph", error.description)
        }
        (self.graph, self.spec, self.configuration, self.served) = (graph, spec, configuration, served)
    }

    static let label = "serving.kserve.io/inferencegraph"

    var deployment: KubeObject {
        var deployment = object(.deployments, "Deployment")
        deployment.spec = [
            "selector": ["matchLabels": [LabelKey.app: .string(WorkloadName.appLabel(graph.name))]],
            "template": [
                "metadata": ["labels": JSON(labels), "annotations": JSON(annotations)], "spec": pod,
            ],
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"]],
            "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600,
        ]
        return deployment
    }

    var pod: JSON {
        var pod: JSON = ["containers": [container], "automountServiceAccountToken": false]
        for name in ["affinity", "tolerations", "nodeSelector", "nodeName", "serviceAccountName"] {
            pod[name] = spec[name]
        }
        let secrets = configuration.router.imagePullSecrets
        if !secrets.isEmpty { pod["imagePullSecrets"] = .array(secrets.map { ["name": .string($0)] }) }
        return pod
    }

    private var container: JSON {
        let router = configuration.router
        var container: JSON = [
            "name": .string(graph.name), "image": .string(router.image),
            "imagePullPolicy": .string(router.imagePullPolicy), "args": ["--graph-json", .string(spec.text)],
            "resources": spec["resources"].isNull ? router.resources.json : spec["resources"],
            "ports": [["containerPort": 8080, "protocol": "TCP"]],
            "readinessProbe": [
                "httpGet": ["path": "/readyz", "port": 8080], "initialDelaySeconds": 5, "timeoutSeconds": 2,
                "periodSeconds": 5, "failureThreshold": 3,
            ],
            "securityContext": [
                "privileged": false, "runAsNonRoot": true, "readOnlyRootFilesystem": true,
                "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]],
            ],
        ]
        if !router.propagatedHeaders.isEmpty {
            container.setVariable("PROPAGATE_HEADERS", router.propagatedHeaders.joined(separator: ","))
        }
        for (name, value) in configuration.tracing?.variables(serviceName: graph.name) ?? [] {
            container.setVariable(name, value)
        }
        return container
    }

    var service: KubeObject {
        var service = object(.services, "Service")
        service.spec = [
            "selector": [LabelKey.app: .string(WorkloadName.appLabel(graph.name))],
            "ports": [["name": .string(graph.name), "port": 80, "targetPort": 8080, "protocol": "TCP"]],
        ]
        if configuration.makesHeadlessServices { service.spec["clusterIP"] = "None" }
        return service
    }

    func route(host: String) -> KubeObject {
        let gateway = configuration.ingress.gateway
        var route = object(.httpRoutes, "HTTPRoute")
        var rule: JSON = [
            "matches": [["path": ["type": "RegularExpression", "value": "^/.*$"]]],
            "backendRefs": [
                [
                    "kind": "Service", "name": .string(graph.name), "namespace": .string(graph.namespace ?? ""),
                    "port": 80,
                ]
            ],
        ]
        if !configuration.ingress.isTimeoutDisabled {
            rule["timeouts"] = ["request": .string("\(spec["timeout"].int ?? 60)s")]
        }
        route.spec = [
            "parentRefs": [
                [
                    "group": "gateway.networking.k8s.io", "kind": "Gateway",
                    "namespace": .string(gateway.namespace ?? ""), "name": .string(gateway.name),
                ]
            ],
            "hostnames": [.string(host)], "rules": [rule],
        ]
        return route
    }

    var labels: [String: String] {
        var labels = graph.labels.filter { !configuration.disallowedLabels.contains($0.key) }
        labels[Self.label] = graph.name
        labels[LabelKey.app] = WorkloadName.appLabel(graph.name)
        return labels
    }

    var annotations: [String: String] {
        graph.annotations.filter { !configuration.disallowedAnnotations.contains($0.key) }
    }

    func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: graph.namespace, name: graph.name)
        object.metadata["labels"] = JSON(labels)
        if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
        object.setController(graph)
        return object
    }
}
