import Base
import Graph
import KServeModel
import KubeModel

/// Everything that an InferenceGraph wants of the API, decided from what it says and nothing else.
struct GraphObjects {
    let deployment: KubeObject
    let service: KubeObject
    let autoscaler: KubeObject
    let route: KubeObject
    /// Between these the autoscaler decides.
    let replicas: ClosedRange<Int>
    /// Where the graph is reached from outside.
    let url: String
    /// Where it is reached from inside.
    let address: String

    /// - Parameter spec: the graph's, its services resolved to URLs.
    init(_ graph: KubeObject, spec: JSON, _ configuration: PlatformConfiguration) throws(PlanFault) {
        do throws(GraphDefect) {
            _ = try GraphPlan(spec)
        } catch {
            throw PlanFault("InvalidGraph", error.description)
        }
        let host: String
        do throws(TemplateDefect) {
            let ingress = configuration.ingress
            host = try DomainName.render(
                graph.name,
                of: graph,
                domain: ingress.domain,
                template: ingress.domainTemplate
            )
        } catch {
            throw PlanFault("InvalidDomain", error.description)
        }
        let maker = GraphObjectMaker(graph: graph, spec: spec, configuration: configuration)
        deployment = maker.deployment
        service = maker.service
        autoscaler = maker.autoscaler
        route = maker.route(host: host)
        replicas = maker.replicas
        url = "\(configuration.ingress.urlScheme)://\(host)"
        address = "http://\(graph.name).\(graph.namespace ?? "").svc.cluster.local"
    }

    /// The Deployment with replicas that the autoscaler would not object to: what runs, within the bounds.
    func deployment(over current: KubeObject?) -> KubeObject {
        var wanted = deployment
        let running = current?.spec["replicas"].int ?? replicas.lowerBound
        wanted.spec["replicas"] = .int(Int64(min(max(running, replicas.lowerBound), replicas.upperBound)))
        return wanted
    }
}

/// Makes the objects of one graph; all have its name.
private struct GraphObjectMaker {
    let graph: KubeObject
    let spec: JSON
    let configuration: PlatformConfiguration

    private static let label = "serving.kserve.io/inferencegraph"

    var replicas: ClosedRange<Int> {
        let least = max(1, spec["minReplicas"].int ?? 1)
        return least...max(least, spec["maxReplicas"].int ?? 0)
    }

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

    private var pod: JSON {
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
            let list = router.propagatedHeaders.joined(separator: ",")
            container["env"] = [["name": "PROPAGATE_HEADERS", "value": .string(list)]]
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

    var autoscaler: KubeObject {
        var autoscaler = object(.horizontalPodAutoscalers, "HorizontalPodAutoscaler")
        let metric = spec["scaleMetric"].string == "memory" ? "memory" : "cpu"
        let target = Int64(spec["scaleTarget"].int ?? 80)
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(graph.name)],
            "minReplicas": .int(Int64(replicas.lowerBound)), "maxReplicas": .int(Int64(replicas.upperBound)),
            "metrics": [
                [
                    "type": "Resource",
                    "resource": [
                        "name": .string(metric),
                        "target": ["type": "Utilization", "averageUtilization": .int(target)],
                    ],
                ]
            ],
        ]
        return autoscaler
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

    private var labels: [String: String] {
        var labels = graph.labels.filter { !configuration.disallowedLabels.contains($0.key) }
        labels[Self.label] = graph.name
        labels[LabelKey.app] = WorkloadName.appLabel(graph.name)
        return labels
    }

    private var annotations: [String: String] {
        graph.annotations.filter { !configuration.disallowedAnnotations.contains($0.key) }
    }

    private func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: graph.namespace, name: graph.name)
        object.metadata["labels"] = JSON(labels)
        if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
        object.setController(graph)
        return object
    }
}
