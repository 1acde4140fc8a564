import Base
import KServeModel
import KubeModel

/// The pod that runs a component, before storage is brought into it.
enum ComponentPod {
    /// The pod's specification.
    ///
    /// - Parameter settled: the predictor's model, where a runtime serves it.
    static func spec(
        _ component: Component,
        of service: InferenceService,
        _ settled: SettledModel?
    ) throws(PlanFault) -> JSON {
        var pod = component.podSpec
        if let settled {
            do throws(RuntimeRefusal) {
                pod = try RuntimeMerge.podSpec(settled, of: component)
            } catch {
                throw PlanFault(error)
            }
        } else if component.implementations != ["containers"] {
            throw PlanFault(
                "NotSupported",
                "spec.\(component.kind.rawValue).\(component.implementations.first ?? "") is not supported"
            )
        }
        var containers = pod["containers"].array ?? []
        if component.kind != .predictor, !containers.isEmpty { addArguments(&containers[0], component, service) }
        for index in containers.indices {
            settle(&containers[index])
            // Of several versions, answers tell which one they come from.
            let isServer = containers[index]["name"].string == ContainerName.kserve
            if isServer, !component.variant.isEmpty {
                containers[index].setVariable("ROOST_MODEL_VERSION", component.variant)
            }
        }
        pod["containers"] = .array(containers)
        return pod
    }

    /// What transformers and explainers must know: their own name and where the predictor is.
    private static func addArguments(_ container: inout JSON, _ component: Component, _ service: InferenceService) {
        var arguments = container["args"].strings
        func add(_ flag: String, _ value: String) {
            let isThere = arguments.contains { $0 == flag || $0.hasPrefix(flag + "=") }
            if !isThere { arguments += [flag, value] }
        }
        add("--model_name", service.name)
        add("--predictor_host", "\(service.workloadName(service.predictor)).\(service.namespace)")
        add("--http_port", "8080")
        if let workers = component.containerConcurrency, workers > 0 { add("--workers", String(workers)) }
        container["args"] = JSON(arguments)
    }

    private static func settle(_ container: inout JSON) {
        if container["imagePullPolicy"].isNull { container["imagePullPolicy"] = "IfNotPresent" }
        if container["name"].string == ContainerName.kserve, let variables = container["env"].array {
            // The server finds its model where it is mounted, not where it came from.
            container["env"] = .array(
                variables.map { variable in
                    let isSource = variable["name"].string == "STORAGE_URI"
                    return isSource ? ["name": "STORAGE_URI", "value": .string(ModelPath.mount)] : variable
                }
            )
        }
        let isServer = [ContainerName.kserve, ContainerName.transformer].contains(container["name"].string)
        guard isServer, container["readinessProbe"].isNull else { return }
        let port = container["ports"][0]["containerPort"].int ?? 8080
        container["readinessProbe"] = [
            "tcpSocket": ["port": .int(Int64(port))], "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1,
            "failureThreshold": 3,
        ]
    }
}
