import Base
import KServeModel
import KubeModel

/// Where the services that a graph names are asked for predictions.
struct GraphTargets {
    /// The InferenceService of a name in the graph's namespace.
    let service: (String) -> KubeObject?
    /// Runtimes that services of the namespace may use.
    let runtimes: [ServingRuntime]

    /// The graph's spec with a URL in place of every service's name; steps that have a URL keep it.
    func resolved(_ spec: JSON) throws(PlanFault) -> JSON {
        var spec = spec
        for (name, node) in spec["nodes"].object ?? [:] {
            var steps = node["steps"].array ?? []
            for index in steps.indices where steps[index]["serviceUrl"].string?.isEmpty != false {
                guard let service = steps[index]["serviceName"].string, !service.isEmpty else { continue }
                steps[index]["serviceUrl"] = .string(try url(service))
            }
            spec[path: ["nodes", name, "steps"]] = .array(steps)
        }
        return spec
    }

    private func url(_ name: String) throws(PlanFault) -> String {
        guard let object = service(name) else {
            throw PlanFault("ServiceNotFound", "there is no InferenceService called \(name)")
        }
        guard let address = object.status["address"]["url"].string else {
            throw PlanFault("ServiceNotReady", "InferenceService \(name) has no address yet")
        }
        let service = InferenceService(object)
        let model = GraphTargets.modelName(service)
        switch try version(service) {
        case "v2": return "\(address)/v2/models/\(model)/infer"
        default: return "\(address)/v1/models/\(model):predict"
        }
    }

    /// The protocol that the service answers: the transformer's, where there is one, else what the model says, else the
    /// first of its runtime's that a graph can speak.
    private func version(_ service: InferenceService) throws(PlanFault) -> String {
        let components = service.components
        if let transformer = components.first(where: { $0.kind == .transformer }) {
            return GraphTargets.variable("PROTOCOL", transformer.ownServer) ?? "v1"
        }
        guard let model = service.predictor.model else {
            return GraphTargets.variable("PROTOCOL", service.predictor.ownServer) ?? "v1"
        }
        if let version = model.json["protocolVersion"].string { return version }
        guard let name = model.json["runtime"].string, let runtime = runtimes.first(where: { $0.name == name }),
            !runtime.protocolVersions.isEmpty
        else { return "v1" }
        guard let version = runtime.protocolVersions.first(where: { $0 == "v1" || $0 == "v2" }) else {
            throw PlanFault("ProtocolNotSupported", "runtime \(name) speaks none of the versions of a graph, v1 and v2")
        }
        return version
    }

    /// The name in the predict path: as the server is told, else the service's own.
    private static func modelName(_ service: InferenceService) -> String {
        let predictor = service.predictor
        let server = predictor.model?.json ?? predictor.ownServer ?? .null
        var arguments = server["args"].strings[...]
        while let argument = arguments.popFirst() {
            if argument == "--model_name", let name = arguments.first { return name }
            if argument.hasPrefix("--model_name=") { return String(argument.dropFirst("--model_name=".count)) }
        }
        return variable("MLSERVER_MODEL_NAME", server) ?? service.name
    }

    private static func variable(_ name: String, _ container: JSON?) -> String? {
        container?["env"].array?.first { $0["name"].string == name }?["value"].string
    }
}
