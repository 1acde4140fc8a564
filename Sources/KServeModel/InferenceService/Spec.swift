import Base
package import KubeModel

/// An InferenceService, read by name; its JSON stays the one owner of what it says.
package struct InferenceService: Equatable, Sendable {
    package var object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "default" }
    package var predictor: Component { Component(.predictor, object.spec["predictor"]) }
    package var transformer: Component? { component(.transformer) }
    package var explainer: Component? { component(.explainer) }
    /// The components that are there, predictor first.
    package var components: [Component] { [predictor, transformer, explainer].compactMap { $0 } }
    /// The component that requests without a path of their own go to.
    package var entry: Component { transformer ?? predictor }
    package var canaries: [Canary] { object.spec["canary"].array?.map(Canary.init) ?? [] }

    /// Whether its user wants it stopped.
    package var isStopped: Bool { object.annotations[AnnotationKey.stop] == "true" }
    /// Whether it is for callers inside the cluster only.
    package var isClusterLocal: Bool { object.labels[LabelKey.visibility] == "cluster-local" }

    /// How it runs: as it does already, else as it asks, else as the platform says.
    package func deploymentMode(_ configuration: PlatformConfiguration) -> DeploymentMode {
        let current = object.status["deploymentMode"].string.flatMap { DeploymentMode($0) }
        let wanted = object.annotations[AnnotationKey.deploymentMode].flatMap { DeploymentMode($0) }
        return current ?? wanted ?? configuration.defaultDeploymentMode
    }

    /// The name of a component's Deployment, Service and autoscaler.
    package func workloadName(_ component: Component) -> String {
        switch component.kind {
        case .predictor: WorkloadName.predictor(name, variant: component.variant)
        case .transformer: WorkloadName.transformer(name)
        case .explainer: WorkloadName.explainer(name)
        }
    }

    private func component(_ kind: Component.Kind) -> Component? {
        let json = object.spec[kind.rawValue]
        return json.isNull ? nil : Component(kind, json)
    }
}
