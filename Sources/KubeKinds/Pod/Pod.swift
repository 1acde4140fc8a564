import Base
import KubeModel

/// Pods: containers that run together on a node.
enum PodKind {
    static let type = ResourceType.builtIn(.pods, "Pod", message: "core.Pod", table: PodTable.columns) { type in
        type.shortNames = ["po"]
        type.categories = ["all"]
        type.hasStatus = true
        type.generation = .onSpec
        type.durability = .processDeath
        type.selectableFields = [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ]
        type.rowConditions = PodTable.conditions
        type.applyDefaults = { pod in PodSpecDefaults.applyInPod(to: &pod.spec) }
        type.prepareForCreate = prepareForCreate
        type.validate = validate
    }

    private static func prepareForCreate(_ pod: inout KubeObject) {
        PodSpecDefaults.admit(&pod.spec)
        AccountVolume.add(to: &pod.spec)
        pod.status = ["phase": "Pending", "qosClass": .string(QualityOfService(of: pod.spec).rawValue)]
    }

    private static func validate(_ pod: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        if let old { return PodUpdateValidation.faults(from: old.spec, to: pod.spec) }
        return PodSpecValidation.faults(of: pod.spec, at: "spec", place: .pod)
    }
}
