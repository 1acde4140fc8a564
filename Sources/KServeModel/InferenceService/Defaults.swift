import Base
import KubeModel

extension InferenceService {
    /// Fills in what the writer left out, in upstream's order.
    package mutating func applyDefaults(_ configuration: PlatformConfiguration) {
        translateSeedWords()
        let mode = settleDeploymentMode(configuration)
        if mode != .modelMesh {
            setPredictorModel(["predictor"])
            for (index, canary) in canaries.enumerated() {
                setCanary(index, InferenceService.withModel(canary.predictor.json))
            }
        }
        for component in components {
            object.spec[component.kind.rawValue] = component.withContainerDefaults(configuration)
        }
        for (index, canary) in canaries.enumerated() {
            setCanary(index, canary.predictor.withContainerDefaults(configuration))
        }
        if !configuration.mountsServiceAccountToken {
            for component in components where component.json["automountServiceAccountToken"].isNull {
                object.spec[path: [component.kind.rawValue, "automountServiceAccountToken"]] = false
            }
        }
    }

    /// Writes today's spelling of the deployment mode; a Standard platform marks services that name none.
    private mutating func settleDeploymentMode(_ configuration: PlatformConfiguration) -> DeploymentMode {
        let path = ["annotations", AnnotationKey.deploymentMode]
        if let wish = object.annotations[AnnotationKey.deploymentMode] {
            guard let mode = DeploymentMode(wish) else { return configuration.defaultDeploymentMode }
            object.metadata[path: path] = .string(mode.rawValue)
            return mode
        }
        if configuration.defaultDeploymentMode != .knative {
            object.metadata[path: path] = .string(configuration.defaultDeploymentMode.rawValue)
        }
        return configuration.defaultDeploymentMode
    }

    /// Turns `sklearn: {…}` into `model: {modelFormat: {name: sklearn}, …}`.
    private mutating func setPredictorModel(_ path: [String]) {
        object.spec[path: path] = InferenceService.withModel(object.spec[path: path])
        guard let format = predictor.model?.format, !format.isEmpty,
            object.annotations[AnnotationKey.modelFormat] == nil
        else { return }
        object.metadata[path: ["annotations", AnnotationKey.modelFormat]] = .string(format)
    }

    private mutating func setCanary(_ index: Int, _ predictor: JSON) {
        guard var list = object.spec["canary"].array else { return }
        list[index]["predictor"] = predictor
        object.spec["canary"] = .array(list)
    }

    private static func withModel(_ predictor: JSON) -> JSON {
        var predictor = predictor
        let given = Framework.allCases.filter { !predictor[$0.rawValue].isNull }
        if given.count == 1, let framework = given.first, var model = Optional(predictor[framework.rawValue]) {
            model["modelFormat"] = ["name": .string(framework.rawValue)]
            if model["protocolVersion"].isNull { model["protocolVersion"] = JSON(framework.impliedProtocol) }
            predictor[framework.rawValue] = .null
            predictor["model"] = model
        } else if given.isEmpty, ["triton", "vLLM"].contains(predictor["model"]["modelFormat"]["name"].string),
            predictor["model"]["protocolVersion"].isNull
        {
            predictor["model"]["protocolVersion"] = "v2"
        }
        return predictor
    }
}

extension Component {
    /// The component with its own server named, and given resources where it asks for nothing.
    fileprivate func withContainerDefaults(_ configuration: PlatformConfiguration) -> JSON {
        guard implementations == ["containers"], var containers = json["containers"].array, !containers.isEmpty else {
            return json
        }
        let isNamed = containers[0]["name"].string?.isEmpty == false
        if kind != .predictor || containers.count == 1 || !isNamed {
            containers[0]["name"] = .string(ContainerName.kserve)
        }
        if let index = containers.firstIndex(where: { $0["name"].string == ContainerName.kserve }) {
            for (part, values) in configuration.containerResources.json.object ?? [:] {
                for (name, value) in values.object ?? [:] where containers[index]["resources"][part][name].isNull {
                    containers[index][path: ["resources", part, name]] = value
                }
            }
        }
        var component = json
        component["containers"] = .array(containers)
        return component
    }
}
