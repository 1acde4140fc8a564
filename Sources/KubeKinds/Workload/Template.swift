import Base
import KubeModel

/// What Deployment, ReplicaSet and Job have in common: a selector and a template of pods.
enum Template {
    /// Defaults of the template's pods.
    static func applyDefaults(_ spec: inout JSON) {
        spec.update("template") { $0.update("spec", PodSpecDefaults.apply) }
    }

    /// The faults of a selector that is needed, and of the template that it must select.
    static func faults(of spec: JSON, ownerName: String) -> [FieldFault] {
        let selector = spec["selector"]
        var faults = FieldChecks.selector(selector, at: "spec.selector")
        if selector.isNull {
            faults.append(.required("spec.selector"))
        } else if selector.elements("matchExpressions").isEmpty, selector["matchLabels"].stringMap.isEmpty {
            faults.append(.invalid("spec.selector", selector, "empty selector is invalid for \(ownerName)"))
        }
        return faults + templateFaults(spec, selector: selector, place: .lastingTemplate)
    }

    /// The faults of a template; a null selector selects nothing.
    static func templateFaults(_ spec: JSON, selector: JSON, place: PodSpecValidation.Place) -> [FieldFault] {
        let path = "spec.template"
        let template = spec["template"]
        let labels = template["metadata"]["labels"]
        var faults: [FieldFault] = []
        let selected = selector.isNull ? LabelSelector.nothing : try? LabelSelector(json: selector)  // told elsewhere
        if selected?.matches(labels.stringMap) == false {
            let words = "`selector` does not match template `labels`"
            faults.append(.invalid("\(path).metadata.labels", labels, words))
        }
        faults += MetadataRules.labelFaults(labels.stringMap, at: "\(path).metadata.labels")
        return faults + PodSpecValidation.faults(of: template["spec"], at: "\(path).spec", place: place)
    }

    /// Where the scale subresource finds the numbers of kinds with replicas.
    static let scale = ResourceType.Scale(
        specReplicas: ["spec", "replicas"],
        statusReplicas: ["status", "replicas"],
        labelSelector: ["spec", "selector"]
    )
}
