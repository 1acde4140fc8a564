package import Base
import KubeModel

/// The pod of a predictor that a runtime serves: the runtime's pod with what the service changes in it.
package enum RuntimeMerge {
    /// Merges runtime and service and fills in the placeholders.
    package static func podSpec(_ settled: SettledModel, of predictor: Component) throws(RuntimeRefusal) -> JSON {
        let runtime = settled.runtime
        let own = predictor.containers
        var server = try merged(ContainerName.kserve, runtime, settled.container, settled)
        server["image"] = JSON(image(server, settled, version: predictor.model?.runtimeVersion))
        var containers = [server]
        let ownTransformer = own.first { $0["name"].string == ContainerName.transformer }
        let hasTransformer = runtime.containers.contains { $0["name"].string == ContainerName.transformer }
        if hasTransformer {
            containers.append(try merged(ContainerName.transformer, runtime, ownTransformer ?? .emptyObject, settled))
        } else if let ownTransformer {
            containers.append(try filled(ownTransformer, settled))
        }
        let roles = [ContainerName.kserve, ContainerName.transformer]
        containers += runtime.containers.filter { !roles.contains($0["name"].string ?? "") }
        containers += own.filter { $0["name"].string != ContainerName.transformer }

        var pod = predictor.podSpec
        pod["containers"] = .null
        pod = try overlay(runtime.podSpec, with: pod, .message("core.PodSpec"), "serving runtime PodSpecs")
        pod["containers"] = .array(containers)
        return pod
    }

    /// A container of the runtime with the service's on top: arguments add up, the runtime's first.
    private static func merged(
        _ name: String,
        _ runtime: ServingRuntime,
        _ own: JSON,
        _ settled: SettledModel
    ) throws(RuntimeRefusal) -> JSON {
        guard let base = runtime.containers.first(where: { $0["name"].string == name }) else {
            throw RuntimeRefusal(
                reason: .invalidPredictorSpec,
                message: "failed to find \(name) in ServingRuntime containers",
                description: "failed to find \(name) in containers of \(runtime.object.kind) \(runtime.name)"
            )
        }
        let probes = probeNames.filter { !own[$0].isNull }
        // A probe has one handler: the service's probe takes the place of the runtime's.
        let open = JSON.object(base.object?.filter { !probes.contains($0.key) } ?? [:])
        var container = try overlay(open, with: own, .message("core.Container"), "container")
        let arguments = base["args"].strings + own["args"].strings
        container["args"] = arguments.isEmpty ? .null : JSON(arguments)
        container["name"] = .string(name)
        return try filled(probed(container, except: probes), settled)
    }

    /// The container with its probes where it listens: a service that names other ports than its runtime moves the server.
    private static func probed(_ container: JSON, except own: [String]) -> JSON {
        let ports = (container["ports"].array ?? []).map { $0["containerPort"] }
        guard let first = ports.first else { return container }
        var container = container
        for probe in probeNames where !own.contains(probe) {
            let asked = container[probe]["httpGet"]["port"]
            if asked.int != nil, !ports.contains(asked) { container[probe]["httpGet"]["port"] = first }
        }
        return container
    }

    private static let probeNames = ["livenessProbe", "readinessProbe", "startupProbe"]

    private static func overlay(
        _ base: JSON,
        with patch: JSON,
        _ schema: Schema,
        _ what: String
    ) throws(RuntimeRefusal) -> JSON {
        do throws(APIStatus) {
            return try StrategicMergePatch.apply(patch, to: base, schema: schema)
        } catch {
            let message = "failed to merge \(what): \(error.message)"
            throw RuntimeRefusal(reason: .invalidPredictorSpec, message: message, description: message)
        }
    }

    private static func filled(_ container: JSON, _ settled: SettledModel) throws(RuntimeRefusal) -> JSON {
        do {
            return try ContainerPlaceholders.fill(container, from: settled.owner)
        } catch {
            let name = container["name"].string ?? ""
            let place = "runtime \(settled.runtime.name), container \(name)"
            throw RuntimeRefusal(
                reason: .invalidPredictorSpec,
                message: "failed to replace placeholders in \(place)",
                description: "failed to replace placeholders in \(place): \(error)"
            )
        }
    }

    /// The image with the tag that `runtimeVersion` or the devices asked for call for; digests stay.
    private static func image(_ container: JSON, _ settled: SettledModel, version: String?) -> String? {
        guard let image = container["image"].string, !image.contains("@sha256:") else {
            return container["image"].string
        }
        let name = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let tag = name.firstIndex(of: ":").map { String(name[$0...]) } ?? ""
        let repository = String(image.dropLast(tag.count))
        if let version { return "\(repository):\(version)" }
        guard !tag.isEmpty else { return image }
        switch settled.runtime.serverType {
        case .tensorflowServing, .torchserve, .huggingfaceserver:
            return container.hasGPU && !image.hasSuffix("-gpu") ? image + "-gpu" : image
        case .vllmserver:
            return container.hasGPU || repository.hasSuffix("-cpu") ? image : "\(repository)-cpu\(tag)"
        default: return image
        }
    }
}

extension JSON {
    /// Whether a container is limited to some number of GPUs, so that it has any.
    fileprivate var hasGPU: Bool {
        ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"].contains {
            !self["resources"]["limits"][$0].isNull
        }
    }
}
